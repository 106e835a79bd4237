"""Complex numbers in double precision, by the formulas PyTorch and its C library use, to the last bit."""

import cmath
import math
from math import inf, nan

from autodiff.numbers import ieee

__all__ = [
    "arc_cosine",
    "direction",
    "exponential",
    "exponential_minus_one",
    "logarithm",
    "logarithm_of_sum",
    "tangent",
    "tanh",
]


def direction(z: complex) -> complex:
    """z / |z|, or 0."""
    size = math.hypot(z.real, z.imag)
    return ieee.quotient(z, size) if size else 0j


def logarithm(z: complex) -> complex:
    """The natural logarithm; of 0, minus infinity."""
    return cmath.log(z) if z else complex(-inf, 0)


def logarithm_plus_one(z: complex) -> complex:
    """log(1 + z), accurate near 0."""
    angle = math.atan2(z.imag, z.real + 1)
    if math.hypot(z.real, z.imag) < 0.5:
        grown = z.real * (2 + z.real) + z.imag * z.imag
        return complex(0.5 * math.log1p(grown) if grown else z.real, angle)
    size = math.hypot(z.real + 1, z.imag)
    return complex(math.log(size) if size else -inf, angle)


def logarithm_of_sum(x: complex, y: complex) -> complex:
    """log(exp(x) + exp(y)) without overflow."""
    x, y = complex(x), complex(y)
    if x != x or y != y:
        return complex(nan, nan)
    low, high = (x if x.real < y.real else y), (x if x.real >= y.real else y)
    if low.real == high.real and abs(low.real) == inf:
        return low if low.real < 0 else logarithm(exponential(low) + exponential(high))
    return logarithm_plus_one(exponential(low - high)) + high


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
