"""Triangular factors, triangular systems, and powers of matrices."""

from typing import Any

from autodiff.numbers.array import Values, np
from autodiff.ops.decomposition import (
    LinAlgError,
    check_square,
    each_matrix,
    inverse,
    on_diagonal,
    real_or_complex,
    solve,
)
from autodiff.ops.diagonal import diag_embed
from autodiff.ops.linalg import matmul
from autodiff.ops.op import Composite, Structural
from autodiff.ops.order import adjoint_of

__all__: list[str] = []

_SQUARE, _OTHER = [[2.0, 0.5], [1.0, -3.0]], [[1.0, 2.0], [3.0, 5.0]]

# ------------------------------------------------------------------ factors


def _cholesky_of(matrix: Values) -> Values:
    try:
        result: Values = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        order = next(k for k in range(1, len(matrix) + 1) if not np.linalg.det(matrix[:k, :k]).real > 0)
        raise LinAlgError(
            "linalg.cholesky: The factorization could not be completed because the input is not positive-definite (the "
            f"leading minor of order {order} is not positive-definite)."
        ) from None
    return result


def _cholesky(self: Values, upper: bool) -> Values:
    check_square("cholesky", self)
    lower: Values = each_matrix(_cholesky_of, self)
    return lower.swapaxes(-1, -2).conj().copy() if upper else lower


def _cholesky_back(g: Any, out: Any, upper: bool) -> Any:  # noqa: ANN401 - tensors
    """L^-H Phi(L^H g) L^-1, made symmetric; Phi halves the diagonal and takes the lower triangle."""
    lower = adjoint_of(out) if upper else out
    g = adjoint_of(g) if upper else g
    middle = matmul(adjoint_of(lower), g)
    middle = middle.tril() - diag_embed(middle.diagonal(0, -2, -1) / 2, offset=0, dim1=-2, dim2=-1)
    turned = adjoint_of(solve(adjoint_of(lower), adjoint_of(solve(adjoint_of(lower), middle))))
    result = adjoint_of(turned)
    return (result + adjoint_of(result)) / 2


cholesky = Structural(
    "linalg_cholesky",
    "the triangular matrix L with L L.mH = self",
    "self, *, bool upper=False",
    node="LinalgCholeskyExBackward0",
    array=_cholesky,
    refuses=real_or_complex("cholesky"),
    derivatives={"self": _cholesky_back},
    places="linalg",
    samples=(([[3.0]],),),
)


def _matrix_power(self: Any, n: int) -> Any:  # noqa: ANN401 - tensors
    """By repeated squaring, as PyTorch multiplies."""
    check_square("matrix_power", self)
    if n < 0:
        self, n = inverse(self), -n
    if n == 0:
        return on_diagonal((self.detach() * 0).sum((-2, -1)) + 1, self.shape)
    if n == 3:
        return matmul(matmul(self, self), self)
    result, square = None, None
    while n:
        square = self if square is None else matmul(square, square)
        if n % 2:
            result = square if result is None else matmul(result, square)
        n //= 2
    return result


matrix_power = Composite(
    "linalg_matrix_power",
    "a square matrix multiplied by itself n times",
    "self, int n",
    compute=_matrix_power,
    spellings=("matrix_power",),
    places="function method",
    samples=((_SQUARE, 3),),
)


def _solved_triangular(self: Values, B: Values, upper: bool, left: bool, unitriangular: bool) -> Values:  # noqa: N803
    check_square("solve_triangular", self)
    triangle = np.triu(self, 1) if upper else np.tril(self, -1)
    diagonal = np.ones_like(self.diagonal(0, -2, -1)) if unitriangular else self.diagonal(0, -2, -1)
    matrix = triangle + diagonal[..., None] * np.eye(self.shape[-1], dtype=self.dtype)
    if left:
        return np.linalg.solve(matrix, B)
    return np.linalg.solve(matrix.swapaxes(-1, -2), B.swapaxes(-1, -2)).swapaxes(-1, -2).copy()


def _triangular_back(g: Any, self: Any, out: Any, upper: bool, left: bool, unitriangular: bool) -> Any:  # noqa: ANN401
    """The triangle of -X_B out.mH (of -out.mH X_B on the right), where X_B is the gradient of B."""
    right = _triangular_right_back(g, self, upper, left, unitriangular)
    whole = -(matmul(right, adjoint_of(out)) if left else matmul(adjoint_of(out), right))
    return whole.triu(int(unitriangular)) if upper else whole.tril(-int(unitriangular))


def _triangular_right_back(g: Any, self: Any, upper: bool, left: bool, unitriangular: bool) -> Any:  # noqa: ANN401
    return solve_triangular(adjoint_of(self), g, upper=not upper, left=left, unitriangular=unitriangular)


solve_triangular = Structural(
    "linalg_solve_triangular",
    "X with A X = B (or X A = B) for a triangular A",
    "self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False",
    array=_solved_triangular,
    refuses=real_or_complex("solve_triangular"),
    derivatives={
        "self": _triangular_back,
        "B": lambda g, self, upper, left, unitriangular: _triangular_right_back(g, self, upper, left, unitriangular),
    },
    places="linalg",
    samples=((_SQUARE, _OTHER, True),),
)
