"""Complex numbers in double precision, by the formulas PyTorch and its C library use, to the last bit."""

import cmath
import math
from math import inf, nan

__all__ = ["arc_cosine", "direction", "exponential", "exponential_minus_one", "logarithm", "tangent", "tanh"]


def direction(z: complex) -> complex:
    """z / |z|, or 0."""
    size = math.hypot(z.real, z.imag)
    if size == 0:
        return 0j
    scale = 1 / size
    return complex(z.real * scale, z.imag * scale)


def logarithm(z: complex) -> complex:
    """The natural logarithm; of 0, minus infinity."""
    return cmath.log(z) if z else complex(-inf, 0)


def exponential(z: complex) -> complex:
    """The exponential; of an infinity in no direction, infinite and nan, as C has it."""
    try:
        return cmath.exp(z)
    except (ValueError, OverflowError):
        return complex(inf if z.real == inf else nan, nan)


def exponential_minus_one(z: complex) -> complex:
    """exp(z) - 1, accurate near 0."""
    half = math.sin(z.imag / 2)
    return complex(math.expm1(z.real) * math.cos(z.imag) - 2 * half * half, math.exp(z.real) * math.sin(z.imag))


def arc_cosine(z: complex) -> complex:
    """The angle whose cosine is z, from that whose sine it is."""
    return math.pi / 2 - cmath.asin(z)


def tangent(z: complex) -> complex:
    """The tangent, of radians."""
    turned = tanh(complex(-z.imag, z.real))
    return complex(turned.imag, -turned.real)


def tanh(z: complex) -> complex:
    """The hyperbolic tangent."""
    if abs(z.real) > 20:  # where the hyperbolic functions are equal
        return cmath.tanh(z)
    grown, sine, cosine = math.sinh(z.real), math.sin(z.imag), math.cos(z.imag)
    bottom = grown * grown + cosine * cosine
    return complex(grown * math.cosh(z.real) / bottom, sine * cosine / bottom)
