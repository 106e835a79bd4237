"""Order: sort, the k largest, the k-th, the median, the most frequent, and the distinct elements.

Not-a-number counts as larger than every number.
"""

from typing import Any

from autodiff.dtypes import Category, int64
from autodiff.errors import TorchNotImplementedError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import wrapped
from autodiff.ops.extremes import at_indices, need_elements, shared_evenly
from autodiff.ops.gathering import TITLES
from autodiff.ops.op import Composite, Structural, any_of, not_implemented, refused

__all__: list[str] = []

_BOOL, _COMPLEX = Category.BOOL, Category.COMPLEX
_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 3.0, 2.0], [4.0, 5.0, 7.0]]


def _order(self: Values, axis: int, *, descending: bool = False) -> Values:
    """The positions of the elements in order; equal ones keep theirs."""
    if not descending:
        return self.argsort(axis=axis, kind="stable")
    last = self.shape[axis] - 1
    return np.flip(last - np.flip(self, axis).argsort(axis=axis, kind="stable"), axis)


def _picked(self: Values, positions: Values, axis: int, *, keepdim: bool) -> tuple[Values, Values]:
    """The elements at one position of every line, and the positions."""
    values = np.take_along_axis(self, positions, axis)
    return (values, positions) if keepdim else (values.squeeze(axis), positions.squeeze(axis))


def _sorted(self: Values, dim: int, descending: bool) -> tuple[Values, Values]:
    axis = wrapped(dim, self.ndim)
    if not self.ndim:
        return self.copy(), np.zeros((), dtype=np.int64)
    positions = _order(self, axis, descending=descending)
    return np.take_along_axis(self, positions, axis), positions


sort = Structural(
    "sort",
    "the elements in order along dim, and where they were; equal ones keep their order",
    "self, int dim=-1, bool descending=False",
    array=lambda self, dim, descending: _sorted(self, dim, descending),
    outputs=("values", "indices"),
    further_dtypes=(int64,),
    refuses=any_of(refused(" Sort does not support complex dtypes on CPU"), _COMPLEX),
    derivatives={"self": lambda g, self_shape, indices, dim: at_indices(g[0], self_shape, indices, dim)},
    samples=((_VECTOR,), (_MATRIX, 0, True)),
)

sort_stable = Structural(
    "sort",
    "the elements in order along dim, and where they were; equal ones keep their order, asked or not",
    "self, *, bool stable=None, int dim=-1, bool descending=False",
    overload=1,
    array=lambda self, stable, dim, descending: _sorted(self, dim, descending),
    outputs=("values", "indices"),
    further_dtypes=(int64,),
    refuses=any_of(refused(" Sort does not support complex dtypes on CPU"), _COMPLEX),
    derivatives={"self": lambda g, self_shape, indices, dim: at_indices(g[0], self_shape, indices, dim)},
    samples=((_VECTOR, True),),
)

argsort = Composite(
    "argsort",
    "where the elements are, in order along dim",
    "self, int dim=-1, bool descending=False, bool stable=False",
    compute=lambda self, dim, descending, stable: sort(self, dim=dim, descending=descending)[1],
)

msort = Composite(
    "msort",
    "the elements in order along the first dimension",
    compute=lambda self: sort(self, dim=0, descending=False)[0],
    samples=((_VECTOR,),),
)


def _topk(self: Values, k: int, dim: int, largest: bool) -> tuple[Values, Values]:
    axis = wrapped(dim, self.ndim)
    if not 0 <= k <= (self.shape[axis] if self.ndim else 1):
        raise TorchRuntimeError("selected index k out of range")
    if not self.ndim:
        return self.copy(), np.zeros((), dtype=np.int64)
    positions = _order(self, axis, descending=largest).take(range(k), axis=axis)
    return np.take_along_axis(self, positions, axis), positions


topk = Structural(
    "topk",
    "the k largest (or smallest) elements along dim, in order, and where they are",
    "self, int k, int dim=-1, bool largest=True, bool sorted=True",
    array=lambda self, k, dim, largest, sorted: _topk(self, k, dim, largest),
    outputs=("values", "indices"),
    further_dtypes=(int64,),
    refuses=any_of(refused(" topk does not support complex dtypes on CPU"), _COMPLEX),
    derivatives={"self": lambda g, self_shape, indices, dim: at_indices(g[0], self_shape, indices, dim)},
    samples=((_VECTOR, 2), (_MATRIX, 1, 0, False)),
)


def _kth(self: Values, k: int, dim: int, keepdim: bool) -> tuple[Values, Values]:
    axis = wrapped(dim, self.ndim)
    if not 0 < k <= (self.shape[axis] if self.ndim else 1):
        raise TorchRuntimeError(f"kthvalue(): selected number k out of range for dimension {axis}")
    if not self.ndim:
        return self.copy(), np.zeros((), dtype=np.int64)
    return _picked(self, _order(self, axis).take([k - 1], axis=axis), axis, keepdim=keepdim)


