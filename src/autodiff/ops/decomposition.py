"""Determinants, inverses and linear systems, by elimination with pivots."""

from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.complex import conj
from autodiff.ops.diagonal import diag_embed
from autodiff.ops.elementwise import log
from autodiff.ops.linalg import matmul
from autodiff.ops.op import Composite, Structural, any_of, refused
from autodiff.ops.order import adjoint_of
from autodiff.ops.selection import where
from autodiff.ops.shape import expand, unsqueeze

__all__: list[str] = []

_SQUARE, _OTHER = [[2.0, 0.5], [1.0, -3.0]], [[1.0, 2.0], [3.0, 5.0]]


LinAlgError = type(
    "_LinAlgError",
    (TorchRuntimeError,),
    {"__module__": "torch._C", "__doc__": "A matrix that has no inverse or no factors."},
)


def real_or_complex(name: str) -> Any:  # noqa: ANN401 - refusals by category
    text = f"linalg.{name}: Expected a floating point or complex tensor as input. Got {{}}"
    return any_of(refused(text), Category.BOOL, Category.INTEGER)


def check_square(name: str, matrix: Any) -> None:  # noqa: ANN401 - an array or a tensor
    shape = matrix.shape
    if len(shape) < 2:
        raise TorchRuntimeError(f"linalg.{name}: The input tensor A must have at least 2 dimensions.")
    if shape[-1] != shape[-2]:
        raise TorchRuntimeError(
            f"linalg.{name}: A must be batches of square matrices, but they are {shape[-2]} by {shape[-1]} matrices"
        )


# ------------------------------------------------------------------ elimination


def factors(matrix: Values) -> tuple[Values, Values, int]:
    """L below the diagonal and U on and above it, the order of rows, and the sign of that order."""
    lu, rows, sign = matrix.copy(), np.arange(len(matrix)), 1
    for k in range(len(lu)):
        pivot = k + int(np.abs(lu[k:, k]).argmax())
        if pivot != k:
            lu[[k, pivot]], rows[[k, pivot]], sign = lu[[pivot, k]], rows[[pivot, k]], -sign
        if lu[k, k] != 0:
            lu[k + 1 :, k] /= lu[k, k]
            lu[k + 1 :, k + 1 :] -= np.outer(lu[k + 1 :, k], lu[k, k + 1 :])
    return lu, rows, sign


def each_matrix(function: Any, matrices: Values) -> Any:  # noqa: ANN401 - a function of one matrix
    """`function` of every matrix of a batch."""
    if matrices.ndim == 2:
        return function(matrices)
    flat = [function(matrix) for matrix in matrices.reshape(-1, *matrices.shape[-2:])]
    return np.array(flat, dtype=matrices.dtype).reshape(*matrices.shape[:-2], *np.shape(flat[0]) if flat else ())


def _determinant(matrix: Values) -> Any:  # noqa: ANN401 - a number
    lu, _, sign = factors(matrix)
    return np.multiply.accumulate(lu.diagonal())[-1] * sign if len(lu) else matrix.dtype.type(1)


def _det(self: Values) -> Any:  # noqa: ANN401 - a number or an array
    check_square("det", self)
    return each_matrix(_determinant, self)


def on_diagonal(scale: Any, shape: Any) -> Any:  # noqa: ANN401 - tensors
    """A number for each matrix, on its whole diagonal."""
    return diag_embed(expand(unsqueeze(scale, dim=-1), size=tuple(shape[:-1])), offset=0, dim1=-2, dim2=-1)


def _solved_perturbed(matrix: Values, right: Values) -> Values:
    """X with matrix.H X = right; zeros among the pivots become the smallest step at 1."""
    lu, rows, _ = factors(matrix)
    pivots = np.where(lu.diagonal() == 0, np.finfo(lu.dtype).eps, lu.diagonal()).conj()
    middle, turned = right.copy(), lu.conj().T
    for k in range(len(lu)):
        middle[k] = (middle[k] - turned[k, :k] @ middle[:k]) / pivots[k]
    for k in reversed(range(len(lu))):
        middle[k] -= turned[k, k + 1 :] @ middle[k + 1 :]
    result = np.empty_like(middle)
    result[rows] = middle
    return result


def _solved_perturbed_each(matrices: Values, rights: Values) -> Values:
    flat = zip(matrices.reshape(-1, *matrices.shape[-2:]), rights.reshape(-1, *rights.shape[-2:]), strict=True)
    return np.array([_solved_perturbed(*pair) for pair in flat], dtype=matrices.dtype).reshape(rights.shape)


solve_perturbed = Structural(
    "solve_perturbed",
    "X with A.mH X = B, or for an A without inverse with one very near it",
    "A, Tensor B",
    array=_solved_perturbed_each,
    public=False,
)


def _det_back(g: Any, self: Any, out: Any) -> Any:  # noqa: ANN401 - tensors
    """The matrix X with A.mH X = conj(det) * g * I."""
    scale = on_diagonal(g * conj(out), self.shape)
    if scale.requires_grad:  # the gradient is recorded
        return solve(adjoint_of(self), adjoint_of(scale))
    return solve_perturbed(self, scale)


