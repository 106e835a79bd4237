"""Formulas as they are printed: one layout, which LaTeX and MathML write with marks of their own.

A quotient has a bar, a power is raised, exp is a power of e, a square root has its sign, `where` is a brace with cases.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import isinf, isnan
from typing import Final, NamedTuple

from autodiff.expression.emit.infix import is_boolean
from autodiff.expression.emit.label import differentials
from autodiff.expression.emit.layout import Factor, magnitude, quotient, summands
from autodiff.expression.emit.marks import Marks
from autodiff.expression.emit.program import VALUE, Emitted, Paper
from autodiff.expression.expr import Call, Constant, Expr, Sum, Symbol
from autodiff.expression.number import Rational

__all__ = ["Formula", "Notation", "Shown"]

_RELATION, _SUM, _PRODUCT, _POWER, _ATOM = range(5)
_RELATIONS: Final = ("gt", "ge", "lt", "le", "eq", "ne")
_NAMES: Final = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh",
    "maximum": "max", "minimum": "min", "fmax": "max", "fmin": "min", "sgn": "sgn", "sign": "sgn",
}  # fmt: skip
_LETTERS: Final = {"sigmoid": "sigma", "digamma": "psi"}
_FENCES: Final = {"abs": "||", "floor": "⌊⌋", "ceil": "⌈⌉"}
_RAISED: Final = frozenset(("sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "log"))
"""Functions whose powers are written between the name and the argument."""


class Shown(NamedTuple):
    """A formula, how tightly it binds, and whether it is higher than a line or begins with a digit."""

    text: str
    level: int = _ATOM
    tall: bool = False
    digit: bool = False


class Formula(NamedTuple):
    """A function's name, as marks, and its arguments."""

    name: str
    arguments: tuple[Shown, ...]


