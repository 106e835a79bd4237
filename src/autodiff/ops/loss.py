"""Losses: how far predictions are from their targets.

The gradient of a loss is an operation of its own, which a gradient of a gradient shows.
"""

from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import np
from autodiff.ops.loss_reduction import (
    array_reduced,
    broadcast,
    check_same_size,
    chosen,
    number_of,
    reduced,
    share,
    tensor_reduced,
    weighted,
)
from autodiff.ops.op import Composite, Structural, any_of, not_implemented
from autodiff.ops.pairwise import clamp
from autodiff.ops.rounding import abs_
from autodiff.ops.selection import where

__all__: list[str] = []

_PAIRS = ((1.5, 0.4), ([0.5, -1.7, 2.0], [0.3, 1.2, -0.7]))


def _floats_only(kernel: str) -> Any:  # noqa: ANN401 - as `any_of`
    return any_of(not_implemented(kernel), Category.BOOL, Category.INTEGER, Category.COMPLEX)


# ------------------------------------------------------------------ losses of the difference

mse_backward: Structural = Structural(
    "mse_loss_backward",
    "the gradient of mse_loss",
    "Tensor grad_output, Tensor self, Tensor target, int reduction",
    array=lambda grad_output, self, target, reduction: 2 * share(self, reduction) * (self - target) * grad_output,
    derivatives={
        "grad_output": lambda g, self, target, reduction: tensor_reduced(g * 2 * (self - target), reduction),
        "self": lambda g, grad_output, self, reduction: g * grad_output * (2 * share(self, reduction)),
        "target": lambda g, grad_output, self, reduction: -(g * grad_output * (2 * share(self, reduction))),
    },
    promotes=True,
    public=False,
)

mse_native = Structural(
    "mse_loss",
    "the squares of the differences",
    "Tensor self, Tensor target, int reduction",
    array=lambda self, target, reduction: array_reduced((self - target) ** 2, reduction),
    refuses=_floats_only("mse_cpu"),
    derivatives={
        "self": lambda g, self, target, reduction: mse_backward(g, self, target, reduction=reduction),
        "target": lambda g, self, target, reduction: mse_backward(g, target, self, reduction=reduction),
    },
    promotes=True,
    public=False,
    samples=tuple((*pair, 1) for pair in _PAIRS),
)

smooth_l1_backward: Structural = Structural(
    "smooth_l1_loss_backward",
    "the gradient of smooth_l1_loss",
    "Tensor grad_output, Tensor self, Tensor target, int reduction, Scalar beta",
    array=lambda grad_output, self, target, reduction, beta: (
        np.clip((self - target) / beta, -1, 1) * share(self, reduction) * grad_output
    ),
    derivatives={
        "grad_output": lambda g, self, target, reduction, beta: tensor_reduced(
            g * clamp((self - target) / beta, min=-1, max=1), reduction
        ),
        "self": lambda g, grad_output, self, target, reduction, beta: where(
            abs_(self - target) < beta, g * grad_output * (share(self, reduction) / beta), 0
        ),
        "target": lambda g, grad_output, self, target, reduction, beta: (
            -where(abs_(self - target) < beta, g * grad_output * (share(self, reduction) / beta), 0)
        ),
    },
    promotes=True,
    public=False,
)

smooth_l1_native = Structural(
    "smooth_l1_loss",
    "half the squares of small differences divided by beta, and the size of large ones less half of beta",
    "Tensor self, Tensor target, int reduction, Scalar beta",
    array=lambda self, target, reduction, beta: array_reduced(
        np.where(np.abs(self - target) < beta, 0.5 * (self - target) ** 2 / beta, np.abs(self - target) - 0.5 * beta),
        reduction,
    ),
    refuses=_floats_only("smooth_l1_cpu"),
    derivatives={
        "self": lambda g, self, target, reduction, beta: smooth_l1_backward(
            g, self, target, reduction=reduction, beta=beta
        ),
        "target": lambda g, self, target, reduction, beta: smooth_l1_backward(
            g, target, self, reduction=reduction, beta=beta
        ),
    },
    promotes=True,
    public=False,
    samples=tuple((*pair, 1, 1.0) for pair in _PAIRS),
)

