"""Text that `sympy.sympify` reads, and Python after `from sympy import *`.

One output is an expression, several are a list. What is shared comes as from `sympy.cse`: a tuple of the list of pairs
(name, expression) and the list of outputs.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar, Final

from autodiff.expression.emit.infix import Infix, Text
from autodiff.expression.emit.meaning import Meaning
from autodiff.expression.emit.program import Named, prepared
from autodiff.expression.emit.python import DEEPEST
from autodiff.expression.expr import Call, Expr
from autodiff.expression.number import Rational

__all__ = ["sympy"]

_SAME: Final = (
    "exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh", "atan2", "erf", "erfc", "erfinv", "floor", "sign", "digamma", "polygamma", "zeta",
)  # fmt: skip
_OTHERWISE: Final = {
    "abs": "Abs",
    "ceil": "ceiling",
    "sgn": "sign",
    "maximum": "Max",
    "minimum": "Min",
    "fmax": "Max",
    "fmin": "Min",
    "remainder": "Mod",
}


class _SymPy(Infix):
    functions: ClassVar[Mapping[str, str]] = {**{name: name for name in _SAME}, **_OTHERWISE}
    constants: ClassVar[Mapping[str, str]] = {"pi": "pi", "e": "E"}
    both, either, negation = "&", "|", "~"
    infinity, nan = "oo", "nan"
    one, zero = "1", "0"

    def number(self, value: Rational) -> Text:
        """Fractions stay exact."""
        if isinstance(value, Fraction):
            return Text(f"Rational({value.numerator}, {value.denominator})")
        return super().number(value)

    def literal(self, value: float) -> str:
        """Integers stay exact, however long."""
        return str(value) if isinstance(value, int) else super().literal(value)

    def comparison(self, operation: str, left: str, right: str) -> Text:
        """== and != compare structure in SymPy."""
        if operation in ("eq", "ne"):
            return Text(f"{operation.title()}({left}, {right})")
        return super().comparison(operation, left, right)

    def function(self, node: Call, arguments: Sequence[Text]) -> Text:
        """A function; `polygamma` has its order before the argument."""
        if node.operation == "polygamma":
            return Text(f"polygamma({node.attributes[0][1]}, {arguments[0].text})")
        if node.operation == "lgamma":
            return Text(f"log(Abs(gamma({arguments[0].text})))")
        return super().function(node, arguments)

    def conditional(self, condition: Text, yes: Text, no: Text) -> Text:
        """A piecewise function of two pieces."""
        return Text(f"Piecewise(({yes.text}, {condition.text}), ({no.text}, True))")


def _f(name: str, *operands: Any) -> Any:  # noqa: ANN401
    return operands[0].algebra.function(name, *operands)


_MEANINGS: Final[Mapping[str, Meaning]] = {
    "relu": lambda x: _f("maximum", x, 0),
    "softplus": lambda x, beta, _: _f("log", 1 + _f("exp", beta * x)) / beta,
    "logaddexp": lambda a, b: _f("log", _f("exp", a) + _f("exp", b)),
    "logaddexp2": lambda a, b: _f("log", 2**a + 2**b) / _f("log", a.algebra.constant(2)),
    "xlogy": lambda a, b: a * _f("log", b),
    "xlog1py": lambda a, b: a * _f("log", 1 + b),
    "entr": lambda x: -x * _f("log", x),
}
"""The mathematics without the care for overflow and nan."""


def _native(node: Call) -> bool:
    return node.operation in ("polygamma", "lgamma") or (node.operation in _SymPy.functions and not node.attributes)


def _symbol(name: str) -> str:
    """A name, as Symbol("beta") where SymPy may know it as something else: it has no small letters alone."""
    letter, digits = name[:1], name[1:].lstrip("_")
    return name if letter.isascii() and letter.islower() and (not digits or digits.isdigit()) else f'Symbol("{name}")'


def sympy(named: Named, inputs: Sequence[str], value: Expr | None = None, *, share: bool = False) -> str:
    """One expression, a list, or what `sympy.cse` returns. Raises NotImplementedError for what SymPy has not."""
    emitted = prepared(
        named, inputs, value, share=share, target="SymPy", native=_native, meanings=_MEANINGS, deepest=DEEPEST
    )
    definitions, outputs = _SymPy(emitted, {name: _symbol(name) for name in inputs}).written()
    listed = f"[{', '.join(text for _, text in outputs)}]"
    if definitions:
        return f"([{', '.join(f'({name}, {text})' for name, text in definitions)}], {listed})\n"
    return (outputs[0][1] if len(outputs) == 1 else listed) + "\n"
