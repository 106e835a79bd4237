"""Orthogonal polynomials of an integer degree, each step in the precision PyTorch computes them in.

The recurrences are A&S 22.7 (Abramowitz & Stegun, 1964); between its ends a Chebyshev polynomial of higher degree is
a quotient of cosines and sines (A&S 22.3.15 and 22.3.16). Of a negative degree every polynomial is 0.
"""

import math
from collections.abc import Callable
from math import nan
from typing import Final

__all__ = ["chebyshev", "hermite_h", "hermite_he", "laguerre", "legendre", "shifted_chebyshev"]

Rounding = Callable[[float], float]
_HIGH: Final = {"t": 6, "u": 8, "v": 8, "w": 8}
_HIGH_SHIFTED: Final = {"t": 6, "u": 6, "v": 6, "w": 4}
_MOST_HERMITE: Final = 512
_MOST_HERMITE_SINGLE: Final = 128


def _degree(n: float) -> int:
    return int(n) if math.isfinite(n) else -1


def chebyshev(kind: str, x: float, n: float, rounded: Rounding) -> float:
    """The Chebyshev polynomial of the kind t, u, v or w, of degree n, at x."""
    return _chebyshev(kind, x, _degree(n), rounded, _HIGH)


def shifted_chebyshev(kind: str, x: float, n: float, rounded: Rounding) -> float:
    """The same at 2x - 1."""
    return _chebyshev(kind, rounded(2 * x - 1), _degree(n), rounded, _HIGH_SHIFTED)


def _chebyshev(kind: str, x: float, n: int, rounded: Rounding, high: dict[str, int]) -> float:
    if n < 0:
        return 0.0
    if abs(x) == 1:
        size = {"t": 1, "u": n + 1, "v": 1 if x > 0 else 2 * n + 1, "w": 2 * n + 1 if x > 0 else 1}[kind]
        return float(size if x > 0 or n % 2 == 0 else -size)
    if n > high[kind] and abs(x) < 1:
        return _by_angle(kind, rounded(math.acos(x)), n, rounded)
    first = {"t": x, "u": 2 * x, "v": rounded(2 * x - 1), "w": rounded(2 * x + 1)}[kind]
    return _recurred(n, first, lambda _, q, p: rounded(2 * x * q - p))


def _by_angle(kind: str, angle: float, n: int, rounded: Rounding) -> float:
    if kind == "t":
        return rounded(math.cos(rounded(n * angle)))
    above, below = (math.cos, math.cos) if kind == "v" else (math.sin, math.sin)
    times = n + 1 if kind == "u" else n + 0.5
    divisor = rounded(below(angle if kind == "u" else rounded(angle / 2)))
    return rounded(rounded(above(rounded(times * angle))) / divisor)


def _recurred(n: int, first: float, step: Callable[[int, float, float], float]) -> float:
    """The polynomial of degree n: 1, `first`, and then each from its two predecessors."""
    p, q = 1.0, first
    if n == 0:
        return p
    for k in range(1, n):
        if q != q:
            break
        p, q = q, step(k, q, p)
    return q


def hermite_h(x: float, n: float, rounded: Rounding) -> float:
    """The physicists' Hermite polynomial."""
    return _hermite(2 * x, 2, _degree(n), rounded)


def hermite_he(x: float, n: float, rounded: Rounding) -> float:
    """The probabilists' Hermite polynomial."""
    return _hermite(x, 1, _degree(n), rounded)


def _hermite(x: float, unit: int, n: int, rounded: Rounding) -> float:
    if n < 0:
        return 0.0
    if n > (_MOST_HERMITE if rounded is float else _MOST_HERMITE_SINGLE):
        return nan
    return _recurred(n, x, lambda k, q, p: rounded(x * q - rounded(unit * k * p)))


def laguerre(x: float, n: float, rounded: Rounding) -> float:
    """The Laguerre polynomial."""
    degree = _degree(n)
    if degree < 0:
        return 0.0
    if x == 0:
        return 1.0
    less = rounded(1 - x)
    return _recurred(
        degree, less, lambda k, q, p: rounded(rounded(rounded(2 * k + less) * q - rounded(k * p)) / (k + 1))
    )


def legendre(x: float, n: float, rounded: Rounding) -> float:
    """The Legendre polynomial."""
    degree = _degree(n)
    if degree < 0:
        return 0.0
    if abs(x) == 1:
        return 1.0 if x > 0 or degree % 2 == 0 else -1.0
    return _recurred(
        degree, x, lambda k, q, p: rounded(rounded(rounded((2 * k + 1) * x) * q - rounded(k * p)) / (k + 1))
    )
