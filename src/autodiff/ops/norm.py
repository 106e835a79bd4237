"""Norms of vectors and matrices, and distances."""

from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.complex import magnitude
from autodiff.ops.dimension import wrapped, wrapped_all
from autodiff.ops.elementwise import abs_, sgn
from autodiff.ops.extremes import amax, amin
from autodiff.ops.op import Composite, Structural, any_of, refused
from autodiff.ops.order import permute
from autodiff.ops.reduction import restored, sum_dim
from autodiff.ops.selection import isnan, masked_fill
from autodiff.ops.singular import singular_values
from autodiff.ops.summation import total

__all__: list[str] = []

_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 3.0, 2.0], [4.0, 5.0, 7.0]]
_INFINITE = (float("inf"), float("-inf"))

# ------------------------------------------------------------------ vectors


def vector_length(self: Values, order: float, dim: Any, *, keepdim: bool) -> Values:  # noqa: ANN401 - dimensions
    axes = wrapped_all(dim, self.ndim)
    size = np.abs(self)
    if order in _INFINITE:
        return np.asarray((size.max if order > 0 else size.min)(axis=axes, keepdims=keepdim))
    if order == 0:
        return np.asarray((size != 0).sum(axis=axes, keepdims=keepdim))
    if order == 1:
        return total(size, axes, keepdims=keepdim)
    wide = size.astype(np.float64)
    if order == 2:
        return np.sqrt((wide * wide).sum(axis=axes, keepdims=keepdim))
    return np.asarray((wide**order).sum(axis=axes, keepdims=keepdim) ** (1 / order))


def norm_back(g: Any, self: Any, out: Any, order: float, dim: Any, *, keepdim: bool) -> Any:  # noqa: ANN401 - tensors
    """The gradient of a norm, 0 where the norm is 0; after norm_backward in FunctionsManual.cpp."""
    if order == 0:
        return None
    if dim is not None:
        g, out = restored(g, self.shape, dim, keepdim=keepdim), restored(out, self.shape, dim, keepdim=keepdim)
    if order == 1:
        return sgn(self) * g
    if order == 2:
        return g * masked_fill(self / out, out == 0, 0)
    if order in _INFINITE:
        size = abs_(self)
        mask = (size == out).logical_or(isnan(size))
        axes = wrapped_all(dim, len(self.shape))
        return sgn(self) * ((g / (mask.sum(axes, keepdim=True) if axes else mask.sum())) * mask)
    if order < 1:
        return sgn(self) * masked_fill(abs_(self) ** (order - 1), self == 0, 0) * g * out ** (1 - order)
    scaled = sgn(self) * abs_(self) ** (order - 1) if order < 2 else self * abs_(self) ** (order - 2)
    return scaled * masked_fill(g / out ** (order - 1), out == 0, 0)


linalg_vector_norm = Structural(
    "linalg_vector_norm",
    "(sum |x|**ord) ** (1/ord) along some dimensions; of order inf the largest |x|, of order 0 how many are not 0",
    "self, Scalar ord=2, ints dim=None, bool keepdim=False, *, dtype dtype=None",
    array=lambda self, ord, dim, keepdim, dtype: vector_length(self, ord, dim, keepdim=keepdim),
    dtypes=magnitude,
    refuses=any_of(
        refused("linalg.vector_norm: Expected a floating point or complex tensor as input. Got {}"),
        Category.BOOL,
        Category.INTEGER,
    ),
    derivatives={"self": lambda g, self, out, ord, dim, keepdim: norm_back(g, self, out, ord, dim, keepdim=keepdim)},
    places="linalg",
    samples=(
        (_VECTOR,),
        (_VECTOR, 1),
        (_VECTOR, 3),
        (_VECTOR, 0.5),
        (_VECTOR, 1.5),
        (_MATRIX, 2, 0),
        (_MATRIX, 2, 1, True),
    ),
)

# ------------------------------------------------------------------ matrices


def _matrix_order(order: Any) -> str:  # noqa: ANN401 - a number or a name
    return str(order) if isinstance(order, (str, int)) else f"{order:g}"


def matrix_norm(self: Any, order: Any, dim: Any, *, keepdim: bool) -> Any:  # noqa: ANN401 - tensors
    """The norm of the matrices in two dimensions: "fro", "nuc", or the norm of operators for 1, 2 and inf."""
    ndim = len(self.shape)
    if ndim < 2:
        raise TorchRuntimeError("linalg.matrix_norm: The input tensor A must have at least 2 dimensions.")
    if len(dim) != 2:
        raise TorchRuntimeError("linalg.matrix_norm: dim must be a 2-tuple.")
    rows, columns = (wrapped(d, ndim) for d in dim)
    if rows == columns:
        raise TorchRuntimeError(f"linalg.matrix_norm: dims must be different. Got ({dim[0]}, {dim[1]})")
    if order == "fro":
        return linalg_vector_norm(self, ord=2, dim=(rows, columns), keepdim=keepdim, dtype=None)
    if order in ("nuc", 2, -2):
        return _spectral_norm(self, order, rows, columns, keepdim=keepdim)
    if order not in (1, -1, *_INFINITE):
        raise TorchRuntimeError(f"linalg.matrix_norm: Order {_matrix_order(order)} not supported.")
    added, compared = (rows, columns) if order in (1, -1) else (columns, rows)
    compared -= 0 if keepdim or added > compared else 1
    sums = linalg_vector_norm(self, ord=1, dim=(added,), keepdim=keepdim, dtype=None)
    return (amax if order > 0 else amin)(sums, dim=(compared,), keepdim=keepdim)


