"""a * b + c with a single rounding, as processors do it."""

from typing import Any

from autodiff.numbers.array import Values, np

__all__ = ["multiply_add", "multiply_add_arrays"]

_SPLIT = 134217729.0  # 2**27 + 1, Dekker's constant: halves a double's digits
_LARGE, _SMALL = 1e150, 1e-140  # beyond, the halves overflow or lose digits


def multiply_add(a: Any, b: Any, c: Any) -> Any:  # noqa: ANN401 - numbers
    """a * b + c of Python numbers: of floats with the error of the product (Dekker) and of the sum (Knuth) added."""
    product = a * b
    total = product + c
    if not isinstance(total, float) or not _SMALL < abs(product) < _LARGE or not max(abs(a), abs(b)) < _LARGE:
        return total
    return total + (_product_error(float(a), float(b), product) + _sum_error(product, c, total))


def _product_error(a: Any, b: Any, product: Any) -> Any:  # noqa: ANN401 - doubles, or arrays of them
    high_a = _SPLIT * a - (_SPLIT * a - a)
    high_b = _SPLIT * b - (_SPLIT * b - b)
    low_a, low_b = a - high_a, b - high_b
    return ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b


def _sum_error(a: Any, b: Any, total: Any) -> Any:  # noqa: ANN401
    part = total - a
    return (a - (total - part)) + (b - part)


def multiply_add_arrays(a: Any, b: Any, c: Any) -> Values:  # noqa: ANN401 - arrays, or numbers among them
    """The same of arrays of one dtype; narrower ones than double are exact in it."""
    kind = next(x.dtype for x in (a, b, c) if isinstance(x, np.ndarray))
    a, b, c = (np.asarray(x, dtype=kind) for x in (a, b, c))
    if kind.char in "ef":
        a, b, c = (x.astype(np.float64) for x in (a, b, c))
        return (a * b + c).astype(kind)
    product = a * b
    total = product + c
    if kind.char != "d":
        return total
    size = np.abs(product)
    usual = (size > _SMALL) & (size < _LARGE) & (np.maximum(np.abs(a), np.abs(b)) < _LARGE)
    return np.where(usual, total + (_product_error(a, b, product) + _sum_error(product, c, total)), total)
