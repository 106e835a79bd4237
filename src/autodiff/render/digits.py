"""Numbers as text: the shortest digits that give the dtype's value back. 0.1 in float32 is written 0.1."""

from __future__ import annotations

from _struct import pack, unpack  # as in struct, without a file to load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

__all__ = ["digits", "number"]

_PARTS: Final = {"complex32": "float16", "complex64": "float32"}
_MOST_DIGITS: Final = {"float32": 9, "float16": 5, "bfloat16": 4}
_SURE_DIGITS: Final = {"float32": 6, "float16": 3, "bfloat16": 2}
"""So many digits come back from a normal number of the dtype: of fewer, it has none that are not among these."""
_SMALLEST_NORMAL: Final = {"float32": 2.0**-126, "float16": 2.0**-14, "bfloat16": 2.0**-126}
_FORMATS: Final = {"float32": "<f", "float16": "<e"}


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
    if kind not in _MOST_DIGITS or value - value != 0.0:  # nan and the infinities are themselves
        return repr(value)
    fewest = _SURE_DIGITS[kind] if abs(value) >= _SMALLEST_NORMAL[kind] else 1
    for precision in range(fewest, _MOST_DIGITS[kind] + 1):
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
