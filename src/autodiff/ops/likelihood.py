"""Losses that are likelihoods: of probabilities, of their logarithms and of counts."""

import math
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import np
from autodiff.ops.arithmetic import div_number, neg
from autodiff.ops.exponential import exp, log, log1p, sigmoid
from autodiff.ops.loss import array_reduced, number_of, reduced, share, tensor_reduced
from autodiff.ops.op import Composite, Structural, any_of, not_implemented
from autodiff.ops.pairwise import clamp_min
from autodiff.ops.reduction import sum_
from autodiff.ops.selection import where
from autodiff.ops.softmax import log_softmax_native
from autodiff.ops.special import xlogy

__all__: list[str] = []

_PROBABILITIES = ((0.7, 0.4), ([0.5, 0.2, 0.9], [0.3, 0.8, 0.7]))
_TINY = 1e-12  # what keeps the gradient finite at 0 and 1

# ------------------------------------------------------------------ of probabilities


def _entropies(self: Any, target: Any) -> Any:  # noqa: ANN401 - arrays
    if np.any((self < 0) | (self > 1)):
        raise TorchRuntimeError("all elements of input should be between 0 and 1")
    return (target - 1) * np.maximum(np.log1p(-self), -100) - target * np.maximum(np.log(self), -100)


binary_cross_entropy_backward: Structural = Structural(
    "binary_cross_entropy_backward",
    "the gradient of binary_cross_entropy",
    "Tensor grad_output, Tensor self, Tensor target, int reduction",
    array=lambda grad_output, self, target, reduction: (
        grad_output * (self - target) / np.maximum((1 - self) * self, _TINY) * share(self, reduction)
    ),
    derivatives={
        "grad_output": lambda g, self, target, reduction: tensor_reduced(
            g * (self - target) / clamp_min((1 - self) * self, _TINY), reduction
        ),
        "self": lambda g, grad_output, self, target, reduction: (
            g
            * grad_output
            * (self * self - 2 * self * target + target)
            / clamp_min((1 - self) * self, _TINY) ** 2
            * share(self, reduction)
        ),
        "target": lambda g, grad_output, self, reduction: (
            -g * grad_output / clamp_min((1 - self) * self, _TINY) * share(self, reduction)
        ),
    },
    promotes=True,
    public=False,
)

binary_cross_entropy_native = Structural(
    "binary_cross_entropy",
    "-(target log(self) + (1 - target) log(1 - self)), where no logarithm is below -100",
    "Tensor self, Tensor target, int reduction",
    array=lambda self, target, reduction: array_reduced(_entropies(self, target), reduction),
    constants={"weight": None},
    refuses=any_of(not_implemented("binary_cross_entropy"), Category.BOOL, Category.INTEGER),
    derivatives={
        "self": lambda g, self, target, reduction: binary_cross_entropy_backward(g, self, target, reduction=reduction),
        "target": lambda g, self, target, reduction: g * (log1p(-self) - log(self)) * share(self, reduction),
    },
    promotes=True,
    public=False,
    samples=tuple((*pair, 1) for pair in _PROBABILITIES),
)

binary_cross_entropy = Composite(
    "binary_cross_entropy",
    "-(target log(self) + (1 - target) log(1 - self))",
    "Tensor self, Tensor target, *, str reduction='mean'",
    compute=lambda self, target, reduction: binary_cross_entropy_native(self, target, reduction=number_of(reduction)),
    places="functional",
    samples=_PROBABILITIES,
)

binary_cross_entropy_with_logits_native = Structural(
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy of sigmoid(self), without overflow",
    "Tensor self, Tensor target, int reduction",
    array=lambda self, target, reduction: array_reduced(
        (1 - target) * self + np.maximum(-self, 0) + np.log1p(np.exp(-np.abs(self))), reduction
    ),
    constants={"weight": None, "pos_weight": None},
    derivatives={
        "self": lambda g, self, target, reduction: _per_element((sigmoid(self) - target) * g, reduction),
        "target": lambda g, self, target, reduction: _per_element(-self * g, reduction),
    },
    promotes=True,
    public=False,
    samples=tuple((*pair, 1) for pair in _PROBABILITIES),
)


def _per_element(gradient: Any, reduction: int) -> Any:  # noqa: ANN401 - a tensor
    return div_number(gradient, gradient.numel()) if reduction == 1 else gradient


binary_cross_entropy_with_logits = Composite(
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy of sigmoid(self), without overflow",
    "Tensor self, Tensor target, *, str reduction='mean'",
    compute=lambda self, target, reduction: binary_cross_entropy_with_logits_native(
        self, target, reduction=number_of(reduction)
    ),
    places="functional",
    samples=_PROBABILITIES,
)

