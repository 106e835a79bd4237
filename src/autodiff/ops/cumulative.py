"""Running sums, products and extremes along a dimension, and differences of neighbours."""

from typing import Any

from autodiff.dtypes import Category, int64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.arithmetic import div_number, mul_number
from autodiff.ops.complex import conj
from autodiff.ops.dimension import wrapped
from autodiff.ops.elementwise import abs_, exp, log
from autodiff.ops.gathering import scatter_add
from autodiff.ops.joining import cat
from autodiff.ops.op import Composite, Structural, any_of, not_implemented
from autodiff.ops.order import flip
from autodiff.ops.reduction import counted, sum_dim
from autodiff.ops.selection import where
from autodiff.ops.shape import new_zeros, ones_like, unsqueeze

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
    axis, parts = wrapped(dim, len(self.shape)), []
    length = self.shape[axis]
    before = ones_like(self.narrow(axis, 0, 1))
    for k in range(length):
        after = cat([ones_like(before), self.narrow(axis, k + 1, length - k - 1)], dim=axis).cumprod(axis)
        parts.append(sum_dim(g.narrow(axis, k, length - k) * conj(before * after), dim=axis, keepdim=True))
        before = before * self.narrow(axis, k, 1)
    return cat(parts, dim=axis)


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
    return np.logaddexp.accumulate(self.astype(np.float64), axis=axis).astype(self.dtype)


def _logcumsumexp_back(g: Any, self: Any, out: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    """The positive and the negative part of the gradient, each summed from the end in logarithms."""

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

# ------------------------------------------------------------------ differences and trapezoids


def _diff(self: Any, prepend: Any, append: Any, n: int, dim: int) -> Any:  # noqa: ANN401 - tensors
    if not self.shape:
        raise TorchRuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise TorchRuntimeError(f"order must be non-negative but got {n}")
    parts = [part for part in (prepend, self, append) if part is not None]
    self = cat(parts, dim=dim) if len(parts) > 1 else self
    axis = wrapped(dim, len(self.shape))
    for _ in range(min(n, self.shape[axis])):
        length = self.shape[axis] - 1
        later, earlier = self.narrow(axis, 1, length), self.narrow(axis, 0, length)
        self = later.logical_xor(earlier) if self.dtype.category is Category.BOOL else later - earlier
    return self


diff = Composite(
    "diff",
    "the differences of neighbours along dim, n times",
    "self, int n=1, int dim=-1, Tensor prepend=None, Tensor append=None",
    compute=_diff,
    samples=((_VECTOR,), (_MATRIX, 2)),
)


def _widths(x: Any, y: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    """The distances of the sample points, in a shape that fits `y`."""
    if len(x.shape) == 1 and len(y.shape) > 1:
        for _ in range(len(y.shape) - 1 - wrapped(dim, len(y.shape))):
            x = unsqueeze(x, dim=-1)
        dim = wrapped(dim, len(y.shape)) - len(y.shape)
    return _diff(x, None, None, 1, dim)


def _neighbours(y: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    length = y.shape[wrapped(dim, len(y.shape))] - 1
    return y.narrow(dim, 1, length) + y.narrow(dim, 0, length)


def _trapezoid_at(y: Any, x: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    return div_number(sum_dim(_widths(x, y, dim) * _neighbours(y, dim), dim=(dim,), keepdim=False), 2.0)


def _trapezoid_even(y: Any, dx: float, dim: int) -> Any:  # noqa: ANN401 - tensors
    ends = mul_number(y.select(dim, 0) + y.select(dim, -1), 0.5)
    return mul_number(sum_dim(y, dim=(dim,), keepdim=False) - ends, dx)


trapezoid_at = Composite(
    "trapezoid",
    "the integral of y over the points x by the trapezoidal rule",
    "y, Tensor x, *, int dim=-1",
    compute=_trapezoid_at,
    places="function",
    spellings=("trapz",),
    samples=((_VECTOR, [0.0, 1.0, 3.0]),),
)

trapezoid = Composite(
    "trapezoid",
    "the integral of y, sampled at distances dx, by the trapezoidal rule",
    "y, *, Scalar dx=1, int dim=-1",
    compute=lambda y, dx, dim: _trapezoid_even(y, float(dx), dim),
    places="function",
    spellings=("trapz",),
    samples=((_VECTOR,), (_MATRIX,)),
)

cumulative_trapezoid_at = Composite(
    "cumulative_trapezoid",
    "the running integrals of y over the points x by the trapezoidal rule",
    "y, Tensor x, *, int dim=-1",
    compute=lambda y, x, dim: div_number(cumsum(_widths(x, y, dim) * _neighbours(y, dim), dim=dim), 2.0),
    places="function",
    samples=((_VECTOR, [0.0, 1.0, 3.0]),),
)

cumulative_trapezoid = Composite(
    "cumulative_trapezoid",
    "the running integrals of y, sampled at distances dx, by the trapezoidal rule",
    "y, *, Scalar dx=1, int dim=-1",
    compute=lambda y, dx, dim: cumsum(mul_number(_neighbours(y, dim), float(dx) / 2), dim=dim),
    places="function",
    samples=((_VECTOR,), (_MATRIX,)),
)
