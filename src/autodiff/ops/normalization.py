"""Layers that bring their input to mean 0 and variance 1."""

from math import prod
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.op import Composite, Structural, any_of, not_implemented

__all__: list[str] = []

_MATRIX, _WEIGHT, _BIAS = [[2.0, 0.5, 0.1], [0.2, 3.0, 0.3]], [0.5, 1.5, 2.0], [0.3, 0.6, 0.9]


def _axes(normalized_shape: tuple[int, ...], ndim: int) -> tuple[int, ...]:
    return tuple(range(ndim - len(normalized_shape), ndim))


def _normalized(
    input: Values, weight: Values | None, bias: Values | None, normalized_shape: tuple[int, ...], eps: float
) -> tuple[Values, Values, Values]:
    """The result, the means, and one over the deviations."""
    axes = _axes(normalized_shape, input.ndim)
    wide = input.astype(np.float64)
    center = wide.mean(axis=axes, keepdims=True)
    scale = (1 / np.sqrt(((wide - center) ** 2).mean(axis=axes, keepdims=True) + eps)).astype(input.dtype)
    center = center.astype(input.dtype)
    if input.dtype.itemsize == 2:  # rounded once, at the end
        input = wide
    result = (input - center) * scale
    result = result if weight is None else result * weight
    return result if bias is None else result + bias, center, scale


def _gradients(
    grad_out: Values,
    input: Values,
    mean: Values,
    rstd: Values,
    weight: Values | None,
    bias: Values | None,  # noqa: ARG001 - PyTorch's kernel has it, too
    normalized_shape: tuple[int, ...],
) -> tuple[Values, Values, Values]:
    """The gradients by input, weight and bias; after layer_norm_kernel.cpp."""
    axes = _axes(normalized_shape, input.ndim)
    others = tuple(range(input.ndim - len(axes)))
    scaled = grad_out if weight is None else grad_out * weight
    share = input.dtype.type(1 / prod(normalized_shape))
    along, whole = (scaled * input).sum(axis=axes, keepdims=True), scaled.sum(axis=axes, keepdims=True)
    slope = (whole * mean - along) * rstd * rstd * rstd * share
    rest = -slope * mean - whole * rstd * share
    by_weight = (grad_out * ((input - mean) * rstd)).sum(axis=others)
    return rstd * scaled + slope * input + rest, by_weight, grad_out.sum(axis=others)


# ------------------------------------------------------------------ the derivatives of the gradient


def _less_mean(x: Any, standard: Any, axes: tuple[int, ...]) -> Any:  # noqa: ANN401 - tensors
    """x less its mean and its part along the standardised input: what standardising lets through."""
    return x - x.mean(axes, keepdim=True) - standard * (x * standard).mean(axes, keepdim=True)


def _by_grad_out(g: Any, input: Any, mean: Any, rstd: Any, weight: Any, normalized_shape: Any) -> Any:  # noqa: ANN401
    axes = _axes(normalized_shape, len(input.shape))
    standard = (input - mean) * rstd
    passed = rstd * _less_mean(g[0], standard, axes)
    return (passed if weight is None else passed * weight) + g[1] * standard + g[2]


def _by_weight(g: Any, grad_out: Any, input: Any, mean: Any, rstd: Any, normalized_shape: Any) -> Any:  # noqa: ANN401
    axes = _axes(normalized_shape, len(input.shape))
    others = tuple(range(len(input.shape) - len(axes)))
    result = grad_out * rstd * _less_mean(g[0], (input - mean) * rstd, axes)
    return result.sum(others) if others else result


