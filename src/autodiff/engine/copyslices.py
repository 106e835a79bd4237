"""Writing into the memory of a tensor, and rewriting its history.

What an in-place change of a view does to its base is a `CopySlices` node: its gradient is the base's gradient, with
the changed part sent through the operation that changed it.
"""

from collections.abc import Sequence
from typing import Any

from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase, View
from autodiff.engine.fate import CLONED, fate_of, succeed
from autodiff.engine.gradient import filled, fitted, own_copy
from autodiff.engine.graph import AccumulateGrad, Edge, Meta, Node, next_number, node_of, output_of
from autodiff.engine.memory import is_contiguous, overlaps_itself, strides
from autodiff.engine.messages import (
    BACKWARD_TWICE,
    OVERLAPS_ITSELF,
    RETAINED_AND_DETACHED,
    RETAINED_AND_DETACHED_BEFORE,
)
from autodiff.engine.mode import dual_level, mode
from autodiff.engine.record import OperationNode
from autodiff.engine.saved import Saved
from autodiff.engine.scalar_node import ScalarNode
from autodiff.engine.view import current_edge, geometry
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Array, memory_of
from autodiff.ops.memory import copied, copy_from
from autodiff.ops.shape import clone
from autodiff.ops.striding import as_strided, laid_out

__all__ = ["CopySlices", "copied_into_base", "write"]


class CopySlices(Node):
    """The node of a base after a view of it was changed by the operation of `inner`."""

    __slots__ = ("_edges", "inner", "layout", "meta", "place")  # `inner` is None once it was let go
    __module__ = "builtins"
    _edges: tuple[Edge | None, ...]
    inner: Node | None
    layout: tuple[int, ...] | None  # the strides of a base whose dimensions are in another order in memory
    meta: Meta
    place: dict[str, Any]

    @property
    def edges(self) -> tuple[Edge | None, ...]:
        """To the base as it was, then to the other inputs of the change."""
        return self._edges

    def pull(self, g: Any) -> Sequence[Any]:  # noqa: ANN401 - a tensor
        """A copy of the gradient, whose changed part is what comes back through the change."""
        if self.inner is None:
            raise TorchRuntimeError(BACKWARD_TWICE)
        whole = apply(copy_from, (filled(self.meta, 0), g), {})
        if self.layout is not None:
            if any(step == 0 and n > 1 for step, n in zip(self.layout, self.meta.shape, strict=True)):
                raise TorchRuntimeError(OVERLAPS_ITSELF)
            whole = apply(laid_out, (whole,), {"layout": self.layout})
        part = apply(as_strided, (whole,), self.place)
        through, *others = self.inner.pull(apply(copied, (part,), {}))
        if through is not None and self._edges[0] is not None:
            own = memory_of(part._data)
            if own is not None and overlaps_itself(own):
                raise TorchRuntimeError(OVERLAPS_ITSELF)
            back = fitted(through, Meta(tuple(part.shape), self.meta.dtype))
            write(part, apply(copy_from, (part, back), {}))
        return [whole, *others]

    def output_metas(self) -> Sequence[Meta]:
        """That of the base."""
        return (self.meta,)

    def input_metas(self, g: TensorBase) -> Sequence[Meta]:
        """The base's, then those of the other inputs of the change."""
        return (self.meta, *(() if self.inner is None else self.inner.input_metas(g)[1:]))

    def release(self) -> None:
        """Let the change go, with what it saved: there is no second backward, whatever it was."""
        self.inner = None


def write(t: TensorBase, result: TensorBase) -> None:
    """Give `t` the value and the history of `result`."""
    node = result._node
    _keep_old_value(node, t)
    t._data.write(result._data.value if isinstance(result._data, Array) else result._data.read())
    _use_own_memory(node, t, result)
    level = dual_level.get()
    if level is not None:
        level.write(t, result, node)
    if not isinstance(node, Node) or not mode.get().recording:
        return
    if t.view_of is None:
        before, t._node = t._node, node
        if t._extra is not None and t._extra.retains_grad and (before is None or not _keeps(before, t)):
            raise TorchRuntimeError(RETAINED_AND_DETACHED if before is None else RETAINED_AND_DETACHED_BEFORE)
        if before is None:
            t._data.fate = fate_of(node)
        succeed(t, before, node)
    else:
        copied_into_base(t, t.view_of, node)


def _keep_old_value(node: Any, t: TensorBase) -> None:  # noqa: ANN401
    """If backward needs the value that is about to be overwritten, let it have a copy.

    Of the first operand only: where `t` is another one as well, as in `t *= t`, backward will find it changed.
    """
    if isinstance(node, OperationNode):
        saved = node.saved.get(node.op.inputs[0])
        if isinstance(saved, Saved) and saved.data is t._data:
            copy = apply(clone, (t,), {}) if saved.edge is not None else own_copy(t)
            saved.data, saved.version, saved.edge = copy._data, 0, copy._node
    elif isinstance(node, ScalarNode) and node.x is t._data:
        node.versions -= t._data.version
        node.x = own_copy(t)._data
        node.x.fate = CLONED


def _use_own_memory(node: Any, t: TensorBase, result: TensorBase) -> None:  # noqa: ANN401
    """What the node saved of the result is the memory that was written, at its new version."""
    if isinstance(node, OperationNode):
        for saved in node.saved.values():
            if getattr(saved, "data", None) is result._data:
                saved.data, saved.version = t._data, t._data.version
    elif isinstance(node, ScalarNode) and node.out is result._data:
        node.out = t._data  # type: ignore[assignment] # a scalar's result is a scalar
        node.versions = node.saved_versions()


def _keeps(edge: Edge, t: TensorBase) -> bool:
    """Whether the gradient that goes to `edge` is kept by `t`, which has not been detached since it asked for that."""
    facts = node_of(edge).extra
    keeper = None if facts is None else facts.retained.get(output_of(edge))
    return keeper is not None and keeper() is t


def copied_into_base(t: TensorBase, view: View, inner: Node) -> None:
    """Rewrite the history of the base that `t` is a `view` of; the operation of `inner` just changed it."""
    base = view.base
    node = CopySlices()
    node.number = next_number()
    node.extra = None
    node.inner = inner
    node.meta = Meta(tuple(base._data.shape), base.dtype)
    node.layout = None if is_contiguous(base) else strides(base)
    size, stride, offset = geometry(t, base)
    node.place = {"size": size, "stride": stride, "storage_offset": offset}
    before = base._node
    node._edges = (None if isinstance(before, AccumulateGrad) else before, *tuple(inner.edges)[1:])
    base._node = node
    if before is not None and base._extra is not None and base._extra.retains_grad and not _keeps(before, base):
        raise TorchRuntimeError(RETAINED_AND_DETACHED_BEFORE)
    if before is None:
        base._data.fate = fate_of(node)
    succeed(base, before, node)
    view.version = -1  # the view's own node is made anew from the base
    adopted = t._node is None
    made = current_edge(t)
    if adopted and made is not None:
        t._data.fate = fate_of(made)
