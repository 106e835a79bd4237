"""What a dtype can hold: `finfo` of floats, `iinfo` of integers."""

from collections.abc import Mapping
from typing import Any, Final

from autodiff.dtypes import (
    Category,
    bfloat16,
    bool_,
    complex32,
    complex64,
    complex128,
    default_dtype,
    dtype,
    float16,
    float32,
    float64,
    uint8,
)
from autodiff.errors import TorchTypeError

__all__ = ["finfo", "iinfo"]

_PARTS: Final = {complex32: float16, complex64: float32, complex128: float64}
_DIGITS: Final[Mapping[dtype, tuple[int, int, int]]] = {
    float16: (11, 16, 3),
    bfloat16: (8, 128, 2),
    float32: (24, 128, 6),
    float64: (53, 1024, 15),
}
"""Bits of the fraction, the exponent that overflows, decimal digits that survive."""


class finfo:  # noqa: N801 - PyTorch's spelling
    """The limits of a float dtype (of its parts, for a complex one); the default dtype's without an argument."""

    __module__ = "torch"

    def __init__(self, type: Any = None) -> None:  # noqa: ANN401 - a dtype
        kind = default_dtype() if type is None else type
        kind = _PARTS.get(kind, kind)
        if kind not in _DIGITS:
            raise TorchTypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'"
            )
        digits, top, decimals = _DIGITS[kind]
        self.bits = 8 * kind.itemsize
        self.dtype = kind.name
        self.eps = 2.0 ** (1 - digits)
        self.max = (2.0 - self.eps) * 2.0 ** (top - 1)
        self.min = -self.max
        self.tiny = self.smallest_normal = 2.0 ** (2 - top)
        self.resolution = float(f"1e-{decimals}")

    def __repr__(self) -> str:
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
            f"smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, dtype={self.dtype})"
        )


class iinfo:  # noqa: N801 - PyTorch's spelling
    """The limits of an integer dtype."""

    __module__ = "torch"

    def __init__(self, type: Any) -> None:  # noqa: ANN401 - a dtype
        if type is bool_:
            raise TorchTypeError("torch.bool is not supported by torch.iinfo")
        if type.category != Category.INTEGER:
            raise TorchTypeError(
                "torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'"
            )
        self.bits = 8 * type.itemsize
        self.dtype = type.name
        signed = type is not uint8
        self.min = -(1 << self.bits - 1) if signed else 0
        self.max = (1 << self.bits - signed) - 1

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
