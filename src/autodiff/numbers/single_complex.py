"""Complex arithmetic in two float32 parts, every step rounded, in PyTorch's order."""

import cmath
import math
from collections.abc import Callable, Mapping
from math import inf, nan
from typing import Any, Final

from autodiff.numbers import double_complex, ieee
from autodiff.numbers.scalar import round_float32 as r

__all__ = ["IN_STEPS", "power", "power_of_number", "product", "quotient", "reciprocal"]


def product(a: complex, b: complex) -> complex:
    """a * b."""
    a, b = complex(a), complex(b)
    return complex(r(r(a.real * b.real) - r(a.imag * b.imag)), r(r(a.real * b.imag) + r(a.imag * b.real)))


def quotient(a: complex, b: complex) -> complex:
    """a / b by Smith's method; the divisor's part is one fused step. By zero, the parts are divided by zero."""
    a, b = complex(a), complex(b)
    re, im, c, d = a.real, a.imag, b.real, b.imag
    if c == 0 and d == 0:
        return complex(ieee.divide(re, 0.0), ieee.divide(im, 0.0))
    if abs(c) >= abs(d):
        ratio = r(d / c)
        scale = r(ieee.divide(1.0, r(d * ratio + c)))
        return complex(r(r(re + r(im * ratio)) * scale), r(r(im - r(re * ratio)) * scale))
    ratio = r(ieee.divide(c, d))
    scale = r(ieee.divide(1.0, r(c * ratio + d)))
    return complex(r(r(r(re * ratio) + im) * scale), r(r(r(im * ratio) - re) * scale))


def reciprocal(z: complex) -> complex:
    """1 / z."""
    return quotient(1.0, z)


def power_of_number(z: complex, exponent: complex, rounded: Callable[[Any], Any]) -> complex:
    """z ** exponent for a Python number: small powers are products."""
    if exponent == 2:
        return product(z, z)
    if exponent == 3:
        return product(product(z, z), z)
    if exponent in (0, 1, 0.5, -0.5, -1, -2):
        return ieee.power_of_number(z, exponent, rounded)  # type: ignore[no-any-return] # a complex number
    return power(z, exponent, rounded)


def power(z: complex, exponent: complex, rounded: Callable[[Any], Any]) -> complex:
    """z ** exponent as exp(exponent * log(z)), every step rounded."""
    z = complex(z)
    if z == 0:
        return ieee.power_of_zero(complex(exponent))
    if not math.isfinite(z.real + z.imag):
        return ieee.power_of_number(z, exponent, rounded)  # type: ignore[no-any-return] # a complex number
    logarithm = complex(r(math.log(r(math.hypot(z.real, z.imag)))), r(math.atan2(z.imag, z.real)))
    scaled = product(exponent, logarithm)
    try:
        size = r(math.exp(scaled.real))
    except OverflowError:
        size = inf
    angle = scaled.imag
    if not math.isfinite(angle):
        return complex(nan, nan)
    return complex(r(size * r(math.cos(angle))), r(size * r(math.sin(angle))))


def _arc_cosine(z: complex) -> complex:
    angle = cmath.acos(z)
    return complex(r(angle.real), r(angle.imag))


def _direction(z: complex) -> complex:
    size = r(math.hypot(z.real, z.imag))
    return quotient(z, size) if size else 0j


IN_STEPS: Final[Mapping[Callable[..., Any], tuple[Callable[..., Any], bool]]] = {
    ieee.product: (product, False),
    ieee.quotient: (quotient, False),
    ieee.reciprocal: (reciprocal, False),
    ieee.power: (power, True),
    ieee.power_of_number: (power_of_number, True),
    double_complex.arc_cosine: (_arc_cosine, False),
    double_complex.direction: (_direction, False),
}
"""What stands for a function of complex numbers in complex64, and whether it is told how to round."""
