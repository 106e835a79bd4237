"""Distances: norms of differences, and what is done with them."""

from math import prod
from typing import Any, Final

from autodiff.dtypes import Category, result_type
from autodiff.errors import TorchRuntimeError, TorchValueError
from autodiff.numbers.array import Values, np
from autodiff.ops.arithmetic import add_number
from autodiff.ops.cast import in_dtype
from autodiff.ops.complex import magnitude
from autodiff.ops.dimension import common_shape, title_of, wrapped
from autodiff.ops.filling import bounded_clone
from autodiff.ops.linalg import matmul
from autodiff.ops.norm import linalg_vector_norm, norm_back, vector_length
from autodiff.ops.op import Composite, Structural, any_of, no_derivative, refused
from autodiff.ops.order import transpose
from autodiff.ops.reduction import sum_dim
from autodiff.ops.selection import masked_fill, where
from autodiff.ops.shape import expand, reshape, view

__all__: list[str] = []

_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 3.0, 2.0], [4.0, 5.0, 7.0]]
_NO_FLOATS = (Category.BOOL, Category.INTEGER)
_INFINITE = (float("inf"), float("-inf"))

# ------------------------------------------------------------------ distances


def _difference(self: Values, other: Values) -> Values:
    common_shape(self.shape, other.shape)  # which refuses shapes that do not fit, in PyTorch's words
    return self - other


dist = Structural(
    "dist",
    "the norm of order p of self - other",
    "self, Tensor other, Scalar p=2",
    array=lambda self, other, p: vector_length(_difference(self, other), p, None, keepdim=False),
    dtypes=magnitude,
    refuses=any_of(
        refused("norm(): input dtype should be either floating point or complex. Got {} instead."), *_NO_FLOATS
    ),
    promotes=True,
    derivatives={
        "self": lambda g, self, other, out, p: norm_back(g, self - other, out, p, None, keepdim=False),
        "other": lambda g, self, other, out, p: -norm_back(g, self - other, out, p, None, keepdim=False),
    },
    samples=((_VECTOR, [1.0, 3.0, -0.25]), (_MATRIX, [[0.5, 1.0, 0.25], [1.0, -2.0, 0.5]], 3)),
)


def _pairwise(x1: Values, x2: Values, p: float) -> Values:
    for k, x in enumerate((x1, x2), 1):
        if x.ndim < 2:
            raise TorchRuntimeError(f"cdist only supports at least 2D tensors, X{k} got: {x.ndim}D")
    if x1.shape[-1] != x2.shape[-1]:
        raise TorchRuntimeError(
            f"X1 and X2 must have the same number of columns. X1: {x1.shape[-1]} X2: {x2.shape[-1]}"
        )
    for k, x in enumerate((x1, x2), 1):
        if x.dtype.kind != "f":
            raise TorchRuntimeError(f"cdist only supports floating-point dtypes, X{k} got: {title_of(x)}")
    if x1.dtype != x2.dtype:
        raise TorchRuntimeError(f"expected scalar type {title_of(x1)} but found {title_of(x2)}")
    return vector_length(x1[..., :, None, :] - x2[..., None, :, :], p, -1, keepdim=False)


def _slopes(difference: Values, size: Values, p: float) -> Values:
    """How the norms of order p of the last axis, the sizes, grow with each element; 0 where a norm is 0."""
    magnitude_of = np.abs(difference)
    if p == 0:
        return np.zeros_like(difference)
    if p == 1:
        return np.sign(difference)
    if p in _INFINITE:
        return np.sign(difference) * (magnitude_of == size)
    power = np.where(magnitude_of == 0, 0, magnitude_of ** (p - 1))
    return np.where(size == 0, 0, np.sign(difference) * power / size ** (p - 1))


def _cdist_back(grad: Values, x1: Values, x2: Values, cdist: Values, p: float) -> Values:
    """The distances' gradients, added over the vectors of the other side."""
    slopes = _slopes(x1[..., :, None, :] - x2[..., None, :, :], cdist[..., None], p)
    return np.asarray((grad[..., None] * slopes).sum(axis=-2))


cdist_backward = Structural(
    "_cdist_backward",
    "the gradient of cdist by x1; it has no derivative of its own",
    "Tensor grad, Tensor x1, Tensor x2, Tensor cdist, Scalar p",
    node="CdistBackwardBackward0",
    array=_cdist_back,
    derivatives=dict.fromkeys(("grad", "x1", "x2", "cdist"), no_derivative("_cdist_backward")),
    public=False,
)


