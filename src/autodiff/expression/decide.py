"""Conditions that numbers decide."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autodiff.expression.expr import Constant, Expr
from autodiff.expression.sign import POSITIVE

__all__ = ["decided"]

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip


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
