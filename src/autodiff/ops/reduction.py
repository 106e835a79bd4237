"""Sums, means and products: one number of many, or of each line along some dimensions."""

from typing import Any

from autodiff.dtypes import Category, bool_, dtype, int64, uint8
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.conjugation import conj
from autodiff.ops.dimension import reduced_count, wrapped, wrapped_all
from autodiff.ops.exponential import exp
from autodiff.ops.joining import cat
from autodiff.ops.op import Composite, Structural, any_of, floating, refused
from autodiff.ops.selection import isnan, logical_not
from autodiff.ops.shape import expand, ones_like, unsqueeze
from autodiff.ops.summation import mean_of, total

__all__: list[str] = []

_BOOL, _INTEGER = Category.BOOL, Category.INTEGER
_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]


def counted(d: dtype) -> tuple[dtype, dtype]:
    """Bools and integers are summed in int64."""
    d = int64 if d.category <= Category.INTEGER else d
    return d, d


def restored(g: Any, shape: tuple[int, ...], dim: Any, *, keepdim: bool) -> Any:  # noqa: ANN401 - tensors
    """The result of a reduction with the dimensions it dropped, of length 1."""
    if keepdim or not shape:
        return g
    for axis in sorted(wrapped_all(dim, len(shape))):
        g = unsqueeze(g, dim=axis)
    return g


def spread(g: Any, shape: tuple[int, ...], dim: Any, *, keepdim: bool) -> Any:  # noqa: ANN401 - tensors
    """The gradient of a reduction, back along the dimensions it reduced."""
    return expand(restored(g, shape, dim, keepdim=keepdim), size=shape)


# ------------------------------------------------------------------ sums

sum_ = Structural(
    "sum",
    "the sum of all elements",
    "self, *, dtype dtype=None",
    array=lambda self, dtype: total(self, wrapped_all(None, self.ndim)),
    scalar=lambda self, dtype: self + 0,  # the sum of nothing and a negative zero is 0
    dtypes=counted,
    derivatives={"self": lambda g, self_shape: expand(g, size=self_shape)},
    samples=((1.5,), (_VECTOR,), (_MATRIX,)),
)

sum_dim = Structural(
    "sum",
    "the sums along some dimensions",
    "self, ints? dim, bool keepdim=False, *, dtype dtype=None",
    overload=1,
    array=lambda self, dim, keepdim, dtype: total(self, wrapped_all(dim, self.ndim), keepdims=keepdim),
    scalar=lambda self, dim, keepdim, dtype: (wrapped_all(dim, 0), self + 0)[1],
    dtypes=counted,
    derivatives={"self": lambda g, self_shape, dim, keepdim: spread(g, self_shape, dim, keepdim=keepdim)},
    samples=((_MATRIX, 0), (_MATRIX, -1, True), (_MATRIX, (0, 1))),
)

nansum = Structural(
    "nansum",
    "the sum of the elements that are numbers",
    "self, ints dim=None, bool keepdim=False, *, dtype dtype=None",
    array=lambda self, dim, keepdim, dtype: total(
        np.where(np.isnan(self), self.dtype.type(0), self), wrapped_all(dim, self.ndim), keepdims=keepdim
    ),
    dtypes=counted,
    refuses={Category.COMPLEX: refused("nansum on CPU does not support complex inputs")},
    derivatives={
        "self": lambda g, self, dim, keepdim: spread(g, self.shape, dim, keepdim=keepdim) * logical_not(isnan(self))
    },
    samples=((_VECTOR,), (_MATRIX, 0)),
)

# ------------------------------------------------------------------ means

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
    array=lambda self, dtype: mean_of(self, wrapped_all(None, self.ndim)),
    scalar=lambda self, dtype: self + 0,
    refuses=_NO_MEAN,
    derivatives={"self": lambda g, self_numel, self_shape: expand(g, size=self_shape) / self_numel},
    samples=((1.5,), (_VECTOR,), (_MATRIX,)),
)

mean_dim = Structural(
    "mean",
    "the means along some dimensions",
    "self, ints? dim, bool keepdim=False, *, dtype dtype=None",
    overload=1,
    array=lambda self, dim, keepdim, dtype: mean_of(self, wrapped_all(dim, self.ndim), keepdims=keepdim),
    scalar=lambda self, dim, keepdim, dtype: (wrapped_all(dim, 0), self + 0)[1],
    refuses=_NO_MEAN,
    derivatives={
        "self": lambda g, self_numel, self_shape, dim, keepdim: (
            spread(g, self_shape, dim, keepdim=keepdim)
            / (self_numel if dim in (None, ()) else reduced_count(self_shape, dim))
        )
    },
    samples=((_MATRIX, 0), (_MATRIX, -1, True)),
)


def _nanmean(self: Any, dim: Any, keepdim: bool, dtype: Any) -> Any:  # noqa: ANN401 - tensors
    if self.dtype.category <= _INTEGER:
        raise TorchRuntimeError(
            f"nanmean(): expected input to have floating point or complex dtype but got {self.dtype.title}"
        )
    every = tuple(range(len(self.shape))) if dim is None else dim
    numbers = sum_dim(logical_not(isnan(self.detach())), dim=every, keepdim=keepdim)
    return nansum(self, dim=dim, keepdim=keepdim, dtype=dtype) / numbers


nanmean = Composite(
    "nanmean",
    "the mean of the elements that are numbers",
    "self, ints dim=None, bool keepdim=False, *, dtype dtype=None",
    compute=_nanmean,
    samples=((_VECTOR,), (_MATRIX, 0)),
)

