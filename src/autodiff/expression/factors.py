"""Terms as factors: what numbers and powers they are made of, and what several of them have in common."""

from __future__ import annotations

from autodiff.expression.expr import Call, Constant, Expr, Power, Product, Sum
from autodiff.expression.number import exact
from autodiff.late import late_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    import fractions
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, Final, TypeAlias

    from autodiff.expression.number import Rational
else:
    fractions = late_module("fractions")

__all__ = ["Factors", "expanded", "factors_of", "multiplied", "over", "regrouped", "shared", "without"]

Factors: TypeAlias = "dict[Expr, Rational]"
"""Bases with their exponents; exp(2*x + y) is exp(x) twice and exp(y) once."""
_MOST_TERMS: Final = 64
_HIGHEST: Final = 4
"""A power of a sum is multiplied out up to here."""


def factors_of(term: Expr | None) -> Factors:
    """The powers of which a term is the product; of no term, which stands for 1, there are none."""
    found: Factors = {}
    if term is None:
        return found
    for factor in term.parts if isinstance(term, Product) else (term,):
        if isinstance(factor, Power):
            for base, exponent in _powers(factor):
                found[base] = exact(found.get(base, 0) + exponent)
        elif isinstance(factor, Call) and factor.operation == "exp":
            for base, exponent in _exponentials(factor).items():
                found[base] = exact(found.get(base, 0) + exponent)
        else:
            found[factor] = exact(found.get(factor, 0) + 1)
    return found


def _powers(power: Power) -> list[tuple[Expr, Rational]]:
    """x**3 is x three times; x**(a - 1) is x**a once and x minus once."""
    exponent: Any = power.exponent
    if isinstance(exponent, Constant):
        return [(power.base, exponent.value)]
    if isinstance(exponent, Sum) and isinstance(exponent.constant, int) and exponent.constant:
        algebra = power.algebra
        open_part = algebra.sum([(1, exponent)], -exponent.constant)
        return [(algebra.power(power.base, open_part), 1), (power.base, exponent.constant)]
    return [(power, 1)]


def _exponentials(call: Call) -> Factors:
    argument: Any = call.parts[0]
    algebra = call.algebra
    if not isinstance(argument, Sum):
        return {call: 1}
    found: Factors = {algebra.function("exp", part): c for c, part in argument.terms}
    if argument.constant:
        found[algebra.function("exp", algebra.one)] = argument.constant
    return found


def multiplied(powers: Mapping[Expr, Rational]) -> list[Expr]:
    """The powers, each as an expression; those of exponentials are one."""
    found: list[Expr] = []
    exponents = []
    for base, exponent in powers.items():
        algebra = base.algebra
        if isinstance(base, Call) and base.operation == "exp":
            exponents.append((exponent, base.parts[0]))
        elif exponent:
            found.append(algebra.power(base, algebra.constant(exponent)))
    if exponents:
        found.append(algebra.function("exp", algebra.sum(exponents)))
    return found


def without(powers: Mapping[Expr, Rational], common: Mapping[Expr, Rational]) -> Factors:
    """The powers divided by those that are `common`."""
    left = {base: exact(exponent - common.get(base, 0)) for base, exponent in powers.items()}
    left.update({base: exact(-exponent) for base, exponent in common.items() if base not in powers})
    return {base: exponent for base, exponent in left.items() if exponent}


def shared(terms: Sequence[Factors]) -> Factors:
    """What all terms have: x of 2*x and x**2; 1/x of 1/x and y/x, and nothing of 1/x and 1/x**2."""
    found: Factors = {}
    for base in terms[0]:
        exponents = [term.get(base, 0) for term in terms]
        low, high = min(exponents), max(exponents)
        is_exponential = isinstance(base, Call) and base.operation == "exp"
        if low > 0 or low == high or (high < 0 and is_exponential):
            found[base] = low if low > 0 else high
    return found


def over(terms: Sequence[Factors]) -> Factors:
    """The same over a common denominator: 1/x**2 of 1/x and 1/x**2, and of 1/x**2 and 1."""
    found = shared(terms)
    for term in terms:
        for base, exponent in term.items():
            if exponent < found.get(base, 0) and not (isinstance(base, Call) and base.operation == "exp"):
                found[base] = exponent
    return found


def expanded(root: Sum) -> Expr:
    """The sum with its products of sums multiplied out, unless nothing meets its like or there are very many."""
    found: list[tuple[Rational, list[Expr]]] = []
    for coefficient, term in root.terms:
        rows: list[tuple[Rational, list[Expr]]] = [(coefficient, [])]
        for factor in term.parts if isinstance(term, Product) else (term,):
            for each in _repeated(factor):
                rows = [(exact(c * d), [*row, *more]) for c, row in rows for d, more in _summands(each)]
                if len(rows) > _MOST_TERMS:
                    return root
        found.extend(rows)
    algebra = root.algebra
    result = algebra.sum(((c, algebra.product(row)) for c, row in found), root.constant)
    summands = len(found) + bool(root.constant)
    collected = not isinstance(result, Sum) or len(result.parts) + bool(result.constant) < summands
    return result if collected or summands == len(root.parts) + bool(root.constant) else root


def regrouped(root: Sum) -> Iterator[tuple[Rational, Sum, Expr]]:
    """Sums that are factors in some terms and stand among the others: how often, which, and what else there is.

    a*(1 - x) + 2 - 2*x is such: twice 1 - x, and a*(1 - x).
    """
    numbers = dict(zip(root.parts, root.coefficients, strict=True))
    for base in dict.fromkeys(base for part in root.parts for base in factors_of(part)):
        if not isinstance(base, Sum) or any(part not in numbers for part in base.parts):
            continue
        times = exact(fractions.Fraction(numbers[base.parts[0]]) / fractions.Fraction(base.coefficients[0]))
        if all(numbers[part] == times * c for c, part in base.terms) and root.constant == times * base.constant:
            yield times, base, root.algebra.sum([(1, root), (-times, base)])


def _repeated(factor: Expr) -> Iterable[Expr]:
    """(x + 1)**2 as twice the sum, anything else as it is."""
    if isinstance(factor, Power) and isinstance(factor.base, Sum) and isinstance(factor.exponent, Constant):
        times = factor.exponent.value
        if isinstance(times, int) and 1 < times <= _HIGHEST:
            return [factor.base] * times
    return [factor]


def _summands(factor: Expr) -> list[tuple[Rational, list[Expr]]]:
    if not isinstance(factor, Sum):
        return [(1, [factor])]
    constant: list[tuple[Rational, list[Expr]]] = [(factor.constant, [])] if factor.constant else []
    return [*((c, [part]) for c, part in factor.terms), *constant]
