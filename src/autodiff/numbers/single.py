"""Hyperbolic functions and their relatives in float32, every step rounded, as C's library computes them.

PyTorch calls C's library for these. Its steps are those of Sun's fdlibm (s_expm1.c, s_log1p.c, e_acosh.c, ...), whose
last digit may differ from that of the value computed in double and rounded once. Arguments and values are floats
that a float32 can hold; every function has an answer for every one of them.
"""

import math
from collections.abc import Callable, Sequence
from math import copysign, inf, nan
from typing import Final

from autodiff.numbers.array import Values, np
from autodiff.numbers.array_functions import each, once_rounded
from autodiff.numbers.ieee import INVALID
from autodiff.numbers.scalar import round_float32 as r

__all__ = ["acosh", "asinh", "atanh", "by_element", "cosh", "expm1", "log1p", "sinh", "tanh"]

MANY: Final = 1 << 16
VECTOR: Final = 32
"""So many float32 numbers PyTorch computes at a time, on processors with vectors of 512 bits."""
_LN2: Final = r(math.log(2))
_LN2_HIGH, _LN2_LOW = 6.9313812256e-01, r(9.0580006145e-06)  # the high part has zeros at its end: products are exact
_EXPM1: Final = tuple(
    map(r, (1, -3.3333335072e-02, 1.5873016091e-03, -7.9365076090e-05, 4.0082177293e-06, -2.0109921195e-07))
)
_LOG1P: Final = tuple(
    map(
        r,
        (
            6.6666668653e-01,
            4.0000000596e-01,
            2.8571429849e-01,
            2.2222198546e-01,
            1.8183572590e-01,
            1.5313838422e-01,
            1.4798198640e-01,
        ),
    )
)


def _polynomial(x: float, coefficients: Sequence[float]) -> float:
    total = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total = r(coefficient + r(x * total))
    return total


def _exp(x: float) -> float:
    try:
        return r(math.exp(x))
    except OverflowError:
        return inf


def _log(x: float) -> float:
    return r(math.log(x)) if x > 0 else -inf if x == 0 else nan


def expm1(x: float) -> float:
    """exp(x) - 1, by a rational approximation around the nearest multiple of log(2) (s_expm1f.c)."""
    size = abs(x)
    if x != x or x == inf or x > 88.72168:
        return x if x != x else inf
    if x < -18.714973:  # -27 log(2)
        return -1.0
    if size < 2.0**-25:
        return x
    k, c = 0, 0.0
    if size > 0.34657359:
        k = int(copysign(1, x)) if size < 1.0397208 else int(r(r(r(1.4426950216) * x) + copysign(0.5, x)))
        high, low = r(x - r(k * r(_LN2_HIGH))), r(k * _LN2_LOW)
        x = r(high - low)
        c = r(r(high - x) - low)
    half = r(0.5 * x)
    square = r(x * half)
    quotient = _polynomial(square, _EXPM1)
    t = r(3 - r(quotient * half))
    e = r(square * r(r(quotient - t) / r(6 - r(x * t))))
    if k == 0:
        return r(x - r(r(x * e) - square))
    return _scaled(x, r(r(r(x * r(e - c)) - c) - square), k)


def _scaled(x: float, e: float, k: int) -> float:
    """2**k (1 + x - e) - 1, in the order that loses least."""
    if k == -1:
        return r(r(0.5 * r(x - e)) - 0.5)
    if k == 1:
        return r(-2 * r(e - r(x + 0.5))) if x < -0.25 else r(1 + r(2 * r(x - e)))
    if k <= -2 or k > 56:
        return r(r(r(1 - r(e - x)) * 2.0**k) - 1)
    if k < 23:
        return r(r(r(1 - 2.0**-k) - r(e - x)) * 2.0**k)
    return r(r(r(x - r(e + 2.0**-k)) + 1) * 2.0**k)


def log1p(x: float) -> float:
    """log(1 + x), by the series of atanh around the nearest power of two (s_log1pf.c)."""
    if x <= -1 or x != x or x == inf:
        return -inf if x == -1 else x if x == inf or x != x else nan
    if abs(x) < 2.0**-29:
        return x if abs(x) < 2.0**-54 else r(x - r(r(x * x) * 0.5))
    k, c, f = 0, 0.0, x
    if not -0.29289323 < x < 0.41421354:
        u = r(1 + x)
        fraction, k = math.frexp(u)
        k -= 1
        c = r(r(1 - r(u - x)) if k > 0 else r(x - r(u - 1)))
        c = r(c / u)
        fraction *= 2
        if fraction >= 1.4142132:
            k += 1
            fraction /= 2
        f = r(fraction - 1)
    half = r(r(0.5 * f) * f)
    tail = r(r(k * _LN2_LOW) + c)
    if abs(f) < 2.0**-20 and k:
        rest = r(half * r(1 - r(r(2 / 3) * f)))
        return r(r(k * r(_LN2_HIGH)) - r(r(rest - tail) - f)) if f else r(r(k * r(_LN2_HIGH)) + r(c + r(k * _LN2_LOW)))
    s = r(f / r(2 + f))
    z = r(s * s)
    rest = r(s * r(half + r(z * _polynomial(z, _LOG1P))))
    if k == 0:
        return r(f - r(half - rest))
    return r(r(k * r(_LN2_HIGH)) - r(r(half - r(rest + tail)) - f))


