# ruff: noqa: ANN401, N803, N806 - rules run on tensors; matrices have PyTorch's names
"""Orthogonal factors, and least squares."""

from typing import Any

from autodiff.dtypes import int64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.complex import real
from autodiff.ops.joining import cat
from autodiff.ops.linalg import matmul
from autodiff.ops.matrix import (
    broadcast_batches,
    check_matrix,
    each_matrix,
    is_vector,
    matrices,
    real_or_complex,
    title_of,
    without_half,
)
from autodiff.ops.op import Composite, Structural
from autodiff.ops.order import adjoint_of
from autodiff.ops.singular import pseudo_inverse, pseudo_inverse_back
from autodiff.ops.triangular import solve_triangular
from autodiff.ops.warning import warn_once

__all__: list[str] = []

_WIDE = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]
_TALL = [[1.0, 4.0], [2.0, 5.0], [7.0, 3.0]]


def _factors(A: Values, mode: str) -> tuple[Values, Values]:
    check_matrix("linalg.qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise TorchRuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    if mode == "r":
        return np.empty(0, dtype=A.dtype), np.linalg.qr(A, "r")
    factors = np.linalg.qr(A, "complete" if mode == "complete" else "reduced")
    return factors.Q, factors.R


def _factors_back(g: Any, Q: Any, R: Any, mode: str) -> Any:
    """The gradient of A = Q R; after linalg_qr_backward in FunctionsManual.cpp."""
    if mode == "r":
        raise TorchRuntimeError(
            "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use linalg.qr(A, "
            "mode='reduced') if you are going to require gradients."
        )
    rows, columns = Q.shape[-2], R.shape[-1]
    if mode == "complete" and rows > columns:
        raise TorchRuntimeError("The QR decomposition is not differentiable when mode='complete' and nrows > ncols.")
    Q_g, R_g = g
    if Q_g is None and R_g is None:
        return None
    middle = None if R_g is None else matmul(R_g, adjoint_of(R))
    if Q_g is not None:
        turned = matmul(adjoint_of(Q), Q_g)
        middle = -turned if middle is None else middle - turned
    if rows >= columns:
        result = matmul(Q, _mirrored(middle))
        result = result if Q_g is None else result + Q_g
        return solve_triangular(adjoint_of(R), result, upper=False, left=False)
    skew = (adjoint_of(middle) - middle).tril()
    result = matmul(Q, skew - (skew.diagonal(0, -2, -1) * 0.5).diag_embed())
    result = solve_triangular(adjoint_of(R.narrow(-1, 0, rows)), result, upper=False, left=False)
    result = cat([result, result.new_zeros((*R.shape[:-1], columns - rows))], dim=-1)
    return result if R_g is None else result + matmul(Q, R_g)


def _mirrored(matrix: Any) -> Any:
    """The upper triangle on both sides of the real diagonal."""
    above = matrix.triu(1)
    diagonal = real.compute(matrix.diagonal(0, -2, -1)).to(matrix.dtype)
    return above + adjoint_of(above) + diagonal.diag_embed()


linalg_qr = Structural(
    "linalg_qr",
    "Q and R with Q R = A: orthogonal columns, and an upper triangle",
    "A, str mode='reduced'",
    array=_factors,
    outputs=("Q", "R"),
    differentiable=0,
    sees_missing=True,
    checks=matrices("linalg.qr"),
    refuses=real_or_complex("linalg.qr"),
    dtypes=without_half("geqrf_cpu"),
    derivatives={"A": _factors_back},
    places="linalg",
    samples=((_WIDE,), (_TALL,), (_WIDE, "complete")),
)


def _older_qr(self: Any, some: bool) -> Any:
    warn_once(_DEPRECATED)
    return tuple(linalg_qr(self, mode="reduced" if some else "complete"))


_DEPRECATED = (
    "torch.qr is deprecated in favor of torch.linalg.qr and will be removed in a future PyTorch release.\n"
    "The boolean parameter 'some' has been replaced with a string parameter 'mode'.\n"
    "Q, R = torch.qr(A, some)\nshould be replaced with\n"
    "Q, R = torch.linalg.qr(A, 'reduced' if some else 'complete') (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/BatchLinearAlgebra.cpp:2505.)"
)

qr = Composite(
    "qr",
    "Q and R with Q R = self: orthogonal columns, and an upper triangle",
    "self, bool some=True",
    compute=_older_qr,
    outputs=("Q", "R"),
    samples=((_TALL,),),
)

# ------------------------------------------------------------------ least squares

_DRIVERS = ("gels", "gelsy", "gelsd", "gelss")
_NAME = "torch.linalg.lstsq"


def _check_operands(A: Values, b: Values, driver: str | None) -> None:
    if A.ndim < 2:
        raise TorchRuntimeError(f"{_NAME}: input must have at least 2 dimensions.")
    if b.ndim < 1:
        raise TorchRuntimeError(f"{_NAME}: other must have at least 1 dimension.")
    if A.dtype != b.dtype:
        raise TorchRuntimeError(
            f"{_NAME}: Expected input and other to have the same dtype, but got input's dtype {title_of(A)} and "
            f"other's dtype {title_of(b)}"
        )
    if not 0 <= A.ndim - b.ndim <= 1:
        raise TorchRuntimeError(
            f"{_NAME}: input.dim() must be greater or equal to other.dim() and (input.dim() - other.dim()) <= 1"
        )
    if A.dtype.kind not in "fc" or A.dtype.itemsize < 4:
        raise TorchRuntimeError("This function doesn't handle types other than float and double")
    if driver not in (None, *_DRIVERS):
        raise TorchRuntimeError(f"{_NAME}: parameter `driver` should be one of ({', '.join(_DRIVERS)})")


def _least_squares(self: Values, b: Values, rcond: float | None, driver: str | None) -> Any:
    """The solution of least length, the sums of squared differences, the rank, and the singular values."""
    _check_operands(self, b, driver)
    vector = is_vector(self, b)
    right = b[..., None] if vector else b
    if self.shape[-2] != right.shape[-2]:
        raise TorchRuntimeError(f"{_NAME}: input.size(-2) should match other.size(-{1 if vector else 2})")
    matrices, rights = broadcast_batches(self, right)
    bound = float(np.finfo(self.dtype).eps) * max(self.shape[-2:]) if rcond is None else rcond
    solution, rank, values = each_matrix(lambda m, r: _one(m, r, bound), matrices, rights)
    rank = np.asarray(rank, dtype=np.int64)
    residuals = nothing = np.empty(0, dtype=values.dtype)
    rows, columns = self.shape[-2:]
    if driver not in (None, "gelsy") and rows > columns and (rank == columns).all():
        residuals = (np.abs(matrices @ solution - rights) ** 2).sum(axis=-2)
    if driver not in ("gelsd", "gelss"):
        values = nothing
    rank = np.empty(0, dtype=np.int64) if driver == "gels" else rank
    return solution[..., 0] if vector else solution, residuals, rank, values


def _one(matrix: Values, right: Values, bound: float) -> tuple[Values, Values, Values]:
    solution, _, rank, values = np.linalg.lstsq(matrix, right, rcond=bound)
    return solution, np.int64(rank), values


def _matrix_back(g: Any, self: Any, b: Any, solution: Any) -> Any:
    """As the solution is the pseudo-inverse times b; the squared differences change by twice themselves."""
    vector = is_vector(self, b)
    total = None
    right = b.unsqueeze(-1) if vector else b
    if g[0] is not None:
        inverse = pseudo_inverse(self)
        solution_g = g[0].unsqueeze(-1) if vector else g[0]
        total = pseudo_inverse_back(matmul(solution_g, adjoint_of(right)), inverse, self)
    if g[1] is not None and g[1].numel():
        found = solution.unsqueeze(-1) if vector else solution
        part = matmul((matmul(self, found) - right) * (g[1].unsqueeze(-2) * 2), adjoint_of(found))
        total = part if total is None else total + part
    return total


def _right_back(g: Any, self: Any, b: Any, solution: Any) -> Any:
    vector = is_vector(self, b)
    total = None
    if g[0] is not None:
        total = matmul(adjoint_of(pseudo_inverse(self)), g[0].unsqueeze(-1) if vector else g[0])
    if g[1] is not None and g[1].numel():
        found, right = (x.unsqueeze(-1) if vector else x for x in (solution, b))
        part = (right - matmul(self, found)) * (g[1].unsqueeze(-2) * 2)
        total = part if total is None else total + part
    return total.squeeze(-1) if vector and total is not None else total


linalg_lstsq = Structural(
    "linalg_lstsq",
    "the X for which the differences between A X and B are smallest, in squares",
    "self, Tensor b, Scalar rcond=None, *, str driver=None",
    array=_least_squares,
    outputs=("solution", "residuals", "rank", "singular_values"),
    differentiable=2,
    sees_missing=True,
    further_dtypes=(None, int64, None),
    derivatives={"self": _matrix_back, "b": _right_back},
    places="linalg",
    samples=((_TALL, [[1.0], [2.0], [4.5]]), (_WIDE, [1.0, 2.0])),
)