# ------------------------------------------------------------------ products


def _product(values: Values, axis: int, *, keepdims: bool = False) -> Values:
    """The products along `axis`, multiplied one after the other."""
    if values.shape[axis] == 0:
        return np.asarray(values.prod(axis=axis, keepdims=keepdims, dtype=values.dtype))
    running = np.multiply.accumulate(values, axis=axis, dtype=values.dtype)
    return running.take([-1] if keepdims else -1, axis=axis)


def product_derivative(g: Any, self: Any, out: Any) -> Any:  # noqa: ANN401 - tensors
    """g times the product of all other elements; where there are zeros, only a single one gets any."""
    if not self.shape:
        return g
    flat = self.reshape(-1)
    zeros = int((flat == 0).sum())
    if zeros == 0:
        return g * conj(out / self)
    if zeros > 1:
        return 0
    return (g * conj(_products_of_others(flat, 0))).reshape(self.shape)


def product_dim_derivative(g: Any, self: Any, out: Any, dim: int, keepdim: bool) -> Any:  # noqa: ANN401
    """As `product_derivative`, along one dimension."""
    if not self.shape:
        return g
    g, out = restored(g, self.shape, dim, keepdim=keepdim), restored(out, self.shape, dim, keepdim=keepdim)
    if bool((self == 0).any()):
        return g * conj(_products_of_others(self, dim))
    return g * conj(out / self)


def _products_of_others(self: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    """For each element along `dim` the product of those before it and those after it."""
    before = _shifted_products(self, dim)
    after = _shifted_products(self.flip(dim), dim).flip(dim)
    return before * after


def _shifted_products(self: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    """The running products along `dim`, each without its own element."""
    rest = self.narrow(dim, 0, self.shape[dim] - 1)
    return cat([ones_like(self.narrow(dim, 0, 1)), rest], dim=dim).cumprod(dim)


prod = Structural(
    "prod",
    "the product of all elements",
    "self, *, dtype dtype=None",
    array=lambda self, dtype: _product(self.reshape(-1), 0),
    scalar=lambda self, dtype: self,
    dtypes=counted,
    derivatives={"self": product_derivative},
    samples=((1.5,), (_VECTOR,), (_MATRIX,), ([2.0, 0.0, 3.0],)),
)

prod_dim = Structural(
    "prod",
    "the products along one dimension",
    "self, int dim, bool keepdim=False, *, dtype dtype=None",
    overload=1,
    array=lambda self, dim, keepdim, dtype: (
        _product(self, wrapped(dim, self.ndim), keepdims=keepdim) if self.ndim else self.copy()
    ),
    scalar=lambda self, dim, keepdim, dtype: (wrapped(dim, 0), self)[1],
    dtypes=counted,
    derivatives={"self": product_dim_derivative},
    samples=((_MATRIX, 0), (_MATRIX, -1, True), ([[2.0, 0.0, 3.0], [1.0, 2.0, 0.5]], 1)),
)

# ------------------------------------------------------------------ logarithm of a sum of exponentials


def _logsumexp(self: Values, dim: Any, keepdim: bool) -> Values:  # noqa: ANN401 - an int or several
    axes = wrapped_all(dim, self.ndim)
    if not self.size:
        return np.log(total(np.exp(self), axes, keepdims=keepdim))
    largest = self.max(axis=axes, keepdims=True)
    largest = np.where(np.isinf(largest), self.dtype.type(0), largest)
    shift = largest if keepdim else largest.squeeze(axes)
    return np.log(total(_exponential(self - largest), axes, keepdims=keepdim)) + shift


def _exponential(values: Values) -> Values:
    """exp in double precision, rounded once."""
    return np.exp(values.astype(np.result_type(values.dtype, np.float64))).astype(values.dtype)


logsumexp = Structural(
    "logsumexp",
    "log(sum(exp(self))) along some dimensions, without overflow",
    "self, ints dim, bool keepdim=False",
    array=_logsumexp,
    dtypes=floating,
    derivatives={
        "self": lambda g, self, out, dim, keepdim: (
            restored(g, self.shape, dim, keepdim=keepdim)
            * conj(exp(self - restored(out, self.shape, dim, keepdim=keepdim)))
        )
    },
    spellings=("special_logsumexp",),
    samples=((_VECTOR, 0), (_MATRIX, 1, True), (_MATRIX, (0, 1))),
)

# ------------------------------------------------------------------ questions about all elements


def _truth(d: dtype) -> tuple[dtype, dtype]:
    """Answered in bools, of uint8 in uint8."""
    return d, d if d is uint8 else bool_


def _whether(name: str, doc: str, decide: str) -> tuple[Structural, Structural]:
    """The question about all elements, and about those along some dimensions."""
    return (
        Structural(
            name, doc, array=lambda self: getattr(np, decide)(self), scalar=lambda self: bool(self), dtypes=_truth
        ),
        Structural(
            name,
            f"{doc}, along some dimensions",
            "self, ints? dim, bool keepdim=False",
            array=lambda self, dim, keepdim: getattr(np, decide)(
                self, axis=wrapped_all(dim, self.ndim), keepdims=keepdim
            ),
            dtypes=_truth,
        ),
    )


any_all, any_dim = _whether("any", "whether some element is not zero", "any")
all_all, all_dim = _whether("all", "whether no element is zero", "all")

count_nonzero = Structural(
    "count_nonzero",
    "how many elements are not zero",
    "self, ints dim=None",
    array=lambda self, dim: np.count_nonzero(self, axis=wrapped_all(dim, self.ndim)),
    dtypes=lambda d: (d, int64),
)