def _by_input(
    g: Any,  # noqa: ANN401 - tensors
    grad_out: Any,  # noqa: ANN401
    input: Any,  # noqa: ANN401
    mean: Any,  # noqa: ANN401
    rstd: Any,  # noqa: ANN401
    weight: Any,  # noqa: ANN401
    normalized_shape: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    axes = _axes(normalized_shape, len(input.shape))
    standard = (input - mean) * rstd
    scaled = grad_out if weight is None else grad_out * weight

    def average(x: Any) -> Any:  # noqa: ANN401
        return x.mean(axes, keepdim=True)

    ours, theirs = average(g[0] * standard), average(scaled * standard)
    by_standard = g[1] * grad_out - rstd * (g[0] * theirs + ours * scaled)
    by_scale = average(g[0] * scaled) - average(g[0]) * average(scaled) - ours * theirs
    return rstd * _less_mean(by_standard, standard, axes) - rstd * rstd * standard * by_scale


layer_norm_backward: Structural = Structural(
    "native_layer_norm_backward",
    "the gradients of layer_norm by input, weight and bias",
    "Tensor grad_out, Tensor input, Tensor mean, Tensor rstd, Tensor weight, Tensor bias, ints normalized_shape",
    array=_gradients,
    outputs=("grad_input", "grad_weight", "grad_bias"),
    differentiable=0,
    derivatives={
        "grad_out": _by_grad_out,
        "input": _by_input,
        "mean": lambda g: None,
        "rstd": lambda g: None,
        "weight": _by_weight,
        "bias": lambda g: None,
    },
    public=False,
)


def _gradient(place: int) -> Any:  # noqa: ANN401 - a rule
    def rule(
        g: Any,  # noqa: ANN401 - tensors
        input: Any,  # noqa: ANN401
        weight: Any,  # noqa: ANN401
        bias: Any,  # noqa: ANN401
        normalized_shape: Any,  # noqa: ANN401
        result1: Any,  # noqa: ANN401
        result2: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        return layer_norm_backward(g[0], input, result1, result2, weight, bias, normalized_shape=normalized_shape)[
            place
        ]

    return rule


native_layer_norm = Structural(
    "native_layer_norm",
    "input at mean 0 and variance 1 over the last dimensions, times weight, plus bias; the means; one over deviations",
    "Tensor input, Tensor weight=None, Tensor bias=None, ints normalized_shape, Scalar eps",
    array=_normalized,
    outputs=("result0", "result1", "result2"),
    refuses=any_of(not_implemented("LayerNormKernelImpl"), Category.BOOL, Category.INTEGER, Category.COMPLEX),
    derivatives={"input": _gradient(0), "weight": _gradient(1), "bias": _gradient(2)},
    public=False,
)


def _layer_norm(
    input: Any,  # noqa: ANN401 - tensors
    weight: Any,  # noqa: ANN401
    bias: Any,  # noqa: ANN401
    normalized_shape: tuple[int, ...],
    eps: float,
    **_: bool,
) -> Any:  # noqa: ANN401
    shape = list(normalized_shape)
    if not shape:
        raise TorchRuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
            "normalized_shape = []"
        )
    for name, x in (("weight", weight), ("bias", bias)):
        if x is not None and list(x.shape) != shape:
            raise TorchRuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape {list(x.shape)} and "
                f"normalized_shape = {shape}"
            )
    if list(input.shape)[-len(shape) :] != shape:
        wanted = ", ".join(map(str, shape))
        raise TorchRuntimeError(
            f"Given normalized_shape={shape}, expected input with shape [*, {wanted}], but got input of "
            f"size{list(input.shape)}"
        )
    return native_layer_norm(input, weight, bias, normalized_shape=tuple(shape), eps=eps)[0]


_SIGNATURE = "Tensor input, pair normalized_shape, Tensor weight=None, Tensor bias=None, Scalar eps=1e-05"

layer_norm = Composite(
    "layer_norm",
    "input at mean 0 and variance 1 over the last dimensions, times weight, plus bias",
    f"{_SIGNATURE}, bool cudnn_enable=True",
    compute=_layer_norm,
    places="function",
)

layer_norm_functional = Composite(
    "layer_norm",
    "input at mean 0 and variance 1 over the last dimensions, times weight, plus bias",
    _SIGNATURE,
    compute=_layer_norm,
    places="functional",
    samples=((_MATRIX, (3,), _WEIGHT, _BIAS), (_MATRIX, (2, 3), [_WEIGHT, _BIAS], None, 0.1)),
)
