"""Variance, deviation, covariance and quantiles."""

import warnings
from collections.abc import Callable
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.complex import magnitude
from autodiff.ops.dimension import reduced_count, wrapped, wrapped_all
from autodiff.ops.gathering import gather
from autodiff.ops.linalg import mm
from autodiff.ops.op import Composite, Structural, any_of, refused
from autodiff.ops.order import t, transpose
from autodiff.ops.reduction import restored, spread
from autodiff.ops.selection import isnan, masked_fill, where
from autodiff.ops.shape import squeeze, squeeze_in_place, unsqueeze, view
from autodiff.ops.sorting import sort
from autodiff.ops.summation import mean_of

__all__: list[str] = []

_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 3.0, 2.0], [4.0, 5.0, 7.0]]
_INTEGERS = any_of(
    refused("std and var only support floating point and complex dtypes"), Category.BOOL, Category.INTEGER
)

# ------------------------------------------------------------------ variance


def _freedom(shape: Any, dim: Any, correction: float | None) -> float:  # noqa: ANN401 - lengths, dimensions
    return reduced_count(shape, dim) - (1 if correction is None else correction)


def _variance(self: Values, dim: Any, correction: float | None, *, keepdim: bool, name: str = "var") -> Values:  # noqa: ANN401
    """The sum of squared distances from the mean over the degrees of freedom, in double precision."""
    axes = wrapped_all(dim, self.ndim)
    freedom = _freedom(self.shape, dim, correction)
    if freedom <= 0:
        warnings.warn(
            f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor "
            "(input numel divided by output numel). (Triggered internally at "
            "/__w/pytorch/pytorch/aten/src/ATen/native/ReduceOps.cpp:1861.)",
            UserWarning,
            stacklevel=5,
        )
    wide = self.astype(np.result_type(self.dtype, np.float64))
    distance = np.abs(wide - wide.mean(axis=axes, keepdims=True))
    return np.asarray((distance * distance).sum(axis=axes, keepdims=keepdim) / np.float64(max(freedom, 0)))


def _variance_back(g: Any, self: Any, dim: Any, correction: float | None, keepdim: bool) -> Any:  # noqa: ANN401
    """2 / freedom * g * (self - mean)."""
    freedom = _freedom(self.shape, dim, correction)
    if dim is None or not self.shape:
        distance = self - self.mean()
        if freedom <= 0:
            return g * where(distance == 0, float("nan"), float("inf"))
        return (g * (2.0 / freedom)) * distance
    g = restored(g, self.shape, dim, keepdim=keepdim)
    scale = 2.0 / freedom if freedom else float("inf")
    return (g * scale) * (self - self.mean(dim, keepdim=True))


def _deviation_back(g: Any, self: Any, out: Any, dim: Any, correction: float | None, keepdim: bool) -> Any:  # noqa: ANN401
    g = masked_fill(g / (out * 2), out == 0, 0)
    return _variance_back(g, self, dim, correction, keepdim)


def _with_unbiased(name: str, doc: str, places: str, own: Callable[[], Structural]) -> tuple[Composite, Composite]:
    """The overloads with `unbiased` in place of the correction; they come first, as in PyTorch."""

    def along(self: Any, dim: Any, unbiased: bool, keepdim: bool) -> Any:  # noqa: ANN401 - tensors
        return own()(self, dim=dim, correction=int(unbiased), keepdim=keepdim)

    def of_all(self: Any, unbiased: bool) -> Any:  # noqa: ANN401 - tensors
        return own()(self, dim=None, correction=int(unbiased), keepdim=False)

    signature = "self, ints dim, bool unbiased=True, bool keepdim=False"
    return (
        Composite(name, doc, signature, compute=along, places=places),
        Composite(name, doc, "self, bool unbiased", compute=of_all, places=places),
    )


_BOTH, _FUNCTION = "function method", "function"
var_along, var_unbiased = _with_unbiased("var", "the variance", _BOTH, lambda: var)
std_along, std_unbiased = _with_unbiased("std", "the standard deviation", _BOTH, lambda: std)
var_mean_along, var_mean_unbiased = _with_unbiased("var_mean", "the variance and the mean", _FUNCTION, lambda: var_mean)
std_mean_along, std_mean_unbiased = _with_unbiased(
    "std_mean", "the standard deviation and the mean", _FUNCTION, lambda: std_mean
)

