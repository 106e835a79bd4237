"""A C99 function of doubles.

One output is returned; several are stored in `result`, the value first if it is wanted. Outside the domain the
functions of math.h give nan or an infinity, as PyTorch's do.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from autodiff.expression.emit.infix import POWER, Infix, Text
from autodiff.expression.emit.layout import Quotient
from autodiff.expression.emit.program import Named, identifier, prepared
from autodiff.expression.emit.python import DEEPEST
from autodiff.expression.expr import Call, Expr, Symbol

__all__ = ["c"]

_WORDS: Final = frozenset((
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern",
    "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed",
    "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while",
    "derivative", "result", "pow", "main", "NAN", "INFINITY", "HUGE_VAL",
))  # fmt: skip
_SAME: Final = (
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "atan2", "hypot", "erf", "erfc", "lgamma", "floor", "ceil",
    "trunc", "fmod", "copysign", "isnan", "isinf", "isfinite", "fmax", "fmin", "nextafter", "signbit",
)  # fmt: skip
_FEW: Final = 3


class _C(Infix):
    functions: ClassVar[Mapping[str, str]] = {**{name: name for name in _SAME}, "abs": "fabs", "round": "rint"}
    constants: ClassVar[Mapping[str, str]] = {"pi": "3.141592653589793", "e": "2.718281828459045"}
    both, either, negation = "&&", "||", "!"
    infinity, nan = "INFINITY", "NAN"

    def literal(self, value: float) -> str:
        """A number as a double: 1/3 of integers is 0 in C."""
        return super().literal(float(value))

    def whole_power(self, base: Expr, exponent: int) -> Text:
        """A product, if it is short."""
        text = self.numeric(base)
        if 1 <= exponent <= _FEW and (isinstance(base, Symbol) or base.number in self.named):
            return Text("*".join([text.text] * exponent), POWER)  # below a line it stands in parentheses
        return self.power(base, self.number(exponent))

    def divisor(self, parts: Quotient) -> str:
        """What stands below the line."""
        text = super().divisor(parts)
        is_product = (
            len(parts.below) == 1
            and parts.bottom == 1
            and text.endswith(f"*{self.texts[parts.below[0].base.number].text}")
        )
        return f"({text})" if is_product and not text.endswith(")") else text

    def power(self, base: Expr, exponent: Text) -> Text:
        """C has no operator for powers."""
        return Text(f"pow({self.numeric(base).text}, {exponent.text})")

    def conditional(self, condition: Text, yes: Text, no: Text) -> Text:
        """Only one of the values is computed."""
        return Text(f"({condition.text} ? {yes.text} : {no.text})")


def _native(node: Call) -> bool:
    return node.operation in _C.functions and not node.attributes


def c(named: Named, inputs: Sequence[str], value: Expr | None = None, *, share: bool = False) -> str:
    """A function `derivative`. Raises NotImplementedError for what math.h has no counterpart of."""
    emitted = prepared(named, inputs, value, share=share, target="C", native=_native, meanings={}, deepest=DEEPEST)
    taken = {*_WORDS, *_C.functions.values(), *(name for name, _ in emitted.shared)}
    names = {name: identifier(name, taken | set(inputs) - {name}) for name in inputs}
    definitions, outputs = _C(emitted, names).written()
    lines = [f"    const double {name} = {text};" for name, text in definitions]
    parameters = [f"double {name}" for name in names.values()]
    labels = [f"result[{k}]: {label}" for k, (label, _) in enumerate(outputs)]
    if len(outputs) == 1:
        labels, kind = [outputs[0][0]], "double"
        lines.append(f"    return {outputs[0][1]};")
    else:
        parameters.append(f"double result[{len(outputs)}]")
        kind = "void"
        lines += [f"    result[{k}] = {text};" for k, (_, text) in enumerate(outputs)]
    head = f"{kind} derivative({', '.join(parameters) or 'void'})"
    return "\n".join(
        ["#include <math.h>", "", f"/* {'; '.join(labels).replace('*/', '* /')} */", head, "{", *lines, "}", ""]
    )
