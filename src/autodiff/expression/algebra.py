"""Making expressions: a small closed list of rewrites, applied as each node is made.

The rewrites, each with a test of its own:

- numbers among themselves are computed, exactly as long as they are exact;
- sums are flat and like terms are collected; products are flat and powers of one base are collected;
- a number times a sum of several terms stays outside; whole powers go into products and powers;
- exp(a)*exp(b) is exp(a + b), exp(a)**n is exp(n*a), log(exp(a)) is a, exp(log(a)) is a;
- sqrt, rsqrt, reciprocal, square are powers; what both branches of a `where` are needs no condition.

Some of them forget where the original was undefined (x/x is 1). What is forgotten is noted down in `lost`; whoever asks
for the final expression compares (see `domain.missing`) and, if need be, derives it again with those in `keeps`.
"""

from __future__ import annotations

from autodiff.errors import TooLarge, TorchNotImplementedError
from autodiff.expression.domain import TOTAL, nonnegative, nonzero
from autodiff.expression.expr import Call, Constant, Expr, Power, Product, Sum, Symbol, coefficient_of
from autodiff.expression.number import exact, raised
from autodiff.expression.sign import NONNEGATIVE, POSITIVE, UNKNOWN, of_power, of_product, of_sum, sign_of_function
from autodiff.late import late_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Final

    from autodiff.expression import decide
    from autodiff.expression.domain import Condition
    from autodiff.expression.number import Rational
    from autodiff.ops import table
    from autodiff.ops.op import Elementwise
else:
    decide = late_module("autodiff.expression.decide")
    table = late_module("autodiff.ops.table")

__all__ = ["Algebra"]

_NONE: Final[frozenset[Condition]] = frozenset()
_MOST_PARTS: Final = 10_000_000


