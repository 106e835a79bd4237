"""Losses that are likelihoods: of probabilities, of their logarithms, of counts and of normal numbers."""

import math
import warnings
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError, TorchValueError
from autodiff.numbers.array import np
from autodiff.ops.arithmetic import add_number, mul_number, neg
from autodiff.ops.exponential import exp, log, logit, sigmoid
from autodiff.ops.filling import bounded_clone, full_like
from autodiff.ops.loss_reduction import (
    array_reduced,
    check_no_gradient,
    chosen,
    number_of,
    per_element,
    reduced,
    tensor_reduced,
)
from autodiff.ops.op import Composite, Structural, any_of, not_implemented
from autodiff.ops.pairwise import clamp_min
from autodiff.ops.selection import masked_fill
from autodiff.ops.shape import expand, unsqueeze
from autodiff.ops.smooth import log_sigmoid_values, logsigmoid
from autodiff.ops.special import xlogy

__all__: list[str] = []

_PROBABILITIES = ((0.7, 0.4), ([0.5, 0.2, 0.9], [0.3, 0.8, 0.7]))
_TINY = 1e-12  # what keeps the gradient finite at 0 and 1
_NO_FLOATS = (Category.BOOL, Category.INTEGER, Category.COMPLEX)
_LEGACY = "bool size_average=None, bool reduce=None, str reduction='mean'"

# ------------------------------------------------------------------ of probabilities


def _entropies(self: Any, target: Any, weight: Any) -> Any:  # noqa: ANN401 - arrays
    if np.any((self < 0) | (self > 1)):
        raise TorchRuntimeError("all elements of input should be between 0 and 1")
    losses = (target - 1) * np.maximum(np.log1p(-self), -100) - target * np.maximum(np.log(self), -100)
    return losses if weight is None else losses * weight


def _bce_gradient(grad_output: Any, self: Any, target: Any, weight: Any, reduction: int) -> Any:  # noqa: ANN401 - arrays
    slope = grad_output * (self - target) / np.maximum((1 - self) * self, self.dtype.type(_TINY))
    return per_element(slope, weight, reduction, self.size)


def _bce_second(g: Any, grad_output: Any, self: Any, target: Any, weight: Any, reduction: int) -> Any:  # noqa: ANN401
    """The derivative of the gradient by self; after FunctionsManual.cpp."""
    curve = (self * self - 2 * self * target + target) / ((self + _TINY) ** 2 * (1 - self + _TINY) ** 2)
    return per_element(curve * (g * grad_output), weight, reduction, self.numel())


binary_cross_entropy_backward: Structural = Structural(
    "binary_cross_entropy_backward",
    "the gradient of binary_cross_entropy",
    "Tensor grad_output, Tensor self, Tensor target, Tensor weight, int reduction",
    array=_bce_gradient,
    derivatives={
        "grad_output": lambda g, self, target, weight, reduction: tensor_reduced(
            per_element((self - target) / ((self + _TINY) * (1 - self + _TINY)) * g, weight, 0, 1),
            reduction,
        ),
        "self": _bce_second,
        "target": lambda g, grad_output, self, weight, reduction: per_element(
            -g * grad_output / clamp_min((1 - self) * self, _TINY), weight, reduction, self.numel()
        ),
    },
    public=False,
)

binary_cross_entropy_native = Structural(
    "binary_cross_entropy",
    "-(target log(self) + (1 - target) log(1 - self)), where no logarithm is below -100",
    "Tensor self, Tensor target, Tensor weight=None, int reduction",
    array=lambda self, target, weight, reduction: array_reduced(_entropies(self, target, weight), reduction),
    refuses=any_of(not_implemented("binary_cross_entropy"), *_NO_FLOATS),
    derivatives={
        "self": lambda g, self, target, weight, reduction: binary_cross_entropy_backward(
            g, self, target, weight, reduction=reduction
        ),
        "target": lambda g, self, target, weight, reduction: per_element(
            neg(logit(self, eps=None)) * g, weight, reduction, self.numel()
        ),
    },
    public=False,
    samples=tuple((*pair, None, 1) for pair in _PROBABILITIES),
)


