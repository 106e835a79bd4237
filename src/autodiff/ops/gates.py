"""Activations with a parameter, a gate or noise: prelu, glu and rrelu."""

from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.dtypes import Category, float64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.numbers.array_functions import once_rounded
from autodiff.numbers.generator import current_generator
from autodiff.ops.dimension import wrapped
from autodiff.ops.exponential import sigmoid
from autodiff.ops.filling import full_like
from autodiff.ops.joining import cat
from autodiff.ops.op import Composite, Structural, any_of, not_implemented
from autodiff.ops.selection import where
from autodiff.ops.shape import reshape

__all__: list[str] = []

_NO_FLOATS = (Category.BOOL, Category.INTEGER, Category.COMPLEX)

# ------------------------------------------------------------------ a slope that is learned


def _prelu_back(grad_output: Values, self: Values, weight: Values) -> tuple[Values, Values]:
    positive, zero = self > 0, self.dtype.type(0)
    return np.where(positive, grad_output, grad_output * weight), np.where(positive, zero, grad_output * self)


prelu_backward: Structural = Structural(
    "prelu_kernel_backward",
    "the gradients of prelu by self and by weight",
    "Tensor grad_output, Tensor self, Tensor weight",
    array=_prelu_back,
    outputs=("grad_self", "grad_weight"),
    differentiable=0,
    derivatives={
        "grad_output": lambda g, self, weight: where(self >= 0, g[0], g[0] * weight + g[1] * self),
        "self": lambda g, grad_output, self: where(self >= 0, 0, grad_output * g[1]),
        "weight": lambda g, grad_output, self: where(self >= 0, 0, grad_output * g[0]),
    },
    public=False,
)

prelu_kernel = Structural(
    "prelu_kernel",
    "self where positive, else weight * self",
    "Tensor self, Tensor weight",
    array=lambda self, weight: np.where(self > 0, self, weight * self),
    refuses=any_of(not_implemented("prelu_cpu"), *_NO_FLOATS),
    derivatives={
        "self": lambda g, self, weight: prelu_backward(g, self, weight)[0],
        "weight": lambda g, self, weight: prelu_backward(g, self, weight)[1],
    },
    public=False,
    samples=(([0.5, -1.5, 2.0], [0.25]), (-0.7, 0.3)),
)


def _prelu(self: Any, weight: Any) -> Any:  # noqa: ANN401 - tensors
    ndim, count = len(self.shape), weight.numel()
    if self.dtype is not weight.dtype:
        raise TorchRuntimeError(f"prelu: Type promoting not supported. Got {self.dtype.title} and {weight.dtype.title}")
    if count != 1:
        if not ndim:
            raise TorchRuntimeError("Not allow zero-dim input tensor.")
        channels = self.shape[1] if ndim > 1 else 1
        if channels != count:
            raise TorchRuntimeError(
                f"Mismatch of parameter numbers and input channel size. Found parameter numbers = {count} and channel "
                f"size = {channels}."
            )
    if len(weight.shape) > 1:
        raise TorchRuntimeError(
            f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {len(weight.shape)}"
        )
    if ndim != len(weight.shape):
        weight = reshape(weight, shape=tuple(count if k == 1 else 1 for k in range(ndim)))
    return prelu_kernel(self, weight)


prelu = Composite(
    "prelu",
    "self where positive, else weight * self, with a weight for each channel",
    "self, Tensor weight",
    compute=_prelu,
    places="function method functional",
    samples=(([0.5, -1.5, 2.0], [0.25]), ([[0.5, -1.5], [-0.3, 2.0]], [0.25, -0.5]), (-0.7, 0.3)),
)

# ------------------------------------------------------------------ a half that gates the other


