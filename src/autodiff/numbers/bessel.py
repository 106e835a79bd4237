"""Modified Bessel functions in double precision; the accuracy is measured as in `special`."""

import math
from math import copysign, inf, nan, pi, sqrt

__all__ = ["i0", "i0e", "i1", "i1e"]


def i0(x: float) -> float:
    """The modified Bessel function of order 0 (1e-15)."""
    return _unscaled(i0e(x), x)


def i1(x: float) -> float:
    """The modified Bessel function of order 1 (1e-15)."""
    return _unscaled(i1e(x), x)


def i0e(x: float) -> float:
    """exp(-|x|) i0(x) (1e-15)."""
    return _scaled_bessel(0, abs(x))


def i1e(x: float) -> float:
    """exp(-|x|) i1(x) (1e-15)."""
    return _scaled_bessel(1, abs(x)) * (-1 if x < 0 else 1)


def _unscaled(value: float, x: float) -> float:
    size = abs(x)
    if not size <= 713.98:
        return copysign(inf, value) if size < inf else nan
    half = math.exp(size / 2)
    return value * half * half


def _scaled_bessel(order: int, x: float) -> float:
    """exp(-x) times the series A&S 9.6.10 of positive terms; from 20 on the asymptotic series A&S 9.7.1."""
    if x < 20:
        quarter = x * x / 4
        total = term = 1.0 if order == 0 else x / 2
        k = 1
        while term > 1e-17 * total:
            term *= quarter / (k * (k + order))
            total += term
            k += 1
        return total * math.exp(-x)
    total = term = 1.0
    for k in range(1, 25):
        term *= ((2 * k - 1) ** 2 - 4 * order) / (8 * k * x)
        total += term
    return total / sqrt(2 * pi * x)
