# ruff: noqa: ANN401, N803 - rules run on tensors; matrices have PyTorch's names
"""Linear systems with triangular matrices."""

from typing import Any

from autodiff.errors import TorchNotImplementedError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.conjugation import conj
from autodiff.ops.elimination import triangle_solved
from autodiff.ops.linalg import matmul
from autodiff.ops.matrix import (
    adjoint_array,
    broadcast_batches,
    check_fit,
    check_matrix,
    check_same_kind,
    check_square,
    each_matrix,
    no_integers,
    squares,
    title_of,
    without_half,
)
from autodiff.ops.op import Composite, Structural, not_implemented
from autodiff.ops.order import adjoint_of, matrix_transposed
from autodiff.ops.warning import warn_once

__all__: list[str] = []

_SQUARE, _OTHER = [[2.0, 0.5], [1.0, -3.0]], [[1.0, 2.0], [3.0, 5.0]]
_KERNEL = "triangular_solve_cpu"


def _solved(self: Values, B: Values, upper: bool, left: bool, unitriangular: bool) -> Values:
    name = "linalg.solve_triangular"
    check_square(name, self)
    check_matrix(name, B, "B")
    check_fit(name, self, B, left=left)
    triangle, right = broadcast_batches(self, B.astype(self.dtype))
    if not left:  # X A = B is A.mH X.mH = B.mH
        triangle, right, upper = adjoint_array(triangle), adjoint_array(right), not upper
    solved: Values = each_matrix(
        lambda t, r: triangle_solved(t, r, upper=upper, unit=unitriangular), triangle, np.ascontiguousarray(right)
    )
    return solved if left else adjoint_array(solved).copy()


def _back(g: Any, self: Any, out: Any, upper: bool, left: bool, unitriangular: bool) -> Any:
    """The triangle of -X_B out.mH (of -out.mH X_B on the right), where X_B is the gradient of B."""
    right = _right_back(g, self, upper, left, unitriangular)
    whole = -matmul(right, adjoint_of(out)) if left else -matmul(adjoint_of(out), right)
    return whole.triu(int(unitriangular)) if upper else whole.tril(-int(unitriangular))


def _right_back(g: Any, self: Any, upper: bool, left: bool, unitriangular: bool) -> Any:
    return solve_triangular(adjoint_of(self), g, upper=not upper, left=left, unitriangular=unitriangular)


solve_triangular: Structural = Structural(
    "linalg_solve_triangular",
    "X with A X = B (or X A = B) for a triangular A",
    "self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False",
    array=_solved,
    checks=squares("linalg.solve_triangular"),
    refuses=no_integers(not_implemented(_KERNEL)),
    dtypes=without_half(_KERNEL),
    derivatives={
        "self": _back,
        "B": lambda g, self, upper, left, unitriangular: _right_back(g, self, upper, left, unitriangular),
    },
    places="linalg",
    samples=((_SQUARE, _OTHER, True), (_SQUARE, _OTHER, False, False, True)),
)

# ------------------------------------------------------------------ the older function


def _solution(
    self: Values,
    A: Values,
    upper: bool,
    transpose: bool,
    unitriangular: bool,
) -> tuple[Values, Values]:
    for name, matrix in (("b", self), ("A", A)):
        if matrix.ndim < 2:
            raise TorchRuntimeError(
                f"torch.triangular_solve: Expected {name} to have at least 2 dimensions, but it has {matrix.ndim} "
                "dimensions instead"
            )
    check_same_kind(self, A)
    check_square("", A)
    if self.dtype.kind not in "fc" or self.dtype.itemsize < 4:
        raise TorchNotImplementedError(f"\"{_KERNEL}\" not implemented for '{title_of(self)}'")
    check_fit("triangular_solve", A, self, left=True)
    triangle, right = broadcast_batches(A, self)
    turned = triangle.swapaxes(-1, -2) if transpose else triangle
    solution = each_matrix(
        lambda t, r: triangle_solved(t, r, upper=upper != transpose, unit=unitriangular), turned, right
    )
    return solution, triangle.copy()


def _older(self: Any, A: Any, *, upper: bool, transpose: bool, unitriangular: bool) -> Any:
    return _triangular_solve(self, A, upper=upper, transpose=transpose, unitriangular=unitriangular)[0]


def _coefficients_back(
    g: Any,
    self: Any,  # noqa: ARG001 - saved, as in PyTorch
    A: Any,
    solution: Any,
    upper: bool,
    transpose: bool,
    unitriangular: bool,
) -> Any:
    """The gradient through the solution, in the triangle that is read, and through the copy of A."""
    total = None
    if g[0] is not None:
        right = _older(g[0], conj(A), upper=upper, transpose=not transpose, unitriangular=unitriangular)
        total = -matmul(right, adjoint_of(solution))
        total = matrix_transposed(total) if transpose else total
        total = total.triu(int(unitriangular)) if upper else total.tril(-int(unitriangular))
    if g[1] is not None:
        total = g[1] if total is None else total + g[1]
    return total


def _solution_back(
    g: Any,
    self: Any,  # noqa: ARG001 - saved, as in PyTorch
    A: Any,
    upper: bool,
    transpose: bool,
    unitriangular: bool,
) -> Any:
    if g[0] is None:
        return None
    return _older(g[0], conj(A), upper=upper, transpose=not transpose, unitriangular=unitriangular)


_triangular_solve: Structural = Structural(
    "_triangular_solve",
    "X with A X = self for a triangular A, and A",
    "self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False",
    node="TriangularSolveBackward0",
    array=_solution,
    outputs=("solution", "cloned_coefficient"),
    differentiable=0,
    sees_missing=True,
    derivatives={"self": _solution_back, "A": _coefficients_back},
    public=False,
    samples=((_OTHER, _SQUARE), (_OTHER, _SQUARE, False, True, True)),
)


_DEPRECATED = (
    "torch.triangular_solve is deprecated in favor of torch.linalg.solve_triangular"
    "and will be removed in a future PyTorch release.\n"
    "torch.linalg.solve_triangular has its arguments reversed and does not return a copy of one of the inputs.\n"
    "X = torch.triangular_solve(B, A).solution\n"
    "should be replaced with\n"
    "X = torch.linalg.solve_triangular(A, B). (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/BatchLinearAlgebra.cpp:2273.)"
)


def _warned(self: Any, A: Any, upper: bool, transpose: bool, unitriangular: bool) -> Any:
    result = tuple(_triangular_solve(self, A, upper=upper, transpose=transpose, unitriangular=unitriangular))
    warn_once(_DEPRECATED)
    return result


triangular_solve = Composite(
    "triangular_solve",
    "X with A X = self for a triangular A, and A",
    "self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False",
    compute=_warned,
    outputs=("solution", "cloned_coefficient"),
)
