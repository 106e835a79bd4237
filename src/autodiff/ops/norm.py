# ruff: noqa: ANN401 - rules run on tensors
"""Norms of vectors and matrices, and distances."""

from typing import Any

from autodiff.dtypes import Category, promote_types
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.complex import magnitude
from autodiff.ops.dimension import wrapped, wrapped_all
from autodiff.ops.extremes import amax, amin
from autodiff.ops.matrix import check_matrix
from autodiff.ops.op import Composite, Structural
from autodiff.ops.order import permute
from autodiff.ops.reduction import restored, sum_dim
from autodiff.ops.rounding import abs_, sgn
from autodiff.ops.selection import isnan, masked_fill
from autodiff.ops.singular import singular_values
from autodiff.ops.summation import total

__all__: list[str] = []

_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 3.0, 2.0], [4.0, 5.0, 7.0]]
_INFINITE = (float("inf"), float("-inf"))

# ------------------------------------------------------------------ vectors


def vector_length(self: Values, order: float, dim: Any, *, keepdim: bool) -> Values:
    """The norm of order `order` along some dimensions."""
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


def norm_back(g: Any, self: Any, out: Any, order: float, dim: Any, *, keepdim: bool) -> Any:
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


_vector_norm = Structural(
    "_linalg_vector_norm",
    "(sum |x|**ord) ** (1/ord) along some dimensions; of order inf the largest |x|, of order 0 how many are not 0",
    "self, Scalar ord=2, ints dim=None, bool keepdim=False, *, dtype dtype=None",
    node="LinalgVectorNormBackward0",
    array=lambda self, ord, dim, keepdim, dtype: vector_length(self, ord, dim, keepdim=keepdim),
    dtypes=magnitude,
    derivatives={"self": lambda g, self, out, ord, dim, keepdim: norm_back(g, self, out, ord, dim, keepdim=keepdim)},
    public=False,
)


def _check_kind(name: str, self: Any, kind: Any) -> None:
    """Raise PyTorch's RuntimeError unless the input, and what it shall be computed in, suit a norm."""
    own = self.dtype
    if own.category < Category.FLOAT:
        raise TorchRuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got {own.title}")
    if kind is None:
        return
    if kind.category < Category.FLOAT:
        raise TorchRuntimeError(f"{name}: dtype should be floating point or complex, but got {kind.title}")
    if own.category != kind.category:
        needed = "complex for complex" if own.category == Category.COMPLEX else "real for real"
        raise TorchRuntimeError(f"{name}: dtype should be {needed} inputs, but got {kind.title}")
    if promote_types(own, kind) is not kind:
        raise TorchRuntimeError(
            f"{name}: the dtype of the input ({own.title}) should be convertible without narrowing to the specified "
            f"dtype ({kind.title})"
        )


