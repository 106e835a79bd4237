"""Running sums, products and extremes along a dimension."""

from collections.abc import Callable
from math import inf
from typing import Any

from autodiff.dtypes import Category, int64
from autodiff.numbers.array import Values, np
from autodiff.numbers.double_complex import logarithm_of_sum
from autodiff.ops.conjugation import conj
from autodiff.ops.dimension import wrapped
from autodiff.ops.exponential import exp, log
from autodiff.ops.gathering import scatter_add
from autodiff.ops.joining import cat
from autodiff.ops.op import Structural, any_of, not_implemented
from autodiff.ops.order import flip
from autodiff.ops.reduction import counted, sum_dim
from autodiff.ops.rounding import abs_
from autodiff.ops.selection import where
from autodiff.ops.shape import new_zeros, ones_like

__all__: list[str] = []

_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]


def _accumulated(self: Values, dim: int, ufunc: str) -> Values:
    """The running results along `dim`, in double precision, each rounded once."""
    axis = wrapped(dim, self.ndim)
    if not self.ndim:
        return self.copy()
    wide = {"f": np.float64, "e": np.float64, "F": np.complex128}.get(self.dtype.char, self.dtype)
    return np.asarray(getattr(np, ufunc).accumulate(self, axis=axis, dtype=wide)).astype(self.dtype)


def summed_from_the_end(g: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    """For each element along `dim` the sum from it to the end."""
    if g.numel() <= 1 or g.shape[wrapped(dim, len(g.shape))] == 1:
        return g
    return flip(cumsum(flip(g, dims=(dim,)), dim=dim), dims=(dim,))


cumsum = Structural(
    "cumsum",
    "the running sums along dim",
    "self, int dim, *, dtype dtype=None",
    array=lambda self, dim, dtype: _accumulated(self, dim, "add"),
    scalar=lambda self, dim, dtype: (wrapped(dim, 0), self)[1],
    dtypes=counted,
    derivatives={"self": lambda g, dim: summed_from_the_end(g, dim)},
    in_place=True,
    samples=((_VECTOR, 0), (_MATRIX, 1)),
)


def _cumprod_back(g: Any, self: Any, out: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    """Without zeros sum(g * out, to the end) / self; with zeros products of all others, added up."""
    if not self.shape or self.numel() <= 1:
        return g
    if not bool((self == 0).any()):
        return summed_from_the_end(conj(out) * g, dim) / conj(self)
    axis = wrapped(dim, len(self.shape))
    result: Any = new_zeros(g, size=self.shape)
    length = self.shape[axis]
    before = ones_like(self.narrow(axis, 0, 1))
    for k in range(length):
        after = cat([ones_like(before), self.narrow(axis, k + 1, length - k - 1)], dim=axis).cumprod(axis)
        share = sum_dim(g.narrow(axis, k, length - k) * conj(before * after), dim=axis, keepdim=False)
        result[(slice(None),) * axis + (k,)] = share
        before = before * self.narrow(axis, k, 1)
    return result


cumprod = Structural(
    "cumprod",
    "the running products along dim",
    "self, int dim, *, dtype dtype=None",
    array=lambda self, dim, dtype: _accumulated(self, dim, "multiply"),
    scalar=lambda self, dim, dtype: (wrapped(dim, 0), self)[1],
    dtypes=counted,
    derivatives={"self": _cumprod_back},
    in_place=True,
    samples=((_VECTOR, 0), (_MATRIX, 1), ([2.0, 0.0, 3.0], 0)),
)


def _running_extreme(name: str, ufunc: str, doc: str) -> Structural:
    def running(self: Values, dim: int) -> tuple[Values, Values]:
        axis = wrapped(dim, self.ndim)
        if not self.ndim:
            return self.copy(), np.zeros((), dtype=np.int64)
        values = getattr(np, ufunc).accumulate(self, axis=axis)
        reached = (self == values) | np.isnan(self)  # of equal ones the last counts
        shape = [-1 if k == axis else 1 for k in range(self.ndim)]
        places = np.where(reached, np.arange(self.shape[axis]).reshape(shape), 0)
        return values, np.maximum.accumulate(places, axis=axis)

    return Structural(
        name,
        f"the {doc} elements so far along dim, and where they are (the last of equal ones)",
        "self, int dim",
        array=running,
        outputs=("values", "indices"),
        further_dtypes=(int64,),
        refuses=any_of(not_implemented(f"{name}_cpu"), Category.COMPLEX),
        derivatives={
            "self": lambda g, self, indices, dim: scatter_add(new_zeros(g[0], size=self.shape), indices, g[0], dim=dim)
        },
        samples=((_VECTOR, 0), (_MATRIX, 1)),
    )


cummax = _running_extreme("cummax", "maximum", "largest")
cummin = _running_extreme("cummin", "minimum", "smallest")


def _logcumsumexp(self: Values, dim: int) -> Values:
    axis = wrapped(dim, self.ndim)
    if not self.ndim:
        return self.copy()
    if self.dtype.kind == "c":
        return running(self, axis, logarithm_of_sum)
    return np.logaddexp.accumulate(self.astype(np.float64), axis=axis).astype(self.dtype)


def running(self: Values, axis: int, combine: Callable[[complex, complex], complex]) -> Values:
    """What `combine` makes of each element and what it made of those before (first: minus infinity), along an axis."""
    result = self.copy()
    lines = np.moveaxis(result, axis, -1)
    for place in np.ndindex(lines.shape[:-1]):
        before: complex = complex(-inf, 0)
        for k in range(lines.shape[-1]):
            lines[place][k] = before = combine(complex(lines[place][k]), before)
    return result


def _logcumsumexp_back(g: Any, self: Any, out: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    """The positive and the negative part of the gradient, each summed from the end in logarithms."""
    if g.dtype.is_complex:
        size = log(conj(g))
        return conj(exp(flip(logcumsumexp(flip(size - out, dims=(dim,)), dim=dim), dims=(dim,)) + self))

    def part(wanted: Any) -> Any:  # noqa: ANN401 - a tensor of bools
        size = where(wanted, log(abs_(g)), -3.4028234663852886e38)
        return exp(flip(logcumsumexp(flip(size - out, dims=(dim,)), dim=dim), dims=(dim,)) + self)

    return part(g > 0) - part(g < 0)


logcumsumexp = Structural(
    "logcumsumexp",
    "the logarithms of the running sums of exponentials along dim",
    "self, int dim",
    array=_logcumsumexp,
    refuses=any_of(not_implemented("logcumsumexp_out_cpu"), Category.BOOL, Category.INTEGER),
    derivatives={"self": _logcumsumexp_back},
    samples=((_VECTOR, 0), (_MATRIX, 1)),
)
