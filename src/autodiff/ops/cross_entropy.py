"""Losses of classes: a target names the class each row of scores should have, or gives every class a probability."""

from math import ceil, log2
from typing import Any

from autodiff.dtypes import Category, int64, uint8
from autodiff.errors import TorchIndexError, TorchRuntimeError, TorchValueError
from autodiff.numbers.array import Values, np
from autodiff.ops.arithmetic import add_number, div_number, mul_number, neg
from autodiff.ops.comparison import eq
from autodiff.ops.gathering import gather
from autodiff.ops.loss_reduction import check_no_gradient, chosen, number_of
from autodiff.ops.masking import masked_select
from autodiff.ops.op import Composite, Structural, any_of, not_implemented
from autodiff.ops.reduction import sum_, sum_dim
from autodiff.ops.selection import logical_not, masked_fill
from autodiff.ops.shape import reshape, view
from autodiff.ops.softmax import log_softmax

__all__: list[str] = []

_SCORES = [[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]]
_FLOATS_ONLY = any_of(not_implemented("nll_loss_out_frame"), Category.BOOL, Category.INTEGER, Category.COMPLEX)

# ------------------------------------------------------------------ on arrays


def _weights(target: Values, classes: int, weight: Values | None, ignore_index: int, kind: Any) -> Values:  # noqa: ANN401
    """What the class of each target counts, 0 for those to ignore. Raises IndexError for a class that is none."""
    counted = target != ignore_index
    wrong = target[counted & ((target < 0) | (target >= classes))]
    if wrong.size:
        raise TorchIndexError(f"Target {wrong.flat[0]} is out of bounds.")
    weights = np.ones(target.shape, dtype=kind) if weight is None else weight[np.where(counted, target, 0)]
    return np.where(counted, weights, kind.type(0))


def _cascaded(values: Values) -> Any:  # noqa: ANN401 - a number of the array's kind
    """The sum in PyTorch's order (aten/src/ATen/native/LossNLL.cpp): blocks, blocks of blocks, on eight levels."""
    step = 1 << max(4, ceil(log2(max(values.size, 1)) / 4))
    sums = []
    for _ in range(7):
        whole = max(values.size - 1, 0) // step * step
        sums.append(_one_by_one(values[1 + whole :]))
        blocks = values[1 : 1 + whole].reshape(-1, step)
        values = np.concatenate([values[:1], np.add.accumulate(blocks, axis=1)[:, -1]])
    return _one_by_one(np.array([*sums, _one_by_one(values)], dtype=values.dtype))


def _one_by_one(values: Values) -> Any:  # noqa: ANN401
    return np.add.accumulate(values)[-1] if values.size else values.dtype.type(0)


def _picked(
    self: Values, target: Values, weight: Values | None, reduction: int, ignore_index: int
) -> tuple[Values, Values]:
    """Minus the scores of the targets, times their weights, with the sum of the weights."""
    axis = 0 if self.ndim == 1 else 1
    places = np.expand_dims(target.reshape(()) if self.ndim == 1 else target, axis)
    weights = _weights(places, self.shape[axis], weight, ignore_index, self.dtype)
    losses = -np.take_along_axis(self, np.where(weights == 0, 0, places), axis) * weights
    losses = np.where(weights == 0, self.dtype.type(0), losses).squeeze(axis)
    if reduction == 0 and self.ndim > 1:
        return losses, np.zeros((), dtype=self.dtype)
    count, result = _cascaded(weights.ravel()), _cascaded(losses.ravel())
    return np.asarray(result / count if reduction == 1 else result), np.asarray(count)


def _placed(
    grad_output: Values,
    self: Values,
    target: Values,
    weight: Values | None,
    total_weight: Values,
    reduction: int,
    ignore_index: int,
) -> Values:
    """The gradient of `_picked`: minus the weights at the places of the targets."""
    if self.ndim == 1 and target.ndim == 1:
        raise TorchRuntimeError(f"size mismatch (got input: {list(self.shape)}, target: {list(target.shape)})")
    axis = 0 if self.ndim == 1 else 1
    places = np.expand_dims(target, axis)
    weights = _weights(places, self.shape[axis], weight, ignore_index, self.dtype)
    gradient = grad_output / total_weight if reduction == 1 else grad_output
    values = -weights * (np.expand_dims(gradient, axis) if reduction == 0 and self.ndim > 1 else gradient)
    result = np.zeros_like(self)
    kept = np.where(weights == 0, np.zeros_like(weights), values).astype(self.dtype)
    np.put_along_axis(result, np.where(weights == 0, 0, places), kept, axis)
    return result