_SIGNATURE = "self, ints dim=None, *, Scalar correction=None, bool keepdim=False"

var: Structural = Structural(
    "var",
    "the variance; the divisor is the number of elements less the correction (1)",
    _SIGNATURE,
    array=lambda self, dim, correction, keepdim: _variance(self, dim, correction, keepdim=keepdim),
    dtypes=magnitude,
    refuses=_INTEGERS,
    derivatives={"self": _variance_back},
    samples=((_VECTOR,), (_MATRIX, 0)),
)

std: Structural = Structural(
    "std",
    "the standard deviation: the root of the variance",
    _SIGNATURE,
    array=lambda self, dim, correction, keepdim: np.sqrt(_variance(self, dim, correction, keepdim=keepdim, name="std")),
    dtypes=magnitude,
    refuses=_INTEGERS,
    derivatives={"self": _deviation_back},
    samples=((_VECTOR,), (_MATRIX, 0)),
)


def _mean_back(g: Any, shape: Any, dim: Any, keepdim: bool) -> Any:  # noqa: ANN401 - tensors
    return spread(g, shape, dim, keepdim=keepdim) / reduced_count(shape, dim)


var_mean: Structural = Structural(
    "var_mean",
    "the variance and the mean",
    _SIGNATURE,
    array=lambda self, dim, correction, keepdim: (
        _variance(self, dim, correction, keepdim=keepdim, name="var_mean"),
        mean_of(self, wrapped_all(dim, self.ndim), keepdims=keepdim),
    ),
    differentiable=0,
    refuses=_INTEGERS,
    derivatives={
        "self": lambda g, self, dim, correction, keepdim: (
            _variance_back(g[0], self, dim, correction, keepdim) + _mean_back(g[1], self.shape, dim, keepdim)
        )
    },
    places="function",
    samples=((_VECTOR,), (_MATRIX, 0)),
)

std_mean: Structural = Structural(
    "std_mean",
    "the standard deviation and the mean",
    _SIGNATURE,
    array=lambda self, dim, correction, keepdim: (
        np.sqrt(_variance(self, dim, correction, keepdim=keepdim, name="std_mean")),
        mean_of(self, wrapped_all(dim, self.ndim), keepdims=keepdim),
    ),
    differentiable=0,
    refuses=_INTEGERS,
    derivatives={
        "self": lambda g, self, out, dim, correction, keepdim: (
            _deviation_back(g[0], self, out, dim, correction, keepdim) + _mean_back(g[1], self.shape, dim, keepdim)
        )
    },
    places="function",
    samples=((_VECTOR,), (_MATRIX, 0)),
)


# ------------------------------------------------------------------ covariance


def _covariance(self: Any, fweights: Any, aweights: Any, correction: int) -> Any:  # noqa: ANN401 - tensors
    if len(self.shape) > 2:
        raise TorchRuntimeError(
            f"cov(): expected input to have two or fewer dimensions but got an input with {len(self.shape)} dimensions"
        )
    rows = view(self, size=(1, -1)) if len(self.shape) < 2 else self
    weights = fweights if aweights is None else aweights if fweights is None else fweights * aweights
    if weights is None:
        count: Any = rows.shape[1]
        mean = rows.sum(1) / count
        scale = count - correction
    else:
        total = weights.sum()
        mean = (rows * weights).sum(1) / total
        scale = total - (correction if aweights is None else correction * (weights * aweights).sum() / total)
        scale = scale.item()
    if scale <= 0:
        warnings.warn("cov(): degrees of freedom is <= 0", UserWarning, stacklevel=4)
        scale = 0
    distance = rows - unsqueeze(mean, dim=1)
    weighted = distance if weights is None else distance * weights
    return squeeze(mm(distance, t(weighted).conj()) / scale)


cov = Composite(
    "cov",
    "the covariances of the rows",
    "self, *, int correction=1, Tensor fweights=None, Tensor aweights=None",
    compute=_covariance,
    samples=((_MATRIX,),),
)


def _correlation(self: Any) -> Any:  # noqa: ANN401 - tensors
    covariance = _covariance(self, None, None, 1)
    if not covariance.shape:
        return covariance / covariance
    deviation = covariance.diagonal().sqrt()
    return (covariance / view(deviation, size=(-1, 1)) / view(deviation, size=(1, -1))).clamp(-1, 1)


