"""What carries a 0-d tensor's value: a Python number, rounded to its dtype after every operation.

float32 arithmetic done in double and rounded once is exact for + - * / and sqrt, and closer to
PyTorch than NumPy's own float32 for the transcendental functions (measured).
"""

from __future__ import annotations

from math import copysign, inf

from autodiff import dtypes
from autodiff.dtypes import Category
from autodiff.late import late_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    import struct
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, ClassVar, Final

    from autodiff.dtypes import dtype
else:
    struct = late_module("struct")

__all__ = [
    "SCALARS",
    "ByDtype",
    "Float32",
    "Float64",
    "Number",
    "Scalar",
    "float32_cell",
    "round_float32",
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
    """Two's complement, as C's integers overflow; a float is cut towards zero first.

    A float beyond the register it is cut in (32 bits, for int64 64) gives the least integer of that, as on x86.
    """
    low, span = (-(1 << bits - 1), 1 << bits) if signed else (0, 1 << bits)
    least = -(1 << max(bits, 32) - 1)

    def wrap(x: Any) -> int:  # noqa: ANN401 - any real number
        if isinstance(x, float):
            x = int(x) if least - 1 < x < -least else least
        return (int(x) - low) % span + low

    return wrap


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


class _Noted(int):
    """A version with a note that stays with those that are counted from it."""

    note: Any

    def __add__(self, other: int) -> _Noted:
        return _noted(int(self) + other, self.note)


def _noted(version: int, note: Any) -> _Noted:  # noqa: ANN401 - the engine's
    self = _Noted(version)
    self.note = note
    return self


class Scalar:
    """The value of a 0-d tensor, shared by all tensors that share its memory.

    `version` counts in-place changes; a saved value whose version moved may not be used by backward.
    """

    __slots__ = ("value", "version")
    dtype: ClassVar[dtype]
    round: ClassVar[Callable[[Any], Any]]
    shape: ClassVar[tuple[int, ...]] = ()
    inference: ClassVar[bool] = False  # made in inference mode: never part of a graph
    zero: ClassVar[bool] = False  # 0 for good, and without memory
    value: Any
    version: int

    @property
    def fate(self) -> Any:  # noqa: ANN401 - the engine's
        """What became of a tensor without history that got one by an in-place change; None if none did.

        It is kept with the version: a slot of its own would make every number in a graph larger by 16 bytes.
        """
        return getattr(self.version, "note", None)

    @fate.setter
    def fate(self, fate: Any) -> None:  # noqa: ANN401
        self.version = _noted(self.version, fate)

    @classmethod
    def of(cls, number: Any) -> Scalar:  # noqa: ANN401 - a Python number
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

    def share(self) -> Scalar:
        """The same memory under a version counter of its own (`tensor.data`)."""
        return _Untracked.of_scalar(self)


def _scalar_class(d: dtype) -> type[Scalar]:
    members = {"__slots__": (), "dtype": d, "round": staticmethod(_ROUND[d])}
    return type(f"{d.title}Scalar", (Scalar,), members)


class ByDtype(dict["dtype", "Any"]):
    """A class for each of some dtypes, made when it is first asked for: a program needs few of them."""

    def __init__(self, make: Callable[[dtype], Any], kinds: Iterable[dtype]) -> None:
        super().__init__()
        self._make = make
        self._kinds = dict.fromkeys(kinds)

    def __missing__(self, d: dtype) -> Any:  # noqa: ANN401 - a class
        if d not in self._kinds:
            raise KeyError(d)
        return self.setdefault(d, self._make(d))  # of two threads that ask at once both get the same

    def __iter__(self) -> Iterator[dtype]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def __contains__(self, d: object) -> bool:
        return d in self._kinds


SCALARS: Final[Mapping[dtype, type[Scalar]]] = ByDtype(_scalar_class, _ROUND)
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

    @staticmethod
    def meeting(number: complex, value: Any) -> Number:  # noqa: ANN401 - number rounded to some dtype
        """`number`, used by an operation as `value`."""
        self = Number()
        self.number, self.value, self.version = number, value, 0
        return self


class _Untracked(Scalar):
    """A window on another scalar that keeps a version counter of its own."""

    __slots__ = ("target",)
    target: Scalar

    @classmethod
    def of_scalar(cls, target: Scalar) -> _Untracked:
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