def _swapped_back(g: Any, x1: Any, x2: Any, out: Any, p: float) -> Any:  # noqa: ANN401 - tensors
    return cdist_backward(transpose(g, dim0=-2, dim1=-1), x2, x1, transpose(out, dim0=-2, dim1=-1), p=p)


cdist_forward = Structural(
    "cdist",
    "the distances of order p between the rows of two matrices",
    "x1, Tensor x2, Scalar p",
    array=_pairwise,
    derivatives={
        "x1": lambda g, x1, x2, out, p: cdist_backward(g, x1, x2, out, p=p),
        "x2": _swapped_back,
    },
    once=True,
    public=False,
)


def _euclidean_back(g: Any, x1: Any, x2: Any, out: Any) -> Any:  # noqa: ANN401 - tensors
    ratio = masked_fill(g / out, out == 0, 0)
    return x1 * ratio.sum(-1, keepdim=True) - matmul(ratio, x2)


def _euclidean(x1: Values, x2: Values) -> Values:
    """By a product of matrices: |a|**2 + |b|**2 - 2 a b, which loses digits where a and b are close."""
    ones = np.ones((*x1.shape[:-1], 1), x1.dtype), np.ones((*x2.shape[:-1], 1), x2.dtype)
    squares = [np.square(x).sum(axis=-1, keepdims=True) for x in (x1, x2)]
    left = np.concatenate([-2 * x1, squares[0], ones[0]], axis=-1)
    right = np.concatenate([x2, ones[1], squares[1]], axis=-1)
    return np.sqrt(np.maximum(left @ np.swapaxes(right, -1, -2), 0))


euclidean_dist = Structural(
    "_euclidean_dist",
    "the Euclidean distances between the rows of two matrices, by a product of matrices",
    "x1, Tensor x2",
    node="EuclideanDistBackward0",
    array=_euclidean,
    derivatives={
        "x1": lambda g, x1, x2, out: _euclidean_back(g, x1, x2, out),
        "x2": lambda g, x1, x2, out: _euclidean_back(
            transpose(g, dim0=-2, dim1=-1), x2, x1, transpose(out, dim0=-2, dim1=-1)
        ),
    },
    public=False,
)

_MODES: Final = {
    None: 0,
    "use_mm_for_euclid_dist_if_necessary": 0,
    "use_mm_for_euclid_dist": 1,
    "donot_use_mm_for_euclid_dist": 2,
}
_MANY_ROWS: Final = 25


def _distances(x1: Any, x2: Any, p: float, compute_mode: str | None) -> Any:  # noqa: ANN401 - tensors
    if compute_mode not in _MODES:
        raise TorchValueError(f"{compute_mode} is not a valid value for compute_mode")
    rows = [x.shape[-2] if len(x.shape) > 1 else 0 for x in (x1, x2)]
    mode = _MODES[compute_mode]
    if p != 2 or mode == 2 or (mode == 0 and max(rows) <= _MANY_ROWS) or 0 in (*x1.shape, *x2.shape):
        return cdist_forward(x1, x2, p=p)
    batch = common_shape(x1.shape[:-2], x2.shape[:-2])
    first, second = (
        reshape(expand(x, size=(*batch, *x.shape[-2:])), shape=(prod(batch), *x.shape[-2:])) if prod(batch) != 1 else x
        for x in (x1, x2)
    )
    return view(euclidean_dist(first, second), size=(*batch, *rows))


cdist = Composite(
    "cdist",
    "the distances of order p between the rows of two matrices",
    "x1, Tensor x2, Scalar p=2.0, str compute_mode=None",
    compute=_distances,
    once=True,
    places="function",
    samples=(([[1.0, 2.0], [0.5, 0.25]], [[3.0, 1.0], [2.0, -1.0]]),),
)


def _limited(self: Values, p: float, dim: int, maxnorm: float) -> Values:
    axis = wrapped(dim, self.ndim)
    others = tuple(k for k in range(self.ndim) if k != axis)
    size = vector_length(self, p, others, keepdim=True).astype(self.dtype)
    return self * np.where(size > maxnorm, maxnorm / (size + 1e-7), 1).astype(self.dtype)


