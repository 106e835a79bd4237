# ruff: noqa: ANN401, N803 - rules run on tensors; matrices have PyTorch's names
"""The triangular factor of positive-definite matrices, and what is solved with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.dtypes import int32
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.elimination import triangle_solved
from autodiff.ops.linalg import matmul
from autodiff.ops.matrix import (
    SINGULAR,
    adjoint_array,
    broadcast_batches,
    check_outcome,
    check_same_kind,
    check_square,
    each_matrix,
    no_integers,
    real_or_complex,
    squares,
    without_half,
)
from autodiff.ops.op import Composite, Structural, not_implemented
from autodiff.ops.order import adjoint_of
from autodiff.ops.triangular import solve_triangular
from autodiff.ops.warning import warn_once

__all__: list[str] = []

_POSITIVE, _FACTOR, _OTHER = [[2.0, 0.5], [0.5, 3.0]], [[2.0, 0.5], [1.0, 3.0]], [[1.0, 2.0], [3.0, 5.0]]
_KERNEL = "cholesky_cpu"
_FAILURE = (
    "The factorization could not be completed because the input is not positive-definite (the leading minor of "
    "order {} is not positive-definite)."
)


def _factor(matrix: Values) -> tuple[Values, Values]:
    try:
        return np.linalg.cholesky(matrix), np.int32(0)
    except np.linalg.LinAlgError:
        return _as_far_as_possible(matrix)


def _as_far_as_possible(matrix: Values) -> tuple[Values, Values]:
    """The columns before the first pivot that is not positive, that pivot, and its number from 1."""
    lower = np.tril(matrix)
    for k in range(len(lower)):
        lower[k, k] -= (np.abs(lower[k, :k]) ** 2).sum()
        if not lower[k, k].real > 0:
            return lower, np.int32(k + 1)
        lower[k, k] = np.sqrt(lower[k, k])
        lower[k + 1 :, k] = (lower[k + 1 :, k] - lower[k + 1 :, :k] @ lower[k, :k].conj()) / lower[k, k]
    return lower, np.int32(0)


def _factors(self: Values, name: str, upper: bool) -> tuple[Values, Values]:
    check_square(name, self)
    lower, info = each_matrix(_factor, adjoint_array(self) if upper else self)
    return adjoint_array(lower).copy() if upper else lower, info


def cholesky_back(g: Any, factor: Any, upper: bool) -> Any:
    """L^-H S L^-1, where S is the lower triangle of L^H g made symmetric, its diagonal halved."""
    lower = adjoint_of(factor) if upper else factor
    g = adjoint_of(g) if upper else g
    middle = matmul(adjoint_of(lower), g).tril()
    middle = 0.5 * (middle + adjoint_of(middle.tril(-1)))
    middle = solve_triangular(adjoint_of(lower), middle, upper=True)
    return solve_triangular(lower, middle, upper=False, left=False)


factor_and_info = Structural(
    "_linalg_cholesky_ex",
    "the triangular matrix L with L L.mH = self, and the order of the first minor that is not positive",
    "self, *, bool upper=False",
    node="LinalgCholeskyExBackward0",
    array=lambda self, upper: _factors(self, "linalg.cholesky", upper),
    outputs=("L", "info"),
    further_dtypes=(int32,),
    checks=squares("linalg.cholesky"),
    refuses=real_or_complex("linalg.cholesky"),
    dtypes=without_half(_KERNEL),
    derivatives={"self": lambda g, L, upper: cholesky_back(g[0], L, upper)},
    public=False,
)


def _checked(self: Any, upper: bool, name: str) -> Any:
    factor, info = factor_and_info(self, upper=upper)
    check_outcome(name, info, _FAILURE)
    return factor, info


cholesky_ex = Composite(
    "linalg_cholesky_ex",
    "the triangular matrix L with L L.mH = self, and the order of the first minor that is not positive",
    "self, *, bool upper=False, bool check_errors=False",
    compute=lambda self, upper, check_errors: (
        _checked(self, upper, "linalg.cholesky_ex") if check_errors else tuple(factor_and_info(self, upper=upper))
    ),
    outputs=("L", "info"),
    places="linalg",
    samples=(([[3.0]],),),
)

linalg_cholesky = Composite(
    "linalg_cholesky",
    "the triangular matrix L with L L.mH = self",
    "self, *, bool upper=False",
    compute=lambda self, upper: _checked(self, upper, "linalg.cholesky")[0],
    places="linalg",
    samples=(([[3.0]],),),
)


def _check_older(inputs: Sequence[Any], _attributes: Mapping[str, Any]) -> None:
    warn_once(_DEPRECATED)
    check_square("cholesky", inputs[0])


_DEPRECATED = (
    "torch.cholesky is deprecated in favor of torch.linalg.cholesky and will be removed in a future PyTorch release.\n"
    "L = torch.cholesky(A)\nshould be replaced with\nL = torch.linalg.cholesky(A)\nand\n"
    "U = torch.cholesky(A, upper=True)\nshould be replaced with\nU = torch.linalg.cholesky(A).mH\n"
    "This transform will produce equivalent results for all valid (symmetric positive definite) inputs. (Triggered "
    "internally at /__w/pytorch/pytorch/aten/src/ATen/native/BatchLinearAlgebra.cpp:1765.)"
)


def _older(self: Values, upper: bool) -> Values:
    factors, info = _factors(self, "cholesky", upper)
    check_outcome("cholesky", np.asarray(info), _FAILURE)
    return factors


cholesky = Structural(
    "cholesky",
    "the triangular matrix L with L L.mH = self",
    "self, bool upper=False",
    array=_older,
    checks=_check_older,
    refuses=no_integers(not_implemented(_KERNEL)),
    dtypes=without_half(_KERNEL),
    derivatives={"self": lambda g, out, upper: cholesky_back(g, out, upper)},
    samples=(([[3.0]],),),
)

# ------------------------------------------------------------------ systems with the factor


def _solved_twice(lower: Values, right: Values) -> Values:
    middle = triangle_solved(lower, right, upper=False, unit=False)
    return triangle_solved(lower.conj().T, middle, upper=True, unit=False)


def _check_matrices(inputs: Sequence[Any], _attributes: Mapping[str, Any]) -> None:
    for name, matrix in zip("bu", inputs, strict=True):
        ndim = len(matrix.shape)
        if ndim < 2:
            raise TorchRuntimeError(f"{name} should have at least 2 dimensions, but has {ndim} dimensions instead")


def _solution(self: Values, input2: Values, upper: bool) -> Values:
    check_same_kind(self, input2)
    check_square("", input2)
    if input2.shape[-1] != self.shape[-2]:
        raise TorchRuntimeError(
            "Incompatible matrix sizes for cholesky_solve: each A matrix is "
            f"{input2.shape[-1]} by {input2.shape[-1]} but each b matrix is {self.shape[-2]} by {self.shape[-1]}"
        )
    factor, right = broadcast_batches(adjoint_array(input2) if upper else input2, self)
    result: Values = each_matrix(_solved_twice, factor, right)
    return result


def _factor_back(g: Any, self: Any, input2: Any, out: Any, upper: bool) -> Any:  # noqa: ARG001 - saved
    common = matmul(cholesky_solve(g, input2, upper=upper), adjoint_of(out))
    common = common + adjoint_of(common)
    return -matmul(input2, common) if upper else -matmul(common, input2)


cholesky_solve: Structural = Structural(
    "cholesky_solve",
    "X with A X = self, given the triangular factor of A",
    "self, Tensor input2, bool upper=False",
    array=_solution,
    checks=_check_matrices,
    refuses=no_integers(not_implemented("cholesky_solve_cpu")),
    dtypes=without_half("cholesky_solve_cpu"),
    derivatives={
        "self": lambda g, self, input2, out, upper: cholesky_solve(g, input2, upper=upper),
        "input2": _factor_back,
    },
    samples=(([[2.0, 1.0]], [[3.0]]), ([[2.0]], [[3.0]], True)),
)


def _inverse(self: Values, upper: bool) -> Values:
    check_square("cholesky_inverse", self)
    info = np.array([[(row == 0).argmax() + 1 if (row == 0).any() else 0] for row in _diagonals(self)], dtype=np.int32)
    check_outcome("cholesky_inverse", info.reshape(self.shape[:-2]), SINGULAR)
    factor = adjoint_array(self) if upper else self
    result: Values = each_matrix(lambda f: _solved_twice(np.tril(f), np.eye(len(f), dtype=f.dtype)), factor)
    return result


def _diagonals(self: Values) -> Values:
    return self.diagonal(0, -2, -1).reshape(int(np.prod(self.shape[:-2])), self.shape[-1])


def _inverse_back(g: Any, self: Any, out: Any, upper: bool) -> Any:
    common = matmul(out, matmul(g + adjoint_of(g), out))
    return -matmul(self, common) if upper else -matmul(common, self)


cholesky_inverse = Structural(
    "cholesky_inverse",
    "the inverse of A, given its triangular factor",
    "self, bool upper=False",
    array=_inverse,
    refuses=no_integers(not_implemented("cholesky_inverse_out_cpu")),
    checks=squares("cholesky_inverse"),
    dtypes=without_half("cholesky_inverse_out_cpu"),
    derivatives={"self": _inverse_back},
    samples=(([[3.0]],), ([[-2.0]], True)),
)
