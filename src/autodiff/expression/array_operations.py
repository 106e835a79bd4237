"""Operations of the table on arrays of formulas: shapes are checked as PyTorch does, and in its words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autodiff.errors import TorchRuntimeError
from autodiff.expression.arrays import Arrays, Spread
from autodiff.expression.expr import Expr, Unwritten
from autodiff.ops.dimension import wrapped, wrapped_all

__all__ = ["OPERATIONS", "matmul", "transposed"]


def _of(*operands: Expr) -> tuple[Arrays, list[Spread]]:
    """The algebra, and the operands with their shapes."""
    algebra: Any = operands[0].algebra
    return algebra, [Spread(each, algebra.shape(each)) for each in operands]


def _dimensions(each: Spread) -> int:
    return len(each.shape)


# ------------------------------------------------------------------ products


def matmul(self: Expr, other: Expr) -> Expr:
    """The product of vectors and matrices. Raises PyTorch's RuntimeError unless they fit."""
    algebra, (a, b) = _of(self, other)
    dims = _dimensions(a), _dimensions(b)
    if 0 in dims:
        raise TorchRuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {dims[0]}D and {dims[1]}D"
        )
    if max(dims) > 2:
        raise Unwritten("the derivative of @ of batches of matrices is not written down", "matmul")
    if a.shape[-1] != b.shape[0]:
        raise TorchRuntimeError(_misfit(a.shape, b.shape))
    return algebra.fitted(algebra.matmul(a, b), (*a.shape[:-1], *b.shape[1:]))


def _misfit(a: tuple[int, ...], b: tuple[int, ...]) -> str:
    if len(a) == len(b) == 1:
        return (
            f"inconsistent tensor size, expected tensor [{a[0]}] and src [{b[0]}] to have the same number of elements, "
            f"but got {a[0]} and {b[0]} elements respectively"
        )
    if len(b) == 1:
        return f"size mismatch, got input ({a[0]}), mat ({a[0]}x{a[1]}), vec ({b[0]})"
    rows = a[0] if len(a) == 2 else 1
    return f"mat1 and mat2 shapes cannot be multiplied ({rows}x{a[-1]} and {b[0]}x{b[1]})"


def _dot(self: Expr, other: Expr) -> Expr:
    _, (a, b) = _of(self, other)
    if (_dimensions(a), _dimensions(b)) != (1, 1):
        raise TorchRuntimeError(f"1D tensors expected, but got {_dimensions(a)}D and {_dimensions(b)}D tensors")
    return matmul(self, other)


def _mv(self: Expr, vec: Expr) -> Expr:
    _, (a, b) = _of(self, vec)
    if (_dimensions(a), _dimensions(b)) != (2, 1):
        raise TorchRuntimeError(f"vector + matrix @ vector expected, got 1, {_dimensions(a)}, {_dimensions(b)}")
    return matmul(self, vec)


def _mm(self: Expr, mat2: Expr) -> Expr:
    for name, each in zip(("self", "mat2"), _of(self, mat2)[1], strict=True):
        if _dimensions(each) != 2:
            raise TorchRuntimeError(f"{name} must be a matrix")
    return matmul(self, mat2)


def _outer(self: Expr, vec2: Expr) -> Expr:
    algebra, vectors = _of(self, vec2)
    for name, each in zip(("self", "vec2"), vectors, strict=True):
        if _dimensions(each) != 1:
            raise TorchRuntimeError(f"outer: Expected 1-D argument {name}, but got {_dimensions(each)}-D")
    return algebra.fitted(algebra.outer(*vectors), (*vectors[0].shape, *vectors[1].shape))


# ------------------------------------------------------------------ sums


def _reduction(kind: str) -> Callable[..., Expr]:
    def reduced(self: Expr, dim: Any = None, *, keepdim: bool = False, dtype: object = None) -> Expr:  # noqa: ANN401
        algebra, (array,) = _of(self)
        if dtype is not None:
            raise Unwritten(f"{kind}() with a dtype is not written down", kind)
        dims = tuple(sorted(wrapped_all(dim, len(array.shape))))
        shape = tuple(1 if k in dims else n for k, n in enumerate(array.shape) if keepdim or k not in dims)
        return algebra.fitted(algebra.total(array, dims, keepdim=keepdim, kind=kind), shape)

    return reduced


