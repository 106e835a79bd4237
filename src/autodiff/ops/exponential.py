"""Exponentials, logarithms and roots.

Values of transcendental functions are computed in double and rounded once; where PyTorch's kernel composes a
function in its own precision (rsqrt, sigmoid), it is composed here.
"""

import cmath
import math
from collections.abc import Callable, Mapping, Sequence
from math import inf, nan
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchNotImplementedError
from autodiff.numbers import array_functions, double_complex, ieee
from autodiff.numbers.array import np
from autodiff.numbers.array_functions import once_rounded
from autodiff.ops.conjugation import conj
from autodiff.ops.op import Elementwise, any_of, floating, not_implemented
from autodiff.ops.pairwise import maximum
from autodiff.ops.rounding import abs_
from autodiff.ops.scaled import multiply_add_
from autodiff.ops.selection import isinf, where

__all__: list[str] = []

_ANY = ((0.7,), (-1.3,), ([0.5, -1.5, 2.0],), ([[0.3, -0.8], [1.7, 2.2]],))
_POSITIVE = ((0.7,), (2.5,), ([0.5, 1.5, 3.0],), ([[0.3, 0.8], [1.7, 2.2]],))
_PAIRS = ((1.5, 2.5), (-0.5, 3.0), ([0.5, -1.5], [2.0, 0.25]), ([[1.0, 2.0], [3.0, -4.0]], [0.5, 3.5]))
_LN2, _LN10 = 0.6931471805599453, 2.3025850929940456  # PyTorch's own digits


