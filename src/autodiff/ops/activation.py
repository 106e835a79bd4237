"""Activations: pointwise functions of neural networks.

A kernel's gradient is an operation of its own (`relu` has `threshold_backward`), with its own derivatives: that is
what a gradient computed with `create_graph=True` shows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchNotImplementedError, TorchValueError
from autodiff.numbers.array import np
from autodiff.ops.activation_slopes import (
    SELU,
    celu_written,
    elu_backward,
    elu_written,
    leaky_relu_backward,
    leaky_relu_written,
    selu_written,
    threshold_backward,
    threshold_written,
)
from autodiff.ops.exponential import expm1
from autodiff.ops.op import Composite, Elementwise, any_of, not_implemented, refused
from autodiff.ops.selection import where

__all__: list[str] = []

_BOOL, _INTEGER, _COMPLEX = Category.BOOL, Category.INTEGER, Category.COMPLEX
_ANY = ((0.7,), (-1.3,), ([0.4, -1.5, 2.0],), ([[0.3, -0.8], [1.7, 2.2]],))
_SMOOTH = ((0.7, 0.3), (-1.3, 0.5), ([0.4, -1.5, 2.0], [0.3, 1.2, -0.7]))


def _floats_only(kernel: str, *, complex_too: bool = False) -> Any:  # noqa: ANN401 - as `any_of`
    kinds = (_BOOL, _INTEGER) if complex_too else (_BOOL, _INTEGER, _COMPLEX)
    return any_of(not_implemented(kernel), *kinds)


# ------------------------------------------------------------------ with a threshold

relu = Elementwise(
    "relu",
    "self where positive, else 0",
    scalar=lambda x: type(x)(0) if x < 0 else x,
    array=lambda x: np.where(x < 0, np.zeros_like(x), x),
    refuses={
        _COMPLEX: refused("clamp is not supported for complex types", TorchNotImplementedError),
        _BOOL: refused("Boolean inputs not supported for relu"),
    },
    derivatives={"self": lambda g, out: threshold_backward(g, out, 0)},
    places="function method functional",
    samples=_ANY,
)

threshold = Elementwise(
    "threshold",
    "self where it is above the threshold, else a value",
    "self, Scalar threshold, Scalar value",
    scalar=lambda x, threshold, value: value if x <= threshold else x,
    array=lambda x, threshold, value: np.where(x <= threshold, np.asarray(value, dtype=x.dtype), x),
    refuses=any_of(not_implemented("threshold_cpu"), _BOOL, _COMPLEX),
    derivatives={"self": lambda g, self, threshold: threshold_backward(g, self, threshold)},
    places="function functional",
    in_place=False,
    samples=((0.7, 0.3, 0.0), ([0.4, -1.5, 2.0], 0.5, -1.0)),
    written=threshold_written,
)


def _shrink_backward(name: str) -> Elementwise:
    return Elementwise(
        name,
        "the gradient where |self| is above lambd, else 0",
        "Tensor grad, Tensor self, Scalar lambd",
        scalar=lambda g, x, lambd: 0.0 if -lambd <= x <= lambd else g,
        array=lambda g, x, lambd: np.where((x >= -lambd) & (x <= lambd), np.zeros_like(g), g),
        exact=True,
        derivatives={
            "grad": lambda g, self, lambd: where((self >= -lambd) & (self <= lambd), 0, g),
            "self": lambda g: 0,
        },
        public=False,
    )


hardshrink_backward = _shrink_backward("hardshrink_backward")
softshrink_backward = _shrink_backward("softshrink_backward")

hardshrink = Elementwise(
    "hardshrink",
    "self where |self| is above lambd, else 0",
    "self, Scalar lambd=0.5",
    scalar=lambda x, lambd: 0.0 if -lambd <= x <= lambd else x,
    array=lambda x, lambd: np.where((x >= -lambd) & (x <= lambd), np.zeros_like(x), x),
    refuses=_floats_only("hardshrink_cpu"),
    derivatives={"self": lambda g, self, lambd: hardshrink_backward(g, self, lambd)},
    places="function method functional",
    in_place=False,
    samples=_ANY,
)

softshrink = Elementwise(
    "softshrink",
    "self moved towards 0 by lambd, and 0 within",
    "self, Scalar lambd=0.5",
    forward=lambda self, lambd: where(self > lambd, self - lambd, where(self < -lambd, self + lambd, self * 0)),
    refuses=_floats_only("softshrink_check"),
    derivatives={"self": lambda g, self, lambd: softshrink_backward(g, self, lambd)},
    places="functional",
    in_place=False,
    samples=_ANY,
)

hardtanh_backward: Elementwise = Elementwise(
    "hardtanh_backward",
    "the gradient between the bounds, else 0",
    "Tensor grad_output, Tensor self, Scalar min_val, Scalar max_val",
    scalar=lambda g, x, low, high: 0.0 if x <= low or x >= high else g,
    array=lambda g, x, low, high: np.where((x <= low) | (x >= high), np.zeros_like(g), g),
    exact=True,
    derivatives={
        "grad_output": lambda g, self, min_val, max_val: hardtanh_backward(g, self, min_val, max_val),
        "self": lambda g: 0,
    },
    public=False,
)


def _ordered_bounds(_inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:
    if attributes["min_val"] > attributes["max_val"]:
        raise TorchValueError("min_val cannot be greater than max_val")


hardtanh = Elementwise(
    "hardtanh",
    "self, at least min_val and at most max_val",
    "self, Scalar min_val=-1.0, Scalar max_val=1.0",
    scalar=lambda x, low, high: x if x != x else min(max(x, low), high),
    array=lambda x, low, high: np.clip(x, np.asarray(low, x.dtype), np.asarray(high, x.dtype)),
    refuses={
        _COMPLEX: refused("clamp is not supported for complex types", TorchNotImplementedError),
        _BOOL: refused("Bool inputs not supported for hardtanh"),
    },
    checks=_ordered_bounds,
    derivatives={"self": lambda g, self, min_val, max_val: hardtanh_backward(g, self, min_val, max_val)},
    places="functional",
    in_place=False,
    samples=_ANY,
)

relu6 = Composite(
    "relu6",
    "self, at least 0 and at most 6",
    compute=lambda self: hardtanh(self, min_val=0, max_val=6),
    places="functional",
    samples=_ANY,
)

hardsigmoid_backward = Elementwise(
    "hardsigmoid_backward",
    "the gradient of hardsigmoid; it has no derivative of its own",
    "Tensor grad_output, Tensor self",
    node="NotImplemented",
    forward=lambda grad_output, self: where((self > -3) & (self < 3), grad_output * (1.0 / 6.0), 0),
    public=False,
)

hardsigmoid = Elementwise(
    "hardsigmoid",
    "(self + 3) / 6, at least 0 and at most 1",
    scalar=lambda x, rounded: rounded(rounded(min(max(rounded(x + 3), 0.0), 6.0)) / 6) if x == x else x,
    array=lambda x: np.clip(x + 3, 0, 6) / 6,
    rounds=True,
    refuses=_floats_only("hardsigmoid_cpu"),
    derivatives={"self": lambda g, self: hardsigmoid_backward(g, self)},
    once=True,
    places="functional",
    in_place=False,
    samples=_ANY,
)

hardswish_backward: Elementwise = Elementwise(
    "hardswish_backward",
    "the gradient of hardswish",
    "Tensor grad_output, Tensor self",
    forward=lambda grad_output, self: where(
        self <= -3, 0, where(self < 3, grad_output * (self / 3 + 0.5), grad_output)
    ),
    derivatives={
        "grad_output": lambda g, self: hardswish_backward(g, self),
        "self": lambda g, grad_output, self: where((self > -3) & (self < 3), g * grad_output / 3, 0),
    },
    public=False,
    samples=_SMOOTH,
)

hardswish = Elementwise(
    "hardswish",
    "self * hardsigmoid(self)",
    scalar=lambda x, rounded: rounded(rounded(x * min(max(rounded(x + 3), 0.0), 6.0)) / 6) if x == x else x,
    array=lambda x: x * np.clip(x + 3, 0, 6) / 6,
    rounds=True,
    refuses=_floats_only("hardswish_cpu"),
    derivatives={"self": lambda g, self: hardswish_backward(g, self)},
    places="functional",
    in_place=False,
    samples=_ANY,
)

# ------------------------------------------------------------------ linear and exponential

leaky_relu = Elementwise(
    "leaky_relu",
    "self where positive, else negative_slope * self",
    "self, Scalar negative_slope=0.01",
    forward=lambda self, negative_slope: where(self > 0, self, self * negative_slope),
    refuses=_floats_only("leaky_relu_cpu"),
    derivatives={"self": lambda g, self, negative_slope: leaky_relu_backward(g, self, negative_slope)},
    places="functional",
    in_place=False,
    samples=_ANY,
    written=leaky_relu_written,
)

elu_scaled = Elementwise(
    "elu",
    "scale * self where positive, else scale * alpha * (exp(input_scale * self) - 1)",
    "self, Scalar alpha, Scalar scale, Scalar input_scale",
    forward=lambda self, alpha, scale, input_scale: where(
        self > 0, self * scale, expm1(self * input_scale) * (alpha * scale)
    ),
    refuses=_floats_only("elu_cpu"),
    derivatives={
        "self": lambda g, self, alpha, scale, input_scale: elu_backward(g, self, alpha, scale, input_scale),
    },
    public=False,
    samples=((0.7, 1.0, 1.0, 1.0), ([0.4, -1.5], 1.5, 1.0, 0.5)),
)

elu = Composite(
    "elu",
    "self where positive, else alpha * (exp(self) - 1)",
    "self, Scalar alpha=1.0",
    compute=lambda self, alpha: elu_scaled(self, alpha, 1, 1),
    places="functional",
    samples=_ANY,
    written=elu_written,
)

selu = Composite(
    "selu",
    "elu with the constants that keep mean 0 and variance 1",
    compute=lambda self: elu_scaled(self, *SELU),
    places="function functional",
    samples=_ANY,
    written=selu_written,
)

celu = Elementwise(
    "celu",
    "self where positive, else alpha * (exp(self / alpha) - 1)",
    "self, Scalar alpha=1.0",
    forward=lambda self, alpha: where(self > 0, self, expm1(self * (1 / alpha)) * alpha),
    refuses=_floats_only("elu_cpu"),
    derivatives={"self": lambda g, self, alpha: elu_backward(g, self, alpha, 1, 1.0 / alpha)},
    places="function functional",
    in_place=False,
    samples=_ANY,
    written=celu_written,
)
