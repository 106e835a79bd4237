"""The chain rule: a slope times what it is the slope of, zero where a condition makes that zero.

A branch that is not taken has no slope, whatever the slope of the rest is there: the derivative of sqrt(relu(x)) is 0
where x is negative, not 0 times infinity. So what is multiplied goes into the branches.
"""

from __future__ import annotations

from autodiff.expression.expr import Call, Expr, Sum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

__all__ = ["chained", "is_masked"]

_MOST_BRANCHES: Final = 8


def chained(before: Sequence[Expr], tangent: Expr, after: Sequence[Expr] = ()) -> Expr:
    """The product of all, zero where the tangent is a condition that is, whatever the other factors are.

    A slope with such a condition is treated in the same way where nothing else may be infinite.
    """
    if len(before) == 1 and not after:
        if tangent is tangent.algebra.one:
            return before[0]
        if is_masked(before[0]) and not tangent.conditions:
            return _times((), before[0], (tangent,), _MOST_BRANCHES)
    return _times(before, tangent, after, _MOST_BRANCHES)


def _times(before: Sequence[Expr], tangent: Expr, after: Sequence[Expr], depth: int) -> Expr:
    algebra = tangent.algebra
    if depth and isinstance(tangent, Sum) and not tangent.constant and all(map(is_masked, tangent.parts)):
        one = len(tangent.parts) == 1
        if one or (len(tangent.parts) <= _MOST_BRANCHES and any(each.conditions for each in (*before, *after))):
            return algebra.sum((c, _times(before, part, after, depth - 1)) for c, part in tangent.terms)
    if not (depth and is_masked(tangent)):
        return algebra.product([*before, tangent, *after])
    condition, *branches = tangent.parts
    zero = algebra.zero
    return algebra.function(
        "where", condition, *(each if each is zero else _times(before, each, after, depth - 1) for each in branches)
    )


def is_masked(term: Expr) -> bool:
    """Whether it is a condition with a zero in one of its branches."""
    zero = term.algebra.zero
    return isinstance(term, Call) and term.operation == "where" and any(part is zero for part in term.parts[1:])
