# ruff: noqa: ANN401, N803 - rules run on tensors; matrices have PyTorch's names
"""The triangular factors of matrices by elimination, and linear systems with them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autodiff.dtypes import int32
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.elimination import eliminated, order_of_rows
from autodiff.ops.joining import cat
from autodiff.ops.linalg import matmul
from autodiff.ops.matrix import (
    check_outcome,
    each_matrix,
    measure_if_recorded,
    no_integers,
    without_half,
)
from autodiff.ops.op import Composite, Structural, not_implemented
from autodiff.ops.order import adjoint_of
from autodiff.ops.triangular import solve_triangular
from autodiff.ops.warning import warn_once

__all__: list[str] = []

_SQUARE, _WIDE = [[2.0, 0.5], [1.0, -3.0]], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]
_TALL = [[1.0, 4.0], [2.0, 5.0], [7.0, 3.0]]
_FAILURE = (
    "U[{0},{0}] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the "
    "factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)"
)
KERNEL: dict[str, Any] = {
    "refuses": no_integers(not_implemented("lu_cpu")),
    "dtypes": without_half("lu_cpu"),
}
"""What the kernel refuses."""


def _check_pivots(name: str) -> Callable[[Sequence[Any], Mapping[str, Any]], None]:
    def check(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:
        shape = list(inputs[0].shape)
        if len(shape) < 2:
            raise TorchRuntimeError(f"{name}: Expected tensor with 2 or more dimensions. Got size: {shape} instead")
        if not attributes["pivot"]:
            raise TorchRuntimeError("linalg.lu_factor: LU without pivoting is not implemented on the CPU")

    return check


# ------------------------------------------------------------------ the three factors


def _unpacked(lu: Values, pivots: Values) -> tuple[Values, Values, Values]:
    """P, L and U of one matrix."""
    rows, count = len(lu), len(pivots)
    order = np.eye(rows, dtype=lu.dtype)[:, order_of_rows(pivots, rows)]
    lower = np.tril(lu[:, :count], -1) + np.eye(rows, count, dtype=lu.dtype)
    return order, lower, np.triu(lu[:count])


def _all_factors(A: Values, pivot: bool) -> Any:  # noqa: ARG001 - always true
    return each_matrix(lambda matrix: _unpacked(*eliminated(matrix)[:2]), A)


def factors_back(lower_g: Any, upper_g: Any, order: Any, lower: Any, upper: Any) -> Any:
    """The gradient of order @ lower @ upper by way of the factors; either of their gradients may be None.

    With M = L1^-1 order.mH dA1 U1^-1 for the square parts, dL1 = L1 tril(M, -1) and dU1 = triu(M) U1; what a wide
    matrix has on the right, or a tall one below, follows from them.
    """
    if lower_g is None and upper_g is None:
        return None
    rows, columns = lower.shape[-2], upper.shape[-1]
    count = min(rows, columns)
    lower_1, lower_2 = lower.narrow(-2, 0, count), lower.narrow(-2, count, rows - count)
    upper_1, upper_2 = upper.narrow(-1, 0, count), upper.narrow(-1, count, columns - count)
    middle = right = below = None
    if lower_g is not None:
        middle = matmul(adjoint_of(lower_1), lower_g.narrow(-2, 0, count)).tril(-1)
        if rows > count:
            below = lower_g.narrow(-2, count, rows - count)
            middle = middle - matmul(adjoint_of(lower_2), below).triu()
    if upper_g is not None:
        part = matmul(upper_g.narrow(-1, 0, count), adjoint_of(upper_1)).triu()
        if columns > count:
            right = upper_g.narrow(-1, count, columns - count)
            part = part - matmul(right, adjoint_of(upper_2)).tril(-1)
        middle = part if middle is None else middle + part
    return matmul(order, _placed(middle, right, below, lower, upper, count))


def _placed(middle: Any, right: Any, below: Any, lower: Any, upper: Any, count: int) -> Any:
    """The gradients of the square part, and of what lies on its right or below it, in one matrix."""
    lower_h, upper_h = adjoint_of(lower.narrow(-2, 0, count)), adjoint_of(upper.narrow(-1, 0, count))
    square = solve_triangular(upper_h, middle, upper=False, left=False)
    if right is not None:
        square = cat([square, right], dim=-1)
    square = solve_triangular(lower_h, square, upper=True, unitriangular=True)
    if upper.shape[-1] > count and right is None:
        return cat([square, upper.new_zeros((*upper.shape[:-1], upper.shape[-1] - count))], dim=-1)
    if lower.shape[-2] > count:
        rest = lower.new_zeros((*lower.shape[:-2], lower.shape[-2] - count, count))
        if below is not None:
            rest = solve_triangular(upper_h, below, upper=False, left=False)
        return cat([square, rest], dim=-2)
    return square


linalg_lu = Structural(
    "linalg_lu",
    "P, L and U with P L U = A: a permutation, a lower and an upper triangle",
    "A, *, bool pivot=True",
    array=_all_factors,
    checks=_check_pivots("linalg.lu"),
    outputs=("P", "L", "U"),
    differentiable=(1, 2),
    sees_missing=True,
    derivatives={"A": lambda g, P, L, U, pivot: factors_back(g[1], g[2], P, L, U)},
    places="linalg",
    samples=((_SQUARE,), (_WIDE,), (_TALL,)),
    **KERNEL,
)

# ------------------------------------------------------------------ both triangles in one matrix


def _packed(A: Values, pivot: bool, check_errors: bool) -> Any:  # noqa: ARG001 - always true
    lu, pivots, info = each_matrix(eliminated, A)
    if check_errors:
        check_outcome("torch.linalg.lu_factor_ex", info, _FAILURE)
    return lu, pivots, info


def _packed_back(g: Any, LU: Any, pivots: Any, pivot: bool) -> Any:  # noqa: ARG001 - saved, as in PyTorch
    rows, columns = LU.shape[-2:]
    count = min(rows, columns)
    order, lower, upper = unpack(LU, pivots, unpack_data=True, unpack_pivots=True)
    lower_g = g[0].narrow(-1, 0, count).tril(-1)
    return factors_back(lower_g, g[0].narrow(-2, 0, count).triu(), order, lower, upper)


lu_factor_ex = Structural(
    "linalg_lu_factor_ex",
    "both triangles of A in one matrix, the swaps of rows, and the first pivot that is zero",
    "A, *, bool pivot=True, bool check_errors=False",
    array=_packed,
    checks=_check_pivots("torch.lu_factor"),
    outputs=("LU", "pivots", "info"),
    further_dtypes=(int32, int32),
    derivatives={"A": _packed_back},
    places="linalg",
    samples=((_SQUARE,), (_WIDE,), (_TALL,)),
    **KERNEL,
)


def _lu_factor(A: Any, pivot: bool) -> Any:
    lu, pivots, info = lu_factor_ex(A, pivot=pivot, check_errors=False)
    check_outcome("torch.linalg.lu_factor", info, _FAILURE, TorchRuntimeError)
    return lu, pivots


lu_factor = Composite(
    "linalg_lu_factor",
    "both triangles of A in one matrix, and the swaps of rows",
    "A, *, bool pivot=True",
    compute=_lu_factor,
    outputs=("LU", "pivots"),
    places="linalg",
    samples=((_SQUARE,),),
)


def _lu(self: Any, pivot: bool, get_infos: bool) -> Any:
    warn_once(_DEPRECATED)
    return tuple(lu_factor_ex(self, pivot=pivot, check_errors=False))[: 3 if get_infos else 2]


_DEPRECATED = (
    "torch.lu is deprecated in favor of torch.linalg.lu_factor / torch.linalg.lu_factor_ex and will be removed in a "
    "future PyTorch release.\nLU, pivots = torch.lu(A, compute_pivots)\nshould be replaced with\n"
    "LU, pivots = torch.linalg.lu_factor(A, compute_pivots)\nand\n"
    "LU, pivots, info = torch.lu(A, compute_pivots, get_infos=True)\nshould be replaced with\n"
    "LU, pivots, info = torch.linalg.lu_factor_ex(A, compute_pivots) (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/BatchLinearAlgebra.cpp:2073.)"
)

lu = Composite(
    "lu",
    "both triangles in one matrix, and the swaps of rows; with get_infos also the first pivot that is zero",
    "self, bool pivot=True, bool get_infos=False",
    compute=_lu,
    samples=((_SQUARE,),),
)


def _unpack(LU_data: Values, LU_pivots: Values, unpack_data: bool, unpack_pivots: bool) -> Any:
    order, lower, upper = (
        each_matrix(_unpacked, LU_data, LU_pivots) if LU_data.ndim > 2 else _unpacked(LU_data, LU_pivots)
    )
    nothing = np.empty(0, dtype=LU_data.dtype)
    return order if unpack_pivots else nothing, *((lower, upper) if unpack_data else (nothing, nothing))


def _unpack_back(g: Any, LU_data_sym_argsize_minus_2: int, LU_data_sym_argsize_minus_1: int) -> Any:
    """Each triangle of the gradient from the factor it became."""
    rows, columns = LU_data_sym_argsize_minus_2, LU_data_sym_argsize_minus_1
    count = min(rows, columns)
    lower = None if g[1] is None else g[1].tril(-1)
    upper = None if g[2] is None else g[2].triu()
    if lower is not None and columns > count:
        lower = cat([lower, lower.new_zeros((*lower.shape[:-1], columns - count))], dim=-1)
    if upper is not None and rows > count:
        upper = cat([upper, upper.new_zeros((*upper.shape[:-2], rows - count, columns))], dim=-2)
    return lower + upper if lower is not None and upper is not None else upper if lower is None else lower


unpack: Structural = Structural(
    "_lu_unpack",
    "P, L and U of the triangles in one matrix and the swaps of rows",
    "LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True",
    array=_unpack,
    outputs=("P", "L", "U"),
    differentiable=(1, 2),
    sees_missing=True,
    derivatives={"LU_data": _unpack_back},
    node="LuUnpackBackward0",
    public=False,
)


def _checked_unpack(LU_data: Any, LU_pivots: Any, unpack_data: bool, unpack_pivots: bool) -> Any:
    if len(LU_data.shape) < 2:
        measure_if_recorded(LU_data, -1, -2)
        raise TorchRuntimeError(
            f"torch.lu_unpack: Expected tensor with 2 or more dimensions. Got size: {list(LU_data.shape)} instead"
        )
    if LU_pivots.dtype is not int32:
        raise TorchRuntimeError(
            "torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.\n"
            "Note: this function is intended to be used with the output produced by torch.linalg.lu_factor"
        )
    if LU_pivots.numel() and not 1 <= LU_pivots.min().item() <= LU_pivots.max().item() <= LU_data.shape[-2]:
        raise TorchRuntimeError(
            "pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive."
            "Did you properly pass the result of lu_factor?"
        )
    return tuple(unpack(LU_data, LU_pivots, unpack_data=unpack_data, unpack_pivots=unpack_pivots))


lu_unpack = Composite(
    "lu_unpack",
    "P, L and U of the triangles in one matrix and the swaps of rows",
    "LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True",
    compute=_checked_unpack,
    outputs=("P", "L", "U"),
    places="function",
)