det = Structural(
    "linalg_det",
    "the determinant",
    array=_det,
    refuses=real_or_complex("det"),
    derivatives={"self": _det_back},
    spellings=("det",),
    places="function method",
    samples=((_SQUARE,),),
)


def _log_determinant(matrices: Values) -> tuple[Any, Any]:
    check_square("slogdet", matrices)
    sign = each_matrix(lambda m: _sign(m), matrices)
    return sign, np.asarray(each_matrix(_log_size, matrices))


def _sign(matrix: Values) -> Any:  # noqa: ANN401 - a number
    lu, _, sign = factors(matrix)
    diagonal = lu.diagonal()
    return matrix.dtype.type(sign * np.prod(diagonal / np.where(diagonal == 0, 1, np.abs(diagonal))))


def _log_size(matrix: Values) -> Any:  # noqa: ANN401 - a number
    return np.log(np.abs(factors(matrix)[0].diagonal())).sum()


def _slogdet(name: str, places: str) -> Structural:
    return Structural(
        name,
        "the sign of the determinant, and the logarithm of its size",
        node="LinalgSlogdetBackward0",
        array=_log_determinant,
        outputs=("sign", "logabsdet"),
        differentiable=0,
        refuses=real_or_complex("slogdet"),
        derivatives={"self": lambda g, self, sign: solve(adjoint_of(self), adjoint_of(on_diagonal(g[1], self.shape)))},
        places=places,
        samples=((_SQUARE,),),
    )


slogdet, linalg_slogdet = _slogdet("slogdet", "function method"), _slogdet("linalg_slogdet", "linalg")


def _logdet(self: Any) -> Any:  # noqa: ANN401 - tensors
    sign, size = linalg_slogdet(self)
    if self.dtype.category is Category.COMPLEX:
        return log(sign) + size
    return where(sign == -1, float("nan"), size)


logdet = Composite("logdet", "the logarithm of the determinant; nan if that is negative", compute=_logdet)

# ------------------------------------------------------------------ inverse


def _invert(matrix: Values) -> Values:
    singular = np.flatnonzero(factors(matrix)[0].diagonal() == 0)
    if singular.size:
        raise LinAlgError(
            f"linalg.inv: The diagonal element {singular[0] + 1} is zero, the inversion could not be completed because "
            "the input matrix is singular."
        )
    inverse: Values = np.linalg.inv(matrix)
    return inverse


def _inverse(self: Values) -> Values:
    check_square("inv", self)
    result: Values = each_matrix(_invert, self)
    return result


inverse = Structural(
    "linalg_inv",
    "the inverse of a square matrix",
    node="LinalgInvExBackward0",
    array=_inverse,
    refuses=real_or_complex("inv"),
    derivatives={"self": lambda g, out: -matmul(adjoint_of(out), matmul(g, adjoint_of(out)))},
    spellings=("inverse",),
    places="function method",
    samples=((_SQUARE,),),
)

# ------------------------------------------------------------------ linear systems


def _is_vector(a: Any, b: Any) -> bool:  # noqa: ANN401 - arrays or tensors
    """Whether the right-hand side is a vector for each matrix."""
    return len(b.shape) == 1 or (len(a.shape) - 1 == len(b.shape) and tuple(b.shape) == tuple(a.shape[:-1]))


def _solved(A: Values, B: Values) -> Values:  # noqa: N803 - PyTorch's names
    check_square("solve", A)
    vector = _is_vector(A, B)
    right = B[..., None] if vector else B
    if A.shape[-1] != right.shape[-2]:
        raise TorchRuntimeError(
            f"linalg.solve: Incompatible shapes of A and B for the equation AX = B ({A.shape[-2]}x{A.shape[-1]} and "
            f"{right.shape[-2]}x{right.shape[-1]})"
        )
    try:
        result = np.linalg.solve(A, right)
    except np.linalg.LinAlgError:
        raise LinAlgError("torch.linalg.solve: The solver failed because the input matrix is singular.") from None
    return result[..., 0] if vector else result


def _solve_back(g: Any, A: Any, out: Any) -> Any:  # noqa: ANN401, N803 - tensors
    """-X_B out.mH, where X_B is the gradient of the right-hand side."""
    right = solve(adjoint_of(A), g)
    if _is_vector(A, out):
        return -matmul(unsqueeze(right, dim=-1), conj(unsqueeze(out, dim=-2)))
    return -matmul(right, adjoint_of(out))


solve: Structural = Structural(
    "linalg_solve",
    "X with A X = B",
    "A, Tensor B",
    node="LinalgSolveExBackward0",
    array=_solved,
    refuses=real_or_complex("solve"),
    derivatives={"A": _solve_back, "B": lambda g, A: solve(adjoint_of(A), g)},
    places="linalg",
    samples=((_SQUARE, _OTHER), (_SQUARE, [1.0, 2.0])),
)
