"""Differences of neighbours, and what they approximate: integrals by trapezoids, and gradients."""

from typing import Any

from autodiff.dtypes import Category, default_dtype
from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.ops.arithmetic import div_number, mul_number
from autodiff.ops.cumulative import cumsum
from autodiff.ops.dimension import wrapped, wrapped_all
from autodiff.ops.joining import cat
from autodiff.ops.memory import copy_from
from autodiff.ops.op import Composite
from autodiff.ops.reduction import sum_dim
from autodiff.ops.shape import new_zeros, view

__all__: list[str] = []

_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]


def _diff(self: Any, prepend: Any, append: Any, n: int, dim: int) -> Any:  # noqa: ANN401 - tensors
    if not self.shape:
        raise TorchRuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise TorchRuntimeError(f"order must be non-negative but got {n}")
    if n == 0:
        return copy_from(new_zeros(self, size=self.shape), self)
    parts = [part for part in (prepend, self, append) if part is not None]
    self = cat(parts, dim=dim) if len(parts) > 1 else self
    axis = wrapped(dim, len(self.shape))
    for _ in range(min(n, self.shape[axis])):
        length = self.shape[axis] - 1
        later, earlier = self.narrow(axis, 1, length), self.narrow(axis, 0, length)
        self = later.logical_xor(earlier) if self.dtype.category == Category.BOOL else later - earlier
    return self


diff = Composite(
    "diff",
    "the differences of neighbours along dim, n times",
    "self, int n=1, int dim=-1, Tensor prepend=None, Tensor append=None",
    compute=_diff,
    samples=((_VECTOR,), (_MATRIX, 2)),
)

# ------------------------------------------------------------------ integrals


def _widths(x: Any, y: Any, dim: int, name: str) -> Any:  # noqa: ANN401 - tensors
    """The distances of the sample points, in a shape that fits `y`."""
    ndim, axis = len(y.shape), wrapped(dim, len(y.shape))
    if len(x.shape) == 1:
        _need_dimension(y, axis)
        if x.shape[0] != y.shape[axis]:
            raise TorchRuntimeError(f"{name}: There must be one `x` value for each sample point")
        x = view(x, size=tuple(-1 if k == axis else 1 for k in range(ndim)))
    elif len(x.shape) < ndim:
        x = view(x, size=(*(1,) * (ndim - len(x.shape)), *x.shape))
    return _diff(x, None, None, 1, axis)


def _neighbours(y: Any, dim: int, *, start: int) -> Any:  # noqa: ANN401 - tensors
    """The sums of neighbours: those that `start` further on come first, as PyTorch adds them."""
    count = y.shape[wrapped(dim, len(y.shape))]
    later, length = min(1, count), max(count - 1, 0)  # there may be nobody at all
    return y.narrow(dim, start * later, length) + y.narrow(dim, (1 - start) * later, length)


def _nothing(y: Any, dim: int) -> Any:  # noqa: ANN401 - a tensor
    """The integral over no points: zeros without history, in the shape without `dim`; None if there are points."""
    axis = wrapped(dim, len(y.shape))
    return None if y.shape[axis] else new_zeros(y, size=(*y.shape[:axis], *y.shape[axis + 1 :]))


def _need_dimension(y: Any, dim: int) -> None:  # noqa: ANN401 - a tensor
    if not y.shape:
        raise TorchIndexError(f"Dimension specified as {dim} but tensor has no dimensions")


def _need_no_bools(name: str, which: str, *tensors: Any) -> None:  # noqa: ANN401 - tensors
    if any(each.dtype.name == "bool" for each in tensors):
        raise TorchRuntimeError(f"{name}: received a bool input for {which}, but bool is not supported")


