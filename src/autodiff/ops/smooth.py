"""Smooth activations: softplus, gelu, silu, mish and their relatives."""

import math
from math import sqrt
from typing import Any

from autodiff.dtypes import Category
from autodiff.numbers.array import each
from autodiff.ops.circular import tanh
from autodiff.ops.exponential import exp, log1p, sigmoid
from autodiff.ops.op import Composite, Elementwise, any_of, not_implemented
from autodiff.ops.rounding import abs_
from autodiff.ops.selection import where

__all__: list[str] = []

_ANY = ((0.7,), (-1.3,), ([0.4, -1.5, 2.0],), ([[0.3, -0.8], [1.7, 2.2]],))
_SMOOTH = ((0.7, 0.3), (-1.3, 0.5), ([0.4, -1.5, 2.0], [0.3, 1.2, -0.7]))
_REAL = (Category.BOOL, Category.INTEGER)

# ------------------------------------------------------------------ softplus and the logarithm of sigmoid

softplus_backward: Elementwise = Elementwise(
    "softplus_backward",
    "the gradient of softplus",
    "Tensor grad_output, Tensor self, Scalar beta, Scalar threshold",
    forward=lambda grad_output, self, beta, threshold: where(
        self * beta > threshold, grad_output, grad_output * exp(self * beta) / (exp(self * beta) + 1)
    ),
    derivatives={
        "grad_output": lambda g, self, beta, threshold: softplus_backward(g, self, beta, threshold),
        "self": lambda g, grad_output, self, beta, threshold: where(
            self * beta < threshold, g * grad_output * sigmoid(self * beta) * (1 - sigmoid(self * beta)) * beta, 0
        ),
    },
    public=False,
    samples=((0.7, 0.3, 1, 20), ([0.4, -1.5], [0.3, 1.2], 2, 20)),
)

softplus = Elementwise(
    "softplus",
    "log(1 + exp(beta * self)) / beta, a smooth relu; self itself beyond the threshold",
    "self, Scalar beta=1, Scalar threshold=20",
    forward=lambda self, beta, threshold: where(self * beta > threshold, self, log1p(exp(self * beta)) / beta),
    refuses=any_of(not_implemented("softplus_cpu"), *_REAL, Category.COMPLEX),
    derivatives={"self": lambda g, self, beta, threshold: softplus_backward(g, self, beta, threshold)},
    places="functional language",
    in_place=False,
    samples=_ANY,
)

log_sigmoid_backward: Elementwise = Elementwise(
    "log_sigmoid_backward",
    "the gradient of logsigmoid",
    "Tensor grad_output, Tensor self",
    scalar=lambda g, x: 0.0 * g if x >= 700 else g / (1 + math.exp(x)),
    array=each(lambda g, x: 0.0 * g if x >= 700 else g / (1 + math.exp(x))),
    derivatives={
        "grad_output": lambda g, self: log_sigmoid_backward(g, self),
        "self": lambda g, grad_output, self: -g * grad_output * sigmoid(self) * (1 - sigmoid(self)),
    },
    public=False,
    samples=_SMOOTH,
)

logsigmoid = Elementwise(
    "log_sigmoid",
    "log(sigmoid(self)) without overflow",
    scalar=lambda x: min(0.0, x) - math.log1p(math.exp(-abs(x))),
    array=each(lambda x: min(0.0, x) - math.log1p(math.exp(-abs(x)))),
    refuses=any_of(not_implemented("log_sigmoid_cpu"), *_REAL, Category.COMPLEX),
    derivatives={"self": lambda g, self: log_sigmoid_backward(g, self)},
    spellings=("logsigmoid",),
    places="functional",
    in_place=False,
    samples=_ANY,
)

# ------------------------------------------------------------------ gelu

_TANH_SCALE, _CUBE = sqrt(2 / math.pi), 0.044715


def _gelu(x: float, approximate: str) -> float:
    if approximate == "tanh":
        return 0.5 * x * (1 + math.tanh(_TANH_SCALE * (x + _CUBE * x * x * x)))
    return 0.5 * x * math.erfc(-x * sqrt(0.5)) if abs(x) != math.inf else max(x, 0.0)


