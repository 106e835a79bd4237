"""The memory of a tensor: where it is, how it is laid out, and giving a tensor other memory."""

from collections.abc import Sequence

from autodiff.engine.core import TensorBase
from autodiff.numbers.array import Array, Values, np
from autodiff.numbers.layout import is_dense
from autodiff.numbers.scalar import Scalar

__all__ = [
    "address",
    "can_be_viewed_as",
    "is_contiguous",
    "offset",
    "overlap",
    "overlap_partly",
    "overlaps_itself",
    "replace_memory",
    "steps",
    "strides",
]


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
    return steps(t._data)


def steps(data: Scalar | Array) -> tuple[int, ...]:
    """The same of the data of a tensor."""
    return tuple(s // data.value.itemsize for s in data.value.strides) if isinstance(data, Array) else ()


def offset(t: TensorBase) -> int:
    """How many elements into its memory the tensor begins."""
    view = t.view_of
    if view is None or not isinstance(view.base._data, Array):
        return 0
    return (address(t) - address(view.base)) // int(view.base._data.value.itemsize)


def is_contiguous(t: TensorBase) -> bool:
    """Whether the elements lie in memory in their order, without gaps."""
    return bool(t._data.value.flags.c_contiguous) if isinstance(t._data, Array) else True


def overlaps_itself(values: Values) -> bool:
    """Whether several elements surely have the same place: a dimension was expanded."""
    return bool(values.size) and any(
        stride == 0 and n > 1 for stride, n in zip(values.strides, values.shape, strict=True)
    )


def overlap(a: Values, b: Values) -> bool:
    """Whether two dense arrays share places; of others PyTorch does not say."""
    return bool(a.size and b.size and is_dense(a) and is_dense(b)) and bool(np.may_share_memory(a, b))


def overlap_partly(a: Values, b: Values) -> bool:
    """Whether two dense arrays share places, but not element by element; of others PyTorch does not say."""
    if not overlap(a, b):
        return False
    starts = [values.__array_interface__["data"][0] for values in (a, b)]
    ends = [start + values.nbytes for start, values in zip(starts, (a, b), strict=True)]
    if starts[0] == starts[1] and ends[0] == ends[1]:
        return a.ndim != b.ndim or any(
            one != other and (length > 1 or (one and other))  # of a dimension NumPy has added, 0 says nothing
            for one, other, length in zip(a.strides, b.strides, a.shape, strict=True)
        )
    return True


def can_be_viewed_as(t: TensorBase, shape: Sequence[int]) -> bool:
    """Whether the memory allows another shape without a copy."""
    data = t._data
    if not isinstance(data, Array) or data.value.size == 0:
        return True
    return np.shares_memory(data.value.reshape(tuple(shape)), data.value)
