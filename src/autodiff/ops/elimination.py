# ruff: noqa: ANN401 - rules run on tensors; matrices have PyTorch's names
"""Elimination with pivots: the factors of one matrix, and linear systems with them, as LAPACK's getrf and getrs."""

from typing import Any, Final

from autodiff.numbers.array import Values, np

__all__: list[str] = []

_FEW: Final = 64
"""Up to so many rows, products are subtracted with one rounding; above, time matters more."""


def eliminated(matrix: Values) -> tuple[Values, Values, Values]:
    """L below the diagonal and U on and above it; the row each row was swapped with, from 1; the first zero pivot.

    The last of these is 0 if no pivot is zero. Columns are divided by multiplying with the reciprocal of the pivot,
    except the last of small matrices: measured at PyTorch.
    """
    lu = matrix.copy()
    rows, count = len(lu), min(lu.shape)
    pivots, singular = np.arange(1, count + 1, dtype=np.int32), 0
    for k in range(count):
        pivot = k + _largest(np.abs(lu[k:, k]))
        pivots[k] = pivot + 1
        if pivot != k:
            lu[[k, pivot]] = lu[[pivot, k]]
        if lu[k, k] == 0:
            singular = singular or k + 1
            continue
        last = rows <= 4 and k == rows - 2
        lu[k + 1 :, k] = lu[k + 1 :, k] / lu[k, k] if last else lu[k + 1 :, k] * (1 / lu[k, k])
        lu[k + 1 :, k + 1 :] = _less(lu[k + 1 :, k + 1 :], lu[k + 1 :, k], lu[k, k + 1 :])
    return lu, pivots, np.int32(singular)


def _largest(sizes: Values) -> int:
    """The place of the largest, as BLAS looks for it: what is not larger than nan is never taken."""
    return 0 if np.isnan(sizes[0]) else int(np.nan_to_num(sizes, nan=-1.0, posinf=np.inf).argmax())


def _less(block: Values, column: Values, row: Values) -> Values:
    """`block` minus the products of `column` and `row`, rounded once where the processor fuses the two."""
    wide = {"float32": np.float64, "float64": np.longdouble}.get(block.dtype.name) if len(block) <= _FEW else None
    if wide is None:
        return block - np.multiply.outer(column, row)
    return (block.astype(wide) - np.multiply.outer(column.astype(wide), row.astype(wide))).astype(block.dtype)


def order_of_rows(pivots: Values, count: int) -> Values:
    """Which of `count` rows stands where after all swaps."""
    rows = np.arange(count)
    for k, pivot in enumerate(pivots):
        rows[[k, pivot - 1]] = rows[[pivot - 1, k]]
    return rows


def parity(pivots: Values) -> Any:
    """The sign of the permutations the swaps make: 1 or -1."""
    swaps = (pivots != np.arange(1, pivots.shape[-1] + 1)).sum(axis=-1)
    return 1 - 2 * (swaps % 2)


def substituted(lu: Values, pivots: Values, right: Values, *, adjoint: bool) -> Values:
    """X with A X = right (or A.mH X = right), where A has the factors `lu`."""
    rows = order_of_rows(pivots, len(lu))
    if not adjoint:
        middle = _below(lu, right[rows], scale=None)
        return _above(lu, middle, scale=_reciprocals(lu))
    turned = lu.conj().T
    middle = _above(turned, _below(turned, right.copy(), scale=_reciprocals(turned)), scale=None)
    result = np.empty_like(middle)
    result[rows] = middle
    return result


def _reciprocals(lu: Values) -> Any:
    """How row k is divided by its pivot: by two or less rows with the reciprocal, measured at PyTorch."""
    if len(lu) <= 2:
        return lambda row, k: row * (1 / lu[k, k])
    return lambda row, k: row / lu[k, k]


def _below(lu: Values, right: Values, scale: Any) -> Values:
    """The system with the lower triangle; its diagonal is 1 without `scale`."""
    for k in range(len(lu)):
        if scale is not None:
            right[k] = scale(right[k], k)
        right[k + 1 :] = _less(right[k + 1 :], lu[k + 1 :, k], right[k])
    return right


def _above(lu: Values, right: Values, scale: Any) -> Values:
    """The system with the upper triangle; its diagonal is 1 without `scale`."""
    for k in reversed(range(len(lu))):
        if scale is not None:
            right[k] = scale(right[k], k)
        right[:k] = _less(right[:k], lu[:k, k], right[k])
    return right


def triangle_solved(triangle: Values, right: Values, *, upper: bool, unit: bool) -> Values:
    """X with T X = right for one triangular T, of whose diagonal (`unit`) nothing is read."""
    scale = None if unit else lambda row, k: row / triangle[k, k]
    return (_above if upper else _below)(triangle, right.copy(), scale)
