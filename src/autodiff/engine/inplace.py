"""In-place operations: compute as usual, write into the same memory, and rewrite the history.

The version counter of the memory is bumped, so that a backward that needs the old value notices.
A change of a view changes its base: the base's node becomes a `CopySlices`.
"""

from collections.abc import Callable, Sequence
from functools import cache
from sys import getrefcount
from typing import Any, Final

from autodiff.engine.apply import apply
from autodiff.engine.call import bound_call
from autodiff.engine.copyslices import write
from autodiff.engine.core import TensorBase
from autodiff.engine.fate import succeed
from autodiff.engine.graph import AccumulateGrad
from autodiff.engine.inference import NO_CHANGE, refuse
from autodiff.engine.memory import overlap, overlap_partly, overlaps_itself
from autodiff.engine.messages import LEAF_IN_PLACE, OVERLAPS_INPUT, OVERLAPS_ITSELF
from autodiff.engine.mode import mode
from autodiff.engine.view import refuse_special, refuse_stale_views, requires_grad
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import memory_of
from autodiff.ops.memory import fill_with_number, fill_with_tensor, zero
from autodiff.ops.op import Composite, Elementwise, Op
from autodiff.ops.table import OVERLOADS

__all__ = [
    "change",
    "check_may_change",
    "check_overlap",
    "in_place_method",
    "operate_in_place",
    "share_places",
    "view_method",
    "write",
]


def in_place_method(name: str) -> Callable[..., Any]:
    """The method `name_`, which changes the tensor it is called on and returns it."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        op, inputs, attributes = bound_call(f"{name}_", OVERLOADS[name], (self, *args), kwargs)
        return change(self, op, inputs, attributes)

    call.__name__ = call.__qualname__ = f"{name}_"
    call.__doc__ = f"{OVERLOADS[name][0].doc}; in place"
    return call


def view_method(name: str, ops: tuple[Op, ...]) -> Callable[..., Any]:
    """A method that changes how a tensor views its memory, such as `squeeze_`."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        check_may_change(self)
        result = apply(*bound_call(name, ops, (self, *args), kwargs))
        before, self._data = self._node, result._data
        if mode.get().recording:
            self._node = result._node
        elif isinstance(before, AccumulateGrad):
            self._node = _met_anew(before, self)
        self._data.set_version(self._data.version + 1)
        self.extra.tangents = result.extra.tangents
        if self._node is not None and self._node is not before:
            succeed(self, before, self._node)
        if self.view_of is not None and mode.get().recording:  # its node follows from how it views its memory now
            self.view_of.version = self._data.version
        return self

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"{ops[0].doc}; in place"
    return call


def _met_anew(before: AccumulateGrad, leaf: TensorBase) -> AccumulateGrad:
    """Where the gradient of a leaf with another shape goes: where it went, if a graph still leads there."""
    if getrefcount(before) > _OURS:
        return before
    node = AccumulateGrad.of(leaf)
    node.grad, node.extra, node.closed = before.grad, before.extra, before.closed
    return node


_OURS: Final = 4
"""The leaf, `view_method`, `_met_anew` and `getrefcount` refer to the node."""


def operate_in_place(name: str) -> Callable[[Any, Any], Any]:
    """The operator of an augmented assignment; NotImplemented if the operand is neither tensor nor number."""

    def run(self: Any, other: Any) -> Any:  # noqa: ANN401
        if not isinstance(other, (TensorBase, int, float, complex)):
            return NotImplemented
        op, inputs, attributes = bound_call(name, OVERLOADS[name], (self, other), {})
        return change(self, op, inputs, attributes)

    return run


def check_may_change(t: TensorBase, inputs: Sequence[Any] = ()) -> None:
    """Raise PyTorch's RuntimeError where recording forbids a change of `t` by an operation of `inputs`."""
    if not mode.get().inference:
        refuse(t._data, NO_CHANGE)
    if not mode.get().recording:
        return
    own = requires_grad(t)
    view = t.view_of
    if view is not None and (own or any(isinstance(x, TensorBase) and requires_grad(x) for x in inputs)):
        refuse_special(t, view, indirect=False)
    if own and view is not None and _is_made_by_user(view.base):
        raise TorchRuntimeError("a view of " + LEAF_IN_PLACE)
    if own and _is_made_by_user(t):
        raise TorchRuntimeError(LEAF_IN_PLACE)


def _is_made_by_user(t: TensorBase) -> bool:
    """Whether `t` has no node; one that a view would be made anew with does not count, in PyTorch neither."""
    return t._node is None or isinstance(t._node, AccumulateGrad)


def change(t: Any, op: Op, inputs: Sequence[Any], attributes: dict[str, Any]) -> Any:  # noqa: ANN401 - a Tensor
    """Apply `op` and write the result into the memory of `t`."""
    op = op.written or op
    if (
        op.derivatives or op.node or isinstance(op, Composite)
    ):  # the logic of bools changes leaves, too: PyTorch looks at gradients only
        check_may_change(t, inputs)
    if op.checks is not None and (op is fill_with_tensor or isinstance(op, Elementwise)):  # before where it writes
        op.checks(inputs, attributes)
    refuse_stale_views(inputs)
    for x in inputs if op not in _FILLING else ():
        check_overlap(t, x if isinstance(op, Elementwise) else None)
    result = apply(_named_in_place(op) if op.node == "NotImplemented" else op, inputs, attributes)
    _check_result(t, result)
    write(t, result)
    return t


@cache
def _named_in_place(op: Op) -> Op:
    """`op` by the name that backward says has no derivative."""
    from copy import copy  # which few programs need

    named = copy(op)
    named.name = f"{op.name}_"
    return named


_FILLING: Final = (fill_with_number, zero)
"""They may write the same number to one place several times."""


def check_overlap(t: TensorBase, x: Any) -> None:  # noqa: ANN401 - a tensor, or anything
    """Raise PyTorch's RuntimeError if elements of `t` share their place among each other, or with others of `x`."""
    own = memory_of(t._data)
    if own is None or t._data.zero:  # which refuses by itself
        return
    if overlaps_itself(own):
        raise TorchRuntimeError(OVERLAPS_ITSELF)
    other = memory_of(x._data) if isinstance(x, TensorBase) and x is not t else None
    if other is not None and overlap_partly(own, other):
        raise TorchRuntimeError(OVERLAPS_INPUT)


def share_places(t: TensorBase, x: TensorBase) -> bool:
    """Whether some element of `t` lies where one of `x` does; of tensors with gaps PyTorch does not say."""
    if x is t:
        return True
    own, other = memory_of(t._data), memory_of(x._data)
    return own is not None and other is not None and overlap(own, other)


def _check_result(t: TensorBase, result: TensorBase) -> None:
    own, got = t._data.dtype, result._data.dtype
    if tuple(result._data.shape) != tuple(t._data.shape):
        raise TorchRuntimeError(
            f"output with shape {list(t._data.shape)} doesn't match the broadcast shape {list(result._data.shape)}"
        )
    if got.category > own.category:
        raise TorchRuntimeError(f"result type {got.title} can't be cast to the desired output type {own.title}")
