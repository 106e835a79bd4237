"""Expressions in canonical form: a sum is a bag of terms, a product a bag of powers, and equal means identical.

Expressions belong to an `Algebra`, which makes each one once. A node is made after the nodes in it, so its number is
larger than theirs: walking a list of nodes by number needs no recursion.
"""

from __future__ import annotations

from autodiff.errors import Deliberate
from autodiff.expression.number import Rational, content, exact
from autodiff.late import late_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    import fractions
    from collections.abc import Iterator
    from typing import Any

    from autodiff.dtypes import dtype
    from autodiff.expression.algebra import Algebra
    from autodiff.ops.op import Elementwise
else:
    fractions = late_module("fractions")

__all__ = [
    "Call", "Constant", "Expr", "Power", "Product", "Sum", "Symbol", "Unwritten", "Whole", "coefficient_of",
    "is_linear", "nodes_below",
]  # fmt: skip


class Unwritten(Deliberate, NotImplementedError):  # noqa: N818 - shown under Python's name for it
    """What cannot be written down as a function of numbers, and the name of the `operation` it is."""

    def __init__(self, message: str, operation: str) -> None:
        super().__init__(message)
        self.operation = operation


Unwritten.__name__ = "NotImplementedError"


class Expr:
    """A canonical expression.

    `parts` are the expressions in it, `conditions` where it is defined (see domain.py), `sign` what is known of its
    sign (see sign.py).
    """

    __slots__ = ("algebra", "conditions", "number", "parts", "sign")
    algebra: Algebra
    number: int
    parts: tuple[Expr, ...]
    conditions: frozenset[Any]
    sign: int

    @property
    def shape(self) -> tuple[int, ...]:
        """That of a number: no dimension."""
        return ()

    @property
    def dtype(self) -> dtype:
        """Expressions stand for real numbers."""
        from autodiff.dtypes import float64

        return float64

    @property
    def reciprocal(self) -> Expr:
        """1 / self."""
        return self.algebra.power(self, self.algebra.constant(-1))

    def carry(self, operation: Any, operands: tuple[Any, ...], attributes: dict[str, Any]) -> Expr:  # noqa: ANN401
        """Apply an operation of the table: what derivative rules call."""
        from autodiff.expression.applied import applied

        tensors, named = [], dict(attributes)
        for parameter, value in zip(operation.signature, operands, strict=False):
            if parameter.name in operation.inputs:
                tensors.append(value)
            else:
                named[parameter.name] = value
        return applied(operation, tensors, named)

    def __add__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.sum([(1, self), (1, self.algebra.expression(other))])

    __radd__ = __add__

    def __sub__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.sum([(1, self), (-1, self.algebra.expression(other))])

    def __rsub__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.sum([(1, self.algebra.expression(other)), (-1, self)])

    def __mul__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.product([self, self.algebra.expression(other)])

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.product([self, self.algebra.expression(other).reciprocal])

    def __rtruediv__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.product([self.algebra.expression(other), self.reciprocal])

    def __pow__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.power(self, self.algebra.expression(other))

    def __rpow__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.power(self.algebra.expression(other), self)

    def __neg__(self) -> Expr:
        return self.algebra.sum([(-1, self)])

    def __abs__(self) -> Expr:
        return self.algebra.function("abs", self)

    def __lt__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.function("lt", self, other)

    def __le__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.function("le", self, other)

    def __gt__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.function("gt", self, other)

    def __ge__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.function("ge", self, other)

    def __eq__(self, other: object) -> Expr:  # type: ignore[override] # the comparison, as in a tensor
        return self.algebra.function("eq", self, other)

    def __ne__(self, other: object) -> Expr:  # type: ignore[override]
        return self.algebra.function("ne", self, other)

    __hash__ = object.__hash__

    def __and__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.function("logical_and", self, other)

    def __or__(self, other: Any) -> Expr:  # noqa: ANN401
        return self.algebra.function("logical_or", self, other)


class Constant(Expr):
    """A number."""

    __slots__ = ("value",)
    value: Rational


class Symbol(Expr):
    """A variable."""

    __slots__ = ("name",)
    name: str


class Sum(Expr):
    """`constant` plus each of `parts` times its coefficient; at least two summands, or one with a coefficient."""

    __slots__ = ("coefficients", "constant")
    constant: Rational
    coefficients: tuple[Rational, ...]

    @property
    def terms(self) -> Iterator[tuple[Rational, Expr]]:
        """Coefficient and term, in the order in which they were first met."""
        return zip(self.coefficients, self.parts, strict=True)


class Product(Expr):
    """All of `parts` multiplied: at least two, none of them a number, a product or a power of a base met before."""

    __slots__ = ()


class Power(Expr):
    """`base ** exponent`, of which a square root is the power 1/2 and a quotient the power -1."""

    __slots__ = ()

    @property
    def base(self) -> Expr:
        """What is raised."""
        return self.parts[0]

    @property
    def exponent(self) -> Expr:
        """To which power."""
        return self.parts[1]


class Call(Expr):
    """An operation of the table applied to `parts`; plain numbers and words besides them are `attributes`."""

    __slots__ = ("attributes", "op")
    op: Elementwise
    attributes: tuple[tuple[str, Any], ...]

    @property
    def operation(self) -> str:
        """Its name."""
        return self.op.name


class Whole(Expr):
    """An operation on whole arrays (see arrays.py): for the mathematics of elements it is a symbol.

    `said` is what a text says besides the `parts`.
    """

    __slots__ = ("attributes", "operation", "said")
    operation: str
    attributes: tuple[Any, ...]
    said: tuple[str, ...]


def nodes_below(roots: list[Expr]) -> list[Expr]:
    """Every node in `roots`, each once, the innermost first."""
    found: dict[int, Expr] = {}
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node.number not in found:
            found[node.number] = node
            waiting.extend(node.parts)
    return [found[number] for number in sorted(found)]


def is_linear(expression: Expr) -> bool:
    """Whether it is a number, a symbol, or a sum of multiples of them: what cannot be written shorter."""
    return all(isinstance(part, Symbol) for part in expression.parts) and not isinstance(expression, Call)


def coefficient_of(factor: Expr) -> tuple[Rational, tuple[Expr, ...]]:
    """A factor as a number and what it multiplies: `3*x*y` is 3 and (x, y), `2*x + 4` is 2 and (x + 2,).

    -a - b is -1 and (a + b,); where b - a was met before, a - b is -1 and (b - a,).
    """
    if isinstance(factor, Constant):
        return factor.value, ()
    if isinstance(factor, Sum):
        if len(factor.parts) == 1 and not factor.constant:
            number, inner = factor.coefficients[0], factor.parts[0]
            return number, inner.parts if isinstance(inner, Product) else (inner,)
        numbers = [*factor.coefficients, *([factor.constant] if factor.constant else [])]
        common = exact(-content(numbers)) if max(numbers) < 0 else content(numbers)
        if common != 1:
            scale = 1 / fractions.Fraction(common)
            number, parts = coefficient_of(factor.algebra.sum([(scale, factor)]))
            return exact(common * number), parts
        opposite = factor.algebra.opposite(factor) if min(numbers) < 0 else None
        return (1, (factor,)) if opposite is None else (-1, (opposite,))
    return 1, factor.parts if isinstance(factor, Product) else (factor,)
