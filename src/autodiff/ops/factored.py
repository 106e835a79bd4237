# ruff: noqa: ANN401, N803 - rules run on tensors; matrices have PyTorch's names
"""Linear systems with matrices whose triangular factors are known."""

from typing import Any

from autodiff.dtypes import int32
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.elimination import substituted
from autodiff.ops.factorization import KERNEL, unpack
from autodiff.ops.linalg import matmul
from autodiff.ops.matrix import adjoint_array, broadcast_batches, check_fit, check_square, each_matrix
from autodiff.ops.op import Composite, Structural
from autodiff.ops.order import adjoint_of

__all__: list[str] = []


def _solved(LU: Values, pivots: Values, B: Values, left: bool, adjoint: bool) -> Values:
    right = B if left else adjoint_array(B)
    lu, right = broadcast_batches(LU, right)
    swaps = np.broadcast_to(pivots, (*lu.shape[:-2], pivots.shape[-1]))
    solved: Values = each_matrix(lambda f, p, r: substituted(f, p, r, adjoint=adjoint == left), lu, swaps, right)
    return solved if left else adjoint_array(solved).copy()


def _factors_back(
    g: Any,
    LU: Any,
    pivots: Any,
    out: Any,
    left: bool,
    adjoint: bool,
) -> Any:
    """By way of the gradient of A, -X_B out.mH for A out = B; the triangles of what the factors make of it."""
    right = factors_solve(LU, pivots, g, left=left, adjoint=not adjoint)
    if left:
        whole = -matmul(out, adjoint_of(right)) if adjoint else -matmul(right, adjoint_of(out))
    else:
        whole = -matmul(adjoint_of(right), out) if adjoint else -matmul(adjoint_of(out), right)
    order, lower, upper = unpack(LU, pivots, unpack_data=True, unpack_pivots=True)
    turned = matmul(adjoint_of(order), whole)
    return matmul(turned, adjoint_of(upper)).tril(-1) + matmul(adjoint_of(lower), turned).triu()


factors_solve: Structural = Structural(
    "_lu_solve",
    "X with A X = B, given the factors of A",
    "LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False",
    node="LinalgLuSolveBackward0",
    array=_solved,
    derivatives={
        "LU": _factors_back,
        "B": lambda g, LU, pivots, left, adjoint: factors_solve(LU, pivots, g, left=left, adjoint=not adjoint),
    },
    public=False,
    **KERNEL,
)


def _checked_solve(LU: Any, pivots: Any, B: Any, left: bool, adjoint: bool) -> Any:
    if LU.dtype is not B.dtype:
        raise TorchRuntimeError(
            f"linalg.lu_solve: Expected LU and B to have the same dtype, but found LU of type {LU.dtype.title} and B "
            f"of type {B.dtype.title} instead"
        )
    if pivots.dtype is not int32:
        raise TorchRuntimeError("linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32")
    check_square("torch.linalg.lu_solve", LU)
    check_fit("linalg.lu_solve", LU, B, left=left)
    return factors_solve(LU, pivots, B, left=left, adjoint=adjoint)


lu_solve = Composite(
    "linalg_lu_solve",
    "X with A X = B, given the factors of A",
    "LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False",
    compute=_checked_solve,
    places="linalg",
)

lu_solve_older = Composite(
    "lu_solve",
    "X with A X = self, given the factors of A",
    "self, Tensor LU_data, Tensor LU_pivots",
    compute=lambda self, LU_data, LU_pivots: _checked_solve(LU_data, LU_pivots, self, left=True, adjoint=False),
)
