"""Where an expression is defined on the real numbers, as a set of conditions on what is in it.

A condition is a kind and an expression: `nonzero`, `positive`, `nonnegative`, or the name of a function that is
defined on some numbers only, for its own argument. A rewriting may lose a condition only if another part of the result
still has it: then nothing becomes defined that was not.
"""

from __future__ import annotations

from autodiff.expression.expr import Call, Constant, Expr, Power, Product, Sum
from autodiff.expression.sign import POSITIVE, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Final, TypeAlias

__all__ = ["TOTAL", "Condition", "implied", "missing", "nonnegative", "nonzero"]

Condition: TypeAlias = "tuple[str, Any]"

TOTAL: Final = frozenset(
    """
    abs sgn sign exp exp2 expm1 sin cos tanh sinh cosh atan asinh arctan sigmoid relu relu6 softplus erf erfc floor
    ceil round trunc maximum minimum atan2 hypot where clamp gt ge lt le eq ne logical_and logical_or logical_not
    logsigmoid silu mish elu selu celu gelu leaky_relu hardtanh hardswish hardsigmoid softsign tanhshrink sinc
    logaddexp logaddexp2 threshold heaviside frac
    """.split()  # noqa: SIM905 - a list is read as words
)
"""Functions that are defined, and finite, for every real argument."""

_IMPLY: Final[Mapping[str, tuple[str, ...]]] = {
    "log": ("positive", "nonnegative", "nonzero"),
    "log2": ("positive", "nonnegative", "nonzero"),
    "log10": ("positive", "nonnegative", "nonzero"),
    "positive": ("nonnegative", "nonzero"),
}


def nonzero(expression: Expr) -> frozenset[Condition]:
    """That an expression is not zero: that none of its factors is."""
    if isinstance(expression, Constant) and expression.value:
        return frozenset()
    factors = expression.parts if isinstance(expression, Product) else (expression,)
    if (
        isinstance(expression, Sum)
        and len(expression.parts) == 1
        and not expression.constant
        and any(expression.coefficients)
    ):
        return nonzero(expression.parts[0])
    bases = [f.base if isinstance(f, Power) else f for f in factors]
    bases = [base.parts[0] if isinstance(base, Call) and base.operation == "abs" else base for base in bases]
    return frozenset(("nonzero", base) for base in bases if base.sign != POSITIVE)


def nonnegative(expression: Expr) -> frozenset[Condition]:
    """That an expression is not negative."""
    return frozenset([("nonnegative", expression)]) if expression.sign == UNKNOWN else frozenset()


def implied(conditions: Iterable[Condition]) -> frozenset[Condition]:
    """The conditions, and those that follow from them."""
    found = set(conditions)
    for kind, of in tuple(found):
        found.update((other, of) for other in _IMPLY.get(kind, ()))
        if kind == "nonnegative" and ("nonzero", of) in found:
            found.add(("positive", of))
    for kind, of in tuple(found):
        if kind == "nonzero":
            found |= nonzero(of)
    return frozenset(found)


def missing(lost: Iterable[Condition], kept: Iterable[Condition]) -> frozenset[Condition]:
    """Those of the `lost` conditions that do not follow from the ones that are `kept`."""
    return frozenset(lost) - implied(kept)
