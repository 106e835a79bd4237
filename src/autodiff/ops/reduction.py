"""Reductions: one number of many, or of each line along some dimensions."""

from typing import Any

from autodiff.dtypes import Category, dtype, int64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values
from autodiff.ops.dimension import wrapped, wrapped_all
from autodiff.ops.op import Structural, any_of, not_implemented, refused
from autodiff.ops.shape import expand, unsqueeze

__all__: list[str] = []

_BOOL, _INTEGER = Category.BOOL, Category.INTEGER
_SAMPLES = ((1.5,), ([0.5, -1.5, 2.0],), ([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]],))
_MATRICES = (([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]],),)


def counted(d: dtype) -> tuple[dtype, dtype]:
    """Bools and integers are counted in int64."""
    d = int64 if d.category <= Category.INTEGER else d
    return d, d


def spread(g: Any, shape: tuple[int, ...], dim: Any, *, keepdim: bool) -> Any:  # noqa: ANN401 - tensors
    """The gradient of a reduction, back along the dimensions it reduced."""
    return expand(restored(g, shape, dim, keepdim=keepdim), size=shape)


def restored(g: Any, shape: tuple[int, ...], dim: Any, *, keepdim: bool) -> Any:  # noqa: ANN401 - tensors
    """The result of a reduction with the dimensions it dropped, of length 1."""
    if keepdim or not shape:
        return g
    for axis in sorted(wrapped_all(dim, len(shape))):
        g = unsqueeze(g, dim=axis)
    return g


def reduced_count(shape: tuple[int, ...], dim: Any) -> int:  # noqa: ANN401 - an int, some ints or None
    """How many elements went into each result."""
    count = 1
    for axis in wrapped_all(dim, len(shape)):
        count *= shape[axis]
    return count


sum_ = Structural(
    "sum",
    "the sum of all elements",
    "self, *, dtype dtype=None",
    array=lambda self, dtype: self.sum(),
    scalar=lambda self, dtype: self,
    dtypes=counted,
    derivatives={"self": lambda g, self_shape: expand(g, size=self_shape)},
    samples=_SAMPLES,
)

sum_dim = Structural(
    "sum",
    "the sums along some dimensions",
    "self, ints dim, bool keepdim=False, *, dtype dtype=None",
    overload=1,
    array=lambda self, dim, keepdim, dtype: self.sum(axis=wrapped_all(dim, self.ndim), keepdims=keepdim),
    scalar=lambda self, dim, keepdim, dtype: (wrapped_all(dim, 0), self)[1],
    dtypes=counted,
    derivatives={"self": lambda g, self_shape, dim, keepdim: spread(g, self_shape, dim, keepdim=keepdim)},
    samples=_MATRICES,
)

_NO_MEAN = any_of(
    refused(
        "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {}"
    ),
    _BOOL,
    _INTEGER,
)

mean = Structural(
    "mean",
    "the mean of all elements",
    "self, *, dtype dtype=None",
    array=lambda self, dtype: self.sum() / self.size,
    scalar=lambda self, dtype: self,
    refuses=_NO_MEAN,
    derivatives={"self": lambda g, self_shape: expand(g, size=self_shape) / reduced_count(self_shape, None)},
    samples=_SAMPLES,
)

mean_dim = Structural(
    "mean",
    "the means along some dimensions",
    "self, ints dim, bool keepdim=False, *, dtype dtype=None",
    overload=1,
    array=lambda self, dim, keepdim, dtype: self.sum(axis=wrapped_all(dim, self.ndim), keepdims=keepdim)
    / reduced_count(self.shape, dim),
    scalar=lambda self, dim, keepdim, dtype: (wrapped_all(dim, 0), self)[1],
    refuses=_NO_MEAN,
    derivatives={
        "self": lambda g, self_shape, dim, keepdim: (
            spread(g, self_shape, dim, keepdim=keepdim) / reduced_count(self_shape, dim)
        )
    },
    samples=_MATRICES,
)

# ------------------------------------------------------------------ extremes

_NO_COMPLEX_MAX = any_of(not_implemented("max_all"), Category.COMPLEX)


def _shared(g: Any, self: Any, out: Any) -> Any:  # noqa: ANN401 - tensors
    """The gradient split evenly among the elements that equal the result."""
    mask = self == out
    return g / mask.sum() * mask


max_all = Structural(
    "max",
    "the largest element; equal ones share the gradient",
    overload=1,
    array=lambda self: self.max(),
    scalar=lambda self: self,
    refuses=_NO_COMPLEX_MAX,
    derivatives={"self": lambda g, self, out: _shared(g, self, out)},
    samples=_SAMPLES,
)

max_dim = Structural(
    "max",
    "the largest elements along dim, and where they are (the first of equal ones)",
    "self, int dim, bool keepdim=False",
    array=lambda self, dim, keepdim: (
        self.max(axis=wrapped(dim, self.ndim), keepdims=keepdim),
        self.argmax(axis=wrapped(dim, self.ndim), keepdims=keepdim),
    ),
    scalar=lambda self, dim, keepdim: (self, wrapped(dim, 0)),
    outputs=("values", "indices"),
    further_dtypes=(int64,),
    refuses=_NO_COMPLEX_MAX,
    derivatives={
        "self": lambda g, self_shape, indices, dim, keepdim: put_along(g, self_shape, indices, dim, keepdim=keepdim)
    },
    samples=(),
)
