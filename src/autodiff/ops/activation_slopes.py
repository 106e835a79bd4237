"""The gradients of leaky_relu and elu, and activations that act in place: their rules know the result only."""

from typing import Any

from autodiff.dtypes import Category
from autodiff.numbers.array import np
from autodiff.ops.exponential import exp, expm1
from autodiff.ops.op import Composite, Elementwise, any_of, not_implemented
from autodiff.ops.selection import where

__all__: list[str] = []

_BOOL, _INTEGER, _COMPLEX = Category.BOOL, Category.INTEGER, Category.COMPLEX
SELU = (1.6732632423543772, 1.0507009873554805, 1)
"""The constants that keep mean 0 and variance 1."""


def floats_only(kernel: str) -> Any:  # noqa: ANN401 - as `any_of`
    """That a kernel takes real floats only."""
    return any_of(not_implemented(kernel), _BOOL, _INTEGER, _COMPLEX)


leaky_relu_backward: Elementwise = Elementwise(
    "leaky_relu_backward",
    "the gradient of leaky_relu",
    "Tensor grad_output, Tensor self, Scalar negative_slope",
    forward=lambda grad_output, self, negative_slope: where(self > 0, grad_output, grad_output * negative_slope),
    derivatives={
        "grad_output": lambda g, self, negative_slope: leaky_relu_backward(g, self, negative_slope),
        "self": lambda g: 0,
    },
    public=False,
)

elu_backward: Elementwise = Elementwise(
    "elu_backward",
    "the gradient of elu",
    "Tensor grad_output, Tensor self, Scalar alpha, Scalar scale, Scalar input_scale",
    forward=lambda grad_output, self, alpha, scale, input_scale: where(
        self <= 0,
        grad_output * input_scale * (alpha * scale) * exp(self * input_scale),
        grad_output * scale,
    ),
    derivatives={
        "grad_output": lambda g, self, alpha, scale, input_scale: elu_backward(g, self, alpha, scale, input_scale),
        "self": lambda g, grad_output, self, alpha, scale, input_scale: where(
            self <= 0, g * grad_output * (input_scale * input_scale * alpha * scale) * exp(self * input_scale), 0
        ),
    },
    public=False,
    samples=((0.7, -0.3, 1.0, 1.0, 1.0), ([0.4, -1.5], [-0.3, 1.2], 1.5, 1.0, 0.5)),
)

# ------------------------------------------------------------------ in place

threshold_written = Elementwise(
    "threshold",
    "self where it is above the threshold, else a value",
    "self, Scalar threshold, Scalar value",
    overload=1,
    scalar=lambda x, threshold, value: value if x <= threshold else x,
    array=lambda x, threshold, value: np.where(x <= threshold, np.asarray(value, dtype=x.dtype), x),
    refuses=any_of(not_implemented("threshold_cpu"), _BOOL, _COMPLEX),
    derivatives={"self": lambda g, out, threshold: threshold_backward(g, out, threshold)},
    public=False,
)

threshold_backward: Elementwise = Elementwise(
    "threshold_backward",
    "the gradient where self is above the threshold, else 0",
    "Tensor grad_output, Tensor self, Scalar threshold",
    scalar=lambda g, x, threshold: 0.0 if x <= threshold else g,
    array=lambda g, x, threshold: np.where(x <= threshold, np.zeros_like(g), g),
    exact=True,
    derivatives={"grad_output": lambda g, self, threshold: threshold_backward(g, self, threshold), "self": lambda g: 0},
    public=False,
)

leaky_relu_written = Elementwise(
    "leaky_relu",
    "self where positive, else negative_slope * self",
    "self, Scalar negative_slope=0.01",
    overload=1,
    forward=lambda self, negative_slope: where(self > 0, self, self * negative_slope),
    refuses=floats_only("leaky_relu_cpu"),
    derivatives={"self": lambda g, out, negative_slope: leaky_relu_backward(g, out, negative_slope)},
    public=False,
)

elu_backward_of_result: Elementwise = Elementwise(
    "elu_backward",
    "the gradient of elu, given its result",
    "Tensor grad_output, Tensor result, Scalar alpha, Scalar scale, Scalar input_scale",
    forward=lambda grad_output, result, alpha, scale, input_scale: where(
        result <= 0, grad_output * input_scale * (result + alpha * scale), grad_output * scale
    ),
    derivatives={
        "grad_output": lambda g, result, alpha, scale, input_scale: elu_backward_of_result(
            g, result, alpha, scale, input_scale
        ),
        "result": lambda g, grad_output, result, input_scale: where(result < 0, g * grad_output * input_scale, 0),
    },
    public=False,
    samples=((0.7, -0.3, 1.0, 1.0, 1.0), ([0.4, -1.5], [-0.3, 1.2], 1.5, 1.0, 0.5)),
)

elu_scaled_written = Elementwise(
    "elu",
    "scale * self where positive, else scale * alpha * (exp(input_scale * self) - 1)",
    "self, Scalar alpha, Scalar scale, Scalar input_scale",
    overload=1,
    forward=lambda self, alpha, scale, input_scale: where(
        self > 0, self * scale, expm1(self * input_scale) * (alpha * scale)
    ),
    refuses=floats_only("elu_cpu"),
    derivatives={
        "self": lambda g, out, alpha, scale, input_scale: elu_backward_of_result(g, out, alpha, scale, input_scale),
    },
    public=False,
)

elu_written = Composite(
    "elu",
    "self where positive, else alpha * (exp(self) - 1)",
    "self, Scalar alpha=1.0",
    compute=lambda self, alpha: elu_scaled_written(self, alpha, 1, 1),
    public=False,
)

selu_written = Composite(
    "selu",
    "elu with the constants that keep mean 0 and variance 1",
    compute=lambda self: elu_scaled_written(self, *SELU),
    public=False,
)

celu_written = Elementwise(
    "celu",
    "self where positive, else alpha * (exp(self / alpha) - 1)",
    "self, Scalar alpha=1.0",
    overload=1,
    forward=lambda self, alpha: where(self > 0, self, expm1(self * (1 / alpha)) * alpha),
    refuses=floats_only("elu_cpu"),
    derivatives={"self": lambda g, out, alpha: elu_backward_of_result(g, out, alpha, 1, 1.0 / alpha)},
    public=False,
)
