"""Smooth activations: softplus, gelu, silu, mish and their relatives."""

import math
from math import sqrt
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values
from autodiff.numbers.array_functions import each
from autodiff.ops.exponential import exp, log1p, sigmoid
from autodiff.ops.hyperbolic import tanh
from autodiff.ops.loss_reduction import check_real
from autodiff.ops.op import Composite, Elementwise, Structural, any_of, not_implemented
from autodiff.ops.rounding import abs_
from autodiff.ops.selection import where
from autodiff.ops.special import erf

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


def _log_sigmoid_back(g: float, x: float, z: float) -> float:
    """g times the derivative of logsigmoid at x, where z = exp(-|x|)."""
    return g * ((1.0 if x < 0 else 0.0) - (1 if x < 0 else -1) * (z / (1 + z)))


log_sigmoid_backward: Structural = Structural(
    "log_sigmoid_backward",
    "the gradient of logsigmoid",
    "Tensor grad_output, Tensor self, Tensor buffer",
    array=each(_log_sigmoid_back),
    scalar=_log_sigmoid_back,
    derivatives={
        "grad_output": lambda g, self, buffer: log_sigmoid_backward(g, self, buffer),
        "self": lambda g, grad_output, self: -(g * grad_output) * sigmoid(self) * (1 - sigmoid(self)),
    },
    public=False,
)


def log_sigmoid_values(self: Values) -> Values:
    """The elements' logsigmoid, an array."""
    return each(lambda x: min(0.0, x) - math.log1p(math.exp(-abs(x))) if x == x else x)(self)


log_sigmoid_forward: Structural = Structural(
    "log_sigmoid_forward",
    "log(sigmoid(self)) without overflow, and exp(-|self|)",
    node="LogSigmoidBackward0",
    array=lambda self: (log_sigmoid_values(self), each(lambda x: math.exp(-abs(x)))(self)),
    outputs=("output", "buffer"),
    refuses=any_of(not_implemented("log_sigmoid_cpu"), *_REAL, Category.COMPLEX),
    derivatives={"self": lambda g, self, buffer: log_sigmoid_backward(g[0], self, buffer)},
    public=False,
)

logsigmoid = Composite(
    "logsigmoid",
    "log(sigmoid(self)) without overflow",
    compute=lambda self: log_sigmoid_forward(self)[0],
    places="functional",
    samples=_ANY,
)

# ------------------------------------------------------------------ gelu

_SCALE, _CUBE = sqrt(2 / math.pi), 0.044715  # of the approximation by tanh
_DENSITY = 1 / sqrt(2 * math.pi)


def _bent(self: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    return tanh((self + self * self * self * _CUBE) * _SCALE)


def _slope_of_bent(self: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    """The derivative of what tanh is taken of."""
    return (self * self * (3 * _CUBE) + 1) * _SCALE


def _gelu_backward(name: str, forward: Any, bend: Any) -> Elementwise:  # noqa: ANN401 - formulas
    backward: Elementwise = Elementwise(
        f"{name}_backward",
        "the gradient of gelu",
        "Tensor grad_output, Tensor self",
        node="GeluBackwardBackward0",
        forward=forward,
        derivatives={
            "grad_output": lambda g, self: backward(g, self),
            "self": lambda g, grad_output, self: g * grad_output * bend(self),
        },
        public=False,
        samples=_SMOOTH,
    )
    return backward


gelu_erf_backward = _gelu_backward(
    "gelu_erf",
    lambda grad_output, self: (
        grad_output * ((erf(self * sqrt(0.5)) + 1) * 0.5 + self * (exp(self * self * -0.5) * _DENSITY))
    ),
    lambda self: exp(self * self * -0.5) * _DENSITY * (2 - self * self),
)

gelu_tanh_backward = _gelu_backward(
    "gelu_tanh",
    lambda grad_output, self: (
        grad_output * ((_bent(self) + 1) * 0.5 + self * 0.5 * (1 - _bent(self) * _bent(self)) * _slope_of_bent(self))
    ),
    lambda self: (
        (1 - _bent(self) * _bent(self))
        * (
            _slope_of_bent(self)
            - self * _bent(self) * _slope_of_bent(self) * _slope_of_bent(self)
            + self * self * (3 * _CUBE * _SCALE)
        )
    ),
)

gelu_erf = Elementwise(
    "gelu_erf",
    "self times the standard normal distribution's area below it",
    node="GeluBackward0",
    forward=lambda self: self * 0.5 * (erf(self * sqrt(0.5)) + 1),
    constants={"approximate": "none"},
    refuses=any_of(not_implemented("GeluKernelImpl"), *_REAL, Category.COMPLEX),
    derivatives={"self": lambda g, self: gelu_erf_backward(g, self)},
    public=False,
    samples=_ANY,
)

gelu_tanh = Elementwise(
    "gelu_tanh",
    "the approximation of gelu by tanh",
    node="GeluBackward0",
    forward=lambda self: self * 0.5 * (_bent(self) + 1),
    constants={"approximate": "tanh"},
    refuses=any_of(not_implemented("GeluKernelImpl"), *_REAL, Category.COMPLEX),
    derivatives={"self": lambda g, self: gelu_tanh_backward(g, self)},
    public=False,
    samples=_ANY,
)


def _gelu(self: Any, approximate: str) -> Any:  # noqa: ANN401 - a tensor
    if approximate not in ("none", "tanh"):
        raise TorchRuntimeError("approximate argument must be either none or tanh.")
    return gelu_tanh(self) if approximate == "tanh" else gelu_erf(self)


gelu = Composite(
    "gelu",
    "self times the standard normal distribution's area below it, or its approximation by tanh",
    "self, *, str approximate='none'",
    compute=_gelu,
    places="functional",
    samples=(*_ANY, (0.7, "tanh"), ([0.4, -1.5], "tanh")),
)

# ------------------------------------------------------------------ self times something between 0 and 1


def _refuse_complex(self: Any) -> None:  # noqa: ANN401 - a tensor
    """PyTorch has the value of silu for complex numbers, but no derivative."""
    check_real(self, "silu")


silu = Elementwise(
    "silu",
    "self * sigmoid(self)",
    forward=lambda self: self / (1 + exp(-self)),
    refuses=any_of(not_implemented("silu_cpu"), *_REAL),
    checks=lambda inputs, attributes: _refuse_complex(inputs[0]),
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
