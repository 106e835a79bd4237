"""Functions of Python numbers with the answers of IEEE 754 and of C: where Python's `math` raises, PyTorch does not.

A zero divisor gives an infinity or nan, an overflow an infinity, an argument outside the domain nan; integers
are divided as PyTorch's kernels divide them.
"""

from __future__ import annotations

import math
from math import copysign, inf, nan

from autodiff.errors import TorchRuntimeError
from autodiff.late import late_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    import cmath
    from collections.abc import Callable, Mapping
    from typing import Any, Final

    from autodiff.numbers import fused
else:
    cmath = late_module("cmath")
    fused = late_module("autodiff.numbers.fused")

__all__ = [
    "ceiling",
    "divide",
    "divide_rounded",
    "floor",
    "floor_divide",
    "fmod",
    "left_shift",
    "power",
    "power_of_number",
    "product",
    "quotient",
    "reciprocal",
    "remainder",
    "right_shift",
    "round_half_even",
    "total",
    "total_complex",
    "truncate",
]


INVALID: Final = copysign(nan, -1.0)
"""The nan that a processor gives for an invalid operation: its sign is set, as `copysign` and `signbit` see."""


def total(
    function: Callable[[float], float],
    *,
    poles: Mapping[float, float] | None = None,
    odd: bool = False,
    outside: float = INVALID,
) -> Callable[[float], float]:
    """`function` with an answer for every argument: `poles` where it is infinite, a nan `outside` its domain.

    An overflow is infinite; of an `odd` function it has the sign of the argument.
    """
    at_pole = poles or {}

    def answer(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return at_pole.get(x, outside)
        except OverflowError:
            return copysign(inf, x) if odd else inf

    return answer


def total_complex(function: Callable[[complex], complex]) -> Callable[[complex], complex]:
    """A function of `cmath` with an answer for every argument: nan where it has a pole or overflows."""

    def answer(z: complex) -> complex:
        try:
            return function(z)
        except (ValueError, OverflowError, ZeroDivisionError):
            return complex(nan, nan)

    return answer


def divide(a: Any, b: Any) -> Any:  # noqa: ANN401 - real or complex
    """a / b; a division by zero is infinite, or nan for 0 / 0."""
    try:
        return a / b
    except ZeroDivisionError:
        if isinstance(a, complex) or isinstance(b, complex):
            return complex(nan, nan)
        return INVALID if a == 0 else a if a != a else copysign(inf, a) * copysign(1.0, b)
    except OverflowError:  # integers beyond a double's range
        return divide(float(a), float(b))


def product(a: complex, b: complex) -> complex:
    """a * b of complex numbers; one product of each part is added in the same step, as processors do."""
    a, b = complex(a), complex(b)
    crossed = fused.multiply_add(a.real, b.imag, a.imag * b.real)
    return complex(fused.multiply_add(a.real, b.real, -(a.imag * b.imag)), crossed)


def total_of(a: complex, b: complex) -> complex:
    """a + b as a + (1 + 0i) b, which is nan where b is infinite."""
    a, b = complex(a), complex(b)
    return complex(a.real + (b.real - 0.0 * b.imag), a.imag + (0.0 * b.real + b.imag))


def difference_of(a: complex, b: complex) -> complex:
    """a - b as a + (-1 + 0i) b."""
    a, b = complex(a), complex(b)
    return complex(a.real + (-b.real - 0.0 * b.imag), a.imag + (0.0 * b.real - b.imag))


def quotient(a: complex, b: complex) -> complex:
    """a / b by the ratio of the parts of b (Smith, 1962); the parts of a / 0 are infinite or nan."""
    a, b = complex(a), complex(b)
    c, d = b.real, b.imag
    if c == 0 and d == 0:
        return complex(divide(a.real, 0.0), divide(a.imag, 0.0))
    if abs(c) >= abs(d):
        ratio = d / c
        scale = divide(1.0, fused.multiply_add(d, ratio, c))
        return complex((a.real + a.imag * ratio) * scale, (a.imag - a.real * ratio) * scale)
    ratio = divide(c, d)
    scale = divide(1.0, fused.multiply_add(c, ratio, d))
    return complex((a.real * ratio + a.imag) * scale, (a.imag * ratio - a.real) * scale)


def reciprocal(z: complex) -> complex:
    """1 / z."""
    return quotient(1.0, z)


def power(x: Any, exponent: Any, rounded: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - real or complex
    """x ** exponent, rounded once; of integers, modulo 2**64."""
    if isinstance(x, complex) or isinstance(exponent, complex):
        return rounded(_complex_power(x, exponent))
    if isinstance(x, int) and isinstance(exponent, int):
        return rounded(_integer_power(x, exponent))
    return rounded(_real_power(x, exponent))


def power_of_number(x: Any, exponent: Any, rounded: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - real or complex
    """x ** exponent for an exponent that is a Python number: small powers are products, rounded at each step.

    Raises RuntimeError for a negative power of an integer.
    """
    if isinstance(x, int) and isinstance(exponent, int) and exponent < 0:
        raise TorchRuntimeError("Integers to negative integer powers are not allowed.")
    if isinstance(x, complex) and exponent in _COMPLEX_POWERS:
        return rounded(_COMPLEX_POWERS[exponent](x))
    if exponent == 2:
        return rounded(x * x)
    if exponent == 3:
        return rounded(rounded(x * x) * x)
    if isinstance(x, float) and exponent in (-2, -1, 0.5, -0.5):
        base = x if exponent == -1 else rounded(x * x) if exponent == -2 else _root(x, INVALID if exponent < 0 else nan)
        return rounded(base if exponent == 0.5 else divide(1.0, rounded(base)))
    return power(x, exponent, rounded)


def _root(x: float, outside: float) -> float:
    return x if x != x else math.sqrt(x) if x >= 0 else outside


def _real_power(x: float, exponent: float) -> float:
    odd = exponent == exponent and abs(exponent) < 2**53 and exponent % 2 == 1
    if odd and x != x and exponent != 1:
        return nan  # an odd power has the sign of its base, and takes it from a nan
    try:
        return math.pow(x, exponent)
    except OverflowError:
        return -inf if x < 0 and odd else inf
    except ValueError:  # zero to a negative power, or a root of a negative number
        return (copysign(inf, x) if odd else inf) if x == 0 else INVALID


def _integer_power(x: int, exponent: int) -> int:
    """Modulo 2**64; a negative power of an integer is 0, except of 1 and -1."""
    if exponent < 0:
        return x ** (exponent % 2) if x in (1, -1) else 0
    return pow(x, exponent, 1 << 64)


_COMPLEX_POWERS: Final[Mapping[complex, Callable[[complex], complex]]] = {
    0: lambda z: complex(1),  # noqa: ARG005 - whatever it is
    1: complex,
    2: lambda z: product(z, z),
    3: lambda z: product(product(z, z), z),
    0.5: lambda z: cmath.sqrt(z),  # noqa: PLW0108 - late
    -0.5: lambda z: reciprocal(cmath.sqrt(z)),
    -1: reciprocal,
    -2: lambda z: reciprocal(product(z, z)),
}


def _complex_power(x: complex, exponent: complex) -> complex:
    """exp(exponent * log(x)), as in C."""
    if x == 0:
        return power_of_zero(complex(exponent))
    try:
        return complex(1) if exponent == 0 else cmath.exp(exponent * cmath.log(x))
    except (OverflowError, ValueError):
        return complex(inf, nan)


def power_of_zero(exponent: complex) -> complex:
    """A complex 0 ** exponent: exp(-inf) in the direction of a nan, whose sign shows, or infinite in it."""
    if exponent.real > 0:
        return complex(0.0, 0.0 if exponent.imag < 0 else -0.0)
    return complex(inf if exponent.real < 0 else nan, nan)


def remainder(a: Any, b: Any) -> Any:  # noqa: ANN401 - real
    """a % b with the sign of b; nan for a float b of zero. Raises RuntimeError for an integer b of zero."""
    if isinstance(a, int) and isinstance(b, int):
        return a % b if b else _zero_divisor(a, INVALID)
    rest = fmod(a, b)  # a rest of zero keeps the sign of a
    return rest + b if rest != 0 and (rest < 0) != (b < 0) else rest


def fmod(a: Any, b: Any) -> Any:  # noqa: ANN401 - real
    """The remainder with the sign of a; nan for a float b of zero. Raises RuntimeError for an integer b of zero."""
    if isinstance(a, int) and isinstance(b, int):
        if b == 0:
            return _zero_divisor(a, INVALID)
        return abs(a) % abs(b) * (1 if a >= 0 else -1)
    try:
        return math.fmod(a, b)
    except ValueError:
        return INVALID


def floor_divide(a: Any, b: Any) -> Any:  # noqa: ANN401 - real
    """floor(a / b); infinite or nan for a float b of zero. Raises RuntimeError for an integer b of zero."""
    try:
        return a // b
    except ZeroDivisionError:
        return _zero_divisor(a, divide(a, b))


def divide_rounded(a: Any, b: Any, rounding_mode: str) -> Any:  # noqa: ANN401 - real
    """a / b rounded down (`floor`) or towards zero (`trunc`)."""
    if rounding_mode == "floor":
        return floor_divide(a, b)
    if isinstance(a, int) and isinstance(b, int):
        return _zero_divisor(a, INVALID) if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return truncate(divide(a, b))


def _zero_divisor(a: Any, answer: float) -> float:  # noqa: ANN401 - real
    if isinstance(a, int):
        raise TorchRuntimeError("ZeroDivisionError") from None
    return answer


def _whole_number(function: Callable[[float], int]) -> Callable[[Any], Any]:
    def whole(x: Any) -> Any:  # noqa: ANN401 - real
        if isinstance(x, int) or x != x or x in (inf, -inf):
            return x
        return copysign(float(function(x)), x)  # keeps the sign of zero

    return whole


floor: Final = _whole_number(math.floor)
ceiling: Final = _whole_number(math.ceil)
truncate: Final = _whole_number(math.trunc)
round_half_even: Final = _whole_number(round)


def left_shift(a: int, b: int) -> int:
    """a << b; 0 for a negative or too large b, as PyTorch defines it."""
    return a << b if 0 <= b < 64 else 0


def right_shift(a: int, b: int) -> int:
    """a >> b, keeping the sign; only the sign is left for a negative or too large b."""
    return a >> b if 0 <= b < 64 else -(a < 0)
