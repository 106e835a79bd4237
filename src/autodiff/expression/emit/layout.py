"""How sums and products are laid out on the page, whatever the target writes them with."""

from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

from autodiff.expression.expr import Constant, Expr, Power, Product, Sum
from autodiff.expression.number import Rational
from autodiff.expression.write import degree, in_order

__all__ = ["Factor", "Quotient", "magnitude", "quotient", "summands"]


class Factor(NamedTuple):
    """A base and its exponent: a number, or an expression."""

    base: Expr
    exponent: "Rational | Expr"


class Quotient(NamedTuple):
    """sign * top * above / (bottom * below), where `top` and `bottom` are positive."""

    sign: int
    top: int | float
    bottom: int
    above: tuple[Factor, ...]
    below: tuple[Factor, ...]


def summands(node: Sum) -> list[tuple[Rational, Expr | None]]:
    """Coefficients and terms (None: the coefficient alone), from high degree to low, one that is added first."""
    terms: list[tuple[Rational, Expr | None]] = sorted(node.terms, key=lambda term: -degree(term[1]))
    if node.constant:
        terms.append((node.constant, None))
    if terms[0][0] < 0:
        first = next((k for k, term in enumerate(terms) if term[0] > 0), 0)
        terms.insert(0, terms.pop(first))
    return terms


def quotient(coefficient: Rational, term: Expr, named: Collection[int]) -> Quotient:
    """A coefficient times a term, taken apart except for the nodes `named`, which stand for themselves."""
    above: list[Factor] = []
    below: list[Factor] = []
    for factor in in_order(term.parts if isinstance(term, Product) and term.number not in named else (term,)):
        if not isinstance(factor, Power) or factor.number in named:
            above.append(Factor(factor, 1))
        elif isinstance(factor.exponent, Constant):
            exponent = factor.exponent.value
            (below if exponent < 0 else above).append(Factor(factor.base, magnitude(exponent)))
        else:
            above.append(Factor(factor.base, factor.exponent))
    size = magnitude(coefficient)
    sign = -1 if coefficient < 0 else 1
    if isinstance(size, Fraction):
        return Quotient(sign, size.numerator, size.denominator, tuple(above), tuple(below))
    return Quotient(sign, size, 1, tuple(above), tuple(below))


def magnitude(value: Rational) -> Rational:
    """The absolute value."""
    return -value if value < 0 else value
