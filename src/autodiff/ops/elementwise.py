"""Elementwise functions of one tensor, and of two.

Values of the transcendental functions are computed in double and rounded once. Where PyTorch's kernel
composes a function in its own precision (rsqrt, sigmoid, softplus), it is composed here.
"""

import cmath
import math
from math import inf, pi
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchNotImplementedError
from autodiff.numbers import scalar
from autodiff.numbers.array import each, np, once_rounded
from autodiff.numbers.scalar import ieee
from autodiff.ops.complex import conj, magnitude
from autodiff.ops.formula import Term
from autodiff.ops.op import Elementwise, any_of, floating, not_implemented, refused
from autodiff.ops.selection import masked_fill, where

__all__: list[str] = []

_BOOL, _INTEGER, _COMPLEX = Category.BOOL, Category.INTEGER, Category.COMPLEX
_ANY = ((0.7,), (-1.3,), ([0.5, -1.5, 2.0],), ([[0.3, -0.8], [1.7, 2.2]],))
_POSITIVE = ((0.7,), (2.5,), ([0.5, 1.5, 3.0],), ([[0.3, 0.8], [1.7, 2.2]],))
_UNIT = ((0.7,), (-0.3,), ([0.5, -0.25, 0.9],))
_PAIRS = ((1.5, 2.5), (-0.5, 3.0), ([0.5, -1.5], [2.0, 0.25]), ([[1.0, 2.0], [3.0, -4.0]], [0.5, 3.5]))
_LN2, _LN10 = 0.6931471805599453, 2.3025850929940456  # PyTorch's own digits

# ------------------------------------------------------------------ exponentials and logarithms

exp = Elementwise(
    "exp",
    "e to the power self",
    scalar=ieee(math.exp),
    complex=cmath.exp,
    array=once_rounded("exp"),
    dtypes=floating,
    derivatives={"self": lambda g, out: g * conj(out)},
    samples=_ANY,
)

exp2 = Elementwise(
    "exp2",
    "2 to the power self",
    scalar=lambda x: scalar.power(2.0, x, float),
    array=once_rounded("exp2"),
    dtypes=floating,
    derivatives={"self": lambda g, out: g * conj(out) * _LN2},
    samples=_ANY,
)

expm1 = Elementwise(
    "expm1",
    "exp(self) - 1, accurate near 0",
    scalar=ieee(math.expm1),
    complex=lambda z: cmath.exp(z) - 1,
    array=once_rounded("expm1"),
    dtypes=floating,
    derivatives={"self": lambda g, out: g * (conj(out) + 1)},
    samples=_ANY,
)

log = Elementwise(
    "log",
    "the natural logarithm",
    scalar=ieee(math.log, poles={0: -inf}),
    complex=lambda z: cmath.log(z) if z else complex(-inf, 0),
    array=once_rounded("log"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / conj(self)},
    samples=_POSITIVE,
)

log2 = Elementwise(
    "log2",
    "the logarithm to base 2",
    scalar=ieee(math.log2, poles={0: -inf}),
    complex=lambda z: cmath.log(z) / _LN2,
    array=once_rounded("log2"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / (conj(self) * _LN2)},
    samples=_POSITIVE,
)

log10 = Elementwise(
    "log10",
    "the logarithm to base 10",
    scalar=ieee(math.log10, poles={0: -inf}),
    complex=cmath.log10,
    array=once_rounded("log10"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / (conj(self) * _LN10)},
    samples=_POSITIVE,
)

log1p = Elementwise(
    "log1p",
    "log(1 + self), accurate near 0",
    scalar=ieee(math.log1p, poles={-1: -inf}),
    complex=lambda z: cmath.log(1 + z),
    array=once_rounded("log1p"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / (conj(self) + 1)},
    samples=_POSITIVE,
)

sqrt = Elementwise(
    "sqrt",
    "the square root",
    scalar=ieee(math.sqrt),
    complex=cmath.sqrt,
    array="sqrt",
    dtypes=floating,
    derivatives={"self": lambda g, out: g / (2 * conj(out))},
    samples=_POSITIVE,
)

rsqrt = Elementwise(
    "rsqrt",
    "1 / sqrt(self)",
    forward=lambda self: 1 / sqrt(self),
    dtypes=floating,
    derivatives={"self": lambda g, out: -0.5 * g * conj(out**3)},
    samples=_POSITIVE,
)

# ------------------------------------------------------------------ circular and hyperbolic functions

sin = Elementwise(
    "sin",
    "the sine, of radians",
    scalar=ieee(math.sin),
    complex=cmath.sin,
    array=once_rounded("sin"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(cos(self))},
    samples=_ANY,
)

