"""Views: tensors that share another's memory, and what in-place changes do to their history."""

from autodiff.engine.core import TensorBase, View
from autodiff.engine.graph import AccumulateGrad, Edge
from autodiff.engine.messages import multiple_views
from autodiff.engine.record import record
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Array, offset_and_strides
from autodiff.ops.striding import as_strided

__all__ = ["current_edge", "geometry", "requires_grad"]


def requires_grad(t: TensorBase) -> bool:
    """Whether a gradient of `t` can go anywhere; a view follows its base."""
    if t._node is not None:
        return True
    view = t.view_of
    return view is not None and view.base._node is not None and view.version != t._data.version


def current_edge(t: TensorBase) -> Edge | None:
    """Where a gradient of `t` goes now.

    After an in-place change of its memory a view no longer comes from what it came from: it is made anew from its
    base. Raises RuntimeError for one of several views returned together.
    """
    view = t.view_of
    if view is None or view.version == t._data.version or isinstance(t._node, AccumulateGrad):
        return t._node
    if view.base._node is None or isinstance(view.base._node, AccumulateGrad):
        return t._node
    if view.multiple is not None:
        raise TorchRuntimeError(
            multiple_views(
                view.multiple.removesuffix("Backward0"),
                0,
                "its base or another view of its base has been modified inplace",
            )
        )
    t._node = _regenerated(t, view)
    view.version = t._data.version
    return t._node


def _regenerated(t: TensorBase, view: View) -> Edge:
    """The node that cuts `t` out of its base's memory."""
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
