"""Arithmetic of complex arrays in the order of PyTorch's kernels, which shows in nan and in the signs of zeros."""

from typing import Any

from autodiff.numbers.array import Values, np

__all__ = ["difference", "total"]


def _is_complex(b: Any) -> bool:  # noqa: ANN401 - an array or a number
    return isinstance(b, np.ndarray) and b.dtype.kind == "c"


def _times(b: Values, one: int) -> Values:
    """b times (1 + 0i), or (-1 + 0i)."""
    result = np.empty_like(b)
    result.real, result.imag = one * b.real - 0 * b.imag, 0 * b.real + one * b.imag
    return result


def total(a: Values, b: Values) -> Values:
    """a + b; of complex numbers a + (1 + 0i) b, which is nan where b is infinite."""
    return a + (_times(b, 1) if _is_complex(b) else b)


def difference(a: Values, b: Values) -> Values:
    """a - b; of complex numbers a + (-1 + 0i) b."""
    return a + _times(b, -1) if _is_complex(b) else a - b
