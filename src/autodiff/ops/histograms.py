"""Histograms: how many elements, or how much weight, lies between each two neighbouring edges."""

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, Final

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import title_of
from autodiff.ops.op import Structural, any_of, not_implemented

__all__: list[str] = []

_NAME: Final = "torch.histogramdd"
_C_NAMES: Final = {"Float": "float", "Double": "double", "Long": "long int", "Int": "int", "Bool": "bool"}


def _limits(self: Values, given: Sequence[float] | None) -> tuple[float, float]:
    """The first and the last edge: those given, or the extremes of the elements; one apart, if they are equal."""
    if given is not None and len(given) != 2:
        raise TorchRuntimeError(
            f"{_NAME}: for a 1-dimensional histogram range should have 2 elements, but got {len(given)}"
        )
    if given is None:
        given = (float(self.min()), float(self.max())) if self.size else (0.0, 1.0)
    low, high = given
    if not (isfinite(low) and isfinite(high)):
        raise TorchRuntimeError(f"{_NAME}: dimension 0's range [{low:g}, {high:g}] is not finite")
    if low > high:
        raise TorchRuntimeError(f"{_NAME}: min should not exceed max, but got min {low:g} max {high:g} for dimension 0")
    return (low - 0.5, high + 0.5) if low == high else (low, high)


def _even_edges(self: Values, bins: int, limits: Sequence[float] | None) -> Values:
    """The edges of bins of one width, counted from the nearer end in the dtype of the elements."""
    if bins <= 0:
        raise TorchRuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    low, high = (self.dtype.type(limit) for limit in _limits(self, limits))
    step = (high - low) / self.dtype.type(bins)
    places = np.arange(bins + 1).astype(self.dtype)
    return np.where(places < (bins + 1) // 2, low + step * places, high - step * (bins - places))


def _given_edges(self: Values, bins: Values) -> Values:
    if bins.ndim != 1:
        raise TorchRuntimeError(
            f"{_NAME}: bins tensor should have one dimension, but got {bins.ndim} dimensions in the bins tensor for "
            "dimension 0"
        )
    if not bins.size:
        raise TorchRuntimeError(
            f"{_NAME}: bins tensor should have at least 1 element, but got 0 elements in the bins tensor for "
            "dimension 0"
        )
    if bins.dtype != self.dtype:
        own, other = (_C_NAMES.get(title_of(values), title_of(values)) for values in (self, bins))
        raise TorchRuntimeError(
            f"{_NAME}: input tensor and bins tensors should have the same dtype, but got input with dtype {own} and "
            f"bins for dimension 0 with dtype {other}"
        )
    if bins.size == 1:
        raise TorchRuntimeError("torch.histogram(): bins must be > 0, but got 0 for dimension 0")
    return bins


def _counted(self: Values, edges: Values, weight: Values | None, density: bool) -> tuple[Values, Values]:
    """The sums of weights (1 each, if there are none); as a density, their integral is 1."""
    if weight is not None and weight.shape != self.shape:
        raise TorchRuntimeError(
            f"{_NAME}: if weight tensor is provided it should have the same shape as the input tensor excluding its "
            f"innermost dimension, but got input with shape {[self.size, 1]} and weight with shape {list(weight.shape)}"
        )
    weights = None if weight is None else weight.reshape(-1)
    rising = bool((edges[1:] >= edges[:-1]).all())
    found = np.histogram(self.reshape(-1), edges, weights=weights)[0] if rising else np.zeros(edges.size - 1)
    found = found.astype(self.dtype)
    return (found / found.sum() / np.diff(edges) if density else found), edges.copy()


def _declared(doc: str, schema: str, edges: Callable[..., Values]) -> Structural:
    """A histogram whose edges follow from the bins asked for."""

    def compute(self: Values, *tensors: Any, density: bool, **asked: Any) -> tuple[Values, Values]:  # noqa: ANN401
        *bins, weight = tensors
        return _counted(self, edges(self, *bins, **asked), weight, density)

    return Structural(
        "histogram",
        doc,
        schema,
        array=compute,
        outputs=("hist", "bin_edges"),
        differentiable=0,
        node="NotImplemented",
        refuses=any_of(not_implemented("histogramdd"), Category.BOOL, Category.INTEGER, Category.COMPLEX),
    )


histogram = _declared(
    "how many elements lie in each of several bins of one width, and the edges of the bins",
    "self, int bins=100, *, pair range=None, Tensor weight=None, bool density=False",
    lambda self, bins, range: _even_edges(self, bins, range),
)

histogram_of_edges = _declared(
    "how many elements lie between each two neighbouring edges, and the edges",
    "self, Tensor bins, *, Tensor weight=None, bool density=False",
    _given_edges,
)