class Algebra:
    """Makes each expression once.

    `lost` are the conditions that rewrites forgot, `keeps` those that no rewrite may forget, `assumed` those that hold.
    While it `names` (in rules), numbers such as log(2) are not decimals.
    """

    def __init__(self) -> None:
        self.lost: set[Condition] = set()
        self.keeps: frozenset[Condition] = _NONE
        self.assumed: frozenset[Condition] = _NONE
        self.names = False
        self._made: dict[Any, Expr] = {}
        self._size = 0
        self.zero = self.constant(0)
        self.one = self.constant(1)
        self._exponential = self.symbol("")

    def may_lose(self, conditions: Iterable[Condition]) -> bool:
        """Whether a rewrite may forget these conditions; if so, they are noted down."""
        gone = frozenset(conditions) - self.assumed
        if gone & self.keeps:
            return False
        self.lost |= gone
        return True

    # ------------------------------------------------------------------ leaves

    def expression(self, value: Any) -> Expr:  # noqa: ANN401 - an expression or a number
        """A number as a constant; an expression as it is."""
        if isinstance(value, Expr) or not (self.names and type(value) is float):
            return value if isinstance(value, Expr) else self.constant(value)
        from autodiff.expression.constants import named

        return named(self, value)  # type: ignore[no-any-return]

    def constant(self, value: Any) -> Expr:  # noqa: ANN401 - a number
        """The constant of a number. Raises NotImplementedError for a complex one."""
        if isinstance(value, complex):
            raise TorchNotImplementedError("a derivative with complex numbers is not written down")
        value = exact(value)
        key = value if type(value) is int else ("constant", type(value), repr(value))  # a key of ints is quick
        sign = POSITIVE if value > 0 else UNKNOWN if value < 0 else NONNEGATIVE
        return self._node(Constant, key, (), _NONE, sign, value=value)

    def symbol(self, name: str) -> Expr:
        """The variable of this name."""
        return self._node(Symbol, ("symbol", name), (), _NONE, UNKNOWN, name=name)

    # ------------------------------------------------------------------ sums

    def sum(self, terms: Iterable[tuple[Rational, Expr]], constant: Rational = 0) -> Expr:
        """The sum of the terms, each times its coefficient, and a constant."""
        collected: dict[Expr, Rational] = {}
        for coefficient, term in terms:
            if isinstance(term, Constant):
                constant = exact(constant + coefficient * term.value)
            elif isinstance(term, Sum):
                constant = exact(constant + coefficient * term.constant)
                for inner, part in term.terms:
                    collected[part] = exact(collected.get(part, 0) + coefficient * inner)
            else:
                collected[term] = exact(collected.get(term, 0) + coefficient)
        return self._sum({t: c for t, c in collected.items() if c or not self.may_lose(t.conditions)}, constant)

    def _sum(self, terms: dict[Expr, Rational], constant: Rational) -> Expr:
        if not terms:
            return self.constant(constant)
        if len(terms) == 1 and not constant:
            ((only, coefficient),) = terms.items()
            if coefficient == 1:
                return only
        parts = tuple(terms)
        key = _key_of_sum(constant, terms.items())
        coefficients = tuple(terms.values())
        sign = of_sum(constant, coefficients, parts)
        return self._node(Sum, key, parts, _all(parts), sign, constant=constant, coefficients=coefficients)

    def opposite(self, of: Sum) -> Expr | None:
        """The sum times -1, if that was met before the sum itself."""
        found = self._made.get(_key_of_sum(exact(-of.constant), ((part, exact(-c)) for c, part in of.terms)))
        return found if found is not None and found.number < of.number else None

    # ------------------------------------------------------------------ products

    def product(self, factors: Iterable[Expr]) -> Expr:
        """The product of the factors."""
        coefficient: Rational = 1
        powers: dict[Expr, list[Expr]] = {}
        exponentials: list[Expr] = []
        for factor in factors:
            number, rest = coefficient_of(factor)
            if number != 1:
                coefficient = exact(coefficient * number)
            for part in rest:
                if isinstance(part, Call) and part.operation == "exp":
                    powers.setdefault(self._exponential, [])  # where the first one stands, all will
                    exponentials.append(part.parts[0])
                elif isinstance(part, Power):
                    powers.setdefault(part.base, []).append(part.exponent)
                else:
                    powers.setdefault(part, []).append(self.one)
        parts: list[Expr] = []
        for base, exponents in powers.items():
            if base is self._exponential:
                parts.append(self.function("exp", self.sum((1, each) for each in exponentials)))
                continue
            for each in self._collected(base, exponents):
                number, rest = coefficient_of(each)
                if number != 1:
                    coefficient = exact(coefficient * number)
                parts.extend(rest)
        return self._product(coefficient, [part for part in parts if part is not self.one])

    def _collected(self, base: Expr, exponents: list[Expr]) -> list[Expr]:
        """One power of the base instead of several, if that may be forgotten which it forgets."""
        if len(exponents) == 1:
            return [self.power(base, exponents[0])]
        powers = [self.power(base, exponent) for exponent in exponents]
        before = set(_all(powers))
        if any(not isinstance(e, Constant) for e in exponents) and base.sign != POSITIVE:
            before |= {("nonzero", base), ("positive", base)}
        result = self.power(base, self.sum((1, exponent) for exponent in exponents))
        if self.may_lose(before - result.conditions):
            return [result]
        groups: dict[bool, list[Expr]] = {True: [], False: []}  # above the line, below it
        others = []
        for exponent, power in zip(exponents, powers, strict=True):
            if isinstance(exponent, Constant) and isinstance(exponent.value, int):
                groups[exponent.value > 0].append(exponent)
            else:
                others.append(power)
        return [*(self.power(base, self.sum((1, e) for e in group)) for group in groups.values() if group), *others]

    def _product(self, coefficient: Rational, parts: Sequence[Expr]) -> Expr:
        if not coefficient and self.may_lose(_all(parts)):
            return self.zero
        if not parts:
            return self.constant(coefficient)
        if len(parts) == 1:
            return self.sum([(coefficient, parts[0])])
        key = ("product", tuple(sorted(part.number for part in parts)))
        together = self._node(Product, key, tuple(parts), _all(parts), of_product([part.sign for part in parts]))
        return together if coefficient == 1 else self._sum({together: coefficient}, 0)

    # ------------------------------------------------------------------ powers

    def power(self, base: Expr, exponent: Expr) -> Expr:
        """base ** exponent."""
        if not isinstance(exponent, Constant):
            return base if base is self.one else self._power(base, exponent)
        n = exponent.value
        if n == 1:
            return base
        if n == 0:
            return self.one if self.may_lose(base.conditions) else self._power(base, exponent)
        if isinstance(base, Constant):
            value = raised(base.value, n)
            return self._power(base, exponent) if value is None else self.constant(value)
        if isinstance(base, Power) and isinstance(base.exponent, Constant):
            inner: Any = base.exponent
            if isinstance(n, int) or self._is_nonnegative(base.base):
                result = self.power(base.base, self.constant(inner.value * n))
                return result if self.may_lose(base.conditions - result.conditions) else self._power(base, exponent)
        if isinstance(n, int):
            return self._whole_power(base, exponent, n)
        return self._power(base, exponent)

    def _whole_power(self, base: Expr, exponent: Expr, n: int) -> Expr:
        """A power that goes into products and exponentials."""
        if isinstance(base, Call) and base.operation == "exp":
            return self.function("exp", self.sum([(n, base.parts[0])]))
        number, rest = coefficient_of(base)
        outside = 1 if number == 1 else raised(number, n)
        if outside is None or (len(rest) == 1 and rest[0] is base):
            return self._power(base, exponent)
        return self.product([self.constant(outside), *(self.power(part, exponent) for part in rest)])

    def _is_nonnegative(self, base: Expr) -> bool:
        return base.sign != UNKNOWN or not self.assumed.isdisjoint({("nonnegative", base), ("positive", base)})

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        conditions = base.conditions | exponent.conditions
        if not isinstance(exponent, Constant):
            conditions |= {("power", base)} if base.sign != POSITIVE else _NONE
            sign = of_power(base.sign, None)
        else:
            conditions |= nonzero(base) if exponent.value < 0 else _NONE
            conditions |= _NONE if isinstance(exponent.value, int) else nonnegative(base)
            sign = of_power(base.sign, exponent.value)
        return self._node(Power, ("power", base.number, exponent.number), (base, exponent), conditions, sign)

    # ------------------------------------------------------------------ functions

    def function(self, name: str, *operands: Any) -> Expr:  # noqa: ANN401 - expressions and numbers
        """The operation of the table that a step of a formula calls by this name."""
        return self.call(table.FORMS[name], tuple(self.expression(each) for each in operands))

    def call(self, op: Elementwise, parts: tuple[Expr, ...], attributes: tuple[tuple[str, Any], ...] = ()) -> Expr:
        """An operation of expressions; comparisons of numbers are computed."""
        operation, inner = op.name, parts[0]
        left = decide.decided(operation, parts)
        if left is not None:
            left = self.expression(left)
            if operation == "where" or self.may_lose(_all(parts) - left.conditions):
                return left
        undone = decide.undone(operation, parts)
        if undone is not None and (operation != "exp" or inner is self.zero or self.may_lose({("log", undone)})):
            return undone
        value = decide.number_of(op, parts)
        return self._call(op, parts, attributes) if value is None or attributes else self.constant(value)

    def _call(self, op: Elementwise, parts: tuple[Expr, ...], attributes: tuple[tuple[str, Any], ...]) -> Expr:
        operation, inner = op.name, parts[0]
        conditions = _all(parts)
        if operation == "where":
            conditions = inner.conditions  # outside the branch that is chosen nothing needs to be defined
        elif operation not in TOTAL:
            conditions |= {(operation, inner if len(parts) == 1 else parts)}
        key = (op, *(part.number for part in parts), attributes)
        sign = sign_of_function(operation)
        return self._node(Call, key, parts, conditions, sign, op=op, attributes=attributes)

    # ------------------------------------------------------------------ nodes

    def _node(
        self,
        kind: type[Expr],
        key: Any,  # noqa: ANN401 - what makes it the same
        parts: tuple[Expr, ...],
        conditions: frozenset[Condition],
        sign: int,
        **facts: Any,  # noqa: ANN401 - the slots of its kind
    ) -> Expr:
        found: Any = self._made.get(key)
        if found is None:
            self._size += len(parts)
            if self._size > _MOST_PARTS:
                raise TooLarge(f"the derivative would be made of more than {_MOST_PARTS} parts")
            found = kind()
            found.algebra = self
            found.number = len(self._made)
            found.parts = parts
            found.conditions = conditions
            found.sign = sign
            for name, value in facts.items():
                setattr(found, name, value)
            self._made[key] = found
        return found  # type: ignore[no-any-return]


def _key_of_sum(constant: Rational, terms: Iterable[tuple[Expr, Rational]]) -> Any:  # noqa: ANN401
    return "sum", constant, frozenset((part.number, coefficient) for part, coefficient in terms)


def _all(parts: Iterable[Expr]) -> frozenset[Condition]:
    return frozenset().union(*(part.conditions for part in parts))
