"""Numbers as text: the shortest digits that give the dtype's value back. 0.1 in float32 is written 0.1."""

from __future__ import annotations

from struct import pack, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

__all__ = ["digits", "number"]

_PARTS: Final = {"complex32": "float16", "complex64": "float32"}
_FORMATS: Final = {"float32": "<f", "float16": "<e"}
_MOST_DIGITS: Final = {"float32": 9, "float16": 5, "bfloat16": 4}


def number(value: Any, dtype: str | None) -> str:  # noqa: ANN401 - a number, None or a text
    """One element as Python writes it: `9.0`, `nan`, `1.0+2.0j`, `True`, `None`."""
    if isinstance(value, complex):
        imaginary = digits(value.imag, dtype)
        sign = "" if imaginary.startswith("-") else "+"
        return f"{digits(value.real, dtype)}{sign}{imaginary}j"
    return digits(value, dtype) if isinstance(value, float) else str(value)


def digits(value: float, dtype: str | None) -> str:
    """The shortest digits that are read back as `value` by a number of this dtype."""
    kind = _PARTS.get(dtype or "", dtype or "")
    if kind not in _MOST_DIGITS or value != value or value in (float("inf"), float("-inf")):
        return repr(value)
    for precision in range(1, _MOST_DIGITS[kind] + 1):
        candidate = float(f"{value:.{precision}g}")
        if candidate == value or _rounded(candidate, kind) == value:
            return repr(candidate)
    return repr(value)


def _rounded(value: float, kind: str) -> float:
    """`value` as the nearest number of a narrower dtype; inf beyond its largest."""
    try:
        if kind != "bfloat16":
            return float(unpack(_FORMATS[kind], pack(_FORMATS[kind], value))[0])
        (bits,) = unpack("<I", pack("<f", value))
        upper = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000  # to the nearest, ties to even
        return float(unpack("<f", pack("<I", upper))[0])
    except OverflowError:
        return float("inf")
