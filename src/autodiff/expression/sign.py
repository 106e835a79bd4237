"""What is known of an expression's sign for all real values of its symbols."""

from collections.abc import Sequence
from typing import Final

from autodiff.expression.number import Rational

__all__ = ["NONNEGATIVE", "POSITIVE", "UNKNOWN", "of_power", "of_product", "of_sum", "sign_of_function"]

UNKNOWN, NONNEGATIVE, POSITIVE = range(3)
_POSITIVE: Final = frozenset({"exp", "exp2", "cosh", "sigmoid", "softplus", "erfc"})
_NONNEGATIVE: Final = frozenset({"abs", "relu", "relu6", "hypot"})


def sign_of_function(operation: str) -> int:
    """Of a function's values."""
    return POSITIVE if operation in _POSITIVE else NONNEGATIVE if operation in _NONNEGATIVE else UNKNOWN


def of_sum(constant: Rational, coefficients: Sequence[Rational], signs: Sequence[int]) -> int:
    """Of a sum: positive if nothing in it can be negative, and something is positive."""
    if constant < 0 or any(c < 0 or sign == UNKNOWN for c, sign in zip(coefficients, signs, strict=True)):
        return UNKNOWN
    return POSITIVE if constant > 0 or POSITIVE in signs else NONNEGATIVE


def of_product(signs: Sequence[int]) -> int:
    """Of a product of factors with these signs."""
    return min(signs)


def of_power(base: int, exponent: Rational | None) -> int:
    """Of a power, where it is defined; `exponent` None is one that is no number."""
    if base == POSITIVE:
        return POSITIVE
    if exponent is None:
        return base
    if isinstance(exponent, int) and exponent % 2:
        return UNKNOWN if base == UNKNOWN else POSITIVE if exponent < 0 else NONNEGATIVE
    return POSITIVE if exponent < 0 else NONNEGATIVE
