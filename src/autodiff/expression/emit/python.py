"""A Python function of the standard library's `math`.

It returns the derivative, or a tuple: the value first, if it is wanted, then the derivatives in order. Outside the
domain it raises what `math` raises; a conditional computes only the branch that is chosen.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from autodiff.expression.emit.infix import ATOM, Infix, Text
from autodiff.expression.emit.meaning import bound
from autodiff.expression.emit.program import Emitted, Named, identifier, prepared
from autodiff.expression.expr import Call, Expr
from autodiff.ops.table import FORMS

__all__ = ["function_text", "parameters_of", "python"]

DEEPEST: Final = 60
"""Python's parser allows 200 nested parentheses, and a level of an expression may open three."""
_WORDS: Final = frozenset((
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass",
    "raise", "return", "try", "while", "with", "yield", "None", "True", "False", "derivative",
))  # fmt: skip
_OF_MATH: Final = (
    "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
    "cosh", "tanh", "asinh", "acosh", "atanh", "atan2", "hypot", "erf", "erfc", "lgamma", "floor", "ceil", "trunc",
    "fmod", "copysign", "isnan", "isinf", "isfinite",
)  # fmt: skip


class _Python(Infix):
    functions: ClassVar[Mapping[str, str]] = {
        **{name: f"math.{name}" for name in _OF_MATH}, "abs": "abs", "round": "round",
    }  # fmt: skip
    constants: ClassVar[Mapping[str, str]] = {"pi": "math.pi", "e": "math.e"}
    infinity, nan = "math.inf", "math.nan"

    def power(self, base: Expr, exponent: Text) -> Text:
        """`**` of a negative number and a fraction is complex in Python; math.pow refuses it."""
        return Text(f"math.pow({self.numeric(base).text}, {exponent.text})")

    def function(self, node: Call, arguments: Sequence[Text]) -> Text:
        """A function of `math`, or the operator %, whose sign is that of the divisor."""
        if node.operation == "remainder":
            terms = (each if isinstance(each, Text) else self.number(each) for each in bound(node, list(arguments)))
            return Text(f"({' % '.join(self.held(each, ATOM) for each in terms)})")
        return super().function(node, arguments)


def _sigmoid(x: Any) -> Any:  # noqa: ANN401
    """In two branches: math.exp raises where it overflows."""
    exp, where = FORMS["exp"], FORMS["where"]
    return where(x >= 0, 1 / (1 + exp(-x)), exp(x) / (1 + exp(x)))


def _native(node: Call) -> bool:
    return node.operation == "remainder" or (node.operation in _Python.functions and not node.attributes)


def python(named: Named, inputs: Sequence[str], value: Expr | None = None, *, share: bool = False) -> str:
    """A function `derivative` of the inputs. Raises NotImplementedError for what `math` has no counterpart of."""
    emitted = prepared(
        named,
        inputs,
        value,
        share=share,
        target="Python's math",
        native=_native,
        meanings={"sigmoid": _sigmoid},
        deepest=DEEPEST,
    )
    parameters = parameters_of(inputs, {"math"}, emitted)
    return function_text("import math\n", parameters, _Python(emitted, parameters), emitted)


def parameters_of(inputs: Sequence[str], modules: set[str], emitted: Emitted) -> dict[str, str]:
    """The names of the parameters, an underscore added to those that mean something else in Python."""
    taken = {*_WORDS, *modules, *(name for name, _ in emitted.shared), "abs", "round"}
    return {name: identifier(name, taken | set(inputs) - {name}) for name in inputs}


def function_text(imports: str, parameters: Mapping[str, str], writer: Infix, emitted: Emitted) -> str:
    """The text of a module with the function."""
    definitions, outputs = writer.written()
    labels = ", ".join(label for label, _ in emitted.outputs)
    lines = [f"    {name} = {text}" for name, text in definitions]
    result = (
        outputs[0][1] if len(outputs) == 1 else "(\n" + "".join(f"        {text},\n" for _, text in outputs) + "    )"
    )
    head = f"def derivative({', '.join(parameters.values())}):"
    return "\n".join([imports, "", head, f'    """{labels}."""', *lines, f"    return {result}", ""])