def _nan_below_zero(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of arrays whose nan for negative numbers has no sign, which `copysign` would show."""

    def compute(x: Any) -> Any:  # noqa: ANN401 - arrays
        result = function(x)
        if x.dtype.kind != "c" and (below := x < 0).any():
            return np.where(below, result.dtype.type(nan), result)
        return result

    return compute


exp = Elementwise(
    "exp",
    "e to the power self",
    scalar=ieee.total(math.exp),
    complex=double_complex.exponential,
    array=once_rounded("exp"),
    dtypes=floating,
    derivatives={"self": lambda g, out: g * conj(out)},
    samples=_ANY,
)

exp2 = Elementwise(
    "exp2",
    "2 to the power self",
    scalar=lambda x: ieee.power(2.0, x, float),
    complex=lambda z: ieee.power(2.0, z, complex),
    array=lambda x: array_functions.power(2.0, x) if x.dtype.kind == "c" else once_rounded("exp2")(x),
    dtypes=floating,
    derivatives={"self": lambda g, out: g * conj(out) * _LN2},
    samples=_ANY,
    places="function method special",
)

expm1 = Elementwise(
    "expm1",
    "exp(self) - 1, accurate near 0",
    scalar=ieee.total(math.expm1),
    complex=ieee.total_complex(double_complex.exponential_minus_one),
    array=once_rounded("expm1"),
    dtypes=floating,
    derivatives={"self": lambda g, out: g * (conj(out) + 1)},
    samples=_ANY,
    places="function method special",
)

log: Elementwise = Elementwise(
    "log",
    "the natural logarithm",
    scalar=ieee.total(math.log, poles={0: -inf}, outside=nan),
    complex=double_complex.logarithm,
    array=_nan_below_zero(once_rounded("log")),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / conj(self)},
    samples=_POSITIVE,
)

log2 = Elementwise(
    "log2",
    "the logarithm to base 2",
    scalar=ieee.total(math.log2, poles={0: -inf}, outside=nan),
    complex=lambda z: double_complex.logarithm(z) / _LN2,
    array=_nan_below_zero(once_rounded("log2")),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / (conj(self) * _LN2)},
    samples=_POSITIVE,
)

log10 = Elementwise(
    "log10",
    "the logarithm to base 10",
    scalar=ieee.total(math.log10, poles={0: -inf}, outside=nan),
    complex=lambda z: cmath.log10(z) if z else complex(-inf, 0),
    array=_nan_below_zero(once_rounded("log10")),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / (conj(self) * _LN10)},
    samples=_POSITIVE,
)

log1p = Elementwise(
    "log1p",
    "log(1 + self), accurate near 0",
    scalar=ieee.total(math.log1p, poles={-1: -inf}),
    complex=lambda z: double_complex.logarithm(complex(1 + z.real, z.imag)),
    array=once_rounded("log1p"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / (conj(self) + 1)},
    samples=_POSITIVE,
    places="function method special",
)

sqrt = Elementwise(
    "sqrt",
    "the square root",
    scalar=ieee.total(math.sqrt, outside=nan),
    complex=ieee.total_complex(cmath.sqrt),
    array=_nan_below_zero(lambda x: np.sqrt(x)),
    dtypes=floating,
    derivatives={"self": lambda g, out: g / (2 * conj(out))},
    samples=_POSITIVE,
)

root = Elementwise(
    "root",
    "the square root as processors have it: the nan of a negative number has its sign set",
    scalar=ieee.total(math.sqrt),
    complex=ieee.total_complex(cmath.sqrt),
    array="sqrt",
    derivatives={"self": lambda g, out: g / (2 * conj(out))},
    public=False,
)

rsqrt = Elementwise(
    "rsqrt",
    "1 / sqrt(self)",
    forward=lambda self: 1 / root(self),
    dtypes=floating,
    derivatives={"self": lambda g, out: -0.5 * g * conj(out**3)},
    samples=_POSITIVE,
)

sigmoid_backward: Elementwise = Elementwise(
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
    spellings=("special_expit",),
    places="function method functional",
)

logit = Elementwise(
    "logit",
    "log(self / (1 - self)), the inverse of sigmoid; nan outside [0, 1]",
    forward=lambda self: log(self / (1 - self)),
    dtypes=floating,
    constants={"eps": None},
    refuses=any_of(not_implemented("logit_cpu"), Category.COMPLEX),
    derivatives={
        "self": lambda g, self: where(
            (self >= 0) & (self <= 1), where(self == 0, g * inf, g / (self * (1 - self))), nan
        ),
    },
    places="function method special",
    samples=((0.7,), ([0.25, 0.9],)),
)

logit_clamped = Elementwise(
    "logit",
    "logit of self kept in [eps, 1 - eps]",
    "self, Scalar eps",
    forward=lambda self, eps: logit(where(self < eps, eps, where(self > 1 - eps, 1 - eps, self))),
    dtypes=floating,
    refuses=any_of(not_implemented("logit_cpu"), Category.COMPLEX),
    derivatives={
        "self": lambda g, self, eps: where((self >= eps) & (self <= 1 - eps), g / (self * (1 - self)), 0),
    },
    places="function method special",
    samples=((0.7, 0.1), ([0.05, 0.25, 0.8], 0.1)),
)

logaddexp = Elementwise(
    "logaddexp",
    "log(exp(self) + exp(other)) without overflow",
    "Tensor self, Tensor other",
    forward=lambda self, other: where(
        (self == other) & isinf(self), self, maximum(self, other) + log1p(exp(-abs_(self - other)))
    ),
    complex=double_complex.logarithm_of_sum,
    refuses=any_of(not_implemented("logaddexp_cpu"), Category.BOOL, Category.INTEGER),
    derivatives={
        "self": lambda g, self, other: g / conj(exp(other - self) + 1),
        "other": lambda g, self, other: g / conj(exp(self - other) + 1),
    },
    in_place=False,
    samples=_PAIRS,
)

logaddexp2 = Elementwise(
    "logaddexp2",
    "log2(2**self + 2**other) without overflow",
    "Tensor self, Tensor other",
    forward=lambda self, other: where(
        (self == other) & isinf(self),
        self,
        multiply_add_(log1p(exp2(-abs_(self - other))), 1 / _LN2, maximum(self, other)),
    ),
    refuses=any_of(not_implemented("logaddexp2_cpu"), Category.BOOL, Category.INTEGER, Category.COMPLEX),
    derivatives={
        "self": lambda g, self, other: g / (2 ** (other - self) + 1),
        "other": lambda g, self, other: g / (2 ** (self - other) + 1),
    },
    in_place=False,
    samples=_PAIRS,
)


def _no_bool_exponent(inputs: Sequence[Any], _attributes: Mapping[str, Any]) -> None:
    self, other = inputs
    if self.dtype.is_floating_point and other.dtype.category == Category.BOOL:
        raise TorchNotImplementedError("\"ldexp_cpu_exp\" not implemented for 'Bool'")


ldexp = Elementwise(
    "ldexp",
    "self * 2**other",
    "Tensor self, Tensor other",
    forward=lambda self, other: self * exp2(other),
    dtypes=floating,
    checks=_no_bool_exponent,
    derivatives={
        "self": lambda g, other: g * conj(2**other),
        "other": lambda g, out: g * conj(out) * _LN2,
    },
    samples=((1.5, 2.0), ([0.5, -1.5], [2.0, -0.5])),
)
