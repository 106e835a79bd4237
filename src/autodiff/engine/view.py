"""Views: tensors that share another's memory, and what in-place changes do to their history."""

from __future__ import annotations

from autodiff.engine.core import TensorBase
from autodiff.engine.graph import AccumulateGrad, node_of, output_of
from autodiff.engine.mode import mode
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Array, offset_and_strides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from autodiff.engine.core import View
    from autodiff.engine.graph import Edge

__all__ = ["current_edge", "geometry", "refuse_special", "refuse_stale_views", "requires_grad"]


def requires_grad(t: TensorBase) -> bool:
    """Whether a gradient of `t` can go anywhere; a view follows its base."""
    if t._node is not None:
        return True
    view = t.view_of
    return view is not None and view.base._node is not None


def current_edge(t: TensorBase) -> Edge | None:
    """Where a gradient of `t` goes now.

    After an in-place change of its memory a view no longer comes from what it came from: it is made anew from its
    base. Raises RuntimeError for a view that was made in a special way.
    """
    view = t.view_of
    if view is None or view.version == t._data.version:
        return t._node
    own = None if isinstance(t._node, AccumulateGrad) else t._node
    if own is None and view.base._node is None:
        return t._node
    refuse_special(t, view, indirect=True)
    t._node = _regenerated(t, view)
    from autodiff.engine.fate import succeed

    view.version = t._data.version
    succeed(t, own, t._node)
    return t._node


def refuse_stale_views(inputs: Iterable[Any]) -> None:
    """Raise PyTorch's RuntimeError for a view that cannot be made anew, before anything else is said of the inputs."""
    for x in inputs:
        if isinstance(x, TensorBase) and x._extra is not None and mode.get().recording:
            current_edge(x)


def refuse_special(t: TensorBase, view: View, *, indirect: bool) -> None:
    """Raise PyTorch's RuntimeError for an in-place change of a view that was made in a special way."""
    if not view.creation:
        return
    from autodiff.engine.messages import refused_view, short_name

    node = None if t._node is None or isinstance(t._node, AccumulateGrad) else t._node
    name = None if node is None else short_name(node_of(node).name())
    index = 0 if node is None else output_of(node)
    raise TorchRuntimeError(refused_view(name, index, view.creation, indirect=indirect))


def _regenerated(t: TensorBase, view: View) -> Edge:
    """The node that cuts `t` out of its base's memory."""
    from autodiff.engine.record import record
    from autodiff.ops.striding import as_strided

    size, stride, offset = geometry(t, view.base)
    attributes = {"size": size, "stride": stride, "storage_offset": offset}
    edges = (current_edge(view.base),)
    return record(as_strided, (view.base,), edges, attributes, (t._data,))


def geometry(t: TensorBase, base: TensorBase) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Size, stride and offset (in elements) of `t` within the memory of `base`."""
    memory = t._data.value  # a view is always an array
    base_memory = base._data.value if isinstance(base._data, Array) else memory
    offset, stride = offset_and_strides(memory, base_memory)
    return tuple(t._data.shape), stride, offset