def _trapezoid_at(y: Any, x: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    _need_dimension(y, wrapped(dim, len(y.shape)))
    _need_no_bools("trapezoid", "`x` or `y`", x, y)
    nothing = _nothing(y, dim)
    if nothing is not None:
        return nothing
    widths = _widths(x, y, dim, "trapezoid")
    axis = wrapped(dim, len(y.shape))
    return div_number(sum_dim(_neighbours(y, dim, start=0) * widths, dim=(axis,), keepdim=False), 2.0)


def _trapezoid_even(y: Any, dx: float, dim: int) -> Any:  # noqa: ANN401 - tensors
    _need_dimension(y, dim)
    _need_no_bools("trapezoid", "`y`", y)
    nothing = _nothing(y, dim)
    if nothing is not None:
        return nothing
    ends = mul_number(y.select(dim, 0) + y.select(dim, -1), 0.5)
    return mul_number(sum_dim(y, dim=(dim,), keepdim=False) - ends, dx)


def _running_at(y: Any, x: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    _need_no_bools("cumulative_trapezoid", "`x` or `y`", x, y)
    if len(x.shape) != 1:
        _need_slices(y)
    widths = _widths(x, y, dim, "cumulative_trapezoid")
    return div_number(cumsum(_neighbours(y, dim, start=1) * widths, dim=wrapped(dim, len(y.shape))), 2.0)


def _running_even(y: Any, dx: float, dim: int) -> Any:  # noqa: ANN401 - tensors
    _need_no_bools("cumulative_trapezoid", "`y`", y)
    _need_slices(y)
    return cumsum(mul_number(_neighbours(y, dim, start=1), float(dx) / 2), dim=dim)


def _need_slices(y: Any) -> None:  # noqa: ANN401 - a tensor
    if not y.shape:
        raise TorchIndexError("slice() cannot be applied to a 0-dim tensor.")


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
    compute=_running_at,
    places="function",
    samples=((_VECTOR, [0.0, 1.0, 3.0]),),
)

cumulative_trapezoid = Composite(
    "cumulative_trapezoid",
    "the running integrals of y, sampled at distances dx, by the trapezoidal rule",
    "y, *, Scalar dx=1, int dim=-1",
    compute=_running_even,
    places="function",
    samples=((_VECTOR,), (_MATRIX,)),
)

# ------------------------------------------------------------------ gradients by central differences


def _along(self: Any, dim: int, spacing: Any, edge_order: int) -> Any:  # noqa: ANN401 - tensors
    """The second-order central differences along one dimension, at points a number or a vector of points apart."""
    if isinstance(spacing, (int, float, complex)):
        return _along_evenly(self, dim, spacing, edge_order)
    return _along_points(self, dim, spacing, edge_order)


def _along_evenly(self: Any, dim: int, h: Any, edge_order: int) -> Any:  # noqa: ANN401 - tensors
    length = self.shape[dim]

    def at(start: int, count: int = 1) -> Any:  # noqa: ANN401 - a tensor
        return self.narrow(dim, start if start >= 0 else start + length, count)

    center = div_number(div_number(at(2, length - 2) - at(0, length - 2), h), 2)
    if edge_order == 1:
        first, last = div_number(at(1) - at(0), h), div_number(at(-1) - at(-2), h)
    else:
        first = div_number(mul_number(at(0), -1.5) + mul_number(at(1), 2) - mul_number(at(2), 0.5), h)
        last = div_number(mul_number(at(-3), 0.5) - mul_number(at(-2), 2) + mul_number(at(-1), 1.5), h)
    return cat([first, center, last], dim=dim)


def _along_points(self: Any, dim: int, points: Any, edge_order: int) -> Any:  # noqa: ANN401 - tensors
    length = self.shape[dim]
    shape = [-1 if k == dim else 1 for k in range(len(self.shape))]
    h = _diff(points, None, None, 1, 0)

    def at(start: int, count: int = 1) -> Any:  # noqa: ANN401 - a tensor
        return self.narrow(dim, start if start >= 0 else start + length, count)

    def weighted(d1: Any, d2: Any, start: int, count: int, parts: tuple[Any, Any, Any]) -> Any:  # noqa: ANN401
        a, b, c = (part(d1.reshape(shape), d2.reshape(shape)) for part in parts)
        return a * at(start, count) + b * at(start + 1, count) + c * at(start + 2, count)

    center = weighted(h[:-1], h[1:], 0, length - 2, _CENTER)
    if edge_order == 1:
        first, last = (at(1) - at(0)) / h[:1].reshape(shape), (at(-1) - at(-2)) / h[-1:].reshape(shape)
    else:
        first = weighted(h[:1], h[1:2], 0, 1, _FIRST)
        last = weighted(h[-2:-1], h[-1:], length - 3, 1, _LAST)
    return cat([first, center, last], dim=dim)


_CENTER = (
    lambda d1, d2: -d2 / (d1 * (d1 + d2)), lambda d1, d2: (d2 - d1) / (d1 * d2), lambda d1, d2: d1 / (d2 * (d1 + d2)),
)  # fmt: skip
_FIRST = (
    lambda d1, d2: -(2.0 * d1 + d2) / (d1 * (d1 + d2)), lambda d1, d2: (d1 + d2) / (d1 * d2),
    lambda d1, d2: -d1 / (d2 * (d1 + d2)),
)  # fmt: skip
_LAST = (
    lambda d1, d2: d2 / (d1 * (d1 + d2)), lambda d1, d2: -(d2 + d1) / (d1 * d2),
    lambda d1, d2: (2 * d2 + d1) / (d2 * (d1 + d2)),
)  # fmt: skip
"""The weights of three neighbours at distances d1, d2: in the middle, at the first and at the last of them."""


def _gradients(self: Any, spacing: Any, dim: Any, edge_order: int) -> tuple[Any, ...]:  # noqa: ANN401 - tensors
    ndim = len(self.shape)
    dims = wrapped_all(dim, ndim)
    spacings = list(spacing) if isinstance(spacing, (list, tuple)) else [1 if spacing is None else spacing] * len(dims)
    if len(spacings) != len(dims):
        given = (
            f"'self.dim() = {ndim}', since dim argument was not given," if dim is None
            else f"'dim' list length of {len(dims)},"
        )  # fmt: skip
        raise TorchRuntimeError(
            f"torch.gradient expected spacing to be unspecified, a scalar, or a list of length equal to {given} but "
            f"got a list of length {len(spacings)}"
        )
    if edge_order not in (1, 2):
        raise TorchRuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    if any(self.shape[axis] < edge_order + 1 for axis in dims):
        raise TorchRuntimeError("torch.gradient expected each dimension size to be at least edge_order+1")
    if self.dtype.category == Category.INTEGER:
        self = self.to(default_dtype())
    return tuple(_along(self, axis, step, edge_order) for axis, step in zip(dims, spacings, strict=True))


gradient = Composite(
    "gradient",
    "the derivatives along some dimensions, estimated from neighbours at distances `spacing` (or points), one a tensor",
    "self, *, Scalar spacing=None, ints dim=None, int edge_order=1",
    compute=_gradients,
    places="function",
    samples=((_VECTOR,), (_MATRIX,)),
)

gradient_by_dimension = Composite(
    "gradient",
    "the derivatives along some dimensions, each with a distance of its own, or with points",
    "self, *, pair spacing, ints dim=None, int edge_order=1",
    compute=_gradients,
    places="function",
)