def _negative_likelihood(name: str, node: str) -> Structural:
    backward: Structural = Structural(
        f"{name}_backward",
        "the gradient of nll_loss",
        "Tensor grad_output, Tensor self, Tensor target, Tensor weight, Tensor total_weight, int reduction, "
        "int ignore_index",
        node=f"{node}BackwardBackward0",
        array=_placed,
        derivatives={
            "grad_output": lambda g, target, weight, reduction, ignore_index: forward(
                g, target, weight, reduction=reduction, ignore_index=ignore_index
            )[0],
            "self": lambda g: 0,
        },
        public=False,
    )
    forward: Structural = Structural(
        f"{name}_forward",
        "minus the element that target picks along the dimension of classes, and the sum of the weights",
        "Tensor self, Tensor target, Tensor weight=None, int reduction, int ignore_index",
        node=f"{node}Backward0",
        array=_picked,
        outputs=("output", "total_weight"),
        refuses=_FLOATS_ONLY,
        derivatives={
            "self": lambda g, self, target, weight, reduction, ignore_index, total_weight: backward(
                g[0], self, target, weight, total_weight, reduction=reduction, ignore_index=ignore_index
            )
        },
        public=False,
        samples=((_SCORES, [0, 2], None, 1, -100), (_SCORES, [0, 2], [0.5, 1.5, 2.0], 2, -100)),
    )
    return forward


nll_rows = _negative_likelihood("nll_loss", "NllLoss")
nll_images = _negative_likelihood("nll_loss2d", "NllLoss2D")

# ------------------------------------------------------------------ of tensors


def _check(self: Any, target: Any, weight: Any) -> None:  # noqa: ANN401 - tensors
    if len(self.shape) <= 2 and len(target.shape) > 1:
        raise TorchRuntimeError("0D or 1D target tensor expected, multi-target not supported")
    classes = self.shape[0 if len(self.shape) == 1 else 1]
    if weight is not None and tuple(weight.shape) != (classes,):
        raise TorchRuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of "
            f"shape: {list(weight.shape)}"
        )
    if target.dtype not in (int64, uint8):
        raise TorchRuntimeError(f"expected target dtype to be Long or Byte, but got {target.dtype.title}")
    check_no_gradient(weight, "weight", "nll_loss_forward")


def negative_likelihood(self: Any, target: Any, weight: Any, reduction: int, ignore_index: int) -> Any:  # noqa: ANN401
    """nll_loss of tensors of any number of dimensions: rows, images, or what is made into images."""
    shape = tuple(self.shape)
    if not shape:
        raise TorchValueError("Expected 1 or more dimensions (got 0)")
    if len(shape) > 1 and (not target.shape or shape[0] != target.shape[0]):
        size = target.shape[0] if target.shape else 0
        raise TorchValueError(f"Expected input batch_size ({shape[0]}) to match target batch_size ({size}).")
    options = {"reduction": reduction, "ignore_index": ignore_index}
    if len(shape) in (1, 2, 4):
        _check(self, target, weight)
        return (nll_images if len(shape) == 4 else nll_rows)(self, target, weight, **options)[0]
    wanted = [shape[0], *shape[2:]]
    if tuple(target.shape) != tuple(wanted):
        raise TorchRuntimeError(f"Expected target size {wanted}, got {list(target.shape)}")
    images = reshape(self, shape=(*shape[:2], 1, -1))
    places = reshape(target, shape=(shape[0], 1, -1))
    _check(images, places, weight)
    result = nll_images(images, places, weight, **options)[0]
    return result if reduction else view(result, size=tuple(wanted))


_LEGACY = "Tensor weight=None, bool size_average=None, int ignore_index=-100, bool reduce=None, str reduction='mean'"


