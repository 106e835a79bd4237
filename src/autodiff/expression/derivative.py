"""The derivative of an expression, by the rules of the table.

Every node is differentiated once, the innermost first, as one does by hand: a sum term by term, a product factor by
factor, a function by its rule times what its argument gives. That keeps what belongs together in one pair of
parentheses, which the reverse direction would tear apart.
"""

from __future__ import annotations

from autodiff.expression.chain import chained, is_masked
from autodiff.expression.expr import Call, Constant, Power, Product, Sum, Unwritten, Whole, nodes_below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, Final

    from autodiff.expression.algebra import Algebra
    from autodiff.expression.expr import Expr

__all__ = ["derivative"]

_ZERO_FOR_MANY: Final = frozenset({"relu", "relu6", "hardsigmoid"})
"""Functions that are zero on an interval."""


def derivative(root: Expr, symbol: Expr) -> Expr:
    """The derivative of `root` with respect to `symbol`. Raises NotImplementedError for what has no rule.

    What is computed from whole arrays is held constant: it may be the `symbol` of another call.
    """
    algebra = root.algebra
    known: dict[int, Expr] = {symbol.number: algebra.one}
    for node in nodes_below([root]):
        if node.number in known or isinstance(node, Whole):
            continue
        if any(part.number in known for part in node.parts):
            known[node.number] = _by_rule(algebra, node, known)
    return known.get(root.number, algebra.zero)


def _by_rule(algebra: Algebra, node: Expr, known: dict[int, Expr]) -> Expr:
    """The derivative of a node whose parts' derivatives are `known`; those that are not are zero."""
    if isinstance(node, Sum):
        return algebra.sum((c, known[part.number]) for c, part in node.terms if part.number in known)
    if isinstance(node, Product):
        return algebra.sum((1, each) for each in _product_terms(node.parts, known))
    if isinstance(node, Power):
        slopes = _power_slopes(algebra, node, known)
    elif isinstance(node, Call) and node.operation == "where":
        condition, yes, no = node.parts
        zero = algebra.zero
        return algebra.function("where", condition, known.get(yes.number, zero), known.get(no.number, zero))
    else:
        slopes = _call_slopes(node, known)
    return algebra.sum((1, chained([slope], known[part.number])) for part, slope in slopes)


def _product_terms(factors: Sequence[Expr], known: dict[int, Expr]) -> Iterator[Expr]:
    """The product with each factor in turn replaced, where it stands, by its derivative."""
    for k, factor in enumerate(factors):
        if factor.number in known:
            yield chained(factors[:k], known[factor.number], factors[k + 1 :])


def _power_slopes(algebra: Algebra, node: Power, known: dict[int, Expr]) -> list[tuple[Expr, Expr]]:
    base, exponent = node.base, node.exponent
    found = []
    if base.number in known and exponent is algebra.zero:
        found.append((base, algebra.product([algebra.zero, node])))  # also where the base is 0
    elif base.number in known:
        lower = algebra.power(base, algebra.sum([(1, exponent)], -1))
        times = algebra.sum([(exponent.value, lower)]) if isinstance(exponent, Constant) else exponent * lower
        found.append((base, times))
    if exponent.number in known:
        log = algebra.function("log", base)
        found.append((exponent, algebra.function("xlogy", node, base) if _is_flat(base) else node * log))
    return found


def _is_flat(base: Expr) -> bool:
    """Whether it is zero on an interval, or everywhere where it is defined."""
    if isinstance(base, Call):
        return base.operation in _ZERO_FOR_MANY or is_masked(base)
    return base is base.algebra.zero or (isinstance(base, Sum) and not (base.constant or any(base.coefficients)))


def _call_slopes(node: Any, known: dict[int, Expr]) -> list[tuple[Expr, Expr]]:  # noqa: ANN401 - a Call
    from autodiff.ops.op import boolean

    op = node.op
    given: dict[str, Any] = {"g": node.algebra.one, "out": node, **dict(node.attributes)}
    tensors = iter(node.parts)
    for parameter in op.signature:
        if parameter.name not in given:
            given[parameter.name] = next(tensors, None) if parameter.name in op.inputs else parameter.default
    found = []
    for name, part in zip(op.inputs, node.parts, strict=False):
        if part.number not in known or op.dtypes is boolean:
            continue  # a truth value does not change gradually
        if name not in op.derivatives:
            raise Unwritten(f"the derivative of {op.name}() is not written down", op.name)
        found.append((part, _slope(node, name, given)))
    return found


def _slope(node: Any, name: str, given: Mapping[str, Any]) -> Expr:  # noqa: ANN401 - a Call
    """The derivative of a function by its input of this name."""
    from autodiff.expression.applied import RULES

    op, algebra = node.op, node.algebra
    if (op.name, name) in RULES:
        return algebra.expression(RULES[op.name, name](*node.parts))  # type: ignore[no-any-return]
    before, algebra.names = algebra.names, True
    try:
        slope = algebra.expression(op.derivatives[name](*(given[each] for each in op.rule_names[name])))
    except (NotImplementedError, AttributeError, TypeError) as error:  # it asks for what only tensors have
        raise Unwritten(f"the derivative of {op.name}() is not written down", op.name) from error
    finally:
        algebra.names = before
    return slope  # type: ignore[no-any-return]
