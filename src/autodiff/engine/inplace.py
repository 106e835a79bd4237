"""In-place operations: compute as usual, write into the same memory, and rewrite the history.

The version counter of the memory is bumped, so that a backward that needs the old value notices.
A change of a view changes its base: the base's node becomes a `CopySlices`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from autodiff.engine.apply import apply
from autodiff.engine.call import bound_call
from autodiff.engine.copyslices import copied_into_base
from autodiff.engine.core import TensorBase
from autodiff.engine.gradient import own_copy
from autodiff.engine.graph import AccumulateGrad, Node
from autodiff.engine.inference import NO_CHANGE, refuse
from autodiff.engine.messages import LEAF_IN_PLACE, multiple_views
from autodiff.engine.mode import dual_level, mode
from autodiff.engine.record import OperationNode
from autodiff.engine.scalar_path import ScalarNode
from autodiff.engine.view import requires_grad
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Array
from autodiff.ops.op import Op
from autodiff.ops.table import OVERLOADS

__all__ = ["change", "check_may_change", "in_place_method", "operate_in_place", "view_method"]


def in_place_method(name: str) -> Callable[..., Any]:
    """The method `name_`, which changes the tensor it is called on and returns it."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        op, inputs, attributes = bound_call(name, OVERLOADS[name], (self, *args), kwargs)
        return change(self, op, inputs, attributes)

    call.__name__ = call.__qualname__ = f"{name}_"
    call.__doc__ = f"{OVERLOADS[name][0].doc}; in place"
    return call


def view_method(op: Op) -> Callable[..., Any]:
    """A method that changes how a tensor views its memory, such as `squeeze_`."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        check_may_change(self)
        result = apply(*bound_call(op.name, (op,), (self, *args), kwargs))
        before, self._data, self._node = self._node, result._data, result._node
        self._data.set_version(self._data.version + 1)
        self.extra.tangents = result.extra.tangents
        if isinstance(before, Node) and isinstance(self._node, Node):
            before.observed().overwritten_by = self._node
        return self

    call.__name__ = call.__qualname__ = op.name
    call.__doc__ = f"{op.doc}; in place"
    return call


def operate_in_place(name: str) -> Callable[[Any, Any], Any]:
    """The operator of an augmented assignment; NotImplemented if the operand is neither tensor nor number."""

    def run(self: Any, other: Any) -> Any:  # noqa: ANN401
        if not isinstance(other, (TensorBase, int, float, complex)):
            return NotImplemented
        op, inputs, attributes = bound_call(name, OVERLOADS[name], (self, other), {})
        return change(self, op, inputs, attributes)

    return run


def check_may_change(t: TensorBase) -> None:
    """Raise PyTorch's RuntimeError where recording forbids a change of `t`."""
    if not mode.get().inference:
        refuse(t._data, NO_CHANGE)
    if not mode.get().recording:
        return
    view = t.view_of
    base = view.base if view is not None else t
    if isinstance(base._node, AccumulateGrad) and requires_grad(t):
        raise TorchRuntimeError(("a view of " if view is not None else "") + LEAF_IN_PLACE)
    if view is not None and view.multiple is not None and requires_grad(t):
        name = view.multiple.removesuffix("Backward0")
        raise TorchRuntimeError(multiple_views(name, _number_of(t), "is being modified inplace"))


def _number_of(t: TensorBase) -> int:
    return getattr(t._node, "index", 0)


def change(t: Any, op: Op, inputs: Sequence[Any], attributes: dict[str, Any]) -> Any:  # noqa: ANN401 - a Tensor
    """Apply `op` and write the result into the memory of `t`."""
    check_may_change(t)
    result = apply(op.written or op, inputs, attributes)
    _check_result(t, result)
    write(t, result)
    return t


def _check_result(t: TensorBase, result: TensorBase) -> None:
    own, got = t._data.dtype, result._data.dtype
    if got.category > own.category:
        raise TorchRuntimeError(f"result type {got.title} can't be cast to the desired output type {own.title}")
    if tuple(result._data.shape) != tuple(t._data.shape):
        raise TorchRuntimeError(
            f"output with shape {list(t._data.shape)} doesn't match the broadcast shape {list(result._data.shape)}"
        )


def write(t: TensorBase, result: TensorBase) -> None:
    """Give `t` the value and the history of `result`."""
    node = result._node
    before = t._node
    _keep_old_value(node, t)
    t._data.write(result._data.value if isinstance(result._data, Array) else result._data.read())
    _use_own_memory(node, t, result)
    level = dual_level.get()
    if level is not None:
        level.write(t, result, node)
    if not mode.get().recording:
        return
    if t.view_of is not None and (node is not None or requires_grad(t)):
        copied_into_base(t, t.view_of, node)
    elif node is not None or before is not None:
        _replace(t, before, node)


def _keep_old_value(node: Any, t: TensorBase) -> None:  # noqa: ANN401
    """If backward needs the value that is about to be overwritten, let it have a copy."""
    if isinstance(node, OperationNode):
        for saved in node.saved.values():
            if getattr(saved, "data", None) is t._data:
                saved.data, saved.version = own_copy(t)._data, 0
    elif isinstance(node, ScalarNode):
        for place in ("x", "y"):
            if getattr(node, place) is t._data:
                node.versions -= t._data.version
                setattr(node, place, own_copy(t)._data)


def _use_own_memory(node: Any, t: TensorBase, result: TensorBase) -> None:  # noqa: ANN401
    """What the node saved of the result is the memory that was written, at its new version."""
    if isinstance(node, OperationNode):
        for saved in node.saved.values():
            if getattr(saved, "data", None) is result._data:
                saved.data, saved.version = t._data, t._data.version
    elif isinstance(node, ScalarNode) and node.out is result._data:
        node.versions += t._data.version - result._data.version
        node.out = t._data  # type: ignore[assignment] # a scalar's result is a scalar


def _replace(t: TensorBase, before: Any, node: Any) -> None:  # noqa: ANN401 - edges
    t._node = node
    if isinstance(before, Node) and node is not None:
        before.observed().overwritten_by = node
        extra = before.observed()
        if 0 in extra.retained and extra.retained[0]() is t:
            node.observed().retained[0] = extra.retained.pop(0)
