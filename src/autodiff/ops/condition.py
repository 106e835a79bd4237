# ruff: noqa: ANN401 - rules run on tensors; matrices have PyTorch's names
"""The rank of a matrix, and how far it is from having a smaller one."""

from typing import Any

from autodiff.dtypes import int64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.matrix import (
    check_finite,
    check_matrix,
    check_square,
    matrices,
    no_integers,
    real_or_complex,
    without_half,
)
from autodiff.ops.norm import matrix_norm
from autodiff.ops.op import Composite, Structural, refused
from autodiff.ops.singular import singular_values, zero_bound
from autodiff.ops.system import inverse_and_info

__all__: list[str] = []

_SQUARE = [[2.0, 0.5], [1.0, -3.0]]
_INFINITY = float("inf")
_UNHANDLED = refused("This function doesn't handle types other than float and double")


def _rank(self: Values, atol: float | None, rtol: float | None, hermitian: bool) -> Values:
    check_matrix("torch.linalg.matrix_rank", self, "input")
    if self.size == 0:
        return np.zeros(self.shape[:-2], dtype=np.int64)
    if not hermitian:
        check_finite(self)
    values = np.abs(np.linalg.eigvalsh(self)) if hermitian else np.linalg.svd(self, compute_uv=False)
    return np.asarray((values > zero_bound(values, self.shape, atol, rtol)).sum(axis=-1))


matrix_rank = Structural(
    "linalg_matrix_rank",
    "how many singular values exceed max(atol, rtol * the largest)",
    "self, *, Scalar atol=None, Scalar rtol=None, bool hermitian=False",
    array=_rank,
    checks=matrices("torch.linalg.matrix_rank", "input"),
    refuses=no_integers(_UNHANDLED),
    dtypes=without_half(_UNHANDLED, lambda d: (d, int64)),
    places="linalg",
    samples=((_SQUARE,),),
)

matrix_rank_older = Structural(
    "linalg_matrix_rank",
    "how many singular values exceed tol",
    "self, Scalar tol, bool hermitian=False",
    array=lambda self, tol, hermitian: _rank(self, tol, 0.0, hermitian),
    refuses=real_or_complex("linalg.svd"),
    dtypes=without_half("linalg_svd_cpu", lambda d: (d, int64)),
    places="linalg",
    samples=((_SQUARE, 2.5),),
)

# ------------------------------------------------------------------ condition


def _condition(self: Any, p: Any) -> Any:
    """The norm of a matrix times the norm of its inverse; infinite if there is none."""
    ndim = len(self.shape)
    if ndim < 2:
        raise TorchRuntimeError("linalg.cond: The input tensor must have at least 2 dimensions.")
    if p not in (None, 1, -1, 2, -2, _INFINITY, -_INFINITY, "fro", "nuc"):
        raise TorchRuntimeError(f"linalg.cond got an invalid norm type: {p}")
    if self.numel() == 0:
        return matrix_norm(self, "fro", (-2, -1), keepdim=False)
    if p in (None, 2, -2):
        values = singular_values(self)
        largest, smallest = values.narrow(-1, 0, 1), values.narrow(-1, -1, 1)
        return (smallest / largest if p == -2 else largest / smallest).squeeze(-1)
    check_square(f"linalg.cond(ord={p})", self)
    if p == "nuc":
        values = singular_values(self)
        return values.sum(-1) * values.reciprocal().sum(-1)
    inverse, info = inverse_and_info(self)
    inverse.masked_fill_((info > 0).unsqueeze(-1).unsqueeze(-1), _INFINITY)  # in place: so it has no gradient
    product = matrix_norm(self, p, (-2, -1), keepdim=False) * matrix_norm(inverse, p, (-2, -1), keepdim=False)
    return product.nan_to_num(_INFINITY, _INFINITY, -_INFINITY)


cond_of_order = Composite(
    "linalg_cond",
    "the condition number: the norm of order p times that of the inverse",
    "self, Scalar p=None",
    compute=_condition,
    places="linalg",
    samples=((_SQUARE,), (_SQUARE, -2)),
)

cond = Composite(
    "linalg_cond",
    "the condition number by the name of a norm",
    "self, str p",
    compute=_condition,
    places="linalg",
    samples=((_SQUARE, "nuc"),),
)
