"""A Python function of NumPy arrays, element by element: outside the domain nan or an infinity, as in PyTorch."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from autodiff.expression.emit.infix import SIGN, Infix, Text
from autodiff.expression.emit.layout import Quotient
from autodiff.expression.emit.program import Named, prepared
from autodiff.expression.emit.python import DEEPEST, function_text, parameters_of
from autodiff.expression.emit.whole import whole_text
from autodiff.expression.expr import Call, Constant, Expr, Whole

__all__ = ["numpy"]

_SAME: Final = (
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh",
    "hypot", "floor", "ceil", "trunc", "fmod", "sign", "copysign", "remainder", "maximum", "minimum", "fmax", "fmin",
    "abs", "heaviside", "isnan", "isinf", "isfinite", "logaddexp", "logaddexp2", "signbit", "nan_to_num",
    "floor_divide", "nextafter", "deg2rad", "rad2deg",
)  # fmt: skip
_OTHERWISE: Final = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "atan2": "arctan2", "sgn": "sign", "round": "rint",
}  # fmt: skip
_OF_MATH: Final = ("erf", "erfc", "lgamma")


class _NumPy(Infix):
    functions: ClassVar[Mapping[str, str]] = {
        **{name: f"np.{name}" for name in _SAME},
        **{name: f"np.{other}" for name, other in _OTHERWISE.items()},
        **{name: f"np.vectorize(math.{name})" for name in _OF_MATH},
    }
    constants: ClassVar[Mapping[str, str]] = {"pi": "np.pi", "e": "np.e"}
    both, either, negation = "&", "|", "~"
    infinity, nan = "np.inf", "np.nan"

    def power(self, base: Expr, exponent: Text) -> Text:
        """`**` of a negative Python number and a fraction is complex; np.power gives nan."""
        text = self.numeric(base).text
        whole = text.lstrip("-").isdigit()  # integers to negative integers are refused
        return Text(f"np.power({text}{'.0' if whole else ''}, {exponent.text})")

    def divisor(self, parts: Quotient) -> str:
        """What stands below the line; Python refuses to divide a number by zero."""
        text = super().divisor(parts)
        return "np.float64(0)" if text == "0" else text

    def whole(self, node: Whole) -> Text:
        """An operation on whole arrays."""
        return whole_text(self, node, "np")

    def branch(self, node: Expr) -> Text:
        """One of two values: arrays of integers have no place among derivatives."""
        if isinstance(node, Constant) and isinstance(node.value, int):
            return Text(f"{node.value}.0", SIGN)
        return self.numeric(node)

    def conditional(self, condition: Text, yes: Text, no: Text) -> Text:
        """Both values are computed; one is taken."""
        return Text(f"np.where({condition.text}, {yes.text}, {no.text})")


def _native(node: Call) -> bool:
    return node.operation in _NumPy.functions and not node.attributes and len(node.parts) == len(node.op.inputs)


def numpy(named: Named, inputs: Sequence[str], value: Expr | None = None, *, share: bool = False) -> str:
    """A function `derivative` of arrays. Raises NotImplementedError for what NumPy has no counterpart of."""
    emitted = prepared(named, inputs, value, share=share, target="NumPy", native=_native, meanings={}, deepest=DEEPEST)
    parameters = parameters_of(inputs, {"np", "math"}, emitted)
    text = function_text("import numpy as np\n", parameters, _NumPy(emitted, parameters), emitted)
    return f"import math\n\n{text}" if "math." in text else text
