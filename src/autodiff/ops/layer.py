"""Functions of neural networks that are composed of others: linear maps, dropout, margins."""

import random
from typing import Any

from autodiff.errors import TorchValueError
from autodiff.ops.arithmetic import neg
from autodiff.ops.linalg import addmm, matmul, mm
from autodiff.ops.loss import reduced
from autodiff.ops.op import Composite
from autodiff.ops.order import t
from autodiff.ops.pairwise import clamp_min
from autodiff.ops.selection import where

__all__: list[str] = []


def _linear(self: Any, weight: Any, bias: Any) -> Any:  # noqa: ANN401 - tensors, or no bias
    transposed = t(weight)
    if len(self.shape) == 2 and bias is not None:
        return addmm(bias, self, transposed)
    product = mm(self, transposed) if len(self.shape) == 2 else matmul(self, transposed)
    return product if bias is None else product + bias


linear = Composite(
    "linear",
    "the product of self with the transposed weight, plus bias",
    "Tensor self, Tensor weight, Tensor bias=None",
    compute=_linear,
    places="functional",
    samples=(([[1.0, 2.0]], [[0.5, -1.0], [1.5, 0.3]], [0.1, 0.2]), ([[1.0, 2.0]], [[0.5, -1.0]])),
)


def _dropout(self: Any, p: float, training: bool) -> Any:  # noqa: ANN401 - a tensor
    if not 0 <= p <= 1:
        raise TorchValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return self
    kept = self.detach() * 0
    flat = kept.flatten()
    for k in range(flat.numel()):
        flat[k] = 0.0 if random.random() < p else 1 / (1 - p)  # noqa: S311 - noise, not a secret
    return self * flat.reshape(tuple(self.shape))


dropout = Composite(
    "dropout",
    "self with elements set to 0 with probability p, and the others scaled up, when training",
    "self, Scalar p=0.5, bool training=True",
    compute=_dropout,
    places="functional",
)

margin_ranking_loss = Composite(
    "margin_ranking_loss",
    "how far target * (input1 - input2) is below the margin",
    "Tensor input1, Tensor input2, Tensor target, Scalar margin=0, *, str reduction='mean'",
    compute=lambda input1, input2, target, margin, reduction: reduced(
        clamp_min(neg(target) * (input1 - input2) + margin, 0), reduction
    ),
    places="functional",
    samples=(([0.5, 1.5], [1.0, 0.3], [1.0, 1.0]),),
)

hinge_embedding_loss = Composite(
    "hinge_embedding_loss",
    "self where target is 1, and how far it is below the margin where target is -1",
    "Tensor self, Tensor target, Scalar margin=1.0, *, str reduction='mean'",
    compute=lambda self, target, margin, reduction: reduced(
        where(target == 1, 0, clamp_min(margin - self, 0)) + where(target == -1, 0, self), reduction
    ),
    places="functional",
)