cos = Elementwise(
    "cos",
    "the cosine, of radians",
    scalar=ieee(math.cos),
    complex=cmath.cos,
    array=once_rounded("cos"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(-sin(self))},
    samples=_ANY,
)

tan = Elementwise(
    "tan",
    "the tangent, of radians",
    scalar=ieee(math.tan),
    complex=cmath.tan,
    array=once_rounded("tan"),
    dtypes=floating,
    derivatives={"self": lambda g, out: g * conj(1 + out**2)},
    samples=_ANY,
)

asin = Elementwise(
    "asin",
    "the angle in [-pi/2, pi/2] whose sine is self",
    scalar=ieee(math.asin),
    complex=cmath.asin,
    array=once_rounded("arcsin"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(rsqrt(-self * self + 1))},
    spellings=("arcsin",),
    samples=_UNIT,
)

acos = Elementwise(
    "acos",
    "the angle in [0, pi] whose cosine is self",
    scalar=ieee(math.acos),
    complex=cmath.acos,
    array=once_rounded("arccos"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(-rsqrt(-self * self + 1))},
    spellings=("arccos",),
    samples=_UNIT,
)

atan = Elementwise(
    "atan",
    "the angle in (-pi/2, pi/2) whose tangent is self",
    scalar=ieee(math.atan),
    complex=cmath.atan,
    array=once_rounded("arctan"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / conj(self * self + 1)},
    spellings=("arctan",),
    samples=_ANY,
)

sinh = Elementwise(
    "sinh",
    "the hyperbolic sine",
    scalar=ieee(math.sinh, odd=True),
    complex=cmath.sinh,
    array=once_rounded("sinh"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(cosh(self))},
    samples=_ANY,
)

cosh = Elementwise(
    "cosh",
    "the hyperbolic cosine",
    scalar=ieee(math.cosh),
    complex=cmath.cosh,
    array=once_rounded("cosh"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(sinh(self))},
    samples=_ANY,
)

one_minus_square = Elementwise(
    "one_minus_square",
    "1 - self*self with a single rounding, as a fused multiply-add gives it",
    scalar=lambda x: 1 - x * x,
    complex=lambda z: 1 - z * z,
    array=once_rounded(lambda x: 1 - x * x),
    derivatives={"self": lambda g, self: g * conj(-2 * self)},
    public=False,
)

tanh_backward = Elementwise(
    "tanh_backward",
    "the gradient of tanh, from its result",
    "Tensor grad_output, Tensor output",
    forward=lambda grad_output, output: grad_output * one_minus_square(output),
    derivatives={
        "grad_output": lambda g, output: tanh_backward(g, output),
        "output": lambda g, grad_output, output: g * (-2 * output * grad_output),
    },
    public=False,
    samples=((1.5, 0.5), ([0.5, -1.5], [0.25, -0.75])),
)

tanh = Elementwise(
    "tanh",
    "the hyperbolic tangent",
    scalar=math.tanh,
    complex=cmath.tanh,
    array=once_rounded("tanh"),
    dtypes=floating,
    derivatives={"self": lambda g, out: tanh_backward(g, conj(out))},
    samples=_ANY,
)

asinh = Elementwise(
    "asinh",
    "the inverse hyperbolic sine",
    scalar=math.asinh,
    complex=cmath.asinh,
    array=once_rounded("arcsinh"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(rsqrt(self**2 + 1))},
    spellings=("arcsinh",),
    samples=_ANY,
)

acosh = Elementwise(
    "acosh",
    "the inverse hyperbolic cosine",
    scalar=ieee(math.acosh),
    complex=cmath.acosh,
    array=once_rounded("arccosh"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(rsqrt(self * self - 1))},
    spellings=("arccosh",),
    samples=((1.7,), ([1.5, 2.5],)),
)

atanh = Elementwise(
    "atanh",
    "the inverse hyperbolic tangent",
    scalar=ieee(math.atanh, poles={1: inf, -1: -inf}),
    complex=cmath.atanh,
    array=once_rounded("arctanh"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / conj(1 - self**2)},
    spellings=("arctanh",),
    samples=_UNIT,
)

# ------------------------------------------------------------------ activations

sigmoid_backward = Elementwise(
    "sigmoid_backward",
    "the gradient of sigmoid, from its result",
    "Tensor grad_output, Tensor output",
    forward=lambda grad_output, output: (grad_output * (1 - output)) * output,
    derivatives={
        "grad_output": lambda g, output: sigmoid_backward(g, output),
        "output": lambda g, grad_output, output: g * grad_output * (-2 * output + 1),
    },
    public=False,
    samples=((1.5, 0.5), ([0.5, -1.5], [0.25, 0.75])),
)

