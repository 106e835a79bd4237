"""Losses with a margin: what lies on the right side of it, and far enough, costs nothing."""

from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError, TorchValueError
from autodiff.numbers.array import np
from autodiff.ops.arithmetic import add_number, neg, sub_number
from autodiff.ops.comparison import eq, ne
from autodiff.ops.dimension import common_shape
from autodiff.ops.distance import pairwise_distance
from autodiff.ops.exponential import exp, sqrt
from autodiff.ops.filling import full_like
from autodiff.ops.loss_reduction import (
    array_reduced,
    check_no_gradient,
    check_real,
    chosen,
    number_of,
    reduced,
    share,
    tensor_reduced,
)
from autodiff.ops.op import Composite, Structural, any_of, refused
from autodiff.ops.pairwise import clamp_min, minimum
from autodiff.ops.reduction import sum_, sum_dim
from autodiff.ops.selection import where
from autodiff.ops.smooth import logsigmoid

__all__: list[str] = []

_LEGACY = "bool size_average=None, bool reduce=None, str reduction='mean'"
_ROWS, _OTHERS = [[2.0, 0.5, 0.1], [0.2, 3.0, 0.3]], [[1.0, 0.2, 0.3], [0.4, 2.0, 0.6]]
_ONES = [1.0, -1.0]

# ------------------------------------------------------------------ soft


def _soft_back(grad_output: Any, self: Any, target: Any, reduction: int) -> Any:  # noqa: ANN401 - arrays
    z = np.exp(-target * self)
    return target * z * self.dtype.type(-share(self, reduction)) / (z + 1) * grad_output


def _soft_second(g: Any, grad_output: Any, self: Any, target: Any, reduction: int) -> Any:  # noqa: ANN401 - tensors
    z = exp(self * neg(target))
    curve = (g * grad_output) * (target * target) * z / ((z + 1) * (z + 1))
    return curve / self.numel() if reduction == 1 else curve


def _soft_weight(g: Any, grad_output: Any, self: Any, target: Any, reduction: int) -> Any:  # noqa: ANN401 - tensors
    if reduction == 0:
        return soft_margin_backward(g, self, target, reduction=0)
    ones = full_like(grad_output, value=1)
    return sum_(soft_margin_backward(ones, self, target, reduction=reduction) * g)


soft_margin_backward: Structural = Structural(
    "soft_margin_loss_backward",
    "the gradient of soft_margin_loss",
    "Tensor grad_output, Tensor self, Tensor target, int reduction",
    array=_soft_back,
    derivatives={"grad_output": _soft_weight, "self": _soft_second},
    public=False,
)

soft_margin_native = Structural(
    "soft_margin_loss",
    "log(1 + exp(-target * self))",
    "Tensor self, Tensor target, int reduction",
    array=lambda self, target, reduction: array_reduced(np.log1p(np.exp(-target * self)), reduction),
    refuses=any_of(
        refused("result type Float can't be cast to the desired output type {}"), Category.BOOL, Category.INTEGER
    ),
    derivatives={"self": lambda g, self, target, reduction: soft_margin_backward(g, self, target, reduction=reduction)},
    public=False,
    samples=(([0.5, -1.7, 2.0], [1.0, -1.0, 1.0], 1), (0.7, -1.0, 0)),
)


def _soft(self: Any, target: Any, size_average: bool | None, reduce: bool | None, reduction: str) -> Any:  # noqa: ANN401
    number = number_of(chosen(size_average, reduce, reduction))
    check_no_gradient(target, "target", "soft_margin_loss")
    common_shape(self.shape, target.shape)
    check_real(self, "soft_margin_loss")
    return soft_margin_native(self, target, reduction=number)


soft_margin_loss = Composite(
    "soft_margin_loss",
    "log(1 + exp(-target * self)), for targets 1 and -1",
    f"Tensor self, Tensor target, {_LEGACY}",
    compute=_soft,
    places="functional",
    samples=(([0.5, -1.7, 2.0], [1, -1, 1]),),
)


def _multilabel_soft(
    self: Any,  # noqa: ANN401 - tensors
    target: Any,  # noqa: ANN401
    weight: Any,  # noqa: ANN401
    size_average: bool | None,
    reduce: bool | None,
    reduction: str,
) -> Any:  # noqa: ANN401
    reduction = chosen(size_average, reduce, reduction)
    losses = neg(target * logsigmoid(self) + (1 - target) * logsigmoid(neg(self)))
    if weight is not None:
        losses = losses * weight
    losses = sum_dim(losses, dim=(len(self.shape) - 1,), keepdim=False) / self.shape[-1]
    if reduction not in ("none", "mean", "sum"):
        raise TorchValueError(f"{reduction} is not valid")
    return reduced(losses, reduction)


multilabel_soft_margin_loss = Composite(
    "multilabel_soft_margin_loss",
    "binary_cross_entropy of sigmoid(self), its mean over the labels",
    f"Tensor self, Tensor target, Tensor weight=None, {_LEGACY}",
    compute=_multilabel_soft,
    places="functional",
    samples=((_ROWS, _OTHERS), (_ROWS, _OTHERS, [0.5, 1.5, 2.0])),
)

