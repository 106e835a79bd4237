# ruff: noqa: ANN401, N803 - rules run on tensors; matrices have PyTorch's names
"""Inverses, and systems of linear equations."""

from typing import Any

from autodiff.dtypes import int32
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.conjugation import conj
from autodiff.ops.elimination import eliminated, substituted
from autodiff.ops.factored import factors_solve
from autodiff.ops.linalg import matmul
from autodiff.ops.matrix import (
    SINGULAR,
    adjoint_array,
    broadcast_batches,
    by_columns,
    check_fit,
    check_outcome,
    check_square,
    each_matrix,
    is_vector,
    low_precision,
    real_or_complex,
    squares,
    title_of,
    without_half,
)
from autodiff.ops.op import Composite, Structural
from autodiff.ops.order import adjoint_of
from autodiff.ops.shape import unsqueeze

__all__: list[str] = []

_SQUARE, _OTHER = [[2.0, 0.5], [1.0, -3.0]], [[1.0, 2.0], [3.0, 5.0]]

# ------------------------------------------------------------------ inverse


def _inverted(matrix: Values) -> tuple[Values, Values]:
    lu, pivots, info = eliminated(matrix)
    return substituted(lu, pivots, np.eye(len(matrix), dtype=matrix.dtype), adjoint=False), info


def _inverse(A: Values) -> tuple[Values, Values]:
    check_square("linalg.inv", A)
    result, info = each_matrix(_inverted, A)
    return by_columns(result), info


inverse_and_info = Structural(
    "_linalg_inv_ex",
    "the inverse of a square matrix, and the first pivot that is zero",
    "A",
    node="LinalgInvExBackward0",
    array=_inverse,
    outputs=("inverse", "info"),
    further_dtypes=(int32,),
    refuses=real_or_complex("linalg.inv"),
    checks=squares("linalg.inv"),
    dtypes=without_half(low_precision("linalg.inv")),
    derivatives={"A": lambda g, inverse: -matmul(adjoint_of(inverse), matmul(g[0], adjoint_of(inverse)))},
    public=False,
)


def inverse_of(A: Any) -> Any:
    """The inverse. Raises LinAlgError if there is none."""
    return _checked_inverse(A, "linalg.inv")[0]


def _checked_inverse(A: Any, name: str) -> Any:
    result, info = inverse_and_info(A)
    check_outcome(name, info, SINGULAR)
    return result, info


inv_ex = Composite(
    "linalg_inv_ex",
    "the inverse of a square matrix, and the first pivot that is zero",
    "A, *, bool check_errors=False",
    compute=lambda A, check_errors: (
        _checked_inverse(A, "linalg.inv_ex") if check_errors else tuple(inverse_and_info(A))
    ),
    outputs=("inverse", "info"),
    places="linalg",
    samples=((_SQUARE,),),
)

linalg_inv = Composite(
    "linalg_inv",
    "the inverse of a square matrix",
    "A",
    compute=inverse_of,
    places="linalg",
    samples=((_SQUARE,),),
)

inverse = Composite("inverse", "the inverse of a square matrix", "self", compute=inverse_of, samples=((_SQUARE,),))

# ------------------------------------------------------------------ linear systems


def _solved(A: Values, B: Values, left: bool) -> Any:
    name = "linalg.solve"
    check_square(name, A)
    if A.dtype != B.dtype:
        raise TorchRuntimeError(
            f"linalg.solve: Expected A and B to have the same dtype, but found A of type {title_of(A)} and B of type "
            f"{title_of(B)} instead"
        )
    vector = is_vector(A, B)
    right = B[..., None] if vector else B
    check_fit(name, A, right, left=left)
    lu, pivots, info = each_matrix(eliminated, A)
    factors, right = broadcast_batches(lu, right if left else adjoint_array(right))
    swaps = np.broadcast_to(pivots, (*factors.shape[:-2], pivots.shape[-1]))
    solution = each_matrix(lambda f, p, r: substituted(f, p, r, adjoint=not left), factors, swaps, right)
    solution = by_columns(solution if left else adjoint_array(solution))
    return solution[..., 0] if vector else solution, lu, pivots, np.asarray(info)


def _right_back(g: Any, A: Any, LU: Any, pivots: Any, result: Any, left: bool) -> Any:
    """The gradient of the right-hand side, from the factors unless it is recorded itself."""
    vector = is_vector(A, result)
    g = unsqueeze(g[0], dim=-1) if vector else g[0]
    turned = adjoint_of(A)
    if turned.requires_grad or g.requires_grad:
        found = _solve(turned, g, left=left)[0]
    else:
        found = factors_solve(LU, pivots, g, left=left, adjoint=True)
    return found.squeeze(-1) if vector else found