def _can_be_halved(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:
    axis = wrapped(attributes["dim"], len(inputs[0].shape))
    length = inputs[0].shape[axis]
    if length % 2:
        raise TorchRuntimeError(f"Halving dimension must be even, but dimension {axis} is size {length}")


def _halves(self: Values, dim: int) -> tuple[Values, Values, int]:
    axis = wrapped(dim, self.ndim)
    first, second = np.split(self, 2, axis=axis)
    return first, second, axis


def _open(gate: Values) -> Values:
    return once_rounded(lambda x: 1 / (1 + np.exp(-x)))(gate)


def _glu(self: Values, dim: int) -> Values:
    first, gate, _ = _halves(self, dim)
    return first * _open(gate)


def _glu_back(grad_output: Values, self: Values, dim: int) -> Values:
    first, gate, axis = _halves(self, dim)
    opening = _open(gate)
    return np.concatenate([opening * grad_output, (1 - opening) * opening * first * grad_output], axis=axis)


def _two(self: Any, dim: int) -> tuple[Any, Any]:  # noqa: ANN401 - tensors
    half = self.shape[dim] // 2
    return self.narrow(dim, 0, half), self.narrow(dim, half, half)


def _glu_weight(g: Any, self: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    """The derivative of the gradient by grad_output."""
    one, other = _two(g * glu_backward(full_like(_two(self, dim)[0], value=1), self, dim=dim), dim)
    return one + other


def _glu_second(g: Any, grad_output: Any, self: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    """The derivative of the gradient by self."""
    (g_first, g_gate), (first, gate) = _two(g, dim), _two(self, dim)
    opening = sigmoid(gate)
    slope = opening * (1 - opening) * grad_output
    by_gate = g_first * slope + g_gate * slope * first * (1 - 2 * opening)
    return cat([g_gate * slope, by_gate], dim=dim)


glu_backward: Structural = Structural(
    "glu_backward",
    "the gradient of glu",
    "Tensor grad_output, Tensor self, int dim",
    array=_glu_back,
    derivatives={"grad_output": _glu_weight, "self": _glu_second},
    public=False,
)

glu_native = Structural(
    "glu",
    "the first half along dim times the sigmoid of the second",
    "Tensor self, int dim",
    array=_glu,
    checks=_can_be_halved,
    refuses=any_of(not_implemented("glu_cpu"), *_NO_FLOATS),
    derivatives={"self": lambda g, self, dim: glu_backward(g, self, dim=dim)},
    public=False,
    samples=(([0.5, -1.5, 2.0, 0.3], -1), ([[0.5, -1.5], [0.3, 2.0]], 0)),
)


def _gated(self: Any, dim: int) -> Any:  # noqa: ANN401 - a tensor
    if not len(self.shape):
        raise TorchRuntimeError("glu does not support scalars because halving size must be even")
    return glu_native(self, dim=dim)


glu = Composite(
    "glu",
    "the first half along dim times the sigmoid of the second",
    "self, int dim=-1",
    compute=_gated,
    places="functional",
    samples=(([0.5, -1.5, 2.0, 0.3],), ([[0.5, -1.5], [0.3, 2.0]], 0)),
)

# ------------------------------------------------------------------ a slope that is drawn


def _slopes(self: Values, lower: float, upper: float) -> Values:
    """1 where positive, else a slope drawn from [lower, upper): one number after the other, for those only."""
    below = self <= 0
    slopes = np.ones_like(self)
    slopes[below] = current_generator().uniform(int(below.sum()), lower, upper, float64)
    return slopes


drawn_slopes = Structural(
    "rrelu_noise",
    "the slope of each element: drawn where it is not positive, else 1",
    "self, Scalar lower, Scalar upper",
    array=lambda self, lower, upper: _slopes(self.copy(order="C"), lower, upper),
    refuses=any_of(not_implemented("rrelu_with_noise_out_cpu"), *_NO_FLOATS),
    public=False,
)


def _rrelu_back(g: Any, self: Any, noise: Any, lower: float, upper: float, training: bool) -> Any:  # noqa: ANN401
    return rrelu_backward(g, self, noise, lower=lower, upper=upper, training=training)


rrelu_backward: Structural = Structural(
    "rrelu_with_noise_backward",
    "the gradient of rrelu",
    "Tensor grad_output, Tensor self, Tensor noise, Scalar lower, Scalar upper, bool training",
    array=lambda grad_output, self, noise, lower, upper, training: (
        grad_output * noise
        if training and upper - lower > 1e-6
        else np.where(self > 0, grad_output, grad_output * self.dtype.type((lower + upper) / 2))
    ),
    derivatives={"grad_output": _rrelu_back, "self": lambda g: 0},
    public=False,
)

rrelu_native = Structural(
    "rrelu_with_noise",
    "self where positive, else self times a slope: the noise when training, else the mean of lower and upper",
    "Tensor self, Tensor noise, Scalar lower, Scalar upper, bool training",
    array=lambda self, noise, lower, upper, training: (
        self * noise if training else np.where(self > 0, self, self * self.dtype.type((lower + upper) / 2))
    ),
    derivatives={"self": _rrelu_back},
    refuses=any_of(not_implemented("leaky_relu_cpu"), *_NO_FLOATS),
    public=False,
    samples=(
        ([0.5, -1.5, 2.0], [1.0, 0.2, 1.0], 0.125, 0.3, True),
        ([0.5, -1.5, 2.0], [1.0, 1.0, 1.0], 0.1, 0.3, False),
    ),
)


def _rrelu(self: Any, lower: float, upper: float, training: bool) -> Any:  # noqa: ANN401 - a tensor
    if lower > upper:
        raise TorchRuntimeError("Lower bound should be less than or equal to the upper bound")
    noise = drawn_slopes(self, lower=lower, upper=upper) if training else full_like(self, value=0)
    return rrelu_native(self, noise, lower=lower, upper=upper, training=training)


rrelu = Composite(
    "rrelu",
    "leaky_relu with a slope between lower and upper, drawn when training",
    f"self, Scalar lower=0.125, Scalar upper={1 / 3!r}, bool training=False",
    compute=_rrelu,
    places="function functional",
    samples=(([0.5, -1.5, 2.0],), (-0.7, 0.1, 0.5)),
)