def _binary_cross_entropy(
    self: Any,  # noqa: ANN401 - tensors
    target: Any,  # noqa: ANN401
    weight: Any,  # noqa: ANN401
    size_average: bool | None,
    reduce: bool | None,
    reduction: str,
) -> Any:  # noqa: ANN401
    number = number_of(chosen(size_average, reduce, reduction))
    if target.shape != self.shape:
        sizes = f"a target size ({target.shape}) that is different to the input size ({self.shape})"
        raise TorchValueError(f"Using {sizes} is deprecated. Please ensure they have the same size.")
    check_no_gradient(weight, "weight", "binary_cross_entropy")
    if target.dtype is not self.dtype and self.dtype.is_floating_point:
        raise TorchRuntimeError(f"Found dtype {target.dtype.title} but expected {self.dtype.title}")
    if weight is not None and weight.shape != target.shape:
        weight = expand(weight, size=tuple(target.shape), implicit=False)
    return binary_cross_entropy_native(self, target, weight, reduction=number)


binary_cross_entropy = Composite(
    "binary_cross_entropy",
    "-(target log(self) + (1 - target) log(1 - self))",
    f"Tensor self, Tensor target, Tensor weight=None, {_LEGACY}",
    compute=_binary_cross_entropy,
    places="functional",
    samples=_PROBABILITIES,
)

# ------------------------------------------------------------------ of scores


def _logit_losses(self: Any, target: Any, weight: Any, pos_weight: Any, reduction: int) -> Any:  # noqa: ANN401 - arrays
    logs = log_sigmoid_values(self)
    if pos_weight is not None:
        logs = logs * ((pos_weight - 1) * target + 1)
    losses = (1 - target) * self - logs
    return array_reduced(losses if weight is None else losses * weight, reduction)


def _logit_gradient(g: Any, self: Any, target: Any, weight: Any, pos_weight: Any, reduction: int) -> Any:  # noqa: ANN401
    if pos_weight is None:
        gradient = (sigmoid(self) - target) * g
    else:
        positive = pos_weight * target
        gradient = ((positive + 1 - target) * sigmoid(self) - positive) * g
    return per_element(gradient, weight, reduction, self.numel())


def _target_gradient(g: Any, self: Any, target: Any, weight: Any, pos_weight: Any, reduction: int) -> Any:  # noqa: ANN401
    slope = neg(self) if pos_weight is None else logsigmoid(neg(self)) - pos_weight * logsigmoid(self)
    return per_element(slope * g, weight, reduction, target.numel())


binary_cross_entropy_with_logits_native = Structural(
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy of sigmoid(self), without overflow",
    "Tensor self, Tensor target, Tensor weight=None, Tensor pos_weight=None, int reduction",
    array=_logit_losses,
    refuses=any_of(not_implemented("log_sigmoid_cpu"), *_NO_FLOATS),
    derivatives={"self": _logit_gradient, "target": _target_gradient},
    public=False,
    samples=tuple((*pair, None, None, 1) for pair in _PROBABILITIES),
)


def _binary_cross_entropy_with_logits(
    self: Any,  # noqa: ANN401 - tensors
    target: Any,  # noqa: ANN401
    weight: Any,  # noqa: ANN401
    pos_weight: Any,  # noqa: ANN401
    size_average: bool | None,
    reduce: bool | None,
    reduction: str,
) -> Any:  # noqa: ANN401
    number = number_of(chosen(size_average, reduce, reduction))
    if target.shape != self.shape:
        raise TorchValueError(f"Target size ({target.shape}) must be the same as input size ({self.shape})")
    name = "binary_cross_entropy_with_logits"
    check_no_gradient(weight, "weight", name)
    check_no_gradient(pos_weight, "pos_weight", name)
    if self.dtype.is_floating_point and not target.dtype.is_floating_point:
        title, other = self.dtype.title, target.dtype.title
        raise TorchRuntimeError(f"result type {title} can't be cast to the desired output type {other}")
    return binary_cross_entropy_with_logits_native(self, target, weight, pos_weight, reduction=number)


binary_cross_entropy_with_logits = Composite(
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy of sigmoid(self), without overflow",
    f"Tensor self, Tensor target, Tensor weight=None, {_LEGACY}, Tensor pos_weight=None",
    compute=_binary_cross_entropy_with_logits,
    places="functional",
    samples=_PROBABILITIES,
)

# ------------------------------------------------------------------ of distributions and counts

_MEAN_OF_BATCH = (
    "reduction: 'mean' divides the total loss by both the batch size and the support size."
    "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
    "'mean' will be changed to behave the same as 'batchmean' in the next major release."
)