def _spectral_norm(self: Any, order: Any, rows: int, columns: int, *, keepdim: bool) -> Any:  # noqa: ANN401 - tensors
    """Of the singular values the sum (nuc), the largest (2) or the smallest (-2)."""
    others = [d for d in range(len(self.shape)) if d not in (rows, columns)]
    values = singular_values(permute(self, dims=(*others, rows, columns)))
    if order == "nuc":
        result = sum_dim(values, dim=(-1,), keepdim=keepdim)
    else:
        result = (amax if order > 0 else amin)(values, dim=(-1,), keepdim=keepdim)
    if not keepdim:
        return result
    order_back = [*others, rows, columns]
    return permute(result.unsqueeze(-1), dims=tuple(order_back.index(d) for d in range(len(order_back))))


linalg_matrix_norm = Composite(
    "linalg_matrix_norm",
    "the norm of matrices: the root of the sum of squares, or another by name",
    "self, str ord='fro', ints dim=None, bool keepdim=False, *, dtype dtype=None",
    compute=lambda self, ord, dim, keepdim, dtype: matrix_norm(self, ord, dim or (-2, -1), keepdim=keepdim),
    places="linalg",
    samples=((_MATRIX,),),
)

linalg_matrix_norm_of_order = Composite(
    "linalg_matrix_norm",
    "the norm of matrices of order 1, 2, inf and their negatives",
    "self, Scalar ord, ints dim=None, bool keepdim=False, *, dtype dtype=None",
    compute=lambda self, ord, dim, keepdim, dtype: matrix_norm(self, ord, dim or (-2, -1), keepdim=keepdim),
    places="linalg",
    samples=((_MATRIX, 1), (_MATRIX, float("inf"))),
)

# ------------------------------------------------------------------ by the number of dimensions


def _several(dim: Any) -> Any:  # noqa: ANN401 - dimensions
    return (dim,) if isinstance(dim, int) else dim


def _linalg_norm(self: Any, ord: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:  # noqa: ANN401
    dim = _several(dim)
    if ord is None:
        return linalg_vector_norm(self, ord=2.0, dim=dim, keepdim=keepdim, dtype=dtype)
    if dim is None:
        if len(self.shape) > 2 or (len(self.shape) == 0 and isinstance(ord, str)):
            raise TorchRuntimeError(
                f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {len(self.shape)}D."
            )
        if len(self.shape) == 2 or isinstance(ord, str):
            return matrix_norm(self, ord, (0, 1), keepdim=keepdim)
    elif len(dim) == 2 or isinstance(ord, str):
        return matrix_norm(self, ord, dim, keepdim=keepdim)
    return linalg_vector_norm(self, ord=ord, dim=dim, keepdim=keepdim, dtype=dtype)


def _norm(self: Any, p: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:  # noqa: ANN401 - tensors
    """`torch.norm`: as `linalg.norm`, but of order "fro" always the norm of a vector."""
    dim = _several(dim)
    if p == "fro":
        return linalg_vector_norm(self, ord=2, dim=dim, keepdim=keepdim, dtype=dtype)
    if isinstance(p, str):
        if p != "nuc":
            raise TorchRuntimeError(f"linalg.matrix_norm: Order {p} not supported.")
        return matrix_norm(self, p, tuple(range(len(self.shape))) if dim is None else dim, keepdim=keepdim)
    return linalg_vector_norm(self, ord=2 if p is None else p, dim=dim, keepdim=keepdim, dtype=dtype)


linalg_norm_of_order = Composite(
    "linalg_norm",
    "the norm of a vector or matrix of a given order",
    "self, Scalar ord=None, ints dim=None, bool keepdim=False, *, dtype dtype=None",
    compute=_linalg_norm,
    places="linalg",
    samples=((_VECTOR,), (_MATRIX, 1), (_MATRIX, None, 0)),
)

linalg_norm = Composite(
    "linalg_norm",
    "the norm of a matrix by name",
    "self, str ord, ints dim=None, bool keepdim=False, *, dtype dtype=None",
    compute=_linalg_norm,
    places="linalg",
    samples=((_MATRIX, "fro"),),
)

norm_by_name = Composite(
    "norm",
    "the root of the sum of squares, or another norm by name",
    "self, str p='fro', ints dim=None, bool keepdim=False, dtype dtype=None",
    compute=_norm,
    samples=((_VECTOR,), (_MATRIX,)),
)

norm = Composite(
    "norm",
    "the norm of order p, of all elements or along some dimensions",
    "self, Scalar p=None, ints dim=None, bool keepdim=False, dtype dtype=None",
    compute=_norm,
    samples=((_VECTOR, 3), (_MATRIX, 1, 0)),
)
