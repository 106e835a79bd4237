"""Variance, deviation and covariance."""

import warnings
from collections.abc import Callable
from typing import Any, Final

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.complex import complex_, magnitude
from autodiff.ops.dimension import reduced_count, wrapped_all
from autodiff.ops.linalg import mm
from autodiff.ops.op import Composite, Structural, any_of, refused
from autodiff.ops.order import t
from autodiff.ops.reduction import restored, spread
from autodiff.ops.refusal import Refusal
from autodiff.ops.selection import masked_fill, where
from autodiff.ops.shape import squeeze, unsqueeze, view
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
    mean = wide.sum(axis=axes, keepdims=True) / np.float64(reduced_count(self.shape, dim))
    distance = np.abs(wide - mean)
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


def _together(g: Any, first: Callable[[Any], Any], shape: Any, dim: Any, *, keepdim: bool) -> Any:  # noqa: ANN401
    """The gradients of both results, added up; those that have none are None."""
    parts = [] if g[0] is None else [first(g[0])]
    parts += [] if g[1] is None else [_mean_back(g[1], shape, dim, keepdim)]
    return parts[0] + parts[1] if len(parts) > 1 else parts[0]


def _no_integers(name: str) -> dict[int, Refusal]:
    text = f"{name} only support floating point and complex dtypes"
    return any_of(refused(text), Category.BOOL, Category.INTEGER)


var_mean: Structural = Structural(
    "var_mean",
    "the variance and the mean",
    _SIGNATURE,
    array=lambda self, dim, correction, keepdim: (
        _variance(self, dim, correction, keepdim=keepdim, name="var_mean"),
        mean_of(self, wrapped_all(dim, self.ndim), keepdims=keepdim),
    ),
    differentiable=0,
    sees_missing=True,
    dtypes=magnitude,
    further_dtypes=(None,),
    refuses=_no_integers("var_mean"),
    derivatives={
        "self": lambda g, self, dim, correction, keepdim: _together(
            g, lambda g: _variance_back(g, self, dim, correction, keepdim), self.shape, dim, keepdim=keepdim
        )
    },
    places="function",
    samples=((_VECTOR,), (_MATRIX, 0)),
)

std_mean: Structural = Structural(
    "std_mean",
    "the standard deviation and the mean",
    _SIGNATURE,
    outputs=("result0", "result1"),
    array=lambda self, dim, correction, keepdim: (
        np.sqrt(_variance(self, dim, correction, keepdim=keepdim, name="std_mean")),
        mean_of(self, wrapped_all(dim, self.ndim), keepdims=keepdim),
    ),
    differentiable=0,
    sees_missing=True,
    dtypes=magnitude,
    further_dtypes=(None,),
    refuses=_no_integers("std_mean"),
    derivatives={
        "self": lambda g, self, result0, dim, correction, keepdim: _together(
            g, lambda g: _deviation_back(g, self, result0, dim, correction, keepdim), self.shape, dim, keepdim=keepdim
        )
    },
    places="function",
    samples=((_VECTOR,), (_MATRIX, 0)),
)


# ------------------------------------------------------------------ covariance


_FEW_OBSERVATIONS: Final = (
    "cov(): degrees of freedom is <= 0. Correction should be strictly less than the number of observations. (Triggered "
    "internally at /__w/pytorch/pytorch/aten/src/ATen/native/Correlation.cpp:129.)"
)


def _covariance(self: Any, fweights: Any, aweights: Any, correction: int) -> Any:  # noqa: ANN401 - tensors
    if len(self.shape) > 2:
        raise TorchRuntimeError(
            f"cov(): expected input to have two or fewer dimensions but got an input with {len(self.shape)} dimensions"
        )
    if self.dtype.category == Category.BOOL:
        raise TorchRuntimeError("cov(): bool dtype is not supported for input")
    rows = view(self, size=(1, -1)) if len(self.shape) < 2 else self
    weights = fweights if aweights is None else aweights if fweights is None else fweights * aweights
    if weights is None:
        count: Any = rows.shape[1]
        mean = rows.sum(1) / count
        scale = count - correction
    else:
        total = weights.sum()
        mean = (rows * weights).sum(1) / total
        fewer = correction if aweights is None or not correction else correction * (weights * aweights).sum() / total
        scale = total - fewer
    if bool(scale <= 0):
        warnings.warn(_FEW_OBSERVATIONS, UserWarning, stacklevel=4)
        scale = 0 * scale
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
    if len(self.shape) > 2:
        raise TorchRuntimeError(
            "corrcoef(): expected input to have two or fewer dimensions but got an input with "
            f"{len(self.shape)} dimensions"
        )
    covariance = _covariance(self, None, None, 1)
    if not covariance.shape:
        return covariance / covariance
    deviation = covariance.diagonal().sqrt()
    result = covariance / view(deviation, size=(-1, 1)) / view(deviation, size=(1, -1))
    if result.dtype.category == Category.COMPLEX:
        return complex_(result.real.clamp(-1, 1), result.imag.clamp(-1, 1))
    return result.clamp(-1, 1)


corrcoef = Composite("corrcoef", "the correlations of the rows", compute=_correlation, samples=((_MATRIX,),))
