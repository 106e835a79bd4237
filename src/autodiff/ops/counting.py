"""Which elements there are, how often, and where they belong in a sorted sequence. Nothing here has a derivative."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from autodiff.dtypes import Category, float32, int64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.op import Composite, Structural, any_of, boolean, no_derivative, not_implemented
from autodiff.ops.shape import new_zeros
from autodiff.ops.slices import index_add

__all__: list[str] = []

_WHOLE, _FLOAT, _COMPLEX = (Category.BOOL, Category.INTEGER), Category.FLOAT, Category.COMPLEX

# ------------------------------------------------------------------ distinct elements


def _chosen(values: Values, inverse: Values, counts: Values, *, return_inverse: bool, return_counts: bool) -> Any:  # noqa: ANN401
    wanted = [values, *([inverse] if return_inverse else []), *([counts] if return_counts else [])]
    return wanted if len(wanted) > 1 else values


def _distinct(self: Values, return_inverse: bool, return_counts: bool, dim: int | None) -> Any:  # noqa: ANN401
    values, inverse, counts = np.unique(self, return_inverse=True, return_counts=True, axis=dim, equal_nan=False)
    shape = self.shape if dim is None else (self.shape[dim],)
    inverse = inverse.reshape(shape)
    return _chosen(values, inverse, counts, return_inverse=return_inverse, return_counts=return_counts)


unique_all = Structural(
    "_unique2",
    "the distinct elements in order; on request where each went, and how often each occurs",
    "self, bool sorted=True, bool return_inverse=False, bool return_counts=False",
    array=lambda self, sorted, return_inverse, return_counts: _distinct(self, return_inverse, return_counts, None),
    node="Unique2Backward0",
    refuses={_COMPLEX: not_implemented("unique")},
    derivatives={"self": no_derivative("_unique2")},
    further_dtypes=(int64, int64),
    public=False,
)

unique_dim = Structural(
    "unique_dim",
    "the distinct slices of dimension dim in order; on request where each went, and how often each occurs",
    "self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False",
    array=lambda self, dim, sorted, return_inverse, return_counts: _distinct(self, return_inverse, return_counts, dim),
    refuses={_COMPLEX: not_implemented("unique_dim")},
    derivatives={"self": no_derivative("unique_dim")},
    further_dtypes=(int64, int64),
    public=False,
)

unique = Composite(
    "unique",
    "the distinct elements, or slices of a dimension, in order; on request where each went, and how often each occurs",
    "self, bool sorted=True, bool return_inverse=False, bool return_counts=False, int dim=None",
    compute=lambda self, sorted, return_inverse, return_counts, dim: (
        unique_all(self, sorted=sorted, return_inverse=return_inverse, return_counts=return_counts)
        if dim is None
        else unique_dim(self, dim=dim, sorted=sorted, return_inverse=return_inverse, return_counts=return_counts)
    ),
)


def _runs(self: Values, return_inverse: bool, return_counts: bool, dim: int | None) -> Any:  # noqa: ANN401
    lines = self.reshape(-1) if dim is None else np.moveaxis(self, dim, 0)
    starts = np.ones(len(lines), dtype=bool)
    starts[1:] = (lines[1:] != lines[:-1]).any(axis=tuple(range(1, lines.ndim)))
    inverse = np.cumsum(starts) - 1
    values = lines[starts] if dim is None else np.moveaxis(lines[starts], 0, dim)
    return _chosen(
        values,
        inverse.reshape(self.shape) if dim is None else inverse,
        np.bincount(inverse),
        return_inverse=return_inverse,
        return_counts=return_counts,
    )


unique_consecutive = Structural(
    "unique_consecutive",
    "the elements without those that equal their predecessor; on request where each went, and how long each run is",
    "self, bool return_inverse=False, bool return_counts=False, int dim=None",
    array=lambda self, return_inverse, return_counts, dim: _runs(self, return_inverse, return_counts, dim),
    refuses={_COMPLEX: not_implemented("unique")},
    derivatives={"self": no_derivative("unique_consecutive")},
    further_dtypes=(int64, int64),
)

# ------------------------------------------------------------------ frequencies


def _counts(self: Values, minlength: int) -> Values:
    if self.ndim != 1 or (self.size and self.min() < 0):
        raise TorchRuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if minlength < 0:
        raise TorchRuntimeError("minlength should be >= 0")
    return np.bincount(self, minlength=minlength)


bincount = Structural(
    "bincount",
    "how often each non-negative integer occurs",
    "self, *, int minlength=0",
    array=_counts,
    dtypes=lambda d: (d, int64),
    refuses=any_of(not_implemented("bincount_cpu"), _FLOAT, _COMPLEX),
)


def _weighed(self: Any, weights: Any, minlength: int) -> Any:  # noqa: ANN401 - tensors
    count = bincount(self, minlength=minlength).shape
    if weights.shape != self.shape:
        raise TorchRuntimeError("weights should be 1-d and have the same length as input")
    weights = weights.detach() if weights.dtype is float32 else weights.detach().double()
    return index_add(new_zeros(weights, size=count), self, weights, dim=0, alpha=1)


bincount_of_weights = Composite(
    "bincount",
    "the sum of the weights at each non-negative integer",
    "self, Tensor weights, int minlength=0",
    compute=_weighed,
)


def _limits(name: str, self: Values, low: float, high: float) -> tuple[float, float]:
    """The bounds of a histogram: those given, or (if equal) those of the elements, one apart at least."""
    if high < low:
        raise TorchRuntimeError(f"{name}: max must be larger than min")
    if low == high and self.size:
        self = self.astype(np.float64)
        low, high = float(self.min()), float(self.max())
    if not (isfinite(low) and isfinite(high)):
        raise TorchRuntimeError(f"{name}: range of [{low:g}, {high:g}] is not finite")
    return (low - 1, high + 1) if low == high else (low, high)


def _histogram(self: Values, bins: int, low: float, high: float) -> Values:
    if bins <= 0:
        raise TorchRuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    limits = _limits("torch.histc", self, low, high)
    return np.histogram(self[~np.isnan(self)], bins, limits)[0]


histc = Structural(
    "histc",
    "how many elements lie in each of several bins of equal width",
    "self, int bins=100, Scalar min=0, Scalar max=0",
    array=lambda self, bins, min, max: _histogram(self, bins, min, max),
    refuses=any_of(not_implemented("histogram_cpu"), *_WHOLE, _COMPLEX),
)

# ------------------------------------------------------------------ membership


def _member(elements: Values, test_elements: Values, invert: bool) -> Values:
    return np.asarray(np.isin(elements, test_elements, invert=invert))


isin_tensor = Structural(
    "isin",
    "whether each element is among the test elements",
    "elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False",
    array=lambda elements, test_elements, assume_unique, invert: _member(elements, test_elements, invert),
    dtypes=boolean,
    promotes=True,
    places="function",
)

isin_number = Composite(
    "isin",
    "whether each element is a number",
    "elements, Scalar test_element, *, bool assume_unique=False, bool invert=False",
    compute=lambda elements, test_element, assume_unique, invert: (
        elements != test_element if invert else elements == test_element
    ),
    places="function",
)

isin_of_number = Composite(
    "isin",
    "whether a number is among the test elements",
    "Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False",
    compute=lambda test_elements, element, assume_unique, invert: (
        (test_elements == element).any().logical_not() if invert else (test_elements == element).any()
    ),
    places="function",
)


def _unraveled(indices: Any, shape: Sequence[int]) -> tuple[Any, ...]:  # noqa: ANN401 - tensors
    found: list[Any] = []
    for length in reversed(list(shape)):
        found.insert(0, indices % length)
        indices = indices.floor_divide(length)
    return tuple(found)


unravel_index = Composite(
    "unravel_index",
    "positions counted through a whole tensor of a shape as one index a dimension",
    "indices, ints shape",
    compute=_unraveled,
    places="function",
)
