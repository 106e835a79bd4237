"""Derivatives of formulas with arrays: backward from a number to an array, forward from a number to an array.

Between two operations on whole arrays lies a block of the mathematics of numbers, element by element. Its slopes are
those that `derivative` finds, so that there is one table of rules; here is only what whole arrays add.
"""

from collections.abc import Callable, Iterator, Mapping
from math import prod
from typing import Any, Final

from autodiff.expression.arrays import Arrays, Shape, Spread
from autodiff.expression.derivative import derivative
from autodiff.expression.expr import Expr, Sum, Symbol, Unwritten, Whole, nodes_below

__all__ = ["Dependence", "gradient", "slopes", "spoken", "tangent"]


def spoken(node: Expr) -> str:
    """How a user calls the operation of a node."""
    operation = getattr(node, "operation", "")
    return {"matmul": "@", "T": ".T"}.get(operation, f"{operation}()" if operation else "the expression")


class Dependence:
    """Which nodes of an expression depend on a symbol."""

    def __init__(self, root: Expr, symbol: Expr) -> None:
        self.nodes = nodes_below([root])
        self._depending = {symbol.number}
        for node in self.nodes:
            if isinstance(node, Whole) and node.operation == "where":
                continue  # a choice between numbers does not change gradually
            if any(part.number in self._depending for part in node.parts):
                self._depending.add(node.number)

    def __contains__(self, node: Expr) -> bool:
        return node.number in self._depending

    def leaves(self, block: Expr) -> list[Expr]:
        """The symbols and operations on whole arrays that a block of element by element mathematics is made of."""
        found: dict[int, Expr] = {}
        waiting, seen = [block], {block.number}
        while waiting:
            node = waiting.pop()
            if isinstance(node, (Symbol, Whole)) and node in self:
                found[node.number] = node
                continue
            for part in node.parts:
                if part in self and part.number not in seen:
                    seen.add(part.number)
                    waiting.append(part)
        return [found[number] for number in sorted(found)]


def slopes(block: Expr, dependence: Dependence) -> Iterator[tuple[Expr, Expr]]:
    """Each leaf of a block that depends on the symbol, and the derivative of the block's elements by it."""
    direct: dict[Expr, Any] = {}
    rest = block
    if isinstance(block, Sum):  # terms that are leaves themselves may be many: each is looked at once
        for coefficient, term in block.terms:
            if isinstance(term, Whole) and term in dependence:
                direct[term] = direct.get(term, 0) + coefficient
        if direct:
            rest = block.algebra.sum(((c, t) for c, t in block.terms if t not in direct), block.constant)
    within = dict.fromkeys(dependence.leaves(rest))
    for leaf in dependence.leaves(block):
        slope = derivative(rest, leaf) if leaf in within else block.algebra.zero
        yield leaf, slope + direct.get(leaf, 0)


# ------------------------------------------------------------------ backward


def gradient(root: Expr, symbol: Expr) -> Spread:
    """The derivative of a number by a symbol, which has the symbol's shape. Raises Unwritten."""
    algebra: Any = root.algebra
    dependence = Dependence(root, symbol)
    arrived: dict[int, list[Expr]] = {root.number: [algebra.one]} if root in dependence else {}
    for node in reversed(dependence.nodes):
        if node.number not in arrived or node is symbol:
            continue
        shape = algebra.shape(node)
        g = Spread(algebra.sum((1, each) for each in arrived.pop(node.number)), shape)
        if isinstance(node, Whole):
            for part, back in _backward(algebra, node, g):
                if part in dependence:
                    arrived.setdefault(part.number, []).append(back())
            continue
        for leaf, slope in slopes(node, dependence):
            spread = Spread(algebra.product([g.expression, slope]), shape)
            arrived.setdefault(leaf.number, []).append(algebra.reduced_to(spread, algebra.shape(leaf)))
    total = algebra.sum((1, each) for each in arrived.get(symbol.number, ()))
    return Spread(total, algebra.shape(symbol))


Back = Callable[[], Expr]


def _backward(algebra: Arrays, node: Whole, g: Spread) -> list[tuple[Expr, Back]]:
    """The operands, and what arrives at each if `g` arrives at the node."""
    if node.operation not in _BACKWARD:
        if not node.parts:
            return []
        raise Unwritten(f"the derivative of {spoken(node)} is not written down", node.operation)
    rules = _BACKWARD[node.operation](algebra, node, g)
    return list(zip(node.parts, rules, strict=True))


def _sum_back(algebra: Arrays, node: Whole, g: Spread) -> list[Back]:
    inner = algebra.shape(node.parts[0])
    dims, keepdim = node.attributes

    def back() -> Expr:
        kept = g.expression if keepdim or dims is None else algebra.lifted(g, dims)
        if node.operation == "sum":
            return kept
        return kept / prod(inner[d] for d in (range(len(inner)) if dims is None else dims))

    return [back]


