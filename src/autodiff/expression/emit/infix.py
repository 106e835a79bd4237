"""Expressions as text with infix operators: what programming languages have in common.

A target says how it writes numbers, powers, functions and conditionals. The loop goes from the inside out; long sums
and products are written in groups, since parsers recurse over them.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isinf, isnan
from typing import ClassVar, Final, NamedTuple

from autodiff.expression.emit.layout import Factor, Quotient, magnitude, quotient, summands
from autodiff.expression.emit.program import Emitted, Paper
from autodiff.expression.expr import Call, Constant, Expr, Power, Sum, Symbol, Unwritten, Whole
from autodiff.expression.number import Rational

__all__ = ["ATOM", "COMPARES", "POWER", "PRODUCT", "SIGN", "SUM", "Infix", "Text", "is_boolean"]

COMPARES, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)
"""How tightly a text binds."""
_GROUP: Final = 100
_COMPARISONS: Final = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!="}
_BOOLEAN: Final = frozenset(
    {*_COMPARISONS, "logical_and", "logical_or", "logical_not", "isnan", "isinf", "isfinite", "signbit"}
)


class Text(NamedTuple):
    """A piece of text and how tightly it binds."""

    text: str
    level: int = ATOM


def is_boolean(node: Expr) -> bool:
    """Whether it is a condition, not a number."""
    return isinstance(node, Call) and node.operation in _BOOLEAN


class Infix:
    """Writes the expressions of an `Emitted`. `functions` are the calls of the target, by the operation's name."""

    functions: ClassVar[Mapping[str, str]] = {}
    constants: ClassVar[Mapping[str, str]] = {}
    comparisons: ClassVar[Mapping[str, str]] = _COMPARISONS
    both, either, negation = "and", "or", "not "
    infinity, nan = "inf", "nan"
    one, zero = "1.0", "0.0"

    def __init__(self, emitted: Emitted, inputs: Mapping[str, str] | None = None) -> None:
        self.inputs = inputs or {name: name for name in emitted.inputs}
        self.emitted = emitted
        self.paper = Paper()
        self.texts: dict[int, Text] = {}
        self.named: set[int] = set()
        self.powers: dict[tuple[int, Rational], Text] = {}

    def written(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Names and texts of what is shared, labels and texts of the outputs."""
        shared = {node.number: name for name, node in self.emitted.shared}
        definitions = []
        for node in self.emitted.nodes():
            text = self.text(node)
            self.paper.write(text.text)
            if node.number in shared:
                definitions.append((shared[node.number], self.result(node, text)))
                text = Text(shared[node.number])
                self.named.add(node.number)
                if isinstance(node, Power) and isinstance(node.exponent, Constant):
                    self.powers[node.base.number, node.exponent.value] = text
            self.texts[node.number] = text
        outputs = [(label, self.result(root, self.texts[root.number])) for label, root in self.emitted.outputs]
        return definitions, outputs

    def result(self, node: Expr, text: Text) -> str:  # noqa: ARG002
        """A text that stands alone."""
        return text.text

    # ------------------------------------------------------------------ nodes

    def text(self, node: Expr) -> Text:
        """A node, whose parts are written."""
        if isinstance(node, Constant):
            return self.number(node.value)
        if isinstance(node, Symbol):
            return Text(self.inputs.get(node.name) or self.constants.get(node.name, node.name))
        if isinstance(node, Sum):
            return self.sum(node)
        if isinstance(node, Call):
            return self.call(node)
        return self.whole(node) if isinstance(node, Whole) else self.product(1, node)

    def whole(self, node: Whole) -> Text:
        """An operation on whole arrays."""
        raise Unwritten(f"{node.operation}() of arrays is not written in this language", node.operation)

    def number(self, value: Rational) -> Text:
        """A number that stands alone."""
        if isinstance(value, Fraction):
            return Text(f"{self.literal(value.numerator)}/{self.literal(value.denominator)}", PRODUCT)
        return Text(self.literal(value), ATOM if value >= 0 or isnan(value) else SIGN)

    def literal(self, value: float) -> str:
        """An integer or a float as the target reads it."""
        if isnan(value):
            return self.nan
        if isinf(value):
            return f"-{self.infinity}" if value < 0 else self.infinity
        return repr(value) if abs(value) < 1 << 53 else repr(float(value))

    def held(self, text: Text, level: int) -> str:
        """The text, in parentheses if it binds less tightly than `level`."""
        return text.text if text.level >= level else f"({text.text})"

    def numeric(self, node: Expr) -> Text:
        """A part as a number, also if it is a condition."""
        text = self.texts[node.number]
        return self.conditional(text, Text(self.one), Text(self.zero)) if is_boolean(node) else text

    def branch(self, node: Expr) -> Text:
        """A part that is one of two values."""
        return self.numeric(node)

    def leading(self, node: Expr) -> Text:
        """A part that opens a sum or a product: where types are inferred from left to right, it decides."""
        return self.numeric(node)

    # ------------------------------------------------------------------ sums and products

    def sum(self, node: Sum) -> Text:
        """Terms and their signs."""
        terms = summands(node)
        if len(terms) == 1:
            coefficient, part = terms[0]
            return self.number(coefficient) if part is None else self.product(coefficient, part)
        pieces = []
        for k, (coefficient, part) in enumerate(terms):
            size = magnitude(coefficient)
            text = self.number(size) if part is None else self.product(size, part, leads=k % _GROUP == 0)
            pieces.append(("-" if coefficient < 0 else "+", self.held(text, PRODUCT)))
        while len(pieces) > _GROUP:
            pieces = [("+", f"({_joined(pieces[k : k + _GROUP])})") for k in range(0, len(pieces), _GROUP)]
        return Text(_joined(pieces), SUM)

    def product(self, coefficient: Rational, term: Expr, *, leads: bool = True) -> Text:
        """A coefficient times a term. `leads`: nothing stands before it."""
        parts = quotient(coefficient, term, self.named)
        above = [self.literal(parts.top)] if parts.top != 1 or not parts.above else []
        alone = not above and not parts.below and parts.bottom == 1 and len(parts.above) == 1
        factors = [self.factor(f, leads=leads and not above and k == 0) for k, f in enumerate(parts.above)]
        if alone:
            return Text(f"-{self.held(factors[0], SIGN)}", SIGN) if coefficient < 0 else factors[0]
        above += [self.held(each, POWER) for each in factors]
        text = _grouped(above)
        if parts.below or parts.bottom != 1:
            text += f"/{self.divisor(parts)}"
        return Text(f"-{text}" if parts.sign < 0 else text, PRODUCT)

    def divisor(self, parts: Quotient) -> str:
        """What stands below the line."""
        below = [self.literal(parts.bottom)] if parts.bottom != 1 else []
        below += [self.held(self.factor(each), POWER) for each in parts.below]
        return below[0] if len(below) == 1 else f"({_grouped(below)})"

    def factor(self, factor: Factor, *, leads: bool = False) -> Text:
        """A base to its exponent."""
        if isinstance(factor.exponent, Expr):
            return self.power(factor.base, self.numeric(factor.exponent))
        if factor.exponent == 1:
            return self.leading(factor.base) if leads else self.numeric(factor.base)
        if (factor.base.number, factor.exponent) in self.powers:
            return self.powers[factor.base.number, factor.exponent]
        if factor.exponent == Fraction(1, 2):
            return self.root(factor.base)
        if isinstance(factor.exponent, int):
            return self.whole_power(factor.base, factor.exponent)
        return self.power(factor.base, self.number(factor.exponent))

    def whole_power(self, base: Expr, exponent: int) -> Text:
        """A positive integer power."""
        return Text(f"{self.held(self.numeric(base), ATOM)}**{exponent}", POWER)

    def power(self, base: Expr, exponent: Text) -> Text:
        """Any other power."""
        return Text(f"{self.held(self.numeric(base), ATOM)}**{self.held(exponent, POWER)}", POWER)

    def root(self, base: Expr) -> Text:
        """The square root."""
        return Text(f"{self.functions['sqrt']}({self.numeric(base).text})")

    # ------------------------------------------------------------------ functions and conditions

    def call(self, node: Call) -> Text:
        """A function, a comparison or a conditional."""
        operation = node.operation
        if operation == "where":
            condition, yes, no = node.parts
            return self.conditional(self.condition(condition), self.branch(yes), self.branch(no))
        if operation in self.comparisons:
            left, right = (self.held(self.numeric(part), SUM) for part in node.parts)
            return self.comparison(operation, left, right)
        if operation in ("logical_and", "logical_or"):
            left, right = (self.held(self.condition(part), ATOM) for part in node.parts)
            return Text(f"{left} {self.both if operation == 'logical_and' else self.either} {right}", COMPARES)
        if operation == "logical_not":
            return Text(f"{self.negation}{self.held(self.condition(node.parts[0]), ATOM)}", COMPARES)
        return self.function(node, [self.numeric(part) for part in node.parts])

    def comparison(self, operation: str, left: str, right: str) -> Text:
        """Two numbers compared."""
        return Text(f"{left} {self.comparisons[operation]} {right}", COMPARES)

    def condition(self, node: Expr) -> Text:
        """A part as a condition, also if it is a number."""
        text = self.texts[node.number]
        return text if is_boolean(node) else self.comparison("ne", self.held(text, SUM), self.zero)

    def function(self, node: Call, arguments: Sequence[Text]) -> Text:
        """A function of the target."""
        return Text(f"{self.functions[node.operation]}({', '.join(each.text for each in arguments)})")

    def conditional(self, condition: Text, yes: Text, no: Text) -> Text:
        """One of two values."""
        return Text(f"({yes.text} if {condition.text} else {no.text})")


def _joined(pieces: Sequence[tuple[str, str]]) -> str:
    (sign, first), *rest = pieces
    return ("-" if sign == "-" else "") + first + "".join(f" {sign} {text}" for sign, text in rest)


def _grouped(factors: list[str]) -> str:
    while len(factors) > _GROUP:
        factors = [f"({'*'.join(factors[k : k + _GROUP])})" for k in range(0, len(factors), _GROUP)]
    return "*".join(factors)