def _norm(self: Expr, p: Any = None, dim: object = None, keepdim: object = False, dtype: object = None) -> Expr:  # noqa: ANN401
    algebra, (array,) = _of(self)
    if p not in (None, 2, "fro") or dim is not None or keepdim or dtype is not None:
        raise Unwritten("the derivative of norm() is written down for the Euclidean norm of all elements", "norm")
    if not array.shape:
        return abs(self)
    outside, inside = algebra.split(array.expression)
    factor = abs(outside) if outside is not algebra.one else outside
    whole = algebra.materialized(Spread(inside, array.shape))
    return algebra.product([factor, algebra.whole("norm", (whole,), ())])


def _trace(self: Expr) -> Expr:
    algebra, (matrix,) = _of(self)
    if _dimensions(matrix) != 2:
        raise TorchRuntimeError(f"trace: expected a matrix, but got tensor with dim {_dimensions(matrix)}")
    return algebra.whole("trace", (self,), ())


# ------------------------------------------------------------------ dimensions


def transposed(self: Expr, name: str = "T") -> Expr:
    """Rows as columns; T and t() leave vectors as they are. Raises PyTorch's RuntimeError where it does."""
    algebra, (array,) = _of(self)
    dims = _dimensions(array)
    if name == "mT" and dims < 2:
        raise TorchRuntimeError(f"tensor.mT is only supported on matrices or batches of matrices. Got {dims}-D tensor.")
    if dims > 2 and name == "t":
        raise TorchRuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {dims}D")
    if dims > 2:
        raise Unwritten(f"the derivative of .{name} of {dims} dimensions is not written down", "T")
    return self if dims < 2 else algebra.fitted(algebra.transposed(array), array.shape[::-1])


def _transpose(self: Expr, dim0: int, dim1: int) -> Expr:
    dims = _dimensions(_of(self)[1][0])
    if wrapped(dim0, dims) == wrapped(dim1, dims):
        return self
    return transposed(self)


def _diag(self: Expr, diagonal: int = 0) -> Expr:
    algebra, (array,) = _of(self)
    dims = _dimensions(array)
    if diagonal or dims > 2 or (dims == 2 and array.shape[0] != array.shape[1]):
        raise Unwritten("the derivative of diag() is written down for the main diagonal of a square matrix", "diag")
    if dims == 0:
        raise TorchRuntimeError("matrix or a vector expected")
    found = algebra.diagonal_matrix(array) if dims == 1 else algebra.diagonal(array)
    return algebra.fitted(found, array.shape * 2 if dims == 1 else array.shape[:1])


def _unsqueeze(self: Expr, dim: int) -> Expr:
    algebra, (array,) = _of(self)
    at = wrapped(dim, len(array.shape) + 1)
    return algebra.whole("unsqueeze", (self,), (*array.shape[:at], 1, *array.shape[at:]), at)


def _broadcast_to(self: Expr, size: Sequence[int]) -> Expr:
    algebra, (array,) = _of(self)
    if len(size) < len(array.shape) or any(
        n not in (1, m) for n, m in zip(array.shape[::-1], size[::-1], strict=False)
    ):
        raise TorchRuntimeError(
            f"The expanded size of the tensor must match the existing size: {list(array.shape)} is not {list(size)}"
        )
    return algebra.materialized(Spread(self, tuple(size)))


OPERATIONS: Final[Mapping[str, Callable[..., Expr]]] = {
    "matmul": matmul,
    "linalg_matmul": matmul,
    "dot": _dot,
    "vdot": _dot,
    "mv": _mv,
    "mm": _mm,
    "outer": _outer,
    "sum": _reduction("sum"),
    "mean": _reduction("mean"),
    "norm": _norm,
    "linalg_norm": lambda self, ord=None, **given: _norm(self, ord, **given),
    "linalg_vector_norm": lambda self, ord=2, **given: _norm(self, ord, **given),
    "trace": _trace,
    "t": lambda self: transposed(self, "t"),
    "transpose": _transpose,
    "diag": _diag,
    "diagonal": lambda self, offset=0, dim1=0, dim2=1: _diag(self, offset or (dim1, dim2) != (0, 1)),
    "unsqueeze": _unsqueeze,
    "broadcast_to": _broadcast_to,
}
"""By the name in the table, with the operands first and the attributes by name."""