sigmoid = Elementwise(
    "sigmoid",
    "1 / (1 + exp(-self))",
    forward=lambda self: 1 / (1 + exp(-self)),
    dtypes=floating,
    derivatives={"self": lambda g, out: sigmoid_backward(g, conj(out))},
    samples=_ANY,
)

threshold_backward = Elementwise(
    "threshold_backward",
    "the gradient where self is above the threshold, else 0",
    "Tensor grad_output, Tensor self, Scalar threshold",
    scalar=lambda g, x, threshold: 0.0 if x <= threshold else g,
    array=lambda g, x, threshold: np.where(x <= threshold, np.zeros_like(g), g),
    exact=True,
    derivatives={"grad_output": lambda g, self, threshold: threshold_backward(g, self, threshold), "self": lambda g: 0},
    public=False,
)

relu = Elementwise(
    "relu",
    "self where positive, else 0",
    scalar=lambda x: 0 if x < 0 else x,
    array=lambda x: np.where(x < 0, np.zeros_like(x), x),
    refuses={
        _COMPLEX: refused("clamp is not supported for complex types", TorchNotImplementedError),
        _BOOL: refused("Boolean inputs not supported for relu"),
    },
    derivatives={"self": lambda g, out: threshold_backward(g, out, 0)},
    places="function method functional",
    samples=_ANY,
)

softplus_backward = Elementwise(
    "softplus_backward",
    "the gradient of softplus",
    "Tensor grad_output, Tensor self, Scalar beta, Scalar threshold",
    forward=lambda grad_output, self, beta, threshold: where(
        self * beta > threshold, grad_output, grad_output * exp(self * beta) / (exp(self * beta) + 1)
    ),
    derivatives={
        "grad_output": lambda g, self, beta, threshold: softplus_backward(g, self, beta, threshold),
        "self": lambda g, grad_output, self, beta, threshold: where(
            self * beta > threshold, 0, g * grad_output * sigmoid(self * beta) * (1 - sigmoid(self * beta)) * beta
        ),
    },
    public=False,
)

softplus = Elementwise(
    "softplus",
    "log(1 + exp(beta * self)) / beta, a smooth relu; self itself beyond the threshold",
    "Tensor self, Scalar beta=1, Scalar threshold=20",
    forward=lambda self, beta, threshold: where(self * beta > threshold, self, log1p(exp(self * beta)) / beta),
    refuses=any_of(not_implemented("softplus_cpu"), _BOOL, _INTEGER, _COMPLEX),
    derivatives={"self": lambda g, self, beta, threshold: softplus_backward(g, self, beta, threshold)},
    places="functional language",
    in_place=False,
    samples=_ANY,
)

# ------------------------------------------------------------------ error function

