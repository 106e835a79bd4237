"""Whole slices multiplied with, averaged with or compared with those at the positions an index has."""

from typing import Any, Final

from autodiff.errors import TorchIndexError, TorchNotImplementedError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import placed, title_of, wrapped
from autodiff.ops.gathering import within
from autodiff.ops.op import Structural
from autodiff.ops.selection import masked_fill, where
from autodiff.ops.shape import new_zeros, ones_like
from autodiff.ops.slices import index_add, index_fill, index_select
from autodiff.ops.warning import warn_once

__all__: list[str] = []

_MATRIX, _SOURCE = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], [[0.5, 1.5], [2.5, 9.5]]
_UFUNCS: Final = {"prod": "multiply", "mean": "add", "amax": "maximum", "amin": "minimum"}
_BETA: Final = (
    "index_reduce() is in beta and the API may change at any time. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorAdvancedIndexing.cpp:1523.)"
)


def _check(self: Values, index: Values, source: Values, axis: int) -> None:
    """Raise PyTorch's error for what does not fit."""
    if index.ndim > 1:
        raise TorchIndexError(
            f"index_reduce_(): Index is supposed to be a vector, but got dim: {index.ndim} with type: "
            f"{title_of(index)} and size: {list(index.shape)}"
        )
    if index.dtype.name not in ("int64", "int32"):
        title = title_of(index)
        raise TorchRuntimeError(f"index_reduce_(): Expected dtype int32/int64 for index but got: {title}")
    if self.dtype != source.dtype:
        own, other = (title_of(values) for values in (self, source))
        raise TorchRuntimeError(f"index_reduce_(): self ({own}) and source ({other}) must have the same scalar type")
    if source.ndim and source.shape[axis] != index.size:
        raise TorchRuntimeError(
            f"index_reduce_(): Number of indices ({index.size}) should be equal to source.size(dim): "
            f"({source.shape[axis]}), for dim: {axis}"
        )


def _refuse_kinds(self: Values, reduce: str, include_self: bool) -> None:
    """Raise PyTorch's NotImplementedError for bools and complex numbers, by the kernel that comes first."""
    kernel = "index_func_" if include_self else "index_reduce_func_exclude_input_init"
    if self.dtype.kind == "c" and self.ndim > 1:
        kernel = {"amax": "maximum_cpu", "amin": "minimum_cpu"}.get(reduce, "")
    if self.dtype.kind in "cb" and kernel:
        raise TorchNotImplementedError(f"\"{kernel}\" not implemented for '{title_of(self)}'")


def _start(reduce: str, kind: Any) -> Any:  # noqa: ANN401 - a NumPy dtype, a number
    """What leaves every element as it is."""
    if reduce in ("amax", "amin"):
        limits = np.iinfo(kind) if kind.kind in "iu" else None
        lowest, highest = (limits.min, limits.max) if limits else (-np.inf, np.inf)
        return lowest if reduce == "amax" else highest
    return 1 if reduce == "prod" else 0


def _reduced(self: Values, index: Values, source: Values, dim: int, reduce: str, include_self: bool) -> Values:
    if reduce not in _UFUNCS:
        raise TorchRuntimeError(
            f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}."
        )
    axis = wrapped(dim, self.ndim)
    warn_once(_BETA)
    _check(self, index, source, axis)
    _refuse_kinds(self, reduce, include_self)
    result = np.atleast_1d(self.copy())
    within(index, result.shape[axis], axis, TorchIndexError, "index out of range in self")
    if (index < 0).any():
        raise TorchIndexError("index out of range in self")
    place = placed(axis, index.reshape(-1))
    if not include_self:
        result[place] = _start(reduce, self.dtype)
    getattr(np, _UFUNCS[reduce]).at(result, place, source)
    if reduce == "mean":
        counts = np.full(result.shape, int(include_self))
        np.add.at(counts, place, 1)
        counts = np.maximum(counts, 1).astype(self.dtype)
        result = result // counts if self.dtype.kind in "iu" else result / counts
    return result.reshape(self.shape)


def _shares(g: Any, self: Any, index: Any, source: Any, out: Any, dim: int, reduce: str, include_self: bool) -> Any:  # noqa: ANN401
    """The gradients of self (were it included) and of source (after torch/csrc/autograd/FunctionsManual.cpp)."""
    if reduce == "prod":
        return _shares_of_product(g, self, index, source, out, dim, include_self)
    if reduce == "mean":
        counts = ones_like(g) if include_self else new_zeros(g, size=g.shape)
        counts = index_add(counts, index, ones_like(source), dim=dim, alpha=1)
        counts = masked_fill(counts, counts == 0, 1)
        return g / counts, index_select(g, index, dim=dim) / index_select(counts, index, dim=dim)
    value = index_select(out, index, dim=dim)
    own, others = (self == out).to(g.dtype), (source == value).to(g.dtype)
    shared = g / index_add(own, index, others, dim=dim, alpha=1)
    return own * shared, others * index_select(shared, index, dim=dim)


def _shares_of_product(g: Any, self: Any, index: Any, source: Any, out: Any, dim: int, include_self: bool) -> Any:  # noqa: ANN401
    def product(own: Any, others: Any) -> Any:  # noqa: ANN401 - tensors
        return index_reduce(own, index, others, dim=dim, reduce="prod", include_self=include_self)

    own = masked_fill(self, self == 0, 1)
    zero = source == 0
    zeros = index_add(new_zeros(self, size=self.shape), index, zero.to(self.dtype), dim=dim, alpha=1)
    single = zero & (index_select(zeros, index, dim=dim) == 1)
    without = index_select(g * product(self, masked_fill(source, single, 1)), index, dim=dim)
    others = where(single, without, index_select(g * out, index, dim=dim) / masked_fill(source, zero, 1))
    return g * product(own, source) / own, others


def _own_share(g: Any, self: Any, index: Any, source: Any, out: Any, dim: int, reduce: str, include_self: bool) -> Any:  # noqa: ANN401
    share = _shares(g, self, index, source, out, dim, reduce, include_self)[0]
    return share if include_self else index_fill(share, index, dim=dim, value=0)


index_reduce: Structural = Structural(
    "index_reduce",
    "self, with the product, mean, largest or smallest of it and the slices of source at the positions the index has",
    "self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True",
    array=lambda self, index, source, dim, reduce, include_self: _reduced(
        self, index, source, dim, reduce, include_self
    ),
    derivatives={
        "self": _own_share,
        "source": lambda g, self, index, source, out, dim, reduce, include_self: _shares(
            g, self, index, source, out, dim, reduce, include_self
        )[1],
    },
    in_place=True,
    real=True,
    samples=tuple((_MATRIX, 1, [2, 0], _SOURCE, reduce) for reduce in _UFUNCS),
)
