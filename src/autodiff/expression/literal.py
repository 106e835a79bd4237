"""Making expressions as they are said: numbers are computed, and nothing else is rewritten."""

from collections.abc import Iterable
from typing import Any

from autodiff.expression.algebra import Algebra
from autodiff.expression.expr import Constant, Expr, Product, Sum
from autodiff.expression.number import Rational, exact, raised
from autodiff.expression.sign import of_product, of_sum
from autodiff.ops.op import Elementwise

__all__ = ["Literal"]


class Literal(Algebra):
    """An algebra that neither collects nor cancels: x + x, x*x and x/x stay what they are."""

    def sum(self, terms: Iterable[tuple[Rational, Expr]], constant: Rational = 0) -> Expr:
        """The sum of the terms in their order."""
        found: list[tuple[Rational, Expr]] = []
        for coefficient, term in terms:
            if isinstance(term, Constant):
                constant = exact(constant + coefficient * term.value)
            elif isinstance(term, Sum) and len(term.parts) == 1 and not term.constant:
                found.append((exact(coefficient * term.coefficients[0]), term.parts[0]))
            else:
                found.append((coefficient, term))
        if not found:
            return self.constant(constant)
        if len(found) == 1 and not constant and found[0][0] == 1:
            return found[0][1]
        coefficients = tuple(coefficient for coefficient, _ in found)
        parts = tuple(part for _, part in found)
        key = ("sum", constant, tuple((part.number, coefficient) for coefficient, part in found))
        sign = of_sum(constant, coefficients, parts)
        conditions = frozenset().union(*(part.conditions for part in parts))
        facts: dict[str, Any] = {"constant": constant, "coefficients": coefficients}
        return self._node(Sum, key, parts, conditions, sign, **facts)

    def product(self, factors: Iterable[Expr]) -> Expr:
        """The product of the factors in their order, its numbers in front."""
        coefficient: Rational = 1
        found: list[Expr] = []
        for factor in factors:
            if isinstance(factor, Constant):
                coefficient = exact(coefficient * factor.value)
                continue
            inner = factor
            if isinstance(factor, Sum) and len(factor.parts) == 1 and not factor.constant:
                coefficient = exact(coefficient * factor.coefficients[0])
                inner = factor.parts[0]
            found.extend(inner.parts if isinstance(inner, Product) else (inner,))
        if len(found) < 2:
            return self.sum([(coefficient, found[0])]) if found else self.constant(coefficient)
        key = ("product", tuple(part.number for part in found))
        conditions = frozenset().union(*(part.conditions for part in found))
        together = self._node(Product, key, tuple(found), conditions, of_product([part.sign for part in found]))
        return self.sum([(coefficient, together)])

    def power(self, base: Expr, exponent: Expr) -> Expr:
        """base ** exponent; of two numbers the number, if it can be written down."""
        if isinstance(exponent, Constant):
            if exponent.value == 1:
                return base
            value = raised(base.value, exponent.value) if isinstance(base, Constant) else None
            if value is not None:
                return self.constant(value)
        return self._power(base, exponent)

    def call(self, op: Elementwise, parts: tuple[Expr, ...], attributes: tuple[tuple[str, Any], ...] = ()) -> Expr:
        """An operation of expressions."""
        return self._call(op, parts, attributes)
