"""Softmax and its logarithm."""

from typing import Any

from autodiff.dtypes import Category, dtype
from autodiff.numbers.array import np, once_rounded
from autodiff.ops.arithmetic import neg
from autodiff.ops.cast import to_copy
from autodiff.ops.dimension import wrapped
from autodiff.ops.exponential import exp
from autodiff.ops.op import Composite, Structural, any_of, not_implemented
from autodiff.ops.reduction import sum_dim

__all__: list[str] = []

_FLOATS_ONLY = any_of(not_implemented("softmax_lastdim_kernel_impl"), Category.BOOL, Category.INTEGER, Category.COMPLEX)
_LOG_FLOATS_ONLY = any_of(
    not_implemented("log_softmax_lastdim_kernel_impl"), Category.BOOL, Category.INTEGER, Category.COMPLEX
)
_SAMPLES = (([0.5, -1.5, 2.0], 0), ([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], 1), ([[1.0, 2.0], [0.5, -1.0]], 0))


def _sum(x: Any, dim: int) -> Any:  # noqa: ANN401 - a tensor
    return sum_dim(x, dim=(dim,), keepdim=True)


def _shares(self: Any, dim: int) -> Any:  # noqa: ANN401 - an array
    axis = wrapped(dim, self.ndim)
    if self.ndim == 0:
        return np.where(np.isfinite(self), np.ones_like(self), np.nan)
    wide = self.astype(np.float64)
    powers = np.exp(wide - wide.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _log_shares(self: Any, dim: int) -> Any:  # noqa: ANN401 - an array
    axis = wrapped(dim, self.ndim)
    if self.ndim == 0:
        return np.where(np.isfinite(self), np.zeros_like(self), np.nan)
    wide = self.astype(np.float64)
    moved = wide - wide.max(axis=axis, keepdims=True)
    return moved - np.log(np.exp(moved).sum(axis=axis, keepdims=True))


softmax_backward: Structural = Structural(
    "softmax_backward_data",
    "the gradient of softmax, from its result",
    "Tensor grad_output, Tensor output, int dim",
    node="SoftmaxBackwardDataBackward0",
    array=lambda grad_output, output, dim: (
        output * (grad_output - (grad_output * output).sum(axis=dim if output.ndim else None, keepdims=True))
    ),
    derivatives={
        "grad_output": lambda g, output, dim: softmax_backward(g, output, dim=dim),
        "output": lambda g, grad_output, output, dim: (
            g * grad_output - g * _sum(grad_output * output, dim) - _sum(g * output, dim) * grad_output
        ),
    },
    public=False,
)

softmax_native = Structural(
    "softmax",
    "exp(self), scaled so that its sum along dim is 1",
    "self, int dim",
    array=_shares,
    refuses=_FLOATS_ONLY,
    derivatives={"self": lambda g, out, dim: softmax_backward(g, out, dim=dim)},
    public=False,
    samples=_SAMPLES,
)

log_softmax_backward: Structural = Structural(
    "log_softmax_backward_data",
    "the gradient of log_softmax, from its result",
    "Tensor grad_output, Tensor output, int dim",
    node="LogSoftmaxBackwardDataBackward0",
    array=lambda grad_output, output, dim: (
        grad_output - once_rounded("exp")(output) * grad_output.sum(axis=dim if output.ndim else None, keepdims=True)
    ),
    derivatives={
        "grad_output": lambda g, output, dim: g - _sum(g * exp(output), dim),
        "output": lambda g, grad_output, output, dim: -(_sum(grad_output, dim) * g) * exp(output),
    },
    public=False,
)

log_softmax_native = Structural(
    "log_softmax",
    "the logarithm of softmax, without overflow",
    "self, int dim",
    array=_log_shares,
    refuses=_LOG_FLOATS_ONLY,
    derivatives={"self": lambda g, out, dim: log_softmax_backward(g, out, dim=dim)},
    public=False,
    samples=_SAMPLES,
)


def _cast(self: Any, wanted: dtype | None) -> Any:  # noqa: ANN401 - a tensor
    return self if wanted in (None, self.dtype) else to_copy(self, dtype=wanted)


_PLACES = "function method functional special"

softmax = Composite(
    "softmax",
    "exp(self), scaled so that its sum along dim is 1",
    "self, int dim, dtype dtype=None",
    compute=lambda self, dim, dtype: softmax_native(_cast(self, dtype), dim=dim),
    places=_PLACES,
    samples=_SAMPLES,
)

log_softmax = Composite(
    "log_softmax",
    "the logarithm of softmax, without overflow",
    "self, int dim, dtype dtype=None",
    compute=lambda self, dim, dtype: log_softmax_native(_cast(self, dtype), dim=dim),
    places=_PLACES,
    samples=_SAMPLES,
)

softmin = Composite(
    "softmin",
    "softmax of -self",
    "self, int dim, dtype dtype=None",
    compute=lambda self, dim, dtype: softmax_native(neg(_cast(self, dtype)), dim=dim),
    places="functional",
    samples=_SAMPLES,
)
