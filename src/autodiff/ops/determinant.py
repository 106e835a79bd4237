# ruff: noqa: ANN401, N803 - rules run on tensors; matrices have PyTorch's names
"""Determinants and their logarithms."""

from typing import Any

from autodiff.dtypes import Category, int32
from autodiff.numbers.array import Values, np, numpy_dtype
from autodiff.ops.complex import imag
from autodiff.ops.conjugation import conj
from autodiff.ops.cumulative import cumprod
from autodiff.ops.elimination import eliminated, parity
from autodiff.ops.exponential import log
from autodiff.ops.factored import factors_solve
from autodiff.ops.joining import cat
from autodiff.ops.linalg import matmul
from autodiff.ops.matrix import (
    check_square,
    each_matrix,
    low_precision,
    on_diagonal,
    real_or_complex,
    squares,
    without_half,
)
from autodiff.ops.op import Composite, Structural
from autodiff.ops.order import adjoint_of, matrix_transposed
from autodiff.ops.selection import masked_fill, where
from autodiff.ops.shape import unsqueeze
from autodiff.ops.singular import decomposed
from autodiff.ops.system import solve

__all__: list[str] = []

_SQUARE = [[2.0, 0.5], [1.0, -3.0]]


def _determinant(A: Values) -> tuple[Values, Values, Values]:
    """The product of the pivots, by the sign of their order."""
    check_square("linalg.det", A)
    lu, pivots, _ = each_matrix(eliminated, A)
    product = np.asarray(lu.diagonal(0, -2, -1).prod(axis=-1))
    return product * parity(pivots).astype(product.dtype), lu, pivots


def _determinant_back(g: Any, A: Any, LU: Any, pivots: Any, result: Any) -> Any:
    """The matrix X with A.mH X = conj(det) * g * I; a pivot of 0 is taken as the smallest step at 1."""
    scale = matrix_transposed(on_diagonal(g[0] * conj(result), A.shape))
    pivot = LU.diagonal(0, -2, -1)
    eps = float(np.finfo(numpy_dtype(LU.dtype)).eps)
    if scale.requires_grad:  # the gradient is recorded
        if bool((pivot.abs() < 100 * eps).any()):
            return _singular_back(g[0], A)
        return solve(adjoint_of(A), scale)
    near = LU + masked_fill(pivot * 0, pivot == 0, eps).diag_embed()
    return factors_solve(near, pivots, scale, adjoint=True)


def _singular_back(g: Any, A: Any) -> Any:
    """The gradient by way of singular values, of which one or more may be zero."""
    left, values, right = decomposed(A)
    scale = conj(_det(left)[0] * _det(right)[0]) * g
    rest = values.narrow(-1, 1, values.shape[-1] - 1)
    ones = (values.narrow(-1, 0, 1).detach() * 0) + 1
    before = cumprod(cat([ones, values.narrow(-1, 0, values.shape[-1] - 1)], dim=-1), dim=-1)
    after = cumprod(cat([ones, rest.flip((-1,))], dim=-1), dim=-1).flip((-1,))
    others = unsqueeze(scale, dim=-1) * (before * after)
    return matmul(left * unsqueeze(others, dim=-2), right)


_det: Structural = Structural(
    "_linalg_det",
    "the determinant, and the factors it is the product of",
    "A",
    node="LinalgDetBackward0",
    array=_determinant,
    outputs=("result", "LU", "pivots"),
    further_dtypes=(None, int32),
    refuses=real_or_complex("linalg.det"),
    checks=squares("linalg.det"),
    dtypes=without_half("lu_cpu"),
    derivatives={"A": _determinant_back},
    public=False,
)

det = Composite("det", "the determinant", "self", compute=lambda self: _det(self)[0], samples=((_SQUARE,),))

linalg_det = Composite(
    "linalg_det", "the determinant", "A", compute=lambda A: _det(A)[0], places="linalg", samples=((_SQUARE,),)
)

# ------------------------------------------------------------------ logarithms


def _log_determinant(A: Values, name: str) -> tuple[Values, Values, Values, Values]:
    check_square(name, A)
    lu, pivots, _ = each_matrix(eliminated, A)
    diagonal = lu.diagonal(0, -2, -1)
    size = np.abs(diagonal)
    direction = diagonal / np.where(size == 0, 1, size).astype(size.dtype)
    sign = np.asarray(direction.prod(axis=-1))
    logarithms = np.log(size.astype(np.float64)).astype(size.dtype)
    return sign * parity(pivots).astype(sign.dtype), np.asarray(logarithms.sum(axis=-1)), lu, pivots


def _log_determinant_back(g: Any, A: Any, sign: Any, LU: Any, pivots: Any) -> Any:
    """The matrix X with A.mH X = g * I; of complex A, the sign's gradient turns g by a right angle."""
    scale = g[1]
    if A.dtype.category == Category.COMPLEX:
        scale = None if scale is None else scale.to(A.dtype)
        if g[0] is not None:
            turned = imag.compute(conj(sign) * g[0]) * 1j
            scale = turned if scale is None else scale + turned
    if scale is None:
        return None
    spread = matrix_transposed(on_diagonal(scale, A.shape))
    turned = adjoint_of(A)
    if turned.requires_grad or spread.requires_grad:
        return solve(turned, spread)
    return factors_solve(LU, pivots, spread, adjoint=True)


_slogdet = Structural(
    "_linalg_slogdet",
    "the sign of the determinant and the logarithm of its size, and the factors they come from",
    "A, *, str name",
    node="LinalgSlogdetBackward0",
    array=_log_determinant,
    outputs=("sign", "logabsdet", "LU", "pivots"),
    differentiable=2,
    sees_missing=True,
    further_dtypes=(None, None, int32),
    derivatives={"A": _log_determinant_back},
    public=False,
)


def _checked(A: Any, name: str) -> Any:
    check_square(name, A)
    category = A.dtype.category
    refusals = real_or_complex(name)
    if category in refusals:
        raise refusals[category](A.dtype)
    without_half(low_precision(name))(A.dtype)
    return tuple(_slogdet(A, name=name))[:2]


slogdet = Composite(
    "slogdet",
    "the sign of the determinant, and the logarithm of its size",
    "self",
    compute=lambda self: _checked(self, "linalg.slogdet"),
    outputs=("sign", "logabsdet"),
    samples=((_SQUARE,),),
)

linalg_slogdet = Composite(
    "linalg_slogdet",
    "the sign of the determinant, and the logarithm of its size",
    "A",
    compute=lambda A: _checked(A, "linalg.slogdet"),
    outputs=("sign", "logabsdet"),
    places="linalg",
    samples=((_SQUARE,),),
)


def _logdet(self: Any) -> Any:
    sign, size = _checked(self, "logdet")
    if self.dtype.category == Category.COMPLEX:
        return log(sign) + size
    return where(sign == -1, float("nan"), size)


logdet = Composite(
    "logdet",
    "the logarithm of the determinant; nan if that is negative",
    "self",
    compute=_logdet,
    samples=(([[2.0, 0.5], [1.0, 3.0]],),),
)