kthvalue = Structural(
    "kthvalue",
    "the k-th smallest elements along dim, and where they are",
    "self, int k, int dim=-1, bool keepdim=False",
    array=_kth,
    outputs=("values", "indices"),
    further_dtypes=(int64,),
    refuses=any_of(not_implemented("kthvalue_cpu"), _BOOL, _COMPLEX),
    derivatives={
        "self": lambda g, self_shape, indices, dim, keepdim: at_indices(g[0], self_shape, indices, dim, keepdim=keepdim)
    },
    samples=((_VECTOR, 2), (_MATRIX, 1, 0)),
)

# ------------------------------------------------------------------ medians


def _median_position(self: Values, axis: int, *, ignore_nan: bool) -> Values:
    """Where the lower median of every line is; the first nan, unless they are ignored."""
    positions = _order(self, axis)
    nans = np.isnan(self)
    count = (
        (~nans).sum(axis=axis, keepdims=True)
        if ignore_nan
        else np.full_like(nans.sum(axis, keepdims=True), self.shape[axis])
    )
    middle = np.take_along_axis(positions, np.maximum(count - 1, 0) // 2, axis)
    if ignore_nan:
        return middle
    return np.where(nans.any(axis=axis, keepdims=True), nans.argmax(axis=axis, keepdims=True), middle)


def _median_of_all(self: Values, *, ignore_nan: bool) -> Any:  # noqa: ANN401 - a number
    if not self.size:
        return np.float64("nan")
    flat = self.reshape(-1)
    return flat[_median_position(flat, 0, ignore_nan=ignore_nan)[0]]


def _medians(name: str, doc: str, *, ignore_nan: bool) -> tuple[Structural, Structural]:
    def along(self: Values, dim: int, keepdim: bool) -> tuple[Values, Values]:
        axis = wrapped(dim, self.ndim)
        if not self.ndim:
            return self.copy(), np.zeros((), dtype=np.int64)
        need_elements("median", self, dim)
        return _picked(self, _median_position(self, axis, ignore_nan=ignore_nan), axis, keepdim=keepdim)

    return (
        Structural(
            name,
            f"{doc}; equal ones share the gradient",
            array=lambda self: _median_of_all(self, ignore_nan=ignore_nan),
            refuses=any_of(not_implemented("median_cpu"), _BOOL, _COMPLEX),
            derivatives={"self": shared_evenly},
            samples=((_VECTOR,), (_MATRIX,)),
        ),
        Structural(
            name,
            f"{doc} along dim, and where it is",
            "self, int dim, bool keepdim=False",
            overload=1,
            array=along,
            outputs=("values", "indices"),
            further_dtypes=(int64,),
            refuses=any_of(not_implemented("median_out"), _BOOL, _COMPLEX),
            derivatives={
                "self": lambda g, self_shape, indices, dim, keepdim: at_indices(
                    g[0], self_shape, indices, dim, keepdim=keepdim
                )
            },
            samples=((_VECTOR, 0), (_MATRIX, 1)),
        ),
    )


median, median_dim = _medians("median", "the lower median", ignore_nan=False)
nanmedian, nanmedian_dim = _medians("nanmedian", "the lower median of the numbers", ignore_nan=True)

# ------------------------------------------------------------------ frequencies


def _modes(self: Values, dim: int, keepdim: bool) -> tuple[Values, Values]:
    axis = wrapped(dim, self.ndim)
    if not self.ndim:
        return self.copy(), np.zeros((), dtype=np.int64)
    need_elements("mode", self, dim)
    if self.size and self.dtype.kind == "c":
        raise TorchNotImplementedError(f"\"mode_cpu\" not implemented for '{TITLES[self.dtype.name]}'")
    lines = np.moveaxis(self, axis, -1)
    places = np.array([_mode_position(line) for line in lines.reshape(-1, lines.shape[-1])], dtype=np.int64)
    positions = np.expand_dims(places.reshape(lines.shape[:-1]), axis)
    return _picked(self, positions, axis, keepdim=keepdim)


def _mode_position(line: Values) -> int:
    """The last place of the most frequent element, the smallest of those."""
    values, counts = np.unique(line, return_counts=True)
    return int(np.flatnonzero(line == values[counts.argmax()])[-1])


mode = Structural(
    "mode",
    "the most frequent elements along dim (the smallest of several), and where they are",
    "self, int dim=-1, bool keepdim=False",
    array=_modes,
    outputs=("values", "indices"),
    further_dtypes=(int64,),
    derivatives={
        "self": lambda g, self_shape, indices, dim, keepdim: at_indices(g[0], self_shape, indices, dim, keepdim=keepdim)
    },
    real=True,
    samples=(([[1.0], [2.0]],),),
)
