"""What `autograd.Function` makes of its arguments and of what the user's forward returns."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Final

from autodiff.engine.copyslices import copied_into_base
from autodiff.engine.core import TensorBase, View
from autodiff.engine.fate import succeed
from autodiff.engine.gradient import meta_of
from autodiff.engine.graph import AccumulateGrad, Edge, Meta, Node, Output, next_number
from autodiff.engine.mode import UNRECORDED, mode
from autodiff.engine.view import requires_grad
from autodiff.errors import TorchRuntimeError, TorchTypeError

__all__ = ["bound", "once_differentiable", "recorded"]

_DIRTY_LEAF: Final = "a leaf Variable that requires grad has been used in an in-place operation."
_DIRTY_NOT_RETURNED: Final = (
    "Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified "
    "inplace must all be outputs of the Function."
)
_ONCE: Final = "trying to differentiate twice a function that was marked with @once_differentiable"


# ------------------------------------------------------------------ arguments


def bound(
    forward: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any], *, apart: bool
) -> tuple[Any, ...]:
    """The arguments in the order of `forward`, with its defaults if the context is set up `apart`. Raises TypeError."""
    code = getattr(forward, "__code__", None)
    if code is None or not (named or apart):
        return args
    names = code.co_varnames[: code.co_argcount][0 if apart else 1 :]
    defaults = forward.__defaults__ or ()
    given = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True)) if apart else {}
    given |= {**dict(zip(names, args, strict=False)), **named}
    start = "" if apart else "forward() "
    for name in named:
        if name not in names:
            raise TorchTypeError(f"{start}got an unexpected keyword argument '{name}'")
    rest = names[len(args) :]
    last = max((k for k, name in enumerate(rest, 1) if name in given), default=0)
    for name in rest if apart else rest[:last]:
        if name not in given:
            raise TorchTypeError(f"{start}missing a required argument: '{name}'")
    return (*args, *(given[name] for name in (rest if apart else rest[:last])))


# ------------------------------------------------------------------ results


def recorded(node: Any, outputs: Sequence[Any], args: Sequence[Any]) -> tuple[Any, ...]:  # noqa: ANN401 - a FunctionNode
    """The results with `node` as their history. Raises PyTorch's RuntimeError for inputs changed in place unfairly."""
    for t in node.dirty_tensors:
        if not any(t is other for other in outputs):
            raise TorchRuntimeError(_DIRTY_NOT_RETURNED)
        t._data.set_version(t._data.version + 1)
    if not any(node.needs_input_grad):
        return tuple(outputs)
    return tuple(_recorded(node, k, t, args) for k, t in enumerate(outputs))


def _recorded(node: Any, k: int, t: Any, args: Sequence[Any]) -> Any:  # noqa: ANN401
    if not isinstance(t, TensorBase) or not t.dtype.is_differentiable:
        return t
    if any(t is other for other in node.non_differentiable):
        return t
    edge = node if k == 0 else Output(node, k)
    creation = "several" if node.several else "function"
    if any(t is d for d in node.dirty_tensors):
        return _changed(t, edge, node)
    if any(t is a for a in args):  # the input itself becomes a view, so that its history stays its own
        view = t.view_of
        found = type(t).wrap(t._data)
        found.extra.view = View(t if view is None else view.base, t._data.version, creation)
        t = found
    elif t.view_of is not None:
        t.extra.view = View(t.view_of.base, t._data.version, creation)
    t._node = edge
    return t


def _changed(t: TensorBase, edge: Edge, node: Node) -> TensorBase:
    """An input that forward changed in place, with its new history."""
    before, view = t._node, t.view_of
    if isinstance(before, AccumulateGrad):
        raise TorchRuntimeError(_DIRTY_LEAF)
    if view is not None and requires_grad(t):
        if isinstance(view.base._node, AccumulateGrad):
            raise TorchRuntimeError(
                "a view of a leaf Variable that requires grad is being used in an in-place operation."
            )
        copied_into_base(t, view, node)
    else:
        t._node = edge
        succeed(t, before, edge)
    return t


# ------------------------------------------------------------------ once_differentiable


class Error(Node):
    """The node of a gradient that has no derivative: it raises when one is asked for."""

    __slots__ = ("_edges", "metas")
    __module__ = "builtins"
    _edges: tuple[Edge | None, ...]
    metas: list[Meta]

    @property
    def edges(self) -> tuple[Edge | None, ...]:
        """One for each result, to a leaf nobody sees."""
        return self._edges

    @property
    def several(self) -> bool:  # type: ignore[override] # by instance here
        """Whether there is more than one result."""
        return len(self.metas) > 1

    @property
    def results(self) -> Sequence[Meta]:
        """What the gradients of the results must fit."""
        return self.metas

    def output_metas(self) -> Sequence[Meta]:
        """The same."""
        return self.metas

    def input_metas(self, g: TensorBase) -> Sequence[Meta]:  # noqa: ARG002 - they are known without it
        """Those of the leaves."""
        return self.metas

    def name(self) -> str:
        """With a C++ prefix."""
        return "torch::autograd::Error"

    def pull(self, g: Any) -> Sequence[Any]:  # noqa: ANN401, ARG002 - a tensor or a list
        """Refuse. Raises RuntimeError."""
        raise TorchRuntimeError(_ONCE)


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """A backward that is not recorded, so that a second derivative is refused rather than wrong."""

    @wraps(backward)
    def run(ctx: Any, *gradients: Any) -> Any:  # noqa: ANN401 - the user's
        before = mode.get()
        token = mode.set(UNRECORDED)
        try:
            found = backward(ctx, *gradients)
        finally:
            mode.reset(token)
        if not before.recording or not any(isinstance(g, TensorBase) and requires_grad(g) for g in gradients):
            return found
        outputs = found if isinstance(found, tuple) else (found,)
        refusing = _refusing([t for t in outputs if isinstance(t, TensorBase)])
        outputs = tuple(next(refusing) if isinstance(t, TensorBase) else t for t in outputs)
        return outputs if isinstance(found, tuple) else outputs[0]

    return run


def _refusing(tensors: Sequence[Any]) -> Any:  # noqa: ANN401 - an iterator of tensors
    """`tensors` as results of a node that refuses to be walked."""
    leaves = [t.detach().requires_grad_() for t in tensors]
    node = Error()
    node.number = next_number()
    node.extra = None
    node.metas = [meta_of(t) for t in leaves]
    node._edges = tuple(leaf._node for leaf in leaves)
    for k, t in enumerate(tensors):
        made = t.detach()
        made._node = node if k == 0 else Output(node, k)
        yield made