# ------------------------------------------------------------------ of classes


def _picked(self: Any, target: Any, reduction: int) -> Any:  # noqa: ANN401 - arrays
    classes = self.shape[-1] if self.ndim == 1 else self.shape[1]
    if np.any((target < 0) | (target >= classes)):
        wrong = next(int(t) for t in target.ravel() if not 0 <= t < classes)
        raise TorchIndexError(f"Target {wrong} is out of bounds.")
    if self.ndim == 1:
        return -self[int(target)]
    return array_reduced(-np.take_along_axis(self, np.expand_dims(target, 1), 1).squeeze(1), reduction)


def _placed(grad_output: Any, self: Any, target: Any, reduction: int) -> Any:  # noqa: ANN401 - arrays
    result = np.zeros_like(self)
    if self.ndim == 1:
        result[int(target)] = -grad_output
        return result
    values = np.broadcast_to(-grad_output * share(target, reduction), target.shape).astype(self.dtype)
    np.put_along_axis(result, np.expand_dims(target, 1), np.expand_dims(values, 1), 1)
    return result


nll_backward: Structural = Structural(
    "nll_loss_backward",
    "the gradient of nll_loss",
    "Tensor grad_output, Tensor self, Tensor target, int reduction",
    array=_placed,
    derivatives={
        "grad_output": lambda g, target, reduction: nll_native(g, target, reduction=reduction),
        "self": lambda g: 0,
    },
    public=False,
)

nll_native: Structural = Structural(
    "nll_loss",
    "minus the element that target picks along the dimension of classes",
    "Tensor self, Tensor target, int reduction",
    array=_picked,
    constants={"ignore_index": 18446744073709551516, "weight": None},
    refuses=any_of(not_implemented("nll_loss_out_frame"), Category.BOOL, Category.INTEGER),
    derivatives={"self": lambda g, self, target, reduction: nll_backward(g, self, target, reduction=reduction)},
    public=False,
    samples=(([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]], [0, 2], 1), ([0.1, 0.2, 0.7], 1, 1)),
)

nll_loss = Composite(
    "nll_loss",
    "minus the element that target picks along the dimension of classes",
    "Tensor self, Tensor target, *, str reduction='mean'",
    compute=lambda self, target, reduction: nll_native(self, target, reduction=number_of(reduction)),
    places="functional",
    samples=(([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]], [0, 2]),),
)


def _cross_entropy(self: Any, target: Any, reduction: str) -> Any:  # noqa: ANN401 - tensors
    """Of indices of classes, or of probabilities."""
    scores = log_softmax_native(self, dim=0 if len(self.shape) == 1 else 1)
    if not target.dtype.is_floating_point:
        return nll_native(scores, target, reduction=number_of(reduction))
    if reduction == "none":
        return neg((scores * target).sum(0 if len(self.shape) == 1 else 1))
    total = neg(sum_(scores * target))
    return div_number(total, self.shape[0] if len(self.shape) > 1 else 1) if reduction == "mean" else total


cross_entropy = Composite(
    "cross_entropy",
    "nll_loss of log_softmax, for targets that are indices or probabilities of classes",
    "Tensor self, Tensor target, *, str reduction='mean'",
    compute=_cross_entropy,
    places="functional",
    samples=(([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]], [0, 2]),),
)

# ------------------------------------------------------------------ of distributions and counts


def _kl_div(self: Any, target: Any, reduction: str, log_target: bool) -> Any:  # noqa: ANN401 - tensors
    losses = exp(target) * (target - self) if log_target else xlogy(target, target) - target * self
    if reduction == "batchmean":
        return sum_(losses) / self.shape[0]
    return reduced(losses, reduction)


kl_div = Composite(
    "kl_div",
    "target (log(target) - self), for self that is a logarithm",
    "Tensor self, Tensor target, *, str reduction='mean', bool log_target=False",
    compute=_kl_div,
    places="functional",
    samples=_PROBABILITIES,
)


def _poisson(self: Any, target: Any, log_input: bool, full: bool, eps: float, reduction: str) -> Any:  # noqa: ANN401
    losses = exp(self) - target * self if log_input else self - target * log(self + eps)
    if full:
        stirling = target * log(target) - target + 0.5 * log(2 * math.pi * target)
        losses = losses + where(target > 1, stirling, 0)
    return reduced(losses, reduction)


poisson_nll_loss = Composite(
    "poisson_nll_loss",
    "exp(self) - target * self, for counts",
    "Tensor self, Tensor target, bool log_input=True, bool full=False, *, Scalar eps=1e-08, str reduction='mean'",
    compute=_poisson,
    places="functional",
    samples=_PROBABILITIES,
)