corrcoef = Composite("corrcoef", "the correlations of the rows", compute=_correlation, samples=((_MATRIX,),))

# ------------------------------------------------------------------ quantiles


def _quantile(self: Any, q: Any, dim: int | None, keepdim: bool, interpolation: str) -> Any:  # noqa: ANN401
    if self.dtype.name not in ("float32", "float64"):
        raise TorchRuntimeError("quantile() input tensor must be either float or double dtype")
    ordered = self.reshape(-1) if dim is None else self
    axis = 0 if dim is None else wrapped(dim, len(self.shape))
    if dim is not None and axis != len(self.shape) - 1:
        ordered = transpose(unsqueeze(ordered, dim=-1), dim0=axis, dim1=-1)
        ordered = squeeze_in_place(ordered, dim=axis) if not keepdim else ordered
    ordered = sort(ordered, dim=-1, descending=False, stable=False)[0]
    lines = (
        view(ordered.contiguous(), size=(-1, ordered.shape[-1]))
        if len(ordered.shape) != 1
        else view(ordered, size=(-1,))
    )
    ranks = _ranks(lines, q)
    below = ranks.floor()
    index = below.long()
    low = gather(lines, index, dim=-1, sparse_grad=False)
    if interpolation in ("linear", "midpoint"):
        weights = (ranks - below) * 0 + 0.5 if interpolation == "midpoint" else ranks - below
        high = gather(lines, ranks.ceil().long(), dim=-1, sparse_grad=False)
        values = low.lerp(high, weights)
    else:
        chosen = {"lower": index, "higher": ranks.ceil().long(), "nearest": ranks.round().long()}[interpolation]
        values = gather(lines, chosen, dim=-1, sparse_grad=False)
    return _placed_quantiles(values, self, q, None if dim is None else axis, keepdim=keepdim)


def _ranks(lines: Any, q: Any) -> Any:  # noqa: ANN401 - tensors
    """The position of each quantile in each line, the last one where there is a nan."""
    last = lines.shape[-1] - 1
    ranks = (q * last).reshape(-1) if len(lines.shape) == 1 else (q * last).reshape(1, -1).expand(lines.shape[0], -1)
    return masked_fill(ranks, isnan(lines.detach()).any(-1, keepdim=True), last)


def _placed_quantiles(values: Any, self: Any, q: Any, axis: int | None, *, keepdim: bool) -> Any:  # noqa: ANN401
    if axis is None and not keepdim:
        return values if q.shape else squeeze_in_place(values, dim=-1)
    rest = [1 if k == axis or axis is None else n for k, n in enumerate(self.shape) if keepdim or k != axis]
    values = values.reshape(-1, q.numel()).permute(1, 0).reshape(q.numel(), *rest)
    return values if q.shape else values.squeeze(0)


def _quantile_of_number(self: Any, q: float, dim: int | None, keepdim: bool, interpolation: str) -> Any:  # noqa: ANN401
    if not 0 <= q <= 1:
        raise TorchRuntimeError(f"quantile() q must be in the range [0, 1] but got {q:g}")
    return _quantile(self, self.detach().reshape(-1)[:1].sum() * 0 + q, dim, keepdim, interpolation)


quantile = Composite(
    "quantile",
    "the value below which a fraction q of the elements lies, between two of them linearly",
    "self, Tensor q, int dim=None, bool keepdim=False, *, str interpolation='linear'",
    compute=_quantile,
)

quantile_of_number = Composite(
    "quantile",
    "the value below which a fraction q of the elements lies, between two of them linearly",
    "self, Scalar q, int dim=None, bool keepdim=False, *, str interpolation='linear'",
    compute=_quantile_of_number,
    samples=((_VECTOR, 0.5), (_MATRIX, 0.3, 1)),
)


def _histogram(self: Values, bins: int, low: float, high: float) -> Values:
    limits = (low, high) if low != high else (float(self.min()), float(self.max()))
    return np.histogram(self, bins, limits)[0]


histc = Structural(
    "histc",
    "how many elements lie in each of several bins of equal width",
    "self, int bins=100, Scalar min=0, Scalar max=0",
    array=lambda self, bins, min, max: _histogram(self, bins, min, max),
)