def _gelu_slope(g: float, x: float, approximate: str) -> float:
    """The derivative of gelu, times the gradient."""
    if abs(x) == math.inf:
        return g * float(x > 0)
    if approximate == "tanh":
        t = math.tanh(_TANH_SCALE * (x + _CUBE * x * x * x))
        return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * _TANH_SCALE * (1 + 3 * _CUBE * x * x))
    return g * (0.5 * math.erfc(-x * sqrt(0.5)) + x * math.exp(-0.5 * x * x) / sqrt(2 * math.pi))


def _gelu_curvature(g: Any, grad: Any, self: Any, approximate: str) -> Any:  # noqa: ANN401 - tensors
    """The derivative of gelu_backward by self."""
    if approximate == "none":
        return g * grad * exp(-0.5 * self * self) * (1 / sqrt(2 * math.pi)) * (2 - self * self)
    t = tanh(_TANH_SCALE * (self + _CUBE * self * self * self))
    slope = _TANH_SCALE * (1 + 3 * _CUBE * self * self)
    bend = (1 - t * t) * slope
    return g * grad * (bend + 0.5 * self * (bend * (-2 * t) * slope + (1 - t * t) * (_TANH_SCALE * 6 * _CUBE * self)))


gelu_backward: Elementwise = Elementwise(
    "gelu_backward",
    "the gradient of gelu",
    "Tensor grad_output, Tensor self, *, str approximate",
    scalar=_gelu_slope,
    array=lambda g, x, approximate: each(lambda a, b: _gelu_slope(a, b, approximate))(g, x),
    derivatives={
        "grad_output": lambda g, self, approximate: gelu_backward(g, self, approximate=approximate),
        "self": lambda g, grad_output, self, approximate: _gelu_curvature(g, grad_output, self, approximate),
    },
    public=False,
    samples=((0.7, 0.3, "none"), ([0.4, -1.5], [0.3, 1.2], "tanh")),
)

gelu = Elementwise(
    "gelu",
    "self * ndtr(self), or its approximation by tanh",
    "self, *, str approximate='none'",
    scalar=_gelu,
    array=lambda x, approximate: each(lambda each_x: _gelu(each_x, approximate))(x),
    refuses=any_of(not_implemented("GeluKernelImpl"), *_REAL, Category.COMPLEX),
    derivatives={"self": lambda g, self, approximate: gelu_backward(g, self, approximate=approximate)},
    places="functional",
    in_place=False,
    samples=((0.7,), (-1.3,), ([0.4, -1.5, 2.0],), (0.7, "tanh"), ([0.4, -1.5], "tanh")),
)

# ------------------------------------------------------------------ self times something between 0 and 1

silu = Elementwise(
    "silu",
    "self * sigmoid(self)",
    forward=lambda self: self / (1 + exp(-self)),
    refuses=any_of(not_implemented("silu_cpu"), *_REAL),
    derivatives={"self": lambda g, self: g * sigmoid(self) * (self * (1 - sigmoid(self)) + 1)},
    places="functional",
    in_place=False,
    samples=_ANY,
)

mish = Elementwise(
    "mish",
    "self * tanh(softplus(self))",
    forward=lambda self: self * tanh(log1p(exp(self))),
    refuses=any_of(not_implemented("mish_cpu"), *_REAL, Category.COMPLEX),
    derivatives={
        "self": lambda g, self: (
            g * (tanh(log1p(exp(self))) + self * sigmoid(self) * (1 - tanh(log1p(exp(self))) * tanh(log1p(exp(self)))))
        )
    },
    places="functional",
    in_place=False,
    samples=_ANY,
)

softsign = Composite(
    "softsign",
    "self / (|self| + 1)",
    compute=lambda self: self / (abs_(self) + 1),
    places="functional",
    samples=_ANY,
)

tanhshrink = Composite(
    "tanhshrink",
    "self - tanh(self)",
    compute=lambda self: self - tanh(self),
    places="functional",
    samples=_ANY,
)
