"""Losses of classes with a margin. Their gradients have no derivative in PyTorch."""

from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError, TorchValueError
from autodiff.numbers.array import Values, np
from autodiff.ops.loss_reduction import array_reduced, check_no_gradient, chosen, number_of
from autodiff.ops.op import Composite, Structural, any_of, not_implemented

__all__: list[str] = []

_ROWS = [[2.0, 0.5, 0.1], [0.2, 3.0, 0.3]]
_LEGACY = "bool size_average=None, bool reduce=None, str reduction='mean'"
_NO_FLOATS = (Category.BOOL, Category.INTEGER, Category.COMPLEX)


def _rows(x: Values) -> Values:
    """As a matrix with a sample in each row."""
    return x.reshape(1, -1) if x.ndim < 2 else x


def _spread(grad_output: Values, gradient: Values, self: Values, reduction: int) -> Values:
    """The gradient of one row's loss in all of them, times what comes in."""
    rows = len(gradient)
    gradient = gradient / self.dtype.type(rows) if reduction == 1 else gradient
    incoming = grad_output.reshape(-1, 1) if reduction == 0 and self.ndim > 1 else grad_output
    return (gradient * incoming).reshape(self.shape).astype(self.dtype)


def _summed(losses: Values, self: Values, target: Values, reduction: int) -> Values:
    if reduction == 0 and self.ndim < 2:
        return losses.reshape(target.shape if target.ndim < 1 or self.ndim == 0 else ())
    return np.asarray(array_reduced(losses, reduction))


# ------------------------------------------------------------------ one class a row


def _excesses(self: Values, target: Values, margin: float) -> tuple[Values, Values]:
    """How far every other score is above the target's less the margin; and which these are."""
    rows, places = _rows(self), target.reshape(-1, 1)
    if np.any((places < 0) | (places >= rows.shape[1])):
        raise TorchRuntimeError("target out of range")
    others = np.arange(rows.shape[1]) != places
    excess = self.dtype.type(margin) - np.take_along_axis(rows, places, 1) + rows
    return excess, others & (excess > 0)


def _multi_margin_values(
    self: Values, target: Values, weight: Values | None, p: int, margin: float, reduction: int
) -> Values:
    excess, counted = _excesses(self, target, margin)
    losses = np.where(counted, excess if p == 1 else excess * excess, self.dtype.type(0))
    losses = losses if weight is None else losses * weight[target.reshape(-1, 1)]
    sums = np.add.accumulate(losses, axis=1)[:, -1] / self.dtype.type(losses.shape[1])
    return _summed(sums, self, target, reduction)


def _multi_margin_back(
    grad_output: Values,
    self: Values,
    target: Values,
    weight: Values | None,
    p: int,
    margin: float,
    reduction: int,
) -> Values:
    excess, counted = _excesses(self, target, margin)
    slope = np.where(counted, 1 if p == 1 else 2 * excess, 0) / self.dtype.type(excess.shape[1])
    slope = slope if weight is None else slope * weight[target.reshape(-1, 1)]
    np.put_along_axis(slope, target.reshape(-1, 1), 0 - slope.sum(axis=1, keepdims=True), 1)
    return _spread(grad_output, slope, self, reduction)


multi_margin_backward = Structural(
    "multi_margin_loss_backward",
    "the gradient of multi_margin_loss; it has no derivative of its own",
    "Tensor grad_output, Tensor self, Tensor target, Tensor weight, int p, Scalar margin, int reduction",
    node="NotImplemented",
    array=_multi_margin_back,
    derivatives={"grad_output": lambda g: None, "self": lambda g: None},
    public=False,
)

multi_margin_native = Structural(
    "multi_margin_loss",
    "the mean of how far scores are above the target's less the margin",
    "Tensor self, Tensor target, Tensor weight=None, int p, Scalar margin, int reduction",
    array=_multi_margin_values,
    refuses=any_of(not_implemented("multi_margin_loss_cpu_kernel"), *_NO_FLOATS),
    derivatives={
        "self": lambda g, self, target, weight, p, margin, reduction: multi_margin_backward(
            g, self, target, weight, p=p, margin=margin, reduction=reduction
        )
    },
    once=True,
    public=False,
    samples=((_ROWS, [0, 2], None, 1, 1.0, 1), (_ROWS, [0, 2], [0.5, 1.5, 2.0], 2, 2.0, 2)),
)


