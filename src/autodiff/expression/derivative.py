"""The derivative of an expression with respect to symbols, by the rules of the table, in reverse.

Each node passes its adjoint on to its parts, the outermost node first: one walk gives every gradient.
"""

from collections.abc import Sequence
from typing import Any

from autodiff.expression.algebra import Algebra
from autodiff.expression.expr import Call, Expr, Power, Product, Sum, nodes_below

__all__ = ["gradient"]


def gradient(root: Expr, symbols: Sequence[Expr]) -> list[Expr]:
    """The derivative of `root` with respect to each symbol. Raises NotImplementedError for what has no rule."""
    algebra = root.algebra
    arrived: dict[int, list[Expr]] = {root.number: [algebra.one]}
    wanted = {symbol.number for symbol in symbols}
    nodes = nodes_below([root])
    depends = set(wanted)
    for node in nodes:
        if any(part.number in depends for part in node.parts):
            depends.add(node.number)
    for node in reversed(nodes):
        if node.number not in arrived or node.number not in depends or not node.parts:
            continue
        adjoint = algebra.sum((1, each) for each in arrived.pop(node.number))
        for part, slope in _slopes(algebra, node, depends):
            arrived.setdefault(part.number, []).append(algebra.product([adjoint, slope]))
    return [algebra.sum((1, each) for each in arrived.get(symbol.number, ())) for symbol in symbols]


def _slopes(algebra: Algebra, node: Expr, depends: set[int]) -> list[tuple[Expr, Expr]]:
    """The parts of a node that matter, each with the node's derivative with respect to it."""
    if isinstance(node, Sum):
        return [(part, algebra.constant(c)) for c, part in node.terms if part.number in depends]
    if isinstance(node, Product):
        return [(part, other) for part, other in zip(node.parts, _others(algebra, node.parts), strict=True) if part.number in depends]
    if isinstance(node, Power):
        return _power_slopes(algebra, node, depends)
    if isinstance(node, Call):
        return _call_slopes(node, depends)
    return []


def _others(algebra: Algebra, factors: Sequence[Expr]) -> list[Expr]:
    """For each factor, the product of all the others."""
    after = [algebra.one]
    for factor in reversed(factors[1:]):
        after.append(algebra.product([factor, after[-1]]))
    after.reverse()
    found, before = [], algebra.one
    for factor, rest in zip(factors, after, strict=True):
        found.append(algebra.product([before, rest]))
        before = algebra.product([before, factor])
    return found


def _power_slopes(algebra: Algebra, node: Power, depends: set[int]) -> list[tuple[Expr, Expr]]:
    base, exponent = node.base, node.exponent
    found = []
    if base.number in depends:
        found.append((base, exponent * algebra.power(base, exponent - 1)))
    if exponent.number in depends:
        found.append((exponent, node * algebra.function("log", base)))
    return found


def _call_slopes(node: Call, depends: set[int]) -> list[tuple[Expr, Expr]]:
    op = node.op
    given: dict[str, Any] = {"g": node.algebra.one, "out": node, **dict(node.attributes)}
    tensors = iter(node.parts)
    for parameter in op.signature:
        if parameter.name not in given:
            given[parameter.name] = next(tensors, None) if parameter.name in op.inputs else parameter.default
    found = []
    for name, part in zip(op.inputs, node.parts, strict=False):
        if part.number in depends and name in op.derivatives:
            slope = op.derivatives[name](*(given[each] for each in op.rule_names[name]))
            found.append((part, node.algebra.expression(slope)))
    return found