erf = Elementwise(
    "erf",
    "the error function",
    scalar=math.erf,
    array=each(math.erf),
    dtypes=floating,
    refuses=any_of(not_implemented("erf_vml_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self: (2 / math.sqrt(pi)) * exp(-(self**2)) * g},
    samples=_ANY,
)

erfc = Elementwise(
    "erfc",
    "1 - erf(self), accurate for large self",
    scalar=math.erfc,
    array=each(math.erfc),
    dtypes=floating,
    refuses=any_of(not_implemented("erfc_vml_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self: (-2 / math.sqrt(pi)) * exp(-(self**2)) * g},
    samples=_ANY,
)

# ------------------------------------------------------------------ absolute value, sign, rounding

sgn = Elementwise(
    "sgn",
    "the sign; of a complex number, the number divided by its magnitude",
    scalar=lambda x: type(x)((x > 0) - (x < 0)),
    complex=lambda z: z / abs(z) if z else 0j,
    array=lambda x: _real_sign(x) if x.dtype.kind != "c" else np.sign(x),
    derivatives={"self": lambda g, self, out: sgn_backward(g, self, out)},
    samples=_ANY,
)


def _real_sign(x: Any) -> Any:  # noqa: ANN401 - an array
    """The sign of real numbers; 0 of nan, and a bool is its own."""
    return x if x.dtype.kind == "b" else np.where(x != x, np.zeros_like(x), np.sign(x))


def sgn_backward(g: Any, self: Any, out: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    """0 for real values; (g/|z| - Re(g/|z| conj(sgn z)) sgn z) for complex ones, 0 at 0."""
    if isinstance(self, Term) or self.dtype.category is not _COMPLEX:  # a term stands for a real number
        return 0
    scaled = g / abs(self)
    return masked_fill(scaled - (scaled * conj(out)).real * out, self == 0, 0)


abs_ = Elementwise(
    "abs",
    "the absolute value; of a complex number, its magnitude",
    scalar=abs,
    complex=abs,
    array="absolute",
    dtypes=magnitude,
    refuses=any_of(not_implemented("abs_cpu"), _BOOL),
    derivatives={"self": lambda g, self: g * sgn(self)},
    spellings=("absolute",),
    samples=_ANY,
)

sign = Elementwise(
    "sign",
    "-1, 0 or 1, by the sign",
    scalar=lambda x: type(x)((x > 0) - (x < 0)),
    array=lambda x: _real_sign(x),
    refuses={
        _COMPLEX: refused(
            "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.",
            TorchNotImplementedError,
        )
    },
    derivatives={"self": lambda g: 0},
    samples=_ANY,
)


def _rounding(name: str, doc: str, function: Any, array: Any, *spellings: str) -> Elementwise:  # noqa: ANN401
    return Elementwise(
        name,
        doc,
        scalar=function,
        array=array,
        exact=True,
        refuses={
            _COMPLEX: refused(f"{name} is not supported for complex inputs", TorchNotImplementedError),
            _BOOL: not_implemented(f"{name}_vml_cpu" if name in ("floor", "ceil") else f"{name}_cpu"),
        },
        derivatives={"self": lambda g: 0},
        spellings=spellings,
        samples=_ANY,
    )


floor = _rounding("floor", "the largest integer not above self", scalar.floor, lambda x: np.floor(x))
ceil = _rounding("ceil", "the smallest integer not below self", scalar.ceiling, lambda x: np.ceil(x))
round_ = _rounding("round", "the nearest integer, halves to even", scalar.round_half_even, lambda x: np.rint(x))
trunc = _rounding("trunc", "self without its fraction", scalar.truncate, lambda x: np.trunc(x), "fix")

# ------------------------------------------------------------------ two tensors

maximum = Elementwise(
    "maximum",
    "the larger of self and other; equal values share the gradient",
    "Tensor self, Tensor other",
    scalar=lambda a, b: a if a > b or a != a else b,
    array="maximum",
    exact=True,
    refuses={_COMPLEX: refused("maximum not implemented for complex tensors.")},
    derivatives={
        "self": lambda g, self, other: masked_fill(where(self == other, g / 2, g), self < other, 0),
        "other": lambda g, self, other: masked_fill(where(self == other, g / 2, g), self > other, 0),
    },
    in_place=False,
    samples=_PAIRS,
)

minimum = Elementwise(
    "minimum",
    "the smaller of self and other; equal values share the gradient",
    "Tensor self, Tensor other",
    scalar=lambda a, b: a if a < b or a != a else b,
    array="minimum",
    exact=True,
    refuses={_COMPLEX: refused("minimum not implemented for complex tensors.")},
    derivatives={
        "self": lambda g, self, other: masked_fill(where(self == other, g / 2, g), self > other, 0),
        "other": lambda g, self, other: masked_fill(where(self == other, g / 2, g), self < other, 0),
    },
    in_place=False,
    samples=_PAIRS,
)

atan2 = Elementwise(
    "atan2",
    "the angle in radians of the point (other, self)",
    "Tensor self, Tensor other",
    scalar=math.atan2,
    array=once_rounded("arctan2"),
    dtypes=floating,
    refuses=any_of(not_implemented("atan2_cpu"), _COMPLEX),
    derivatives={
        "self": lambda g, self, other: g * other * _reciprocal_of_norm(self, other),
        "other": lambda g, self, other: g * -self * _reciprocal_of_norm(self, other),
    },
    spellings=("arctan2",),
    samples=_PAIRS,
)


def _reciprocal_of_norm(y: Any, x: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    """1 / (x*x + y*y), and 0 at the origin."""
    inverse = 1 / (y * y + x * x)
    return masked_fill(inverse, y * y + x * x == 0, 0)


hypot = Elementwise(
    "hypot",
    "sqrt(self*self + other*other) without overflow",
    "Tensor self, Tensor other",
    scalar=math.hypot,
    array=once_rounded("hypot"),
    refuses=any_of(not_implemented("hypot_cpu"), _BOOL, _INTEGER, _COMPLEX),
    derivatives={
        "self": lambda g, self, out: g * self / out,
        "other": lambda g, other, out: g * other / out,
    },
    samples=_PAIRS,
)
