"""What becomes of the losses of the elements: 'none' leaves them, 'mean' and 'sum' make one number.

Also what all losses ask of their arguments, in PyTorch's words.
"""

import warnings
from typing import Any, Final

from autodiff.errors import TorchRuntimeError, TorchValueError
from autodiff.ops.arithmetic import neg
from autodiff.ops.dimension import common_shape
from autodiff.ops.reduction import mean, sum_
from autodiff.ops.shape import expand
from autodiff.ops.summation import mean_of, total

__all__ = [
    "array_reduced",
    "broadcast",
    "check_no_gradient",
    "check_real",
    "check_same_size",
    "chosen",
    "number_of",
    "per_element",
    "reduced",
    "share",
    "tensor_reduced",
    "weighted",
]

_REDUCTIONS: Final = {"none": 0, "mean": 1, "elementwise_mean": 1, "sum": 2}
_STACK: Final = 5  # from a warning here to the user's line


def number_of(reduction: str) -> int:
    """PyTorch's number for a reduction. Raises ValueError for an unknown one."""
    if reduction not in _REDUCTIONS:
        raise TorchValueError(f"{reduction} is not a valid value for reduction")
    if reduction == "elementwise_mean":
        warnings.warn(
            "reduction='elementwise_mean' is deprecated. Please use reduction='mean' instead.",
            UserWarning,
            stacklevel=_STACK,
        )
    return _REDUCTIONS[reduction]


def chosen(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """The reduction meant; the two old arguments outdo the new one, with PyTorch's warning."""
    if size_average is None and reduce is None:
        return reduction
    meant = "none" if reduce is False else "sum" if size_average is False else "mean"
    text = f"size_average and reduce args will be deprecated, please use reduction='{meant}' instead."
    warnings.warn(text, UserWarning, stacklevel=_STACK)
    return meant


# ------------------------------------------------------------------ reductions


def array_reduced(losses: Any, reduction: int) -> Any:  # noqa: ANN401 - arrays
    """The losses, their mean or their sum, as an array."""
    if reduction == 0:
        return losses
    return (mean_of if reduction == 1 else total)(losses, tuple(range(losses.ndim)))


def tensor_reduced(losses: Any, reduction: int) -> Any:  # noqa: ANN401 - tensors
    """The losses, their mean or their sum, for a reduction by number."""
    return losses if reduction == 0 else mean(losses) if reduction == 1 else sum_(losses)


def reduced(losses: Any, reduction: str) -> Any:  # noqa: ANN401 - tensors
    """The losses, their mean or their sum, for a reduction by name."""
    return tensor_reduced(losses, number_of(reduction))


def weighted(losses: Any, weight: Any, reduction: str, *, by_weight: bool) -> Any:  # noqa: ANN401 - tensors
    """Losses times weights; their mean counts the weights if it is taken `by_weight`."""
    losses = losses * weight
    if reduction == "mean" and by_weight:
        return sum_(losses) / sum_(weight)
    if reduction not in ("none", "mean", "sum"):
        raise TorchValueError(f"Invalid reduction mode: {reduction}. Expected one of 'none', 'mean', 'sum'.")
    return reduced(losses, reduction)


def share(x: Any, reduction: int) -> float:  # noqa: ANN401 - an array or a tensor
    """What the loss of one element counts in the result."""
    return 1 / (x.numel() if hasattr(x, "numel") else x.size) if reduction == 1 else 1.0


def per_element(gradient: Any, weight: Any, reduction: int, count: int) -> Any:  # noqa: ANN401 - tensors or arrays
    """The gradient of a loss times its weight, over the number of losses if their mean is taken."""
    gradient = gradient if weight is None else gradient * weight
    return gradient / count if reduction == 1 else gradient


# ------------------------------------------------------------------ arguments


def broadcast(self: Any, target: Any) -> tuple[Any, Any]:  # noqa: ANN401 - tensors
    """Both in their common shape; PyTorch warns that this is seldom meant."""
    if self.shape == target.shape:
        return self, target
    text = (
        f"Using a target size ({target.shape}) that is different to the input size ({self.shape}). "
        "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size."
    )
    warnings.warn(text, UserWarning, stacklevel=_STACK)
    shape = common_shape(self.shape, target.shape)
    fit = (x if tuple(x.shape) == shape else expand(x, size=shape, implicit=False) for x in (self, target))
    return next(fit), next(fit)


def check_same_size(weight: Any, self: Any) -> None:  # noqa: ANN401 - tensors
    """Raise ValueError unless weights and elements pair off."""
    if weight.shape != self.shape:
        raise TorchValueError("Weights and input must have the same size.")


def check_real(tensor: Any, function: str) -> None:  # noqa: ANN401 - a tensor
    """Raise PyTorch's RuntimeError if the gradient of a complex tensor would be recorded where there is none."""
    if tensor.dtype.is_complex and tensor.requires_grad and neg(tensor).requires_grad:
        raise TorchRuntimeError(
            f"{function} does not support automatic differentiation for outputs with complex dtype."
        )


def check_no_gradient(tensor: Any, argument: str, function: str) -> None:  # noqa: ANN401 - a tensor or None
    """Raise PyTorch's RuntimeError if a tensor requires a gradient that the function does not compute."""
    if tensor is None or not tensor.requires_grad:
        return
    if neg(tensor).requires_grad:  # whether it is recorded, not whether it could be
        raise TorchRuntimeError(
            f"The function '{function}' is not differentiable with respect to argument '{argument}'. "
            "This input cannot have requires_grad True."
        )