# ------------------------------------------------------------------ of composed differences


def _margin_ranking(
    input1: Any,  # noqa: ANN401 - tensors
    input2: Any,  # noqa: ANN401
    target: Any,  # noqa: ANN401
    margin: float,
    size_average: bool | None,
    reduce: bool | None,
    reduction: str,
) -> Any:  # noqa: ANN401
    number = number_of(chosen(size_average, reduce, reduction))
    if not len(input1.shape) == len(input2.shape) == len(target.shape):
        raise TorchRuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.shape}, input2: {input2.shape}, target: {target.shape} "
        )
    return tensor_reduced(clamp_min(add_number(neg(target) * (input1 - input2), float(margin)), 0), number)


margin_ranking_loss = Composite(
    "margin_ranking_loss",
    "how far target * (input1 - input2) is below the margin",
    f"Tensor input1, Tensor input2, Tensor target, Scalar margin=0, {_LEGACY}",
    compute=_margin_ranking,
    places="functional",
    samples=(([0.5, 1.5], [1.0, 0.3], [1.0, 1.0]),),
)


def _hinge_embedding(
    self: Any,  # noqa: ANN401 - tensors
    target: Any,  # noqa: ANN401
    margin: float,
    size_average: bool | None,
    reduce: bool | None,
    reduction: str,
) -> Any:  # noqa: ANN401
    number = number_of(chosen(size_average, reduce, reduction))
    apart = where(ne(target, 1), clamp_min(full_like(self, value=margin) - self, 0), 0)
    return tensor_reduced(apart + where(ne(target, -1), self, 0), number)


hinge_embedding_loss = Composite(
    "hinge_embedding_loss",
    "self where target is 1, and how far it is below the margin where target is -1",
    f"Tensor self, Tensor target, Scalar margin=1.0, {_LEGACY}",
    compute=_hinge_embedding,
    places="functional",
    samples=(([0.5, 0.3, 2.0], [1, -1, 1]),),
)


def _cosine_embedding(
    input1: Any,  # noqa: ANN401 - tensors
    input2: Any,  # noqa: ANN401
    target: Any,  # noqa: ANN401
    margin: float,
    size_average: bool | None,
    reduce: bool | None,
    reduction: str,
) -> Any:  # noqa: ANN401
    number = number_of(chosen(size_average, reduce, reduction))
    axis = len(target.shape)
    if axis > 1:
        raise TorchRuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if not len(input1.shape) == len(input2.shape) == axis + 1:
        raise TorchRuntimeError(
            f"{axis}D target tensor expects {axis + 1}D input tensors, but found inputs with sizes "
            f"{list(input1.shape)} and {list(input2.shape)}."
        )

    def along(product: Any) -> Any:  # noqa: ANN401
        return sum_dim(product, dim=(axis,), keepdim=False)

    product = along(input1 * input2)
    sizes = [add_number(along(x * x), 1e-12) for x in (input1, input2)]
    cosine = product / sqrt(sizes[0] * sizes[1])
    together = where(eq(target, 1), full_like(cosine, value=1) - cosine, 0)
    return tensor_reduced(together + where(eq(target, -1), clamp_min(sub_number(cosine, float(margin)), 0), 0), number)


cosine_embedding_loss = Composite(
    "cosine_embedding_loss",
    "1 less the cosine of the angle where target is 1, and how far the cosine is above the margin where it is -1",
    f"Tensor input1, Tensor input2, Tensor target, Scalar margin=0, {_LEGACY}",
    compute=_cosine_embedding,
    places="functional",
    samples=((_ROWS, _OTHERS, [1, -1]),),
)


def _triplet(
    anchor: Any,  # noqa: ANN401 - tensors
    positive: Any,  # noqa: ANN401
    negative: Any,  # noqa: ANN401
    margin: float,
    p: float,
    eps: float,
    swap: bool,
    size_average: bool | None,
    reduce: bool | None,
    reduction: str,
) -> Any:  # noqa: ANN401
    number = number_of(chosen(size_average, reduce, reduction))
    if margin <= 0:
        raise TorchValueError(f"margin must be greater than 0, got {margin}")
    sizes = [len(x.shape) for x in (anchor, positive, negative)]
    if len(set(sizes)) > 1:
        raise TorchRuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {sizes[0]}D, positive {sizes[1]}D, and negative {sizes[2]}D inputs"
        )
    near = pairwise_distance(anchor, positive, p=p, eps=eps)
    far = pairwise_distance(anchor, negative, p=p, eps=eps)
    if swap:
        far = minimum(far, pairwise_distance(positive, negative, p=p, eps=eps))
    return tensor_reduced(clamp_min(add_number(near, float(margin)) - far, 0), number)


triplet_margin_loss = Composite(
    "triplet_margin_loss",
    "how much farther than the negative, less the margin, the positive is from the anchor",
    "Tensor anchor, Tensor positive, Tensor negative, Scalar margin=1.0, Scalar p=2, Scalar eps=1e-06, "
    f"bool swap=False, {_LEGACY}",
    compute=_triplet,
    places="functional",
    samples=((_ROWS, _OTHERS, [[2.0, 0.3, 0.2], [0.5, 2.5, 0.1]]),),
)
