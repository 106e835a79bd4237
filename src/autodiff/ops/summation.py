"""Sums of floats, added in the order in which PyTorch's kernels add them, so that the last bits agree.

A kernel keeps several partial sums: four accumulators, each a cascade of blocks (after
aten/src/ATen/native/cpu/SumKernel.cpp), for as many columns at a time as a vector register holds.
"""

from math import ceil, log2, prod
from typing import Final

from autodiff.numbers.array import Values, np

__all__ = ["mean_of", "total"]

_LANES: Final = {"f": 8, "d": 4}
"""How many elements a vector register holds, by the kind of element."""
_SMALLEST: Final = 4
"""The smallest block of a cascade has two to this power elements."""
_WIDE_ENOUGH: Final = 4
"""How long rows must be for NumPy to add them as rows."""
_MANY: Final = 256
"""From so many elements on, sums without a running total are faster."""


def total(values: Values, axes: tuple[int, ...], *, keepdims: bool = False) -> Values:
    """The sums along `axes`, in the dtype of `values`."""
    kind = values.dtype.char
    if kind == "e":
        return total(values.astype(np.float32), axes, keepdims=keepdims).astype(values.dtype)
    count = prod(values.shape[axis] for axis in axes)
    if kind not in _LANES or count < 3:
        return np.asarray(values.sum(axis=axes, keepdims=keepdims, dtype=values.dtype))
    by_stride = sorted(range(values.ndim), key=lambda axis: -values.strides[axis])
    reduced = [axis for axis in by_stride if axis in axes]
    kept = [axis for axis in by_stride if axis not in axes]
    moved = values.transpose(*reduced, *kept).reshape(count, -1)
    innermost = next(axis for axis in reversed(by_stride) if values.shape[axis] > 1)
    if innermost in axes:
        sums = _of_rows(moved, _LANES[kind])
    else:
        nearest = min(values.strides[axis] for axis in axes)
        inner = prod(values.shape[axis] for axis in kept if values.strides[axis] < nearest)
        sums = _of_columns(moved.reshape(count, -1, inner), _LANES[kind])
    sums = sums.reshape([values.shape[axis] for axis in kept]).transpose([kept.index(axis) for axis in sorted(kept)])
    return np.expand_dims(sums, axes) if keepdims else sums


def mean_of(values: Values, axes: tuple[int, ...], *, keepdims: bool = False) -> Values:
    """The means along `axes`: the sum, then one division."""
    count = prod(values.shape[axis] for axis in axes)
    if values.dtype.char == "e":
        return (total(values.astype(np.float32), axes, keepdims=keepdims) / count).astype(values.dtype)
    return np.asarray(total(values, axes, keepdims=keepdims) / values.dtype.type(count))


def _of_rows(values: Values, lanes: int) -> Values:
    """The sums along axis 0, whose elements lie side by side in memory."""
    whole = len(values) // lanes
    if not whole:
        return _four_at_a_time(values)
    partial = _four_at_a_time(values[: whole * lanes].reshape(whole, lanes, -1))
    return _one_by_one(np.concatenate([values[whole * lanes :], partial]))


def _of_columns(values: Values, lanes: int) -> Values:
    """The sums along axis 0 of columns side by side in memory: blocks of four registers first, then the rest."""
    width = values.shape[-1]
    block = 4 * lanes if width >= lanes else 4
    wide = width // block * block
    return np.concatenate([_cascade(values[..., :wide]), _four_at_a_time(values[..., wide:])], axis=-1)


def _four_at_a_time(values: Values) -> Values:
    """Four accumulators, each of every fourth element; what is left over goes to the first."""
    quarter = len(values) // 4
    if not quarter:
        return _one_by_one(values)
    four = _cascade(values[: 4 * quarter].reshape(quarter, 4, *values.shape[1:]))
    first = _one_by_one(np.concatenate([four[:1], values[4 * quarter :]]))
    return ((first + four[1]) + four[2]) + four[3]


def _cascade(values: Values) -> Values:
    """Blocks of 2^k elements are summed one by one, then blocks of blocks, on four levels."""
    count = len(values)
    if count < 1 << _SMALLEST:
        return _one_by_one(values)
    step = 1 << max(_SMALLEST, ceil(log2(count)) // 4)
    partial = []
    for _ in range(3):
        whole = len(values) // step
        partial.append(_one_by_one(values[whole * step :]))
        values = values[: whole * step].reshape(whole, step, *values.shape[1:])
        values = _one_by_one(values.swapaxes(0, 1))
    return ((partial[0] + partial[1]) + partial[2]) + _one_by_one(values)


def _one_by_one(values: Values) -> Values:
    """0 + the first + the second …, each sum rounded."""
    if not len(values):
        return np.zeros(values.shape[1:], dtype=values.dtype)
    side_by_side = [
        stride for stride, length in zip(values.strides[1:], values.shape[1:], strict=True) if length >= _WIDE_ENOUGH
    ]
    if side_by_side and min(side_by_side) == values.itemsize < abs(values.strides[0]) and values.size >= _MANY:
        return np.einsum("i...->...", values)  # which adds whole rows, in order
    return np.add.accumulate(values, axis=0)[-1] + values.dtype.type(0)