class Notation(Marks):
    """Writes the expressions of an `Emitted`."""

    def __init__(self, emitted: Emitted) -> None:
        self.emitted = emitted
        self.paper = Paper()
        self.shown: dict[int, Shown] = {}
        self.functions: dict[int, Formula] = {}
        self.branches: dict[int, tuple[tuple[tuple[str, str], ...], str]] = {}
        self.named: set[int] = set()

    def written(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Names and formulas of what is shared, labels and formulas of the outputs."""
        shared = {node.number: name for name, node in self.emitted.shared}
        definitions = []
        for node in self.emitted.nodes():
            shown = self.formula(node)
            self.paper.write(shown.text)
            if node.number in shared:
                name = self.symbol(shared[node.number])
                definitions.append((name, shown.text))
                shown = Shown(name)
                self.named.add(node.number)
            self.shown[node.number] = shown
        return definitions, [(label, self.shown[root.number].text) for label, root in self.emitted.outputs]

    # ------------------------------------------------------------------ nodes

    def formula(self, node: Expr) -> Shown:
        """A node, whose parts are written."""
        if isinstance(node, Constant):
            return self.number(node.value)
        if isinstance(node, Symbol):
            return Shown(self.symbol(node.name))
        if isinstance(node, Sum):
            return self.sum(node)
        if isinstance(node, Call):
            return self.call(node)
        return self.product(1, node)

    def number(self, value: Rational) -> Shown:
        """A number that stands alone."""
        if isnan(value) or isinf(value):
            text = self.constant("nan" if isnan(value) else "infinity")
            return Shown(self.row([self.minus, text]), _SUM) if value < 0 else Shown(text)
        if value < 0:
            inner = self.number(-value)
            return Shown(self.row([self.minus, inner.text]), _SUM, inner.tall)
        if isinstance(value, Fraction):
            text = self.fraction(self.literal(str(value.numerator)), self.literal(str(value.denominator)))
            return Shown(text, _PRODUCT, tall=True)
        mantissa, _, exponent = repr(value).partition("e")
        if not exponent:
            return Shown(self.literal(mantissa), digit=True)
        power = self.raised(self.literal("10"), self.number(int(exponent)).text)
        if mantissa == "1":
            return Shown(power, _POWER, digit=True)
        return Shown(self.row([self.literal(mantissa), self.times, power]), _PRODUCT, digit=True)

    def held(self, shown: Shown, level: int) -> Shown:
        """The formula, in parentheses if it binds less tightly than `level`."""
        return shown if shown.level >= level else Shown(self.fenced(shown.text, tall=shown.tall), tall=shown.tall)

    def numeric(self, node: Expr) -> Shown:
        """A part as a number: a condition is 1 in brackets where it holds."""
        shown = self.shown[node.number]
        return (
            Shown(self.fenced(shown.text, tall=shown.tall, fence="[]"), tall=shown.tall) if is_boolean(node) else shown
        )

    # ------------------------------------------------------------------ sums and products

    def sum(self, node: Sum) -> Shown:
        """Terms and their signs."""
        terms = summands(node)
        if len(terms) == 1:
            coefficient, part = terms[0]
            return self.number(coefficient) if part is None else self.product(coefficient, part)
        parts: list[str] = []
        tall = False
        for coefficient, part in terms:
            size = magnitude(coefficient)
            shown = self.held(self.number(size) if part is None else self.product(size, part), _PRODUCT)
            sign = [self.minus] if coefficient < 0 else [self.plus] if parts else []
            parts += [*sign, shown.text]
            tall |= shown.tall
        return Shown(self.row(parts), _SUM, tall)

    def product(self, coefficient: Rational, term: Expr) -> Shown:
        """A coefficient times a term."""
        parts = quotient(coefficient, term, self.named)
        if parts.below or parts.bottom != 1:
            above, below = self.factors(parts.top, parts.above), self.factors(parts.bottom, parts.below)
            shown = Shown(self.fraction(above.text, below.text), _PRODUCT, tall=True)
        else:
            shown = self.factors(parts.top, parts.above)
        if parts.sign < 0:
            shown = self.held(shown, _PRODUCT)
            return Shown(self.row([self.minus, shown.text]), _SUM, shown.tall)
        return shown

    def factors(self, number: float, factors: Sequence[Factor]) -> Shown:
        """A number and factors beside each other, with a dot where two numbers would meet."""
        found = [self.number(number)] if number != 1 or not factors else []
        found += [self.factor(each) for each in factors]
        if len(found) == 1:
            return found[0]
        held = [self.held(each, _POWER if k else _PRODUCT) for k, each in enumerate(found)]
        marks = [held[0].text]
        for each in held[1:]:
            marks += [self.dot if each.digit else self.times_unseen(), each.text]
        return Shown(self.row(marks), _PRODUCT, any(each.tall for each in held), held[0].digit)

    def times_unseen(self) -> str:
        """What stands for a product where nothing is to be seen."""
        return ""

    def factor(self, factor: Factor) -> Shown:
        """A base to its exponent."""
        base, exponent = factor
        if isinstance(exponent, Expr):
            return self.power(base, self.numeric(exponent).text)
        if exponent == 1:
            return self.numeric(base)
        if isinstance(exponent, Fraction) and exponent.numerator == 1:
            return Shown(self.root(self.numeric(base).text, exponent.denominator), tall=True)
        return self.power(base, self.number(exponent).text)

    def power(self, base: Expr, exponent: str) -> Shown:
        """A power; of a sine, the name is raised."""
        if isinstance(base, Call) and base.operation in _RAISED and base.number not in self.named:
            function = self.functions[base.number]
            return self.applied(Formula(self.raised(function.name, exponent), function.arguments))
        shown = self.numeric(base)
        inner = self.held(shown, _ATOM)
        return Shown(self.raised(inner.text, exponent), _POWER, tall=True, digit=inner.digit)

    # ------------------------------------------------------------------ functions and conditions

    def call(self, node: Call) -> Shown:
        """A function, a relation or cases."""
        operation = node.operation
        if operation == "where":
            return self.conditional(node)
        if operation in _RELATIONS:
            left, right = (self.held(self.numeric(part), _SUM) for part in node.parts)
            tall = left.tall or right.tall
            return Shown(self.row([left.text, self.relations[operation], right.text]), _RELATION, tall)
        if operation in ("logical_and", "logical_or"):
            left, right = (self.operand(part) for part in node.parts)
            mark = self.both if operation == "logical_and" else self.either
            return Shown(self.row([left.text, mark, right.text]), _RELATION, left.tall or right.tall)
        arguments = [self.numeric(part) for part in node.parts]
        tall = arguments[0].tall
        if operation == "exp":
            return Shown(self.raised(self.symbol("e"), arguments[0].text), _POWER, tall=True)
        if operation in _FENCES:
            return Shown(self.fenced(arguments[0].text, tall=tall, fence=_FENCES[operation]), tall=tall)
        if operation == "lgamma":
            inner = self.applied(Formula(self.symbol("Gamma"), tuple(arguments)))
            arguments = [Shown(self.fenced(inner.text, tall=tall, fence="||"))]
            return Shown(self.row([self.word("log"), self.nothing_applied, arguments[0].text]), _PRODUCT, tall)
        if operation == "polygamma":
            order = self.fenced(self.number(node.attributes[0][1]).text, tall=False)
            self.functions[node.number] = Formula(self.raised(self.symbol("psi"), order), tuple(arguments))
            return self.applied(self.functions[node.number])
        arguments += [self.attribute(name, value) for name, value in node.attributes]
        name = (
            self.symbol(_LETTERS[operation]) if operation in _LETTERS else self.word(_NAMES.get(operation, operation))
        )
        self.functions[node.number] = Formula(name, tuple(arguments))
        return self.applied(self.functions[node.number])

    def applied(self, function: Formula) -> Shown:
        """A function of its arguments."""
        tall = any(each.tall for each in function.arguments)
        marks: list[str] = []
        for argument in function.arguments:
            marks += [self.comma, argument.text] if marks else [argument.text]
        arguments = self.fenced(self.row(marks), tall=tall)
        return Shown(self.row([function.name, self.nothing_applied, arguments]), _ATOM, tall)

    def attribute(self, name: str, value: object) -> Shown:
        """A number or a word that a function is told by name."""
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        shown = self.number(value).text if is_number else self.word(str(value))  # type: ignore[arg-type] # a number
        return Shown(self.row([self.word(name), self.relations["eq"], shown]))

    def operand(self, node: Expr) -> Shown:
        """A condition among others."""
        shown = self.condition(node)
        is_relation = not isinstance(node, Call) or node.operation in _RELATIONS
        return shown if is_relation else self.held(shown, _ATOM)

    def condition(self, node: Expr) -> Shown:
        """A part as a condition, also if it is a number."""
        shown = self.shown[node.number]
        if is_boolean(node):
            return shown
        inner = self.held(shown, _SUM)
        return Shown(self.row([inner.text, self.relations["ne"], self.literal("0")]), _RELATION, shown.tall)

    def conditional(self, node: Call) -> Shown:
        """Cases; those of the other branch are further ones."""
        condition, yes, no = node.parts
        further, otherwise = self.branches.get(no.number, ((), self.numeric(no).text))
        if no.number in self.named:
            further, otherwise = (), self.numeric(no).text
        cases = ((self.numeric(yes).text, self.condition(condition).text), *further)
        self.branches[node.number] = (cases, otherwise)
        return Shown(self.cases(cases, otherwise), _RELATION, tall=True)

    # ------------------------------------------------------------------ labels

    def label(self, label: str) -> str:
        """What an output is called: f for the value, a quotient of differentials for a derivative."""
        if label == VALUE:
            return self.symbol("f")
        read = differentials(label, self.emitted.inputs)
        if read is None:
            return self.word(label)
        mark = self.partial if len(self.emitted.inputs) > 1 else self.symbol("d")
        order = self.literal(str(read.order))
        above = [self.raised(mark, order) if read.order > 1 else mark]
        above.append(self.symbol("f" if read.component is None else f"f{read.component}"))
        below: list[str] = []
        for name, count in read.names:
            shown = self.symbol(name)
            below += [mark, shown if count == 1 else self.raised(shown, self.literal(str(count)))]
        return self.fraction(self.row(above), self.row(below))
