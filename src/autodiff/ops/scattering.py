"""Entries scattered to positions along a dimension and reduced with what is there."""

from typing import Any, Final

from autodiff.errors import TorchNotImplementedError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.gathering import TITLES, along, gather, gather_place, scatter_add, scatter_number
from autodiff.ops.op import Structural
from autodiff.ops.selection import masked_fill, where
from autodiff.ops.shape import new_zeros, ones_like

__all__: list[str] = []

_MATRIX, _INDEX, _SOURCE = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], [[0, 2], [1, 1]], [[0.5, 1.5], [2.5, 9.5]]
_UFUNCS: Final = {"sum": "add", "mean": "add", "prod": "multiply", "amax": "maximum", "amin": "minimum"}


def _start(reduce: str, kind: Any) -> Any:  # noqa: ANN401 - a NumPy dtype, a number
    """What leaves every element as it is."""
    if reduce in ("amax", "amin"):
        limits = np.finfo(kind) if kind.kind == "f" else np.iinfo(kind)
        lowest, highest = (-np.inf, np.inf) if kind.kind == "f" else (limits.min, limits.max)
        return lowest if reduce == "amax" else highest
    return 1 if reduce == "prod" else 0


def _reduced(self: Values, index: Values, src: Values, dim: int, reduce: str, include_self: bool) -> Values:
    if reduce not in _UFUNCS:
        raise TorchRuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    place = along(index, gather_place("scatter", self, index, dim))
    if reduce.startswith("a") and self.dtype.kind == "c":
        raise TorchNotImplementedError(
            f"\"scatter_gather_tensor_cpu_reduce_{reduce}\" not implemented for '{TITLES[self.dtype.name]}'"
        )
    result = self.copy()
    if not include_self:
        result[place] = _start(reduce, self.dtype)
    getattr(np, _UFUNCS[reduce]).at(result, place, src[tuple(slice(n) for n in index.shape)])
    if reduce == "mean":
        counts = np.full(self.shape, int(include_self))
        np.add.at(counts, place, 1)
        counts = np.maximum(counts, 1).astype(self.dtype)
        result = result // counts if self.dtype.kind in "iu" else result / counts
    return result


def _shares(g: Any, self: Any, src: Any, index: Any, out: Any, dim: int, reduce: str, include_self: bool) -> Any:  # noqa: ANN401
    """The gradients of self (were it included) and of src (after torch/csrc/autograd/FunctionsManual.cpp)."""
    if reduce == "prod":
        return _shares_of_product(g, self, src, index, out, dim, include_self)
    if reduce == "mean":
        counts = ones_like(g) if include_self else new_zeros(g, size=g.shape)
        counts = scatter_add(counts, index, ones_like(src), dim=dim)
        counts = masked_fill(counts, counts == 0, 1)
        return g / counts, _gathered(g, index, dim) / _gathered(counts, index, dim)
    if reduce in ("amax", "amin"):
        value = _gathered(out, index, dim)
        own, others = (self == out).to(g.dtype), (src == value).to(g.dtype)
        shared = g / scatter_add(own, index, others, dim=dim)
        return own * shared, others * _gathered(shared, index, dim)
    return g, _gathered(g, index, dim)


def _shares_of_product(g: Any, self: Any, src: Any, index: Any, out: Any, dim: int, include_self: bool) -> Any:  # noqa: ANN401
    def product(own: Any, others: Any) -> Any:  # noqa: ANN401 - tensors
        return scatter_reduce(own, index, others, dim=dim, reduce="prod", include_self=include_self)

    own = masked_fill(self, self == 0, 1.0)
    zero = src == 0
    zeros = _gathered(scatter_add(new_zeros(self, size=self.shape), index, zero.to(self.dtype), dim=dim), index, dim)
    single = zero & (zeros == 1)
    without = _gathered(g * product(self, masked_fill(src, single, 1.0)), index, dim)
    others = where(single, without, _gathered(g * out, index, dim) / masked_fill(src, zero, 1.0))
    return g * product(own, src) / own, others


def _gathered(values: Any, index: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    return gather(values, index, dim=dim, sparse_grad=False)


def _own_share(g: Any, self: Any, src: Any, index: Any, out: Any, dim: int, reduce: str, include_self: bool) -> Any:  # noqa: ANN401
    share = _shares(g, self, src, index, out, dim, reduce, include_self)[0]
    return share if include_self else scatter_number(share, index, dim=dim, value=0)


def _scatter_reduce(**facts: Any) -> Structural:  # noqa: ANN401 - the keywords of an operation
    return Structural(
        "scatter_reduce",
        "self, with the sum, product, mean, largest or smallest of it and the entries of src at each position",
        "self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True",
        array=lambda self, index, src, dim, reduce, include_self: _reduced(self, index, src, dim, reduce, include_self),
        derivatives={
            "self": _own_share,
            "src": lambda g, self, src, index, out, dim, reduce, include_self: _shares(
                g, self, src, index, out, dim, reduce, include_self
            )[1],
        },
        in_place=True,
        samples=tuple((_MATRIX, 1, _INDEX, _SOURCE, reduce) for reduce in _UFUNCS),
        **facts,
    )


scatter_reduce: Structural = _scatter_reduce(real=True, written=_scatter_reduce(public=False))
