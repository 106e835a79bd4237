# ruff: noqa: ANN401, N803 - rules run on tensors; matrices have PyTorch's names
"""Powers and exponentials of matrices, and matrices of powers."""

from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.cumulative import cumprod
from autodiff.ops.joining import cat
from autodiff.ops.linalg import matmul
from autodiff.ops.matrix import check_square, each_matrix, on_diagonal, real_or_complex, squares
from autodiff.ops.op import Composite, Structural
from autodiff.ops.order import adjoint_of
from autodiff.ops.system import inverse_of

__all__: list[str] = []

_SQUARE = [[2.0, 0.5], [1.0, -3.0]]

# ------------------------------------------------------------------ powers


def _matrix_power(self: Any, n: int) -> Any:
    """By repeated squaring, as PyTorch multiplies."""
    check_square("linalg.matrix_power", self)
    if n == -1:
        return inverse_of(self)
    if n < 0:
        self, n = inverse_of(self), -n
    if n == 0:
        copy = self.clone()
        return copy.copy_(on_diagonal((copy.detach() * 0).sum((-2, -1)) + 1, self.shape))
    if n == 1:
        return self.clone()
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
    places="linalg",
    samples=((_SQUARE, 3),),
)

matrix_power_method = Composite(
    "matrix_power",
    "a square matrix multiplied by itself n times",
    "self, int n",
    compute=_matrix_power,
    samples=((_SQUARE, 3), (_SQUARE, -2), (_SQUARE, 5), (_SQUARE, 1)),
)

# ------------------------------------------------------------------ exponential

_DEGREE = 18
"""Of the Taylor polynomial; enough for double precision below norm 1.09 (Bader, Blanes and Casas, 2019)."""


def _exponential(matrix: Values) -> Values:
    """The Taylor polynomial of the matrix divided by a power of 2, then squared as often."""
    if not matrix.size:
        return matrix.copy()
    work = matrix.astype(np.result_type(matrix.dtype, np.float64))
    norm = float(np.abs(work).sum(axis=-2).max())
    if not np.isfinite(norm):
        return np.full_like(matrix, np.nan)
    halvings = max(0, int(np.ceil(np.log2(norm / 1.09)))) if norm > 0 else 0
    work = work / 2.0**halvings
    term = total = np.eye(len(work), dtype=work.dtype)
    for k in range(1, _DEGREE + 1):
        term = term @ work / k
        total = total + term
    for _ in range(halvings):
        total = total @ total
    return total.astype(matrix.dtype)


def _exponential_of(self: Values) -> Values:
    check_square("linalg.matrix_exp", self)
    result: Values = each_matrix(_exponential, self)
    return result


def _exponential_back(g: Any, self: Any) -> Any:
    """A corner of the exponential of the block matrix of self.mH, g, 0 and self.mH."""
    turned = adjoint_of(self)
    size = self.shape[-1]
    blocks = cat([cat([turned, g], dim=-1), cat([self.new_zeros(tuple(self.shape)), turned], dim=-1)], dim=-2)
    return matrix_exp(blocks).narrow(-2, 0, size).narrow(-1, size, size)


matrix_exp: Structural = Structural(
    "linalg_matrix_exp",
    "the sum of the powers of a square matrix, divided by factorials",
    "self",
    array=_exponential_of,
    refuses=real_or_complex("linalg.matrix_exp"),
    checks=squares("linalg.matrix_exp"),
    derivatives={"self": _exponential_back},
    places="linalg",
    samples=((_SQUARE,),),
)

matrix_exp_method = Composite(
    "matrix_exp",
    "the sum of the powers of a square matrix, divided by factorials",
    "self",
    compute=lambda self: matrix_exp(self),
    samples=((_SQUARE,),),
)

# ------------------------------------------------------------------ matrices of powers


def _powers(x: Any, N: int | None) -> Any:
    if x.dtype.category == Category.BOOL or (x.dtype.category == Category.FLOAT and x.dtype.itemsize < 4):
        raise TorchRuntimeError(
            f"linalg.vander supports floating point, complex, and integer tensors, but got {x.dtype.title}"
        )
    x = x.unsqueeze(-1) if not x.shape else x
    count = x.shape[-1] if N is None else N
    if count <= 1:
        raise TorchRuntimeError("N must be greater than 1.")
    column = x.unsqueeze(-1)
    repeated = column.expand(*x.shape, count - 1)
    ones = (column.detach() == column.detach()).to(x.dtype)
    return cat([ones, cumprod(repeated, dim=-1)], dim=-1)


linalg_vander = Composite(
    "linalg_vander",
    "the powers 0, 1, 2 ... of each element, as rows",
    "x, *, int N=None",
    compute=_powers,
    places="linalg",
    samples=(([0.5, -1.5, 2.0],),),
)


def _rows_of_powers(x: Any, N: int | None, increasing: bool) -> Any:
    if len(x.shape) != 1:
        raise TorchRuntimeError("x must be a one-dimensional tensor.")
    count = x.shape[0] if N is None else N
    result = x.new_zeros((x.shape[0], count))
    if count > 0:
        result.select(1, 0).fill_(1)
    if count > 1:
        rest = result.narrow(1, 1, count - 1)
        rest.copy_(x.unsqueeze(1))
        result.narrow(1, 1, count - 1).copy_(cumprod(result.narrow(1, 1, count - 1), dim=1))
    return result if increasing else result.flip((1,))


vander = Composite(
    "vander",
    "the powers of each element, as rows; the highest first unless increasing",
    "x, int N=None, bool increasing=False",
    compute=_rows_of_powers,
    places="function",
)