def _kl_div(
    self: Any,  # noqa: ANN401 - tensors
    target: Any,  # noqa: ANN401
    size_average: bool | None,
    reduce: bool | None,
    reduction: str,
    log_target: bool,
) -> Any:  # noqa: ANN401
    if size_average is None and reduce is None and reduction == "mean":
        warnings.warn(_MEAN_OF_BATCH, UserWarning, stacklevel=4)
    reduction = chosen(size_average, reduce, reduction)
    number = number_of("sum" if reduction == "batchmean" else reduction)
    for category, word in ((Category.COMPLEX, "Complex"), (Category.INTEGER, "Integral"), (Category.BOOL, "Integral")):
        if category in (self.dtype.category, target.dtype.category):
            raise TorchRuntimeError(f"kl_div: {word} inputs not supported.")
    right = target - self if log_target else target * self  # first, as in C++: gradients add up in this order
    losses = exp(target) * right if log_target else xlogy(target, target) - right
    total = tensor_reduced(losses, number)
    return total / self.shape[0] if reduction == "batchmean" and len(self.shape) else total


kl_div = Composite(
    "kl_div",
    "target (log(target) - self), for self that is a logarithm",
    f"Tensor self, Tensor target, {_LEGACY}, bool log_target=False",
    compute=_kl_div,
    places="functional",
    samples=(([0.5, 0.2, 0.9], [0.3, 0.8, 0.7], None, None, "sum"), (0.7, 0.4, None, None, "batchmean", True)),
)


def _poisson(
    self: Any,  # noqa: ANN401 - tensors
    target: Any,  # noqa: ANN401
    log_input: bool,
    full: bool,
    size_average: bool | None,
    eps: float,
    reduce: bool | None,
    reduction: str,
) -> Any:  # noqa: ANN401
    reduction = chosen(size_average, reduce, reduction)
    if reduction not in ("none", "mean", "sum"):
        raise TorchValueError(f"{reduction} is not a valid value for reduction")
    right = target * self if log_input else target * log(add_number(self, eps))  # first, as in C++
    losses = exp(self) - right if log_input else self - right
    if full:
        last = mul_number(log(mul_number(target, 2 * math.pi)), 0.5)
        losses = losses + masked_fill(target * log(target) - target + last, target <= 1, 0)
    return reduced(losses, reduction)


poisson_nll_loss = Composite(
    "poisson_nll_loss",
    "exp(self) - target * self, for counts",
    "Tensor self, Tensor target, bool log_input=True, bool full=False, bool size_average=None, Scalar eps=1e-08, "
    "bool reduce=None, str reduction='mean'",
    compute=_poisson,
    places="functional",
    samples=(*_PROBABILITIES, ([0.5, 0.2], [2.5, 3.0], False, True)),
)

# ------------------------------------------------------------------ of normal numbers


def _fit_variance(self: Any, var: Any) -> Any:  # noqa: ANN401 - tensors
    """The variances, one for each element or one for each line."""
    own, given = tuple(self.shape), tuple(var.shape)
    if own == given:
        return var
    if own[:-1] == given:
        return unsqueeze(var, dim=-1)
    if len(own) == len(given) and sum(b for a, b in zip(own, given, strict=True) if a != b) == 1:
        return var
    raise TorchValueError("var is of incorrect size")


def _gaussian(self: Any, target: Any, var: Any, full: bool, eps: float, reduction: str) -> Any:  # noqa: ANN401 - tensors
    if not hasattr(var, "shape"):
        if var < 0:
            raise TorchValueError("var has negative entry/entries")
        var = full_like(self, value=var)
    elif (var < 0).any():
        raise TorchValueError("var has negative entry/entries")
    var = _fit_variance(self, var)
    if reduction not in ("none", "mean", "sum"):
        raise TorchValueError(f"{reduction} is not valid")
    if not var.dtype.is_floating_point:
        raise TorchRuntimeError("result type Float can't be cast to the desired output type long int")
    var = bounded_clone(var, least=eps)
    losses = 0.5 * (log(var) + (self - target) ** 2 / var)
    return reduced(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)


gaussian_nll_loss = Composite(
    "gaussian_nll_loss",
    "how unlikely target is, for a normal number of mean self and variance var",
    "Tensor self, Tensor target, Operand var, bool full=False, Scalar eps=1e-06, str reduction='mean'",
    compute=_gaussian,
    places="functional",
    samples=(([0.5, 0.2], [2.5, 3.0], [0.5, 1.5]), ([0.5, 0.2], [2.5, 3.0], [0.5, 1.5], True)),
)
