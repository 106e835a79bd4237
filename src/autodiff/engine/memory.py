"""The memory of a tensor: where it is, how it is laid out, and giving a tensor other memory."""

from collections.abc import Sequence

from autodiff.engine.core import TensorBase
from autodiff.numbers.array import Array, np

__all__ = ["address", "can_be_viewed_as", "is_contiguous", "offset", "replace_memory", "strides"]


def replace_memory(t: TensorBase, other: TensorBase) -> None:
    """`t.data = other`: `t` views the memory of `other` from now on, under its own version."""
    version = t._data.version
    t._data = other._data.share()
    t._data.set_version(version)


def address(t: TensorBase) -> int:
    """The address of the first element; of a scalar, a number that only tensors sharing it have."""
    data = t._data
    return int(data.value.__array_interface__["data"][0]) if isinstance(data, Array) else id(data)


def strides(t: TensorBase) -> tuple[int, ...]:
    """How many elements apart neighbours are, by dimension."""
    data = t._data
    return tuple(s // data.value.itemsize for s in data.value.strides) if isinstance(data, Array) else ()


def offset(t: TensorBase) -> int:
    """How many elements into its memory the tensor begins."""
    view = t.view_of
    if view is None or not isinstance(view.base._data, Array):
        return 0
    return (address(t) - address(view.base)) // view.base.dtype.itemsize


def is_contiguous(t: TensorBase) -> bool:
    """Whether the elements lie in memory in their order, without gaps."""
    return bool(t._data.value.flags.c_contiguous) if isinstance(t._data, Array) else True


def can_be_viewed_as(t: TensorBase, shape: Sequence[int]) -> bool:
    """Whether the memory allows another shape without a copy."""
    data = t._data
    if not isinstance(data, Array) or data.value.size == 0:
        return True
    return np.shares_memory(data.value.reshape(tuple(shape)), data.value)