def _multi_margin(
    self: Any,  # noqa: ANN401 - tensors
    target: Any,  # noqa: ANN401
    weight: Any,  # noqa: ANN401
    p: int,
    margin: float,
    size_average: bool | None,
    reduce: bool | None,
    reduction: str,
) -> Any:  # noqa: ANN401
    number = number_of(chosen(size_average, reduce, reduction))
    if p not in (1, 2):
        raise TorchValueError("only p == 1 and p == 2 supported")
    if weight is not None and len(weight.shape) != 1:
        raise TorchValueError("weight must be one-dimensional")
    rows = self.shape[0] if len(self.shape) > 1 else 1
    classes = self.shape[-1] if len(self.shape) else 1
    if len(target.shape) > 1 or target.numel() != rows:
        raise TorchRuntimeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch "
            f"size). Expected target size [{rows}], but got {list(target.shape)}. Input has shape {list(self.shape)}."
        )
    if weight is not None and weight.numel() != classes:
        raise TorchRuntimeError(f"inconsistent weight size, expected {classes} but got {list(weight.shape)}")
    check_no_gradient(weight, "weight", "multi_margin_loss")
    return multi_margin_native(self, target, weight, p=p, margin=margin, reduction=number)


multi_margin_loss = Composite(
    "multi_margin_loss",
    "how far the scores of other classes are above the target's less the margin",
    f"Tensor self, Tensor target, int p=1, Scalar margin=1.0, Tensor weight=None, {_LEGACY}",
    compute=_multi_margin,
    once=True,
    places="functional",
    samples=((_ROWS, [0, 2]), (_ROWS, [0, 2], 2, 2.0)),
)

# ------------------------------------------------------------------ several classes a row


def _pairs(self: Values, target: Values) -> tuple[Values, Values, Values]:
    """The rows; how often each class is a target; and the excess of each class (last axis) over each (middle axis)."""
    rows, places = _rows(self), _rows(target)
    if np.any((places < -1) | (places >= rows.shape[1])):
        raise TorchRuntimeError("argument #2 'target' is out of range")
    listed = np.logical_and.accumulate(places >= 0, axis=1)  # up to the first -1
    times = np.zeros(rows.shape, dtype=np.int64)
    np.add.at(times, (np.nonzero(listed)[0], places[listed]), 1)
    excess = 1 - (rows[:, :, None] - rows[:, None, :])
    counted = (times[:, :, None] > 0) & (times[:, None, :] == 0) & (excess > 0)
    return rows, times, np.where(counted, excess, self.dtype.type(0))


def _multilabel_values(self: Values, target: Values, reduction: int) -> tuple[Values, Values]:
    rows, times, excess = _pairs(self, target)
    sums = (excess * times[:, :, None]).sum(axis=(1, 2)) / rows.shape[1]
    losses = _summed(sums.astype(self.dtype), self, sums[0], reduction)
    return losses, (times > 0).reshape(target.shape).astype(self.dtype)


def _multilabel_back(
    grad_output: Values,
    self: Values,
    target: Values,
    is_target: Values,  # noqa: ARG001 - PyTorch's kernel has it, too
    reduction: int,
) -> Values:
    rows, times, excess = _pairs(self, target)
    pulls = (excess > 0) * times[:, :, None] / self.dtype.type(rows.shape[1])
    return _spread(grad_output, pulls.sum(axis=1) - pulls.sum(axis=2), self, reduction)


multilabel_margin_backward = Structural(
    "multilabel_margin_loss_backward",
    "the gradient of multilabel_margin_loss; it has no derivative of its own",
    "Tensor grad_output, Tensor self, Tensor target, Tensor is_target, int reduction",
    node="NotImplemented",
    array=_multilabel_back,
    derivatives={"grad_output": lambda g: None, "self": lambda g: None},
    public=False,
)

multilabel_margin_native = Structural(
    "multilabel_margin_loss_forward",
    "the mean of how far other scores are above each target's less 1; and which classes are targets",
    "Tensor self, Tensor target, int reduction",
    node="MultilabelMarginLossBackward0",
    array=_multilabel_values,
    outputs=("output", "is_target"),
    refuses=any_of(not_implemented("multilabel_margin_loss_forward_out_frame"), *_NO_FLOATS),
    derivatives={
        "self": lambda g, self, target, is_target, reduction: multilabel_margin_backward(
            g[0], self, target, is_target, reduction=reduction
        )
    },
    once=True,
    public=False,
    samples=((_ROWS, [[0, 2, -1], [1, -1, 0]], 1),),
)


def _multilabel_margin(self: Any, target: Any, size_average: bool | None, reduce: bool | None, reduction: str) -> Any:  # noqa: ANN401 - tensors
    number = number_of(chosen(size_average, reduce, reduction))
    if tuple(self.shape) != tuple(target.shape):
        raise TorchRuntimeError(f"inconsistent target size: {list(target.shape)} for input of size: {list(self.shape)}")
    return multilabel_margin_native(self, target, reduction=number)[0]


multilabel_margin_loss = Composite(
    "multilabel_margin_loss",
    "how far the scores of other classes are above each target's less 1; the first -1 ends the targets",
    f"Tensor self, Tensor target, {_LEGACY}",
    compute=_multilabel_margin,
    once=True,
    places="functional",
    samples=((_ROWS, [[0, 2, -1], [1, -1, 0]]),),
)
