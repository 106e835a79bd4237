"""What an in-place change of a view does to its base: a `CopySlices` node.

Its gradient is the base's gradient, with the changed part taken out, sent through the operation that
changed it, and put back.
"""

from collections.abc import Sequence
from typing import Any

from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase, View
from autodiff.engine.gradient import fitted, own_copy
from autodiff.engine.graph import AccumulateGrad, Edge, Meta, Node, next_number
from autodiff.engine.view import current_edge, geometry
from autodiff.ops.striding import as_strided, as_strided_scatter

__all__ = ["CopySlices", "copied_into_base"]


class CopySlices(Node):
    """The node of a base after a view of it was changed by the operation of `inner`."""

    __slots__ = ("_edges", "inner", "meta", "place")
    __module__ = "builtins"
    _edges: tuple[Edge | None, ...]
    inner: Node | None
    meta: Meta
    place: dict[str, Any]

    @property
    def edges(self) -> tuple[Edge | None, ...]:
        """To the base as it was, then to the other inputs of the change."""
        return self._edges

    def pull(self, g: Any) -> Sequence[Any]:  # noqa: ANN401 - a tensor
        """The gradient outside the changed part, plus what comes back through the change."""
        part = apply(as_strided, (g,), self.place)
        whole = apply(as_strided_scatter, (part,), {"shape": self.meta.shape, **self.place})
        rest = g - whole
        if self.inner is None:
            return [rest]
        pulled = self.inner.pull(part if part.dtype is self.meta.dtype else own_copy(part))
        through, *others = list(pulled)
        if through is None:
            return [rest, *others]
        like = Meta(tuple(part.shape), self.meta.dtype)
        back = apply(as_strided_scatter, (fitted(through, like),), {"shape": self.meta.shape, **self.place})
        return [rest + back, *others]

    def input_metas(self, g: TensorBase) -> Sequence[Meta]:
        """The base's, then those of the other inputs of the change."""
        others = () if self.inner is None else self.inner.input_metas(g)[1:]
        return (self.meta, *others)

    def release(self) -> None:
        """Let the saved values of the change go."""
        if self.inner is not None:
            self.inner.release()


def copied_into_base(t: TensorBase, view: View, inner: Any) -> None:  # noqa: ANN401 - the change's node, or None
    """Rewrite the history of the base that `t` is a `view` of, and which was just changed by the operation of `inner`."""
    base = view.base
    node = CopySlices()
    node.number = next_number()
    node.extra = None
    node.inner = inner
    node.meta = Meta(tuple(base._data.shape), base.dtype)
    size, stride, offset = geometry(t, base)
    node.place = {"size": size, "stride": stride, "storage_offset": offset}
    others = () if inner is None else tuple(inner.edges)[1:]
    own = base._node if base.view_of is None else current_edge(base)
    node._edges = (None if isinstance(own, AccumulateGrad) else own, *others)
    if isinstance(base._node, Node):
        base._node.observed().overwritten_by = node
    base._node = node
    view.version = -1  # the view's own node is made anew from the base when asked for