def tanh(x: float) -> float:
    """The hyperbolic tangent, from expm1 (s_tanhf.c)."""
    size = abs(x)
    if size < 2.0**-55 or x != x:
        return x
    if size >= 22:
        return copysign(1.0, x)
    if size >= 1:
        return copysign(r(1 - r(2 / r(expm1(r(2 * size)) + 2))), x)
    t = expm1(r(-2 * size))
    return copysign(r(-t / r(t + 2)), x)


def sinh(x: float) -> float:
    """The hyperbolic sine, from expm1 (e_sinhf.c)."""
    size = abs(x)
    if size < 2.0**-28 or x != x:
        return x
    if size >= 22:
        return copysign(_large(size), x)
    t = expm1(size)
    inner = r(r(2 * t) - r(r(t * t) / r(t + 1))) if size < 1 else r(t + r(t / r(t + 1)))
    return r(copysign(0.5, x) * inner)


def cosh(x: float) -> float:
    """The hyperbolic cosine, from expm1 or exp (e_coshf.c)."""
    size = abs(x)
    if size >= 22 or x != x:
        return x if x != x else _large(size)
    if size < 0.34657359:
        t = expm1(size)
        w = r(1 + t)
        return r(1 + r(r(t * t) / r(w + w))) if size >= 2.0**-55 else 1.0
    t = _exp(size)
    return r(r(0.5 * t) + r(0.5 / t))


def _large(size: float) -> float:
    """exp(size) / 2, which overflows later than exp."""
    if size < 88.72168:
        return r(0.5 * _exp(size))
    w = _exp(r(0.5 * size))
    return r(r(0.5 * w) * w)


def asinh(x: float) -> float:
    """The inverse hyperbolic sine (s_asinhf.c)."""
    size = abs(x)
    if size < 2.0**-14 or x != x or size == inf:
        return x
    if size > 2.0**15:
        return copysign(r(_log(size) + _LN2), x)
    root = r(math.sqrt(r(r(size * size) + 1)))
    if size > 2:
        return copysign(_log(r(r(2 * size) + r(1 / r(root + size)))), x)
    t = r(size * size)
    return copysign(log1p(r(size + r(t / r(1 + r(math.sqrt(r(1 + t))))))), x)


def acosh(x: float) -> float:
    """The inverse hyperbolic cosine; nan below 1 (e_acoshf.c)."""
    if x < 1 or x != x:
        return x if x != x else INVALID
    if x >= 2.0**28:
        return inf if x == inf else r(_log(x) + _LN2)
    if x > 2:
        return _log(r(r(2 * x) - r(1 / r(x + r(math.sqrt(r(r(x * x) - 1)))))))
    t = r(x - 1)
    return log1p(r(t + r(math.sqrt(r(r(2 * t) + r(t * t))))))


def atanh(x: float) -> float:
    """The inverse hyperbolic tangent; nan beyond 1 (e_atanhf.c)."""
    size = abs(x)
    if size < 2.0**-28 or not size < 1:
        return x if size < 1 else copysign(inf, x) if size == 1 else x if x != x else INVALID
    t = r(size + size)
    inner = r(t + r(r(t * size) / r(1 - size))) if size < 0.5 else r(t / r(1 - size))
    return copysign(r(0.5 * log1p(inner)), x)


def by_element(
    single: Callable[[float], float], function: str | Callable[[Values], Values], *, whole: int = 0
) -> Callable[[Values], Values]:
    """`single` of every element of a float32 array; `function`, or a ufunc's name, in double, rounded once, of others.

    PyTorch computes `whole` elements at a time by other means, which round well, and the rest with C's library. (So
    do we for huge arrays, where speed counts more than the last digit.)
    """
    one_by_one, together = each(single), once_rounded(function)

    def compute(x: Values) -> Values:
        if x.dtype != np.float32 or x.size > MANY:
            return together(x)
        flat = x.ravel()
        start = flat.size // whole * whole if whole else 0
        return np.concatenate((together(flat[:start]), one_by_one(flat[start:]))).reshape(x.shape)

    return compute