def _matmul_back(algebra: Arrays, node: Whole, g: Spread) -> list[Back]:
    left, right = (Spread(part, algebra.shape(part)) for part in node.parts)
    product, outer = algebra.matmul, algebra.outer
    turned: dict[str, Callable[[], Spread]] = {
        "left": lambda: Spread(algebra.transposed(left), left.shape[::-1]),
        "right": lambda: Spread(algebra.transposed(right), right.shape[::-1]),
    }
    match len(left.shape), len(right.shape):
        case 1, 1:
            return [lambda: g.expression * right.expression, lambda: g.expression * left.expression]
        case 2, 1:
            return [lambda: outer(g, right), lambda: product(turned["left"](), g)]
        case 1, 2:
            return [lambda: product(right, g), lambda: outer(left, g)]
        case _:
            return [lambda: product(g, turned["right"]()), lambda: product(turned["left"](), g)]


def _outer_back(algebra: Arrays, node: Whole, g: Spread) -> list[Back]:
    u, v = (Spread(part, algebra.shape(part)) for part in node.parts)
    return [lambda: algebra.matmul(g, v), lambda: algebra.matmul(u, g)]


_BACKWARD: Final[Mapping[str, Callable[[Arrays, Whole, Spread], list[Back]]]] = {
    "sum": _sum_back,
    "mean": _sum_back,
    "matmul": _matmul_back,
    "outer": _outer_back,
    "norm": lambda _, node, g: [lambda: g.expression * node.parts[0] / node],
    "T": lambda algebra, _, g: [lambda: algebra.transposed(g)],
    "diag": lambda algebra, _, g: [lambda: algebra.diagonal(g)],
    "diagonal": lambda algebra, _, g: [lambda: algebra.diagonal_matrix(g)],
    "trace": lambda algebra, node, g: [lambda: g.expression * _identity(algebra, node)],
    "unsqueeze": lambda algebra, node, g: [lambda: algebra.total(g, node.attributes)],
    "broadcast_to": lambda algebra, node, g: [lambda: algebra.reduced_to(g, algebra.shape(node.parts[0]))],
}
"""What arrives at each operand, by the operation; only that is computed which is asked for."""


def _identity(algebra: Arrays, node: Whole) -> Expr:
    rows, _ = algebra.shape(node.parts[0])
    return algebra.diagonal_matrix(Spread(algebra.one, (rows,)))


# ------------------------------------------------------------------ forward


def tangent(root: Expr, symbol: Expr) -> Spread:
    """The derivative of an array by a number, which has the array's shape. Raises Unwritten."""
    algebra: Any = root.algebra
    dependence = Dependence(root, symbol)
    known: dict[int, Spread] = {symbol.number: Spread(algebra.one, ())}
    starts = {part.number for node in dependence.nodes if isinstance(node, Whole) for part in node.parts}
    for node in dependence.nodes:
        if node not in dependence or node is symbol:
            continue
        shape = algebra.shape(node)
        if isinstance(node, Whole):
            known[node.number] = Spread(_forward(algebra, node, known), shape)
        elif node.number in starts or node is root:
            terms = (
                algebra.product([slope, known[leaf.number].expression]) for leaf, slope in slopes(node, dependence)
            )
            known[node.number] = Spread(algebra.sum((1, term) for term in terms), shape)
    return known.get(root.number, Spread(algebra.zero, algebra.shape(root)))


def _forward(algebra: Arrays, node: Whole, known: Mapping[int, Spread]) -> Expr:
    parts = [Spread(part, algebra.shape(part)) for part in node.parts]
    changes = [known.get(part.number, Spread(algebra.zero, shape)) for part, shape in parts]
    first = changes[0]
    match node.operation:
        case "sum" | "mean":
            dims, keepdim = node.attributes
            axes = range(len(first.shape)) if dims is None else dims
            return algebra.total(first, axes, keepdim=keepdim, kind=node.operation)
        case "matmul" | "outer":
            rule = getattr(algebra, node.operation)
            terms = [rule(first, parts[1]), rule(parts[0], changes[1])]
            return algebra.sum((1, term) for term in terms)
        case "norm":
            together = Spread(node.parts[0] * first.expression, first.shape)
            return algebra.total(together, range(len(first.shape))) / node
        case "T":
            return algebra.transposed(first)
        case "diag":
            return algebra.diagonal_matrix(first)
        case "diagonal":
            return algebra.diagonal(first)
        case "trace":
            return algebra.total(Spread(algebra.diagonal(first), first.shape[:1]), (0,))
        case "unsqueeze":
            return algebra.lifted(first, node.attributes)
        case "broadcast_to":
            return first.expression
    raise Unwritten(f"the derivative of {spoken(node)} is not written down", node.operation)


def shape_text(shape: Shape) -> str:
    """A shape in words."""
    return str(list(shape)) if shape else "a number"
