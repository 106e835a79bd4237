"""What carries a 0-d tensor's value: a Python number, rounded to its dtype after every operation.

float32 arithmetic done in double and rounded once is exact for + - * / and sqrt, and closer to
PyTorch than NumPy's own float32 for the transcendental functions (measured). Where Python's `math`
raises, IEEE 754 has an answer, and PyTorch gives that one.
"""

import math
import struct
from collections.abc import Callable, Mapping
from math import copysign, inf, nan
from typing import Any, ClassVar, Final

from autodiff import dtypes
from autodiff.dtypes import Category, dtype
from autodiff.errors import TorchRuntimeError

__all__ = [
    "SCALARS",
    "Float32",
    "Float64",
    "Number",
    "Scalar",
    "ceiling",
    "divide",
    "divide_rounded",
    "float32_cell",
    "floor",
    "floor_divide",
    "fmod",
    "ieee",
    "power",
    "power_of_number",
    "remainder",
    "round_float32",
    "round_half_even",
    "truncate",
]

# ------------------------------------------------------------------ rounding to a dtype

float32_cell: Final = memoryview(bytearray(4)).cast("f")
"""A C float in memory: storing rounds to nearest even and overflows to infinity, at 40 ns and without an import."""


def round_float32(x: float) -> float:
    """The float32 nearest to `x`."""
    float32_cell[0] = x
    return float32_cell[0]


def _round_float16(x: float) -> float:
    try:
        return float(struct.unpack("<e", struct.pack("<e", x))[0])
    except OverflowError:
        return copysign(inf, x)


def _round_bfloat16(x: float) -> float:
    """The upper half of a float32, rounded to nearest even."""
    if x != x or x in (inf, -inf):
        return x
    bits = int.from_bytes(struct.pack("<f", round_float32(x)), "little")
    bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000
    return float(struct.unpack("<f", bits.to_bytes(4, "little"))[0])


def _round_complex64(z: complex) -> complex:
    return complex(round_float32(z.real), round_float32(z.imag))


def _wrapped(bits: int, *, signed: bool) -> Callable[[Any], int]:
    """Two's complement, as C's integers overflow; a float is cut towards zero first."""
    low, span = (-(1 << bits - 1), 1 << bits) if signed else (0, 1 << bits)

    def wrap(x: Any) -> int:  # noqa: ANN401 - any real number
        return (_whole(x) - low) % span + low

    return wrap


def _whole(x: Any) -> int:  # noqa: ANN401 - any real number
    if isinstance(x, float) and (x != x or x in (inf, -inf)):
        return -(1 << 63)  # what x86 gives for a float that is no integer
    return int(x)


_ROUND: Final[Mapping[dtype, Callable[[Any], Any]]] = {
    dtypes.bool_: bool,
    dtypes.uint8: _wrapped(8, signed=False),
    dtypes.int8: _wrapped(8, signed=True),
    dtypes.int16: _wrapped(16, signed=True),
    dtypes.int32: _wrapped(32, signed=True),
    dtypes.int64: _wrapped(64, signed=True),
    dtypes.float16: _round_float16,
    dtypes.bfloat16: _round_bfloat16,
    dtypes.float32: round_float32,
    dtypes.float64: float,
    dtypes.complex64: _round_complex64,
    dtypes.complex128: complex,
}

# ------------------------------------------------------------------ the carriers


class Scalar:
    """The value of a 0-d tensor, shared by all tensors that share its memory.

    `version` counts in-place changes; a saved value whose version moved may not be used by backward.
    """

    __slots__ = ("value", "version")
    dtype: ClassVar[dtype]
    round: ClassVar[Callable[[Any], Any]]
    shape: ClassVar[tuple[int, ...]] = ()
    value: Any
    version: int

    @classmethod
    def of(cls, number: Any) -> "Scalar":  # noqa: ANN401 - a Python number
        """A fresh value of this dtype, at version 0. The number is rounded, or cut, to the dtype."""
        self = cls()
        self.value = cls.round(number.real if isinstance(number, complex) and not cls.dtype.is_complex else number)
        self.version = 0
        return self

    def write(self, value: complex) -> None:
        """Change the value in place; everybody who shares it sees the change."""
        self.value = type(self).round(value)
        self.version += 1

    def read(self) -> Any:  # noqa: ANN401 - bool, int, float or complex, by dtype
        """The value as a Python number."""
        return self.value

    def set_version(self, version: int) -> None:
        """Start counting changes from `version`."""
        self.version = version

    def share(self) -> "Scalar":
        """The same memory under a version counter of its own (`tensor.data`)."""
        return _Untracked.of_scalar(self)


def _scalar_class(d: dtype) -> type[Scalar]:
    members = {"__slots__": (), "dtype": d, "round": staticmethod(_ROUND[d])}
    return type(f"{d.title}Scalar", (Scalar,), members)


SCALARS: Final[Mapping[dtype, type[Scalar]]] = {d: _scalar_class(d) for d in _ROUND}
Float32: Final = SCALARS[dtypes.float32]
Float64: Final = SCALARS[dtypes.float64]