def _matrix_back(g: Any, A: Any, LU: Any, pivots: Any, result: Any, left: bool) -> Any:
    """-X_B X.mH (-X.mH X_B on the right), where X_B is the gradient of the right-hand side."""
    right = _right_back(g, A, LU, pivots, result, left)
    if is_vector(A, result):
        return -matmul(unsqueeze(right, dim=-1), conj(unsqueeze(result, dim=-2)))
    return -matmul(right, adjoint_of(result)) if left else -matmul(adjoint_of(result), right)


_solve: Structural = Structural(
    "_linalg_solve_ex",
    "X with A X = B (or X A = B), the factors of A, and the first pivot that is zero",
    "A, Tensor B, *, bool left=True",
    node="LinalgSolveExBackward0",
    array=_solved,
    outputs=("result", "LU", "pivots", "info"),
    further_dtypes=(None, int32, int32),
    refuses=real_or_complex("linalg.solve"),
    dtypes=without_half("lu_cpu"),
    derivatives={"A": _matrix_back, "B": _right_back},
    public=False,
)


def _checked_solve(A: Any, B: Any, left: bool, name: str) -> tuple[Any, Any]:
    result, _, _, info = _solve(A, B, left=left)
    check_outcome(name, info, "The solver failed because the input matrix is singular.")
    return result, info


def solve(A: Any, B: Any, left: bool = True) -> Any:
    """X with A X = B (or X A = B). Raises LinAlgError if A is singular."""
    return _checked_solve(A, B, left, "torch.linalg.solve")[0]


def _solve_ex(A: Any, B: Any, left: bool, check_errors: bool) -> tuple[Any, Any]:
    if check_errors:
        return _checked_solve(A, B, left, "torch.linalg.solve_ex")
    result, _, _, info = _solve(A, B, left=left)
    return result, info


solve_ex = Composite(
    "linalg_solve_ex",
    "X with A X = B (or X A = B), and the first pivot that is zero",
    "A, Tensor B, *, bool left=True, bool check_errors=False",
    compute=_solve_ex,
    outputs=("result", "info"),
    places="linalg",
    samples=((_SQUARE, _OTHER),),
)

linalg_solve = Composite(
    "linalg_solve",
    "X with A X = B (or X A = B)",
    "A, Tensor B, *, bool left=True",
    compute=solve,
    places="linalg",
    samples=((_SQUARE, _OTHER), (_SQUARE, [1.0, 2.0]), (_SQUARE, _OTHER, False)),
)

# ------------------------------------------------------------------ with more dimensions


def _tensor_inverse(self: Any, ind: int) -> Any:
    if ind <= 0:
        raise TorchRuntimeError("Expected a strictly positive integer for 'ind'")
    if ind > len(self.shape):
        raise TorchRuntimeError(f"ArrayRef: invalid slice, N = {ind}; size = {len(self.shape)}")
    front, back = tuple(self.shape[:ind]), tuple(self.shape[ind:])
    rows, columns = int(np.prod(front)), int(np.prod(back))
    if rows != columns:
        raise TorchRuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got "
            f"{columns} != {rows}"
        )
    return inverse_of(self.reshape(rows, columns)).reshape(back + front)


tensorinv = Composite(
    "linalg_tensorinv",
    "the inverse of the matrix whose rows are the first `ind` dimensions",
    "self, int ind=2",
    compute=_tensor_inverse,
    places="linalg",
    samples=((_SQUARE, 1),),
)


def _tensor_solve(self: Any, other: Any, dims: Any) -> Any:
    ndim = len(self.shape)
    if dims is not None:
        dims = [d % ndim for d in ((dims,) if isinstance(dims, int) else dims)]
        self = self.movedim(dims, list(range(ndim - len(dims), ndim)))
    lengths = tuple(self.shape[len(other.shape) :])
    count = int(np.prod(lengths))
    rows = int(np.prod(tuple(other.shape)))
    if count != rows:
        raise TorchRuntimeError(
            f"Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), "
            f"but got {count} != {rows}"
        )
    return solve(self.reshape(count, count), other.flatten()).reshape(lengths)


tensorsolve = Composite(
    "linalg_tensorsolve",
    "X whose products with self, added over the last dimensions, are other",
    "self, Tensor other, ints dims=None",
    compute=_tensor_solve,
    places="linalg",
    samples=((_SQUARE, [1.0, 2.0]),),
)
