"""Other ways of writing single terms, which hold for all real numbers: what `tidied` tries."""

from collections.abc import Callable, Iterator
from typing import Final

from autodiff.expression.expr import Call, Constant, Expr, Power, Product, Sum

__all__ = ["alternatives"]

_MIRRORED: Final = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge", "eq": "eq", "ne": "ne"}


def alternatives(node: Expr) -> Iterator[Callable[[], Expr]]:
    """Ways to make an expression of the same value and domain."""
    if isinstance(node, Call) and node.operation in _MIRRORED:
        left, right = node.parts
        if isinstance(left, Sum) and len(left.parts) == 1 and abs(left.coefficients[0]) == 1:
            yield lambda: _compared(node, left, right)
    elif isinstance(node, Sum):
        if any(_is(part, "expm1") for part in node.parts):
            yield lambda: _exponential(node)
        if len(node.parts) == 1 and not node.constant and _is(node.parts[0], "where"):
            yield lambda: _in_branches(node)
    elif isinstance(node, Product):
        for factor in node.parts:
            if isinstance(factor, Call) and factor.operation in ("sgn", "sign"):
                yield lambda factor=factor: _signed(node, factor)  # type: ignore[misc]


def _is(node: Expr, operation: str) -> bool:
    return isinstance(node, Call) and node.operation == operation


def _compared(node: Call, left: Sum, right: Expr) -> Expr:
    """x > 1 for x - 1 > 0: also in floating point, where a difference is 0 for equal numbers only."""
    algebra, operation = node.algebra, node.operation
    if left.constant and not (isinstance(right, Constant) and right.value == 0):
        return node
    if left.coefficients[0] < 0:
        operation = _MIRRORED[operation]
        bound = left.constant or algebra.sum([(-1, right)])
    else:
        bound = algebra.sum([], -left.constant) if left.constant else right
    return algebra.function(operation, left.parts[0], bound)


def _exponential(node: Sum) -> Expr:
    """c*exp(x) for c*expm1(x) + c."""
    algebra = node.algebra
    terms = [(c, algebra.function("exp", p.parts[0]) - 1 if _is(p, "expm1") else p) for c, p in node.terms]
    return algebra.sum(terms, node.constant)


def _in_branches(node: Sum) -> Expr:
    """where(x > 0, 2*y, 0) for 2*where(x > 0, y, 0)."""
    condition, yes, no = node.parts[0].parts
    factor = node.coefficients[0]
    return node.algebra.function("where", condition, *(node.algebra.sum([(factor, each)]) for each in (yes, no)))


def _signed(node: Product, sign: Call) -> Expr:
    """abs(x) for x*sgn(x), x for abs(x)*sgn(x), and the same below the line."""
    algebra, of = node.algebra, sign.parts[0]
    size = algebra.function("abs", of)
    for one, other in ((of, size), (size, of)):
        for factor in node.parts:
            base, exponent = factor.parts if isinstance(factor, Power) else (factor, algebra.one)
            if base is one and isinstance(exponent, Constant) and abs(exponent.value) >= 1:
                step = 1 if exponent.value > 0 else -1
                rest = [each for each in node.parts if each is not sign and each is not factor]
                return algebra.product([*rest, algebra.power(base, exponent - step), other**step])
    return node
