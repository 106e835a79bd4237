"""How the results of operations lie in memory: PyTorch's order of dimensions, which is not always NumPy's.

Strides here are counted in bytes or in elements, which makes no difference to their order.
"""

from __future__ import annotations

from autodiff.numbers.array import np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autodiff.numbers.array import Values

__all__ = ["as_computed", "copy_alike", "expanded", "is_dense"]


def is_dense(values: Values) -> bool:
    """Whether the elements fill a stretch of memory, in any order of the dimensions."""
    if values.flags.c_contiguous or values.flags.f_contiguous:
        return True
    distance = values.itemsize
    for stride, length in sorted((s, n) for s, n in zip(values.strides, values.shape, strict=True) if n > 1):
        if stride != distance:
            return False
        distance *= length
    return True


def expanded(values: Values, shape: Sequence[int]) -> Values:
    """A view of the values in a shape they broadcast to.

    Where a dimension of length 1 is new, NumPy has the stride 0; PyTorch goes on as if memory were dense.
    """
    strides = list(np.broadcast_to(values, tuple(shape)).strides)
    for k in reversed(range(len(shape) - values.ndim if values.ndim else 0)):
        if shape[k] == 1:
            strides[k] = shape[k + 1] * strides[k + 1]
    return np.lib.stride_tricks.as_strided(values, tuple(shape), strides)


def copy_alike(values: Values, kind: Any = None) -> Values:  # noqa: ANN401 - a dtype
    """A copy, in the dtype `kind` if there is one, laid out as `values` if these are dense.

    If they are not, it is packed, with its dimensions in the same order.
    """
    kind = kind or values.dtype
    itemsize = kind.itemsize
    if is_dense(values):
        strides = tuple(stride // values.itemsize * itemsize for stride in values.strides)
    else:
        strides = _packed(values.shape, [values.strides], itemsize)
    return _relaid(values, strides, kind)


def as_computed(result: Values, operands: Sequence[Values]) -> Values:
    """The result of an elementwise operation in memory in the order that PyTorch finds in its operands.

    That of at::TensorIterator: the strides of the operands if all have the same and are dense; otherwise each operand
    that was not broadcast along two dimensions says in turn which is the inner one.
    """
    shape = result.shape
    own = [values for values in operands if values.ndim]
    alike = all(values.shape == shape for values in own)
    if alike and all(values.flags.c_contiguous for values in own):
        strides = _packed(shape, [], result.itemsize)
    elif alike and len({values.strides for values in own}) == 1 and is_dense(own[0]):
        strides = tuple(stride // own[0].itemsize * result.itemsize for stride in own[0].strides)
    else:
        strides = _packed(shape, [_broadcast_strides(values, shape) for values in own], result.itemsize)
    return result if result.strides == strides else _relaid(result, strides)


def _broadcast_strides(values: Values, shape: tuple[int, ...]) -> tuple[int, ...]:
    added: int = len(shape) - values.ndim
    own = zip(values.strides, values.shape, shape[added:], strict=True)
    return (0,) * added + tuple(0 if length == 1 != wanted else stride for stride, length, wanted in own)


def _packed(shape: tuple[int, ...], layouts: Sequence[Sequence[int]], itemsize: int) -> tuple[int, ...]:
    """Strides without gaps, the dimensions sorted as those of the layouts are (by insertion, from the last)."""
    order = list(range(len(shape)))[::-1]
    for i in range(1, len(order)):
        k = i
        for j in range(i - 1, -1, -1):
            outer = _compared(order[j], order[k], shape, layouts)
            if outer > 0:
                order[j], order[k] = order[k], order[j]
                k = j
            elif outer < 0:
                break
    strides = [0] * len(shape)
    for dim in order:
        strides[dim], itemsize = itemsize, itemsize * max(shape[dim], 1)
    return tuple(strides)


def _compared(a: int, b: int, shape: tuple[int, ...], layouts: Sequence[Sequence[int]]) -> int:
    """1 if dimension `a`, taken to be inside of `b`, belongs outside, -1 if it is well, 0 if no layout says."""
    for strides in layouts:
        if not strides[a] or not strides[b]:
            continue
        if strides[a] != strides[b]:
            return 1 if strides[a] > strides[b] else -1
        if shape[a] > shape[b]:
            return 1
    return 0


def _relaid(values: Values, strides: tuple[int, ...], kind: Any = None) -> Values:  # noqa: ANN401
    if values.flags.c_contiguous and values.strides == strides and kind in (None, values.dtype):
        return values.copy()
    result = np.ndarray(values.shape, kind or values.dtype, np.empty(values.size, kind or values.dtype), 0, strides)
    with np.errstate(all="ignore"):
        np.copyto(result, values, casting="unsafe")
    return result
