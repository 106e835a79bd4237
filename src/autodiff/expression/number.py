"""Numbers in formulas: integers and fractions stay exact, and a float that is one of them becomes it."""

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, isfinite, isqrt, lcm
from typing import Final

__all__ = ["Rational", "content", "exact", "raised"]

Rational = int | Fraction | float
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
        fraction = Fraction(value)
        return exact(fraction) if fraction.denominator <= _SIMPLE else value
    if isinstance(value, Fraction):
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MOST_BITS:
            return float(value)
        return value.numerator if value.denominator == 1 else value
    return value


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
        size = max(abs(Fraction(base).numerator).bit_length(), Fraction(base).denominator.bit_length())
        return exact(Fraction(base) ** exponent) if size * abs(exponent) <= _MOST_BITS else None
    root = Fraction(base)
    if root < 0 or exponent.denominator != 2:
        return None
    top, bottom = isqrt(root.numerator), isqrt(root.denominator)
    if top * top != root.numerator or bottom * bottom != root.denominator:
        return None
    return raised(Fraction(top, bottom), exponent.numerator)


def content(numbers: Iterable[Rational]) -> Rational:
    """The largest number by which all of them are whole multiples, 1 if one is no fraction: of 2/3 and 4 it is 2/3."""
    top, bottom = 0, 1
    for number in numbers:
        if isinstance(number, float):
            return 1
        top, bottom = gcd(top, number.numerator), lcm(bottom, number.denominator)
    return exact(Fraction(top, bottom)) if top else 1
