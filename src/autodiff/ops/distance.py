"""Distances: norms of differences, and what is done with them."""

from typing import Any

from autodiff.dtypes import result_type
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.arithmetic import add_number
from autodiff.ops.cast import in_dtype
from autodiff.ops.complex import magnitude
from autodiff.ops.dimension import common_shape, wrapped
from autodiff.ops.filling import bounded_clone
from autodiff.ops.norm import linalg_vector_norm, norm_back, vector_length
from autodiff.ops.op import Composite, Structural
from autodiff.ops.reduction import sum_dim
from autodiff.ops.selection import where
from autodiff.ops.shape import expand

__all__: list[str] = []

_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 3.0, 2.0], [4.0, 5.0, 7.0]]

# ------------------------------------------------------------------ distances

dist = Structural(
    "dist",
    "the norm of order p of self - other",
    "self, Tensor other, Scalar p=2",
    array=lambda self, other, p: vector_length(self - other, p, None, keepdim=False),
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
    return vector_length(x1[..., :, None, :] - x2[..., None, :, :], p, -1, keepdim=False)


def _cdist_back(g: Any, x1: Any, x2: Any, out: Any, p: float, dim: int) -> Any:  # noqa: ANN401 - tensors
    """The distances' gradients, added over the vectors of the other side."""
    difference = x1.unsqueeze(-2) - x2.unsqueeze(-3)
    each = norm_back(g, difference, out, p, (-1,), keepdim=False)
    return 0 if each is None else each.sum(dim)


cdist = Structural(
    "cdist",
    "the distances of order p between the rows of two matrices",
    "x1, Tensor x2, Scalar p=2.0, str compute_mode=None",
    array=lambda x1, x2, p, compute_mode: _pairwise(x1, x2, p),
    derivatives={
        "x1": lambda g, x1, x2, out, p: _cdist_back(g, x1, x2, out, p, -2),
        "x2": lambda g, x1, x2, out, p: -_cdist_back(g, x1, x2, out, p, -3),
    },
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
