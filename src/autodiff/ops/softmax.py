"""Softmax and its logarithm."""

import warnings
from typing import Any

from autodiff.dtypes import Category, dtype
from autodiff.numbers.array import Values, np
from autodiff.numbers.array_functions import once_rounded
from autodiff.ops.arithmetic import neg
from autodiff.ops.cast import to_copy
from autodiff.ops.dimension import wrapped
from autodiff.ops.exponential import exp
from autodiff.ops.op import Composite, Structural, not_implemented
from autodiff.ops.reduction import sum_dim

__all__: list[str] = []

_NO_FLOATS = (Category.BOOL, Category.INTEGER, Category.COMPLEX)
_SAMPLES = (([0.5, -1.5, 2.0], 0), ([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], 1), ([[1.0, 2.0], [0.5, -1.0]], 0))


def _sum(x: Any, dim: int) -> Any:  # noqa: ANN401 - a tensor
    return sum_dim(x, dim=(dim,), keepdim=True)


def _powers(self: Values, axis: int) -> tuple[Values, Values, Values]:
    """Each element less the largest, exp of that, and the sum of these, added one by one; float16 is widened."""
    own = self.astype(np.float32) if self.dtype.itemsize == 2 else self
    moved = own - own.max(axis=axis, keepdims=True)
    powers = once_rounded("exp")(moved)
    return moved, powers, np.take(np.add.accumulate(powers, axis=axis), [-1], axis=axis)


def _shares(self: Values, dim: int) -> Values:
    axis = wrapped(dim, self.ndim)
    if self.ndim == 0:
        return np.where(np.isfinite(self), np.ones_like(self), np.nan)
    if self.size == 0:
        return self
    _, powers, sums = _powers(self, axis)
    return powers * (1 / sums) if axis == self.ndim - 1 else powers / sums  # two kernels, which round differently


def _log_shares(self: Values, dim: int) -> Values:
    axis = wrapped(dim, self.ndim)
    if self.ndim == 0:
        return np.where(np.isfinite(self), np.zeros_like(self), np.nan)
    if self.size == 0:
        return self
    moved, _, sums = _powers(self, axis)
    return moved - once_rounded("log")(sums)


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
    derivatives={"self": lambda g, out, dim: log_softmax_backward(g, out, dim=dim)},
    public=False,
    samples=_SAMPLES,
)


def _checked(self: Any, dim: int, wanted: dtype | None, name: str) -> Any:  # noqa: ANN401 - a tensor
    """The tensor in the dtype asked for. PyTorch has a kernel for the last dimension, which refuses in its own name."""
    self = self if wanted in (None, self.dtype) else to_copy(self, dtype=wanted)
    if self.dtype.category in _NO_FLOATS:
        last = wrapped(dim, len(self.shape)) == max(len(self.shape), 1) - 1
        raise not_implemented(f"{name}_lastdim_kernel_impl" if last else f"{name}_kernel_impl")(self.dtype)
    return self


_PLACES = "function method special"


def _guessed(name: str, compute: Composite) -> Any:  # noqa: ANN401 - a function of tensors
    """As torch.nn.functional has it: without `dim` it takes one, and warns."""

    def along(self: Any, dim: int | None, _stacklevel: int, dtype: dtype | None) -> Any:  # noqa: ANN401 - a tensor
        if dim is None:
            warnings.warn(
                f"Implicit dimension choice for {name} has been deprecated. "
                "Change the call to include dim=X as an argument.",
                UserWarning,
                stacklevel=4,
            )
            dim = 0 if len(self.shape) in (0, 1, 3) else 1
        return compute.compute(self, dim, dtype)

    return along


def _functional(compute: Composite) -> Composite:
    return Composite(
        compute.name,
        compute.doc,
        "self, int dim=None, int _stacklevel=3, dtype dtype=None",
        compute=_guessed(compute.name, compute),
        places="functional",
    )


softmax = Composite(
    "softmax",
    "exp(self), scaled so that its sum along dim is 1",
    "self, int dim, dtype dtype=None",
    compute=lambda self, dim, dtype: softmax_native(_checked(self, dim, dtype, "softmax"), dim=dim),
    places=_PLACES,
    samples=_SAMPLES,
)

log_softmax = Composite(
    "log_softmax",
    "the logarithm of softmax, without overflow",
    "self, int dim, dtype dtype=None",
    compute=lambda self, dim, dtype: log_softmax_native(_checked(self, dim, dtype, "log_softmax"), dim=dim),
    places=_PLACES,
    samples=_SAMPLES,
)

_negative_softmax = Composite(
    "softmin",
    "softmax of -self",
    "self, int dim, dtype dtype=None",
    compute=lambda self, dim, dtype: softmax_native(_checked(neg(self), dim, dtype, "softmax"), dim=dim),
    public=False,
    samples=_SAMPLES,
)

softmax_functional, log_softmax_functional = _functional(softmax), _functional(log_softmax)
softmin = _functional(_negative_softmax)