class Number(Scalar):
    """A Python number among tensors: it joins promotion in the lowest rank.

    `value` is rounded to the dtype of the operation; `number` is as written.
    """

    __slots__ = ("number",)
    number: complex

    @property
    def dtype(self) -> dtype:  # type: ignore[override] # of a number it depends on the number
        """The dtype the number has by itself."""
        own = dtypes.dtype_of_number(self.number)
        return {Category.FLOAT: dtypes.float64, Category.COMPLEX: dtypes.complex128}.get(own.category, own)

    def read(self) -> Any:  # noqa: ANN401
        """The number as written."""
        return self.number

    @classmethod
    def meeting(cls, number: complex, value: Any) -> "Number":  # noqa: ANN401 - number rounded to some dtype
        """`number`, used by an operation as `value`."""
        self = cls()
        self.number = number
        self.value = value
        self.version = 0
        return self


class _Untracked(Scalar):
    """A window on another scalar that keeps a version counter of its own."""

    __slots__ = ("target",)
    target: Scalar

    @classmethod
    def of_scalar(cls, target: Scalar) -> "_Untracked":
        members = {"__slots__": (), "dtype": target.dtype, "round": staticmethod(type(target).round)}
        kind: type[_Untracked] = type(f"{target.dtype.title}Data", (cls,), members)
        self = kind()
        self.target = target
        self.version = 0
        return self

    @property
    def value(self) -> Any:  # noqa: ANN401 - reads through
        return self.target.value

    @value.setter
    def value(self, value: Any) -> None:  # noqa: ANN401
        self.target.value = value


# ------------------------------------------------------------------ IEEE 754 where Python raises


def ieee(
    function: Callable[[float], float], *, poles: Mapping[float, float] | None = None, odd: bool = False
) -> Callable[[float], float]:
    """`function` with IEEE answers: `poles` where it is infinite, nan outside its domain, infinity on overflow.

    `odd` functions overflow to the sign of their argument.
    """
    at_pole = poles or {}

    def total(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return at_pole.get(x, nan)
        except OverflowError:
            return copysign(inf, x) if odd else inf

    return total


def divide(a: Any, b: Any) -> Any:  # noqa: ANN401 - real or complex
    """a / b; a division by zero is infinite, or nan for 0 / 0."""
    try:
        return a / b
    except ZeroDivisionError:
        if isinstance(a, complex) or isinstance(b, complex):
            return complex(nan, nan)
        return nan if a == 0 or a != a else copysign(inf, a) * copysign(1.0, b)
    except OverflowError:  # integers beyond a double's range
        return divide(float(a), float(b))


def power(x: Any, exponent: Any, rounded: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - real or complex
    """x ** exponent as PyTorch's kernel computes it: small powers are products, rounded at each step."""
    if exponent == 2:
        return rounded(x * x)
    if exponent == 3:
        return rounded(rounded(x * x) * x)
    if isinstance(x, complex) or isinstance(exponent, complex):
        return rounded(_complex_power(x, exponent))
    if isinstance(x, int) and isinstance(exponent, int):
        return rounded(_integer_power(x, exponent))
    if exponent == -2:
        return rounded(divide(1.0, rounded(x * x)))
    if exponent == -1:
        return rounded(divide(1.0, x))
    if exponent == 0.5 and x != -inf:
        return rounded(math.sqrt(x)) if x >= 0 else nan
    if exponent == -0.5:
        return rounded(divide(1.0, rounded(math.sqrt(x)))) if x >= 0 else nan
    return rounded(_real_power(x, exponent))


def power_of_number(x: Any, exponent: Any, rounded: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - real or complex
    """x ** exponent for an exponent that is a Python number. Raises RuntimeError for a negative power of an integer."""
    if isinstance(x, int) and isinstance(exponent, int) and exponent < 0:
        raise TorchRuntimeError("Integers to negative integer powers are not allowed.")
    return power(x, exponent, rounded)


def _real_power(x: float, exponent: float) -> float:
    odd = exponent == exponent and abs(exponent) < 2**53 and exponent % 2 == 1
    try:
        return math.pow(x, exponent)
    except OverflowError:
        return -inf if x < 0 and odd else inf
    except ValueError:  # zero to a negative power, or a root of a negative number
        return (copysign(inf, x) if odd else inf) if x == 0 else nan


def _integer_power(x: int, exponent: int) -> int:
    """Modulo 2**64; a negative power of an integer is 0, except of 1 and -1."""
    if exponent < 0:
        return x ** (exponent % 2) if x in (1, -1) else 0
    return pow(x, exponent, 1 << 64)


def _complex_power(x: complex, exponent: complex) -> complex:
    try:
        return complex(x) ** exponent
    except ZeroDivisionError:
        return complex(nan, nan)
    except OverflowError:
        return complex(inf, nan)


def remainder(a: Any, b: Any) -> Any:  # noqa: ANN401 - real
    """a % b with the sign of b; nan for a float b of zero. Raises RuntimeError for an integer b of zero."""
    try:
        return a % b if b not in (inf, -inf) or a in (inf, -inf) else _remainder_of_infinity(a, b)
    except ZeroDivisionError:
        return _zero_divisor(a, nan)


def _remainder_of_infinity(a: float, b: float) -> float:
    return a if a == 0 or (a > 0) == (b > 0) or a != a else b


def fmod(a: Any, b: Any) -> Any:  # noqa: ANN401 - real
    """The remainder with the sign of a; nan for a float b of zero. Raises RuntimeError for an integer b of zero."""
    if isinstance(a, int) and isinstance(b, int):
        if b == 0:
            return _zero_divisor(a, nan)
        return abs(a) % abs(b) * (1 if a >= 0 else -1)
    try:
        return math.fmod(a, b)
    except ValueError:
        return nan


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
        return _zero_divisor(a, nan) if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
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
