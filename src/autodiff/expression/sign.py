"""What is known of an expression's sign for all real values of its symbols."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from autodiff.expression.number import Rational

__all__ = ["NONNEGATIVE", "POSITIVE", "UNKNOWN", "of_power", "of_product", "of_sum", "sign_of_function"]

UNKNOWN, NONNEGATIVE, POSITIVE = range(3)
_POSITIVE: Final = frozenset({"exp", "exp2", "cosh", "sigmoid", "softplus", "erfc"})
_INSIDE_ONE: Final = frozenset({"sigmoid", "tanh", "erf", "softsign"})
_WITHIN_ONE: Final = frozenset({"sin", "cos", "sgn", "sign", "hardsigmoid", "hardtanh"})
"""Functions that stay between -1 and 1, and those that reach them."""
_NONNEGATIVE: Final = frozenset({"abs", "relu", "relu6", "hypot"})


def sign_of_function(operation: str) -> int:
    """Of a function's values."""
    return POSITIVE if operation in _POSITIVE else NONNEGATIVE if operation in _NONNEGATIVE else UNKNOWN


def of_sum(constant: Rational, coefficients: Sequence[Rational], parts: Sequence[Any]) -> int:
    """Of a sum: positive if nothing in it can be negative, and something is positive, or if all is small enough."""
    if constant < 0 or any(c < 0 or part.sign == UNKNOWN for c, part in zip(coefficients, parts, strict=True)):
        return _near(constant, coefficients[0], parts[0]) if len(parts) == 1 and constant > 0 else UNKNOWN
    return POSITIVE if constant > 0 or any(part.sign == POSITIVE for part in parts) else NONNEGATIVE


def _near(constant: Rational, coefficient: Rational, part: Any) -> int:  # noqa: ANN401 - an expression
    """Of a constant and a multiple of something that is between -1 and 1, such as 1 - sigmoid(x)."""
    while hasattr(part, "base") and type(getattr(part.exponent, "value", None)) is int and part.exponent.value > 0:
        part = part.base
    operation = getattr(part, "operation", "")
    size = -coefficient if coefficient < 0 else coefficient
    if operation in _INSIDE_ONE and size <= constant:
        return POSITIVE
    if operation in _WITHIN_ONE and size <= constant:
        return POSITIVE if size < constant else NONNEGATIVE
    return UNKNOWN


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