huber_backward: Structural = Structural(
    "huber_loss_backward",
    "the gradient of huber_loss",
    "Tensor grad_output, Tensor self, Tensor target, int reduction, Scalar delta",
    array=lambda grad_output, self, target, reduction, delta: (
        np.clip(self - target, -delta, delta) * share(self, reduction) * grad_output
    ),
    derivatives={
        "grad_output": lambda g, self, target, reduction, delta: tensor_reduced(
            g * clamp(self - target, min=-delta, max=delta), reduction
        ),
        "self": lambda g, grad_output, self, target, reduction, delta: where(
            abs_(self - target) < delta, g * grad_output * share(self, reduction), 0
        ),
        "target": lambda g, grad_output, self, target, reduction, delta: (
            -where(abs_(self - target) < delta, g * grad_output * share(self, reduction), 0)
        ),
    },
    promotes=True,
    public=False,
)

huber_native = Structural(
    "huber_loss",
    "half the squares of small differences, and delta times the size of large ones less half of delta",
    "Tensor self, Tensor target, int reduction, Scalar delta",
    array=lambda self, target, reduction, delta: array_reduced(
        np.where(
            np.abs(self - target) <= delta,
            0.5 * (self - target) ** 2,
            delta * (np.abs(self - target) - 0.5 * delta),
        ),
        reduction,
    ),
    refuses=_floats_only("huber_cpu"),
    derivatives={
        "self": lambda g, self, target, reduction, delta: huber_backward(
            g, self, target, reduction=reduction, delta=delta
        ),
        "target": lambda g, self, target, reduction, delta: huber_backward(
            g, target, self, reduction=reduction, delta=delta
        ),
    },
    promotes=True,
    public=False,
    samples=tuple((*pair, 1, 1.0) for pair in _PAIRS),
)


# ------------------------------------------------------------------ as torch.nn.functional has them


def _mse(self: Any, target: Any, weight: Any, size_average: bool | None, reduce: bool | None, reduction: str) -> Any:  # noqa: ANN401 - tensors
    self, target = broadcast(self, target)
    reduction = chosen(size_average, reduce, reduction)
    if weight is None:
        return mse_native(self, target, reduction=number_of(reduction))
    check_same_size(weight, self)
    return weighted((self - target) ** 2, weight, reduction, by_weight=True)


mse_loss = Composite(
    "mse_loss",
    "the squares of the differences",
    "Tensor self, Tensor target, bool size_average=None, bool reduce=None, str reduction='mean', Tensor weight=None",
    compute=_mse,
    places="functional",
    samples=_PAIRS,
)


def _l1(self: Any, target: Any, weight: Any, size_average: bool | None, reduce: bool | None, reduction: str) -> Any:  # noqa: ANN401 - tensors
    self, target = broadcast(self, target)
    reduction = chosen(size_average, reduce, reduction)
    if weight is None:
        return reduced(abs_(self - target), reduction)
    check_same_size(weight, self)
    return weighted(abs_(self - target), weight, reduction, by_weight=True)


l1_loss = Composite(
    "l1_loss",
    "the sizes of the differences",
    "Tensor self, Tensor target, bool size_average=None, bool reduce=None, str reduction='mean', Tensor weight=None",
    compute=_l1,
    places="functional",
    samples=_PAIRS,
)


def _smooth_l1(
    self: Any,  # noqa: ANN401 - tensors
    target: Any,  # noqa: ANN401
    size_average: bool | None,
    reduce: bool | None,
    reduction: str,
    beta: float,
) -> Any:  # noqa: ANN401
    self, target = broadcast(self, target)
    reduction = chosen(size_average, reduce, reduction)
    if beta == 0:
        return reduced(abs_(self - target), reduction)
    if beta < 0:
        raise TorchRuntimeError("smooth_l1_loss does not support negative values for beta.")
    return smooth_l1_native(self, target, reduction=number_of(reduction), beta=beta)


smooth_l1_loss = Composite(
    "smooth_l1_loss",
    "the squares of small differences, the size of large ones",
    "Tensor self, Tensor target, bool size_average=None, bool reduce=None, str reduction='mean', Scalar beta=1.0",
    compute=_smooth_l1,
    places="functional",
    samples=_PAIRS,
)


def _huber(self: Any, target: Any, weight: Any, reduction: str, delta: float) -> Any:  # noqa: ANN401 - tensors
    self, target = broadcast(self, target)
    if delta <= 0:
        raise TorchRuntimeError("huber_loss does not support non-positive values for delta.")
    if weight is None:
        return huber_native(self, target, reduction=number_of(reduction), delta=delta)
    check_same_size(weight, self)
    return weighted(huber_native(self, target, reduction=0, delta=delta), weight, reduction, by_weight=False)


huber_loss = Composite(
    "huber_loss",
    "the squares of small differences, delta times the size of large ones",
    "Tensor self, Tensor target, str reduction='mean', Scalar delta=1.0, Tensor weight=None",
    compute=_huber,
    places="functional",
    samples=_PAIRS,
)
