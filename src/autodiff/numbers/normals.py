"""Normal numbers from uniform ones by the method of Box and Muller, to the bit as PyTorch's CPU kernels draw them.

Fewer than sixteen numbers come one by one, in double; more of them in blocks of sixteen, in their own precision. For
float32 the kernel has its own logarithm, sine and cosine (the single-precision polynomials of the Cephes library),
every product and sum of which is fused: their steps are repeated here.
"""

import math
from collections.abc import Sequence
from typing import Any, Final

from autodiff.dtypes import dtype, float32, float64
from autodiff.numbers.array import np
from autodiff.numbers.generator import Generator, fused

__all__ = ["normals"]

_BLOCK: Final = 16
_LOGARITHM: Final = (
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
    2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip
_LN_2: Final = (-2.12194440e-4, 0.693359375)
"""The natural logarithm of 2: what its short part leaves over, and the short part, whose multiples are exact."""
_QUARTER_PI: Final = (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)
_COSINE: Final = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_SINE: Final = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)


def normals(generator: Generator, count: int, kind: dtype) -> Any:  # noqa: ANN401 - an array, float32 or float64
    """The next `count` numbers of mean 0 and deviation 1; float32 stands for the shorter dtypes, too."""
    if count < _BLOCK:
        values = np.array([_next_normal(generator) for _ in range(count)], dtype=np.float64)
        return values if kind is float64 else values.astype(np.float32)
    whole = count - count % _BLOCK
    drawn = count if kind in (float32, float64) else whole
    values = np.resize(generator.fractions(drawn, kind), count)
    tail = generator.fractions(_BLOCK, kind) if whole < count else None
    values[:whole] = _transformed(values[:whole])
    if tail is not None:
        values[-_BLOCK:] = _transformed(tail)
    return values


def _next_normal(generator: Generator) -> float:
    """One number in double; its twin is kept for the next call."""
    spare = generator.spare_normal
    if spare is not None:
        generator.spare_normal = None
        return spare
    u1, u2 = generator.fractions(2, float64).tolist()
    radius, angle = math.sqrt(-2.0 * math.log1p(-u2)), 2.0 * math.pi * u1
    generator.spare_normal = radius * math.sin(angle)
    return radius * math.cos(angle)


def _transformed(fractions: Any) -> Any:  # noqa: ANN401 - arrays of whole blocks
    """Eight radii and eight angles a block, as eight cosines and eight sines."""
    blocks = fractions.reshape(-1, _BLOCK)
    one = fractions.dtype.type(1)
    u1, u2 = one - blocks[:, :8], blocks[:, 8:]
    if fractions.dtype == np.float64:
        radius = np.sqrt(-2.0 * _each(math.log, u1))
        angle = 2.0 * math.pi * u2
        sine, cosine = _each(math.sin, angle), _each(math.cos, angle)
    else:
        radius = np.sqrt(np.float32(-2) * _logarithm(u1))
        sine, cosine = _sine_and_cosine(np.float32(2.0 * math.pi) * u2)
    return np.concatenate([radius * cosine, radius * sine], axis=1).reshape(-1)


def _each(function: Any, values: Any) -> Any:  # noqa: ANN401 - the C library's double functions, as PyTorch calls them
    return np.array([function(x) for x in values.ravel().tolist()]).reshape(values.shape)


def _polynomial(coefficients: Sequence[float], x: Any) -> Any:  # noqa: ANN401 - float32 arrays
    """By Horner's rule, each step fused."""
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value = fused(value, x, np.float32(coefficient))
    return value


def _logarithm(x: Any) -> Any:  # noqa: ANN401 - float32, normal and positive
    """log(x) = log(m) + e * log(2), where m lies between sqrt(1/2) and sqrt(2)."""
    bits = np.maximum(x, np.finfo(np.float32).tiny).view(np.int32)
    exponent = ((bits >> 23) - 126).astype(np.float32)
    half = np.float32(0.5)
    mantissa = ((bits & 0x007FFFFF) | half.view(np.int32)).view(np.float32)
    low = mantissa < np.float32(math.sqrt(0.5))
    exponent = exponent - low.astype(np.float32)
    m = mantissa - np.float32(1) + np.where(low, mantissa, np.float32(0))
    square = m * m
    y = fused(_polynomial(_LOGARITHM, m) * m, square, exponent * np.float32(_LN_2[0]))
    return fused(exponent, np.float32(_LN_2[1]), m + (y - square * half))


def _sine_and_cosine(x: Any) -> tuple[Any, Any]:  # noqa: ANN401 - float32, at least 0
    """The angle is brought to [-pi/4, pi/4] by whole quarters of a turn, which say which polynomial and which sign."""
    octant = ((x * np.float32(4 / math.pi)).astype(np.int32) + 1) & ~1
    turns = octant.astype(np.float32)
    for part in _QUARTER_PI:
        x = fused(turns, np.float32(part), x)
    z = x * x
    cosine = fused(_polynomial(_COSINE, z) * z, z, -z * np.float32(0.5)) + np.float32(1)
    sine = fused(_polynomial(_SINE, z) * z, x, x)
    swapped = octant & 2 != 0
    first, second = np.where(swapped, cosine, sine), np.where(swapped, sine, cosine)
    return np.where(octant & 4 != 0, -first, first), np.where((octant - 2) & 4 == 0, -second, second)
