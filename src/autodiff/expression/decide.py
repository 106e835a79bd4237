"""What numbers decide: conditions, and functions that the language has for tensors only."""

from __future__ import annotations

import operator

from autodiff.expression.expr import Call, Constant
from autodiff.expression.sign import POSITIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Final

    from autodiff.expression.expr import Expr
    from autodiff.expression.number import Rational
    from autodiff.ops.op import Elementwise

__all__ = ["decided", "number_of", "undone"]

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip

_AT_ZERO: Final[Mapping[str, Rational]] = {
    **dict.fromkeys(("sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "expm1", "log1p", "erf"), 0),
    **dict.fromkeys(("cos", "cosh", "sinc", "exp2", "erfc"), 1),
}
"""Functions of 0 that are exact."""


def decided(operation: str, parts: Sequence[Expr]) -> Expr | bool | None:
    """What is left of a comparison of numbers, or of a condition one of which is a number; None if it is open."""
    if operation in _COMPARISONS:
        values = [part.value for part in parts if isinstance(part, Constant)]
        if len(values) == len(parts):
            return _COMPARISONS[operation](*values)
        left, right = parts
        if operation in ("eq", "ne", "le", "lt") and left.sign == POSITIVE and values == [0]:
            return operation == "ne" if isinstance(right, Constant) else None
        return None
    if operation == "where" and isinstance(parts[0], Constant):
        return parts[1] if parts[0].value else parts[2]
    if operation == "logical_and":
        for part, other in ((parts[0], parts[1]), (parts[1], parts[0])):
            if isinstance(part, Constant):
                return other if part.value else part
    return None


def undone(operation: str, parts: Sequence[Expr]) -> Expr | None:
    """What undoes itself: the logarithm of an exponential, a choice between the same; None for anything else.

    The exponential of a logarithm forgets where that is defined.
    """
    inner = parts[0]
    algebra, inside = inner.algebra, inner.operation if isinstance(inner, Call) else ""
    if (operation, inside) in (("log", "exp"), ("exp", "log")):
        return inner.parts[0]
    if operation == "log" and inner is algebra.one:
        return algebra.zero
    if operation == "exp" and inner is algebra.zero:
        return algebra.one
    if operation == "gt" and inside == "relu" and parts[1] is algebra.zero:
        return algebra.function("gt", inner.parts[0], 0)
    return parts[1] if operation == "where" and parts[1] is parts[2] else None


def number_of(op: Elementwise, parts: Sequence[Expr]) -> Rational | None:
    """The value of a function of numbers that is exact (`cos(0)`), or cannot be written.

    So is `sigmoid(1)`, of which Python's `math` has none.
    """
    if len(parts) == 1 and isinstance(parts[0], Constant) and parts[0].value == 0 and op.name in _AT_ZERO:
        return _AT_ZERO[op.name]
    if op.scalar is not None or op.forward is None:
        return None
    values = [float(part.value) for part in parts if isinstance(part, Constant)]
    if len(values) < len(parts):
        return None
    try:
        return float(op.forward(*values))
    except (TypeError, ValueError, ArithmeticError, NotImplementedError):
        return None
