"""Columns of a SELECT in DuckDB's SQL: `SELECT <text> FROM points`, where the table has a column for each input.

Where the expression has no value the column is NULL: at a zero divisor, outside the domain of a logarithm or a root,
and where an input is NULL (so CASE asks for FALSE too: ELSE would take a NULL for it). What overflows is infinite.
Integer columns are computed with as doubles: numbers are written 2e0, since 2.0 is a DECIMAL, and a column that would
open a sum or a product of integers is cast.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isfinite, isnan
from typing import ClassVar, Final

from autodiff.expression.emit.infix import SUM, Infix, Text
from autodiff.expression.emit.layout import Factor, Quotient
from autodiff.expression.emit.program import VALUE, Named, identifier, prepared
from autodiff.expression.expr import Call, Constant, Expr, Symbol
from autodiff.expression.sign import POSITIVE, UNKNOWN

__all__ = ["sql"]

_SAME: Final = (
    "exp", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "atan2",
    "lgamma", "floor", "ceil", "trunc", "abs", "isnan", "isinf", "isfinite", "sqrt", "log2", "log10",
)  # fmt: skip
_DOMAINS: Final = {"asin": "abs({}) <= 1", "acos": "abs({}) <= 1", "atanh": "abs({}) < 1", "acosh": "{} >= 1"}
_DEEPEST: Final = 300
"""DuckDB allows expressions 1000 deep."""


class _SQL(Infix):
    functions: ClassVar[Mapping[str, str]] = {**{name: name for name in _SAME}, "log": "ln", "round": "round_even"}
    constants: ClassVar[Mapping[str, str]] = {"pi": "pi()", "e": "exp(1e0)"}
    comparisons: ClassVar[Mapping[str, str]] = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "=", "ne": "<>"}
    both, either, negation = "AND", "OR", "NOT "
    one, zero = "1e0", "0e0"

    def literal(self, value: float) -> str:
        """A number with an exponent is a DOUBLE, one without is not."""
        value = float(value)
        if not isfinite(value):
            return "'NaN'::DOUBLE" if isnan(value) else f"'{'-' if value < 0 else ''}Infinity'::DOUBLE"
        text = repr(value).removesuffix(".0")
        return text if "e" in text else f"{text}e0"

    def leading(self, node: Expr) -> Text:
        """A column as a double, whatever its type is."""
        text = self.numeric(node)
        is_column = isinstance(node, Symbol) and node.name in self.inputs
        return Text(f"CAST({text.text} AS DOUBLE)") if is_column else text

    def branch(self, node: Expr) -> Text:
        """One of two values: a double."""
        return self.leading(node)

    def result(self, node: Expr, text: Text) -> str:
        """A column of its own."""
        return self.leading(node).text if isinstance(node, Symbol) else text.text

    def divisor(self, parts: Quotient) -> str:
        """What stands below the line, NULL if it is zero."""
        text = super().divisor(parts)
        if all(factor.base.sign == POSITIVE for factor in parts.below):
            return text
        return f"NULLIF({text[1:-1] if len(parts.below) + (parts.bottom != 1) > 1 else text}, 0)"

    def whole_power(self, base: Expr, exponent: int) -> Text:
        """A power is a DOUBLE, also of integers."""
        return Text(f"pow({self.numeric(base).text}, {exponent})")

    def power(self, base: Expr, exponent: Text) -> Text:
        """SQL has no operator for powers."""
        return Text(f"pow({self.numeric(base).text}, {exponent.text})")

    def factor(self, factor: Factor, *, leads: bool = False) -> Text:
        """A power; that of a negative number and a fraction is NULL."""
        broken = not isinstance(factor.exponent, (int, Expr)) and factor.exponent != Fraction(1, 2)
        if not broken or isinstance(factor.exponent, Expr) or factor.base.sign != UNKNOWN:
            return super().factor(factor, leads=leads)
        return Text(f"pow({self.when_nonnegative(factor.base)}, {self.number(factor.exponent).text})")

    def when_nonnegative(self, node: Expr) -> str:
        """A part, NULL if it is negative."""
        text = self.numeric(node)
        return f"CASE WHEN {self.held(text, SUM)} >= 0 THEN {text.text} END"

    def root(self, base: Expr) -> Text:
        """The square root; NULL of what is negative."""
        text = self.numeric(base)
        if base.sign != UNKNOWN:
            return Text(f"sqrt({text.text})")
        return Text(f"sqrt({self.when_nonnegative(base)})")

    def call(self, node: Call) -> Text:
        """A function; what is compared may be an integer."""
        if node.operation in self.comparisons:
            left, right = (self.held(self.compared(part), SUM) for part in node.parts)
            return self.comparison(node.operation, left, right)
        return super().call(node)

    def compared(self, node: Expr) -> Text:
        """A part of a comparison, where an integer may be one."""
        if isinstance(node, Constant) and isinstance(node.value, int):
            return Text(str(node.value))
        return self.numeric(node)

    def function(self, node: Call, arguments: Sequence[Text]) -> Text:
        """A function; NULL outside its domain, where DuckDB before version 2 would fail."""
        name, operation = self.functions[node.operation], node.operation
        text = (
            self.leading(node.parts[0]).text
            if operation in ("abs", "floor", "ceil", "trunc", "round")
            else arguments[0].text
        )
        if operation in ("log", "log2", "log10") and node.parts[0].sign != POSITIVE:
            text = f"NULLIF(greatest({text}, 0), 0)"
        elif operation in _DOMAINS:
            text = f"CASE WHEN {_DOMAINS[operation].format(self.held(arguments[0], SUM))} THEN {text} END"
        elif operation == "lgamma":
            text = f"NULLIF({text}, 0)"
        elif operation == "round":
            text += ", 0"
        return Text(f"{name}({', '.join([text, *(each.text for each in arguments[1:])])})")

    def conditional(self, condition: Text, yes: Text, no: Text) -> Text:
        """Of a condition that is NULL, NULL."""
        return Text(f"CASE ({condition.text}) WHEN TRUE THEN {yes.text} WHEN FALSE THEN {no.text} END")


def _native(node: Call) -> bool:
    return node.operation in _SQL.functions and not node.attributes


def _column(name: str) -> str:
    """The name, in quotes if it could be a word of SQL: those have two letters and more, and no digits."""
    plain = name.isascii() and (len(name) == 1 or any(each.isdigit() or each == "_" for each in name))
    return name if plain else f'"{name}"'


def sql(named: Named, inputs: Sequence[str], value: Expr | None = None, *, share: bool = False) -> str:
    """The columns, named `value` and after their labels (`d/dx` is d_x).

    What is shared are further columns _t0, _t1 ... before them, which DuckDB lets the later ones refer to. Raises
    NotImplementedError for what DuckDB has no counterpart of (`erf`).
    """
    emitted = prepared(
        named, inputs, value, share=share, target="SQL", native=_native, meanings={}, prefix="_t", deepest=_DEEPEST
    )
    definitions, outputs = _SQL(emitted, {name: _column(name) for name in inputs}).written()
    columns = [
        *definitions,
        *((label if label == VALUE else _column(identifier(label, inputs)), text) for label, text in outputs),
    ]
    return ",\n".join(f"{text} AS {name}" for name, text in columns) + "\n"
