"""Sine and cosine in float32, with the last digit that PyTorch's mathematical library gives: polynomials in double.

The nearest half turn is taken away, and with it the sign; of the rest t the value is t + t**3 P(t*t), rounded once. The
coefficients of P are fitted to 400 000 values of PyTorch 2.13.0 on a processor with AVX-512. Of 300 000 others about 2
differ; the nearest float32 to the true value differs from PyTorch's in one case of twenty.
"""

import math
from functools import partial
from math import pi
from typing import Final

from autodiff.numbers import ieee
from autodiff.numbers.array import Values, np
from autodiff.numbers.array_functions import once_rounded
from autodiff.numbers.blocks import by_blocks
from autodiff.numbers.scalar import float32_cell as cell

__all__ = ["cos", "cos_of_arrays", "sin", "sin_of_arrays"]

_A, _B, _C, _D = -0.166666595507496, 0.00833306625162015, -0.00019809603207469957, 2.605781197396863e-06
_LARGE: Final = 10_000.0
"""From here on PyTorch reduces in another way, and its values are nearly always the nearest ones."""
_HIGH: Final = 3.1415926534682512
"""The leading digits of pi: few enough for products with whole numbers to be exact."""
_LOW: Final = (pi - _HIGH) + 1.2246467991473532e-16
_WHOLE: Final = 6755399441055744.0
"""1.5 * 2**52: added and taken away again, it leaves the nearest whole number."""
_PER_RADIAN: Final = 1 / pi
_QUARTER: Final = 1.57
"""Not quite a quarter turn."""
_SIGN: Final = 63
"""The place of the sign among the bits of a double."""
_far_sin, _far_cos = ieee.total(math.sin), ieee.total(math.cos)


def sin(x: float) -> float:
    """The sine of a float32, rounded to one."""
    if -_QUARTER < x < _QUARTER:
        s = x * x
        cell[0] = x * (1 + s * (_A + s * (_B + s * (_C + s * _D))))
        return cell[0]
    return _reduced(x, 0.0) if -_LARGE <= x <= _LARGE else _far_sin(x)


def cos(x: float) -> float:
    """The cosine of a float32, rounded to one."""
    return _reduced(x, 0.5) if -_LARGE <= x <= _LARGE else _far_cos(x)


def _reduced(x: float, ahead: float) -> float:
    """The sine of x ahead by a part of a half turn."""
    turns = (x * _PER_RADIAN + ahead + _WHOLE) - _WHOLE
    zero = turns - ahead
    t = (x - zero * _HIGH) - zero * _LOW
    s = t * t
    cell[0] = t * (1 + s * (_A + s * (_B + s * (_C + s * _D))))
    half = turns * 0.5
    return cell[0] if (half + _WHOLE) - _WHOLE == half else -cell[0]


def sin_of_arrays(x: Values) -> Values:
    """The sine of an array of any float dtype."""
    return _of_arrays(x, "sin", 0.0)


def cos_of_arrays(x: Values) -> Values:
    """The cosine of an array of any float dtype."""
    return _of_arrays(x, "cos", 0.5)


def _of_arrays(x: Values, name: str, ahead: float) -> Values:
    nearest = once_rounded(name)
    if x.dtype != np.float32:
        return nearest(x)
    values = by_blocks(partial(_values, ahead), [x], x.dtype)
    far = ~(np.abs(x) <= _LARGE)
    if far.any():
        values = np.where(far, nearest(x), values)
    return values


def _values(ahead: float, x: Values) -> Values:
    """What `_reduced` does, of arrays."""
    wide = np.asarray(x, np.float64)
    turns = np.rint(wide * _PER_RADIAN + ahead)  # a zero more, where nothing is ahead, keeps the sign of -0
    odd = np.asarray(turns, np.int64) << _SIGN
    turns -= ahead
    t = wide - turns * _HIGH
    t -= turns * _LOW
    s = t * t
    value = np.asarray(s * _D)
    for coefficient in (_C, _B, _A):
        value += coefficient
        value *= s
    value += 1.0
    value *= t
    value.view(np.int64)[...] ^= odd
    return np.asarray(value, np.float32)
