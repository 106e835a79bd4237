"""Quantiles: the value below which a fraction of the elements lies (after aten/src/ATen/native/Sorting.cpp)."""

from typing import Any, Final

from autodiff.errors import TorchRuntimeError
from autodiff.ops.dimension import wrapped
from autodiff.ops.gathering import gather
from autodiff.ops.memory import transpose_self, unsqueeze_self
from autodiff.ops.op import Composite
from autodiff.ops.order import transpose
from autodiff.ops.selection import isnan, masked_fill
from autodiff.ops.shape import flatten, squeeze_in_place, unsqueeze, view
from autodiff.ops.sorting import sort

__all__: list[str] = []

_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 3.0, 2.0], [4.0, 5.0, 7.0]]
_INTERPOLATIONS: Final = ("linear", "lower", "higher", "midpoint", "nearest")


def _check(self: Any, q: Any, interpolation: str) -> None:  # noqa: ANN401 - tensors
    if not self.numel():
        raise TorchRuntimeError("quantile() input tensor must be non-empty")
    if len(q.shape) > 1:
        raise TorchRuntimeError("quantile() q must be a scalar or 1D tensor")
    if self.dtype.name not in ("float32", "float64"):
        raise TorchRuntimeError("quantile() input tensor must be either float or double dtype")
    if self.dtype is not q.dtype:
        raise TorchRuntimeError("quantile() q tensor must be same dtype as the input tensor")
    if interpolation not in _INTERPOLATIONS:
        raise TorchRuntimeError(
            "quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got "
            f"{interpolation}"
        )
    if not bool(((q >= 0) & (q <= 1)).all()):
        raise TorchRuntimeError("quantile() q values must be in the range [0, 1]")


def _in_order(self: Any, dim: int | None) -> Any:  # noqa: ANN401 - tensors
    """The elements in order along the last dimension, which the dimension `dim` becomes."""
    if dim is None:
        self = flatten(self, start_dim=0, end_dim=-1)
    elif dim != len(self.shape) - 1:
        self = transpose(unsqueeze(self, dim=-1), dim0=dim, dim1=-1)
    return sort(self, dim=-1, descending=False)[0]


def _shape_of_result(self: Any, dim: int | None, *, keepdim: bool) -> tuple[int, ...]:  # noqa: ANN401 - a tensor
    if dim is not None and self.shape:
        return tuple(1 if k == dim else n for k, n in enumerate(self.shape) if keepdim or k != dim)
    return (1,) * len(self.shape) if keepdim else ()


def _ranks(lines: Any, q: Any, *, ignore_nan: bool) -> Any:  # noqa: ANN401 - tensors
    """Where in each line the quantiles lie: at the last place if it has a nan, unless they are ignored."""
    nans = isnan(lines.detach())
    if ignore_nan:
        ranks = q * (nans.logical_not().sum(-1, keepdim=True) - 1)
        return masked_fill(ranks, ranks < 0, 0)
    last = lines.shape[-1] - 1
    some = nans.any(-1, keepdim=True)
    return masked_fill((q * last).expand(*some.shape[:-1], q.numel()), some, last)


def _quantiles(
    self: Any,  # noqa: ANN401 - tensors
    q: Any,  # noqa: ANN401
    dim: int | None,
    keepdim: bool,
    interpolation: str,
    *,
    ignore_nan: bool,
) -> Any:  # noqa: ANN401
    _check(self, q, interpolation)
    axis = None if dim is None else wrapped(dim, len(self.shape))
    lines = _in_order(self, axis)
    lines = view(lines, size=(*_shape_of_result(self, axis, keepdim=keepdim), lines.shape[-1]))
    ranks = _ranks(lines, q, ignore_nan=ignore_nan)
    rounded = {"lower": ranks.floor, "higher": ranks.ceil, "nearest": ranks.round}
    ranks = rounded[interpolation]() if interpolation in rounded else ranks
    below = ranks.detach().long()
    values = gather(lines, below, dim=-1, sparse_grad=False)
    if interpolation not in rounded:
        weights = ranks.detach() * 0 + 0.5 if interpolation == "midpoint" else ranks - below
        values = values.lerp(gather(lines, ranks.detach().ceil().long(), dim=-1, sparse_grad=False), weights)
    if q.shape:
        values = transpose_self(unsqueeze_self(values, dim=0), dim0=0, dim1=-1)
    return squeeze_in_place(values, dim=-1)


def _forms(name: str, doc: str, *, ignore_nan: bool) -> tuple[Composite, Composite]:
    def of_tensor(self: Any, q: Any, dim: int | None, keepdim: bool, interpolation: str) -> Any:  # noqa: ANN401
        return _quantiles(self, q, dim, keepdim, interpolation, ignore_nan=ignore_nan)

    def of_number(self: Any, q: float, dim: int | None, keepdim: bool, interpolation: str) -> Any:  # noqa: ANN401
        if not 0 <= q <= 1:
            raise TorchRuntimeError(f"quantile() q must be in the range [0, 1] but got {q:g}")
        fraction = self.detach().new_tensor(q)
        return _quantiles(self, fraction, dim, keepdim, interpolation, ignore_nan=ignore_nan)

    rest = "int dim=None, bool keepdim=False, *, str interpolation='linear'"
    return (
        Composite(name, doc, f"self, Tensor q, {rest}", compute=of_tensor),
        Composite(name, doc, f"self, Scalar q, {rest}", compute=of_number, samples=((_VECTOR, 0.5), (_MATRIX, 0.3, 1))),
    )


quantile, quantile_of_number = _forms(
    "quantile",
    "the value below which a fraction q of the elements lies, between two of them linearly",
    ignore_nan=False,
)
nanquantile, nanquantile_of_number = _forms(
    "nanquantile", "the value below which a fraction q of the numbers among the elements lies", ignore_nan=True
)