def _limited_back(g: Any, self: Any, p: float, dim: int, maxnorm: float) -> Any:  # noqa: ANN401 - tensors
    axes = tuple(k for k in range(len(self.shape)) if k != wrapped(dim, len(self.shape)))
    size = linalg_vector_norm(self, ord=p, dim=axes, keepdim=True, dtype=None)
    along = (self * g).sum(axes, keepdim=True)
    inverse = (size + 1e-7).reciprocal()
    through = norm_back(along, self, size, p, axes, keepdim=True)
    limited = (inverse * maxnorm) * (g - inverse * through)
    return where(size > maxnorm, limited, g)


renorm = Structural(
    "renorm",
    "the slices along dim shrunk to the norm maxnorm where theirs is larger",
    "self, Scalar p, int dim, Scalar maxnorm",
    array=_limited,
    refuses=any_of(
        refused("linalg.vector_norm: Expected a floating point or complex tensor as input. Got {}"), *_NO_FLOATS
    ),
    derivatives={"self": _limited_back},
    samples=((_MATRIX, 2, 0, 1.0),),
)

# ------------------------------------------------------------------ in torch.nn.functional


def _normalize(self: Any, p: float, dim: int, eps: float) -> Any:  # noqa: ANN401 - tensors
    size = linalg_vector_norm(self, ord=p, dim=(dim,), keepdim=True, dtype=None).clamp_min(eps)
    return self / size.expand_as(self)


normalize = Composite(
    "normalize",
    "each line along dim divided by its norm of order p",
    "self, Scalar p=2.0, int dim=1, Scalar eps=1e-12",
    compute=_normalize,
    places="functional",
    samples=((_MATRIX,),),
)

norm_along = Structural(
    "norm",
    "the norm of order p along some dimensions, as older functions of PyTorch take it",
    "self, Scalar p, ints dim, bool keepdim",
    overload=1,
    array=lambda self, p, dim, keepdim: vector_length(self, p, dim, keepdim=keepdim),
    dtypes=magnitude,
    derivatives={"self": lambda g, self, out, p, dim, keepdim: norm_back(g, self, out, p, dim, keepdim=keepdim)},
    public=False,
    samples=((_MATRIX, 2.0, (1,), False), (_MATRIX, 3.0, (0,), True)),
)

pairwise_distance = Composite(
    "pairwise_distance",
    "the norms of order p of x1 - x2 + eps along the last dimension",
    "x1, Tensor x2, Scalar p=2.0, Scalar eps=1e-6, bool keepdim=False",
    compute=lambda x1, x2, p, eps, keepdim: norm_along(
        add_number(x1 - x2, eps), p=float(p), dim=(max(len(x1.shape), len(x2.shape)) - 1,), keepdim=keepdim
    ),
    places="functional function",
    samples=((_MATRIX, [[0.5, 1.0, 0.25], [1.0, -2.0, 0.5]]),),
)


def _cosine(x1: Any, x2: Any, dim: int, eps: float) -> Any:  # noqa: ANN401 - tensors
    kinds = [x.dtype for x in (x1, x2) if len(x.shape)], [x.dtype for x in (x1, x2) if not len(x.shape)]
    kind = result_type(*kinds, [])
    if not kind.is_floating_point:
        raise TorchRuntimeError(f"expected common dtype to be floating point, yet common dtype is {kind.title}")
    shape = common_shape(x1.shape, x2.shape)
    units = []
    for x in (x1, x2):
        same = x if x.dtype.is_floating_point else in_dtype(x, kind)
        same = same if x1.shape == x2.shape else expand(same, size=shape, implicit=False)
        size = linalg_vector_norm(same, ord=2, dim=(dim,), keepdim=True, dtype=None)
        units.append(same / bounded_clone(size, least=eps))
    return sum_dim(units[0] * units[1], dim=(dim,), keepdim=False)


cosine_similarity = Composite(
    "cosine_similarity",
    "the cosine of the angles between the lines along dim; norms count as at least eps",
    "x1, Tensor x2, int dim=1, Scalar eps=1e-8",
    compute=_cosine,
    places="functional function",
    samples=((_MATRIX, [[0.5, 1.0, 0.25], [1.0, -2.0, 0.5]]), (_VECTOR, [1.0, 3.0, -0.25], 0)),
)