def _checked_vector_norm(self: Any, ord: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    _check_kind("linalg.vector_norm", self, dtype)
    ndim = len(self.shape)
    empty = any(self.shape[axis] == 0 for axis in wrapped_all(dim, ndim))
    if empty and (ord < 0 or ord == _INFINITE[0]):
        raise TorchRuntimeError(
            f"linalg.vector_norm cannot compute the {_order_text(ord)} norm on an empty tensor because the operation "
            "does not have an identity"
        )
    return _vector_norm(self, ord=ord, dim=dim, keepdim=keepdim, dtype=dtype)


def _order_text(order: Any) -> str:
    return str(order) if isinstance(order, (str, int)) else f"{order:g}"


linalg_vector_norm = Composite(
    "linalg_vector_norm",
    "(sum |x|**ord) ** (1/ord) along some dimensions; of order inf the largest |x|, of order 0 how many are not 0",
    "self, Scalar ord=2, ints dim=None, bool keepdim=False, *, dtype dtype=None",
    compute=_checked_vector_norm,
    places="linalg",
    samples=(
        (_VECTOR,),
        (_VECTOR, 1),
        (_VECTOR, 3),
        (_VECTOR, 0.5),
        (_VECTOR, 1.5),
        (_MATRIX, 2, 0),
        (_MATRIX, 2, 1, True),
        (_MATRIX, float("inf"), 0),
        (_MATRIX, float("-inf")),
        (_MATRIX, 0),
    ),
)

# ------------------------------------------------------------------ matrices


def matrix_norm(self: Any, order: Any, dim: Any, *, keepdim: bool, dtype: Any = None) -> Any:
    """The norm of the matrices in two dimensions: "fro", "nuc", or the norm of operators for 1, 2 and inf."""
    name = "linalg.matrix_norm"
    if order not in (("fro", "nuc") if isinstance(order, str) else (1, -1, 2, -2, *_INFINITE)):
        raise TorchRuntimeError(f"{name}: Order {_order_text(order)} not supported.")
    check_matrix(name, self)
    _check_kind(name, self, dtype)
    if order in ("nuc", 2, -2) and self.dtype.itemsize < 4:
        raise TorchRuntimeError(f"{name}: Low precision dtypes not supported. Got {self.dtype.title}")
    if len(dim) != 2:
        raise TorchRuntimeError(f"{name}: dim must be a 2-tuple. Got {' '.join(map(str, dim))}")
    rows, columns = (wrapped(d, len(self.shape)) for d in dim)
    if rows == columns:
        raise TorchRuntimeError(f"{name}: dims must be different. Got ({rows}, {columns})")
    if order == "fro":
        return linalg_vector_norm(self, ord=2, dim=(rows, columns), keepdim=keepdim, dtype=dtype)
    if order in ("nuc", 2, -2):
        return _spectral_norm(self if dtype is None else self.to(dtype), order, rows, columns, keepdim=keepdim)
    added, compared = (rows, columns) if order in (1, -1) else (columns, rows)
    compared -= 0 if keepdim or added > compared else 1
    sums = linalg_vector_norm(self, ord=1, dim=(added,), keepdim=keepdim, dtype=dtype)
    return (amax if order > 0 else amin)(sums, dim=(compared,), keepdim=keepdim)


def _spectral_norm(self: Any, order: Any, rows: int, columns: int, *, keepdim: bool) -> Any:
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


def _matrix_norm(self: Any, ord: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    return matrix_norm(self, ord, (-2, -1) if dim is None else _several(dim), keepdim=keepdim, dtype=dtype)


linalg_matrix_norm_of_order = Composite(
    "linalg_matrix_norm",
    "the norm of matrices of order 1, 2, inf and their negatives",
    "self, Scalar ord, ints dim=None, bool keepdim=False, *, dtype dtype=None",
    compute=_matrix_norm,
    places="linalg",
    samples=((_MATRIX, 1), (_MATRIX, float("inf")), (_MATRIX, 2), (_MATRIX, -1, (1, 0), True)),
)

linalg_matrix_norm = Composite(
    "linalg_matrix_norm",
    "the norm of matrices: the root of the sum of squares, or another by name",
    "self, str ord='fro', ints dim=None, bool keepdim=False, *, dtype dtype=None",
    compute=_matrix_norm,
    places="linalg",
    samples=((_MATRIX,), (_MATRIX, "nuc")),
)

# ------------------------------------------------------------------ by the number of dimensions


def _several(dim: Any) -> Any:
    return (dim,) if isinstance(dim, int) else dim


def _linalg_norm(self: Any, ord: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    dim, ndim = _several(dim), len(self.shape)
    if dim is not None and len(dim) not in (1, 2):
        raise TorchRuntimeError(f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {list(dim)}")
    if ord is not None and dim is None and ndim not in (1, 2):
        raise TorchRuntimeError(
            f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {ndim}D."
        )
    if isinstance(ord, str) or (ord is not None and (ndim if dim is None else len(dim)) == 2):
        return matrix_norm(self, ord, (0, 1) if dim is None else dim, keepdim=keepdim, dtype=dtype)
    return linalg_vector_norm(self, ord=2.0 if ord is None else ord, dim=dim, keepdim=keepdim, dtype=dtype)


def _norm(self: Any, p: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:
    """`torch.norm`: as `linalg.norm`, but of order "fro" along up to two dimensions the norm of a vector."""
    dim = _several(dim)
    if p == "fro" and (dim is None or len(dim) <= 2):
        return linalg_vector_norm(self, ord=2, dim=dim, keepdim=keepdim, dtype=dtype)
    if isinstance(p, str):
        axes = tuple(range(len(self.shape))) if dim is None else dim
        return matrix_norm(self, p, axes, keepdim=keepdim, dtype=dtype)
    return linalg_vector_norm(self, ord=2.0 if p is None else p, dim=dim, keepdim=keepdim, dtype=dtype)


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
