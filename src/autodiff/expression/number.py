"""Numbers in formulas: integers and fractions stay exact, and a float that is one of them becomes it."""

from __future__ import annotations

import sys
from math import gcd, isfinite, isqrt, lcm

from autodiff.late import late_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    import fractions
    from collections.abc import Iterable
    from typing import Final, TypeAlias, TypeGuard
else:
    fractions = late_module("fractions")  # it loads decimals and more; whole numbers do without

__all__ = ["Rational", "content", "exact", "is_fraction", "raised"]

Rational: TypeAlias = "int | fractions.Fraction | float"
"""A number of a formula: exact where the user's was, a float otherwise."""
_SIMPLE: Final = 1 << 10
"""A float with a denominator up to this is written as a fraction; 0.1 is not, and stays a float."""
_MOST_BITS: Final = 512


def exact(value: Rational) -> Rational:
    """The number as an int or a fraction, if it is a simple one."""
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        if not isfinite(value) or abs(value) >= 1 << 53:
            return value
        top, bottom = value.as_integer_ratio()
        if bottom == 1:
            return top
        return fractions.Fraction(top, bottom) if bottom <= _SIMPLE else value
    if is_fraction(value):
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MOST_BITS:
            return float(value)
        return value.numerator if value.denominator == 1 else value
    return value


def is_fraction(value: object) -> TypeGuard[fractions.Fraction]:
    """Whether it is a fraction: there is none before the first one is made."""
    return "fractions" in sys.modules and isinstance(value, fractions.Fraction)


def raised(base: Rational, exponent: Rational) -> Rational | None:
    """base ** exponent, if it is a number that can be written down; None otherwise (a root of 2, a division by 0)."""
    if base == 1 or (base == 0 and exponent > 0):
        return exact(base)
    if isinstance(base, float) or isinstance(exponent, float):
        try:
            result = float(base) ** float(exponent)
        except (OverflowError, ZeroDivisionError, ValueError):
            return None
        return exact(result) if isinstance(result, float) else None
    if isinstance(exponent, int):
        if base == 0 and exponent < 0:
            return None
        if isinstance(base, int) and exponent >= 0 and base.bit_length() * exponent <= _MOST_BITS:
            return int(base**exponent)
        size = max(abs(base.numerator).bit_length(), base.denominator.bit_length())
        return exact(fractions.Fraction(base) ** exponent) if size * abs(exponent) <= _MOST_BITS else None
    if base < 0 or exponent.denominator != 2:
        return None
    top, bottom = isqrt(base.numerator), isqrt(base.denominator)
    if top * top != base.numerator or bottom * bottom != base.denominator:
        return None
    return raised(fractions.Fraction(top, bottom), exponent.numerator)


def content(numbers: Iterable[Rational]) -> Rational:
    """The largest number by which all of them are whole multiples, 1 if one is no fraction: of 2/3 and 4 it is 2/3."""
    top, bottom = 0, 1
    for number in numbers:
        if isinstance(number, float):
            return 1
        top, bottom = gcd(top, number.numerator), lcm(bottom, number.denominator)
    if bottom == 1:
        return top or 1
    return exact(fractions.Fraction(top, bottom)) if top else 1