def _nll_loss(
    self: Any,  # noqa: ANN401 - tensors
    target: Any,  # noqa: ANN401
    weight: Any,  # noqa: ANN401
    size_average: bool | None,
    ignore_index: int,
    reduce: bool | None,
    reduction: str,
) -> Any:  # noqa: ANN401
    return negative_likelihood(self, target, weight, number_of(chosen(size_average, reduce, reduction)), ignore_index)


nll_loss = Composite(
    "nll_loss",
    "minus the element that target picks along the dimension of classes",
    f"Tensor self, Tensor target, {_LEGACY}",
    compute=_nll_loss,
    places="functional",
    samples=((_SCORES, [0, 2]), ([0.1, 0.2, 0.7], 1)),
)


def _along(weight: Any, ndim: int) -> Any:  # noqa: ANN401 - a tensor
    """The weights of classes along the dimension of classes."""
    return weight if ndim == 1 else view(weight, size=tuple(-1 if k == 1 else 1 for k in range(ndim)))


def _of_probabilities(self: Any, target: Any, weight: Any, reduction: int, smoothing: float) -> Any:  # noqa: ANN401
    axis = 0 if len(self.shape) == 1 else 1
    classes = self.shape[axis]
    if weight is not None and tuple(weight.shape) != (classes,):
        raise TorchRuntimeError(
            f"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes but got "
            f"weight tensor of shape: {list(weight.shape)}"
        )
    scores = log_softmax.compute(self, axis, None)
    if smoothing:
        target = add_number(mul_number(target, 1 - smoothing), smoothing / classes)
    losses = scores * target
    losses = losses if weight is None else losses * _along(weight, len(self.shape))
    if reduction == 0:
        return neg(sum_dim(losses, dim=(axis,), keepdim=False))
    result = neg(sum_(losses))
    return div_number(result, self.numel() // classes) if reduction == 1 else result


def _smoothed(self: Any, target: Any, weight: Any, reduction: int, ignore_index: int, smoothing: float) -> Any:  # noqa: ANN401 - tensors
    """Part of the probability goes to all classes alike."""
    axis = 0 if len(self.shape) == 1 else 1
    scores = log_softmax.compute(self, axis, None)
    likelihood = negative_likelihood(scores, target, weight, reduction, ignore_index)
    scored = scores if weight is None else scores * _along(weight, len(self.shape))
    ignored = eq(target, ignore_index)
    losses = masked_fill(neg(sum_dim(scored, dim=(axis,), keepdim=False)), ignored, 0.0)
    if reduction:
        losses = sum_(losses)
    if reduction == 1:
        counted = logical_not(ignored)
        if weight is not None:
            counted = gather(weight, dim=0, index=masked_select(target, counted))
        losses = losses / sum_(counted)
    return mul_number(likelihood, 1 - smoothing) + mul_number(losses, smoothing / self.shape[axis])


def _cross_entropy(
    self: Any,  # noqa: ANN401 - tensors
    target: Any,  # noqa: ANN401
    weight: Any,  # noqa: ANN401
    size_average: bool | None,
    ignore_index: int,
    reduce: bool | None,
    reduction: str,
    label_smoothing: float,
) -> Any:  # noqa: ANN401
    number = number_of(chosen(size_average, reduce, reduction))
    if label_smoothing > 1:
        raise TorchRuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")
    if tuple(self.shape) == tuple(target.shape):
        if not target.dtype.is_floating_point:
            title = target.dtype.title
            raise TorchRuntimeError(f"Expected floating point type for target with class probabilities, got {title}")
        if ignore_index >= 0:
            raise TorchRuntimeError("ignore_index is not supported for floating point target")
        return _of_probabilities(self, target, weight, number, label_smoothing)
    if label_smoothing > 0:
        return _smoothed(self, target, weight, number, ignore_index, label_smoothing)
    scores = log_softmax.compute(self, 0 if len(self.shape) == 1 else 1, None)
    return negative_likelihood(scores, target, weight, number, ignore_index)


cross_entropy = Composite(
    "cross_entropy",
    "nll_loss of log_softmax, for targets that are indices or probabilities of classes",
    f"Tensor self, Tensor target, {_LEGACY}, Scalar label_smoothing=0.0",
    compute=_cross_entropy,
    places="functional",
    samples=((_SCORES, [0, 2]), (_SCORES, [0, 2], None, None, -100, None, "mean", 0.1), (_SCORES, _SCORES)),
)
