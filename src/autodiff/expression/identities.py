"""Other ways of writing single terms, which hold for all real numbers: what `tidied` tries."""

from __future__ import annotations

from autodiff.expression.expr import Call, Constant, Expr, Power, Product, Sum, nodes_below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Final

__all__ = ["alternatives", "remade"]

_MIRRORED: Final = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge", "eq": "eq", "ne": "ne"}


def alternatives(node: Expr) -> Iterator[Callable[[], Expr]]:
    """Ways to make an expression of the same value and domain."""
    if isinstance(node, Call) and node.operation in _MIRRORED:
        left, right = node.parts
        if isinstance(left, Sum) and len(left.parts) == 1 and abs(left.coefficients[0]) == 1:
            yield lambda: _compared(node, left, right)
    elif isinstance(node, Call) and node.operation == "where":
        yield lambda: _known_in_branches(node)
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


def _known_in_branches(node: Call) -> Expr:
    """where(x > 0, x, 0) for where(x > 0, relu(x), 0): what the condition says holds in the branches."""
    algebra, (condition, yes, no) = node.algebra, node.parts
    assert isinstance(condition, Call)  # noqa: S101 - numbers are decided
    in_yes, in_no = {}, {}
    if condition.operation == "gt":
        left, right = condition.parts
        of = left - right
        for name in ("relu", "abs"):
            in_yes[algebra.function(name, of)] = of
        in_no[algebra.function("relu", of)] = algebra.zero
    branches = [_replaced(yes, in_yes, condition, 1), _replaced(no, in_no, condition, 2)]
    return algebra.function("where", condition, *branches)


def _replaced(root: Expr, known: Mapping[Expr, Expr], condition: Expr, branch: int) -> Expr:
    """The expression with what is known put in its place, and of conditions that are decided the branch."""
    found: dict[int, Expr] = {node.number: other for node, other in known.items()}
    for node in nodes_below([root]):
        if node.number not in found:
            parts = [found[part.number] for part in node.parts]
            is_decided = isinstance(node, Call) and node.operation == "where" and node.parts[0] is condition
            same = all(part is before for part, before in zip(parts, node.parts, strict=True))
            found[node.number] = parts[branch] if is_decided else node if same else remade(node, parts)
    return found[root.number]


def remade(node: Expr, parts: Sequence[Expr]) -> Expr:
    """The node, made of other parts."""
    algebra = node.algebra
    if isinstance(node, Sum):
        return algebra.sum(zip(node.coefficients, parts, strict=True), node.constant)
    if isinstance(node, Product):
        return algebra.product(parts)
    if isinstance(node, Power):
        return algebra.power(*parts)
    if isinstance(node, Call):
        return algebra.call(node.op, tuple(parts), node.attributes)
    return node


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
            times = exponent.value if isinstance(exponent, Constant) else 0
            if base is one and not -1 < times < 1:
                step = 1 if times > 0 else -1
                rest = [each for each in node.parts if each is not sign and each is not factor]
                return algebra.product([*rest, algebra.power(base, exponent - step), other**step])
    return node
