"""Weighted sums of several tensors."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import np
from autodiff.numbers.fused import multiply_add, multiply_add_arrays
from autodiff.ops.arithmetic import div
from autodiff.ops.conjugation import conj
from autodiff.ops.op import Elementwise, any_of, not_implemented, refused
from autodiff.ops.scaled import multiply_add_

__all__: list[str] = []

_BOOL, _INTEGER = Category.BOOL, Category.INTEGER
_TRIPLES = ((1.5, 2.5, 0.5), ([0.5, -1.5], [2.0, 0.25], [0.75, 1.25]), ([[1.0, 2.0], [3.0, -4.0]], [0.5, 3.5], 0.3))


def _between(self: Any, end: Any, weight: Any, rounded: Any) -> Any:  # noqa: ANN401 - numbers, a rounding
    """From the nearer end, with one rounding for the last product and sum."""
    if abs(weight) < 0.5:
        return rounded(multiply_add(weight, rounded(end - self), self))
    return rounded(multiply_add(rounded(weight - 1), rounded(end - self), end))


def _complex_between(self: Any, end: Any, weight: Any, rounded: Any) -> Any:  # noqa: ANN401 - numbers, a rounding
    """The same of complex numbers, each step rounded."""
    if weight.real * weight.real + weight.imag * weight.imag < 0.25:
        return rounded(self + rounded(weight * rounded(end - self)))
    return rounded(end - rounded(rounded(end - self) * rounded(1 - weight)))


def _arrays_between(self: Any, end: Any, weight: Any) -> Any:  # noqa: ANN401 - arrays
    weight = np.asarray(weight, dtype=self.dtype)
    if self.dtype.kind == "c":
        near = np.square(weight.real) + np.square(weight.imag) < 0.25
        return np.where(near, self + weight * (end - self), end - (end - self) * (1 - weight))
    near = np.abs(weight) < 0.5
    return multiply_add_arrays(np.where(near, weight, weight - 1), end - self, np.where(near, self, end))


def _same_dtypes(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:
    """Raise PyTorch's RuntimeError unless the dtypes agree; a 0-d weight may promote them."""
    own = inputs[0].dtype
    for name, other in zip(("end", "weight"), inputs[1:], strict=False):
        if other.dtype is not own and (name == "end" or other.shape):
            raise TorchRuntimeError(f"expected dtype {own.cpp} for `{name}` but got dtype {other.dtype.cpp}")
    if isinstance(attributes.get("weight"), complex) and not own.is_complex:
        raise TorchRuntimeError(f"value cannot be converted to type {own.cpp} without overflow")


_LERP: Final[Mapping[str, Any]] = {
    "scalar": _between,
    "complex": _complex_between,
    "array": _arrays_between,
    "rounds": True,
}

lerp = Elementwise(
    "lerp",
    "self + weight * (end - self), from the nearer end, for a number weight",
    "Tensor self, Tensor end, Scalar weight",
    **_LERP,
    refuses=any_of(not_implemented("lerp_kernel_scalar"), _BOOL, _INTEGER),
    checks=_same_dtypes,
    derivatives={
        "self": lambda g, weight: g * conj(1 - weight),
        "end": lambda g, weight: g * conj(weight),
    },
    samples=((1.5, 2.5, 0.25), ([0.5, -1.5], [2.0, 0.25], 0.75)),
)

lerp_tensor = Elementwise(
    "lerp",
    "self + weight * (end - self), from the nearer end",
    "Tensor self, Tensor end, Tensor weight",
    overload=1,
    **_LERP,
    refuses=any_of(not_implemented("lerp_kernel_tensor"), _BOOL, _INTEGER),
    checks=_same_dtypes,
    derivatives={
        "self": lambda g, weight: g * conj(1 - weight),
        "end": lambda g, weight: g * conj(weight),
        "weight": lambda g, self, end: g * conj(end - self),
    },
    samples=_TRIPLES,
)

addcmul = Elementwise(
    "addcmul",
    "self + value * tensor1 * tensor2",
    "Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1",
    forward=lambda self, tensor1, tensor2, value: multiply_add_(value * tensor1, tensor2, self),
    derivatives={
        "self": lambda g: g,
        "tensor1": lambda g, tensor2, value: g * conj(tensor2 * value),
        "tensor2": lambda g, tensor1, value: g * conj(tensor1 * value),
    },
    samples=_TRIPLES,
)

addcdiv = Elementwise(
    "addcdiv",
    "self + value * tensor1 / tensor2",
    "Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1",
    forward=lambda self, tensor1, tensor2, value: self + (value * tensor1) / tensor2,
    refuses=any_of(
        refused(
            "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a "
            "true division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as "
            "(input + value * torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as "
            "(input + value * tensor1 / tensor2) for float inputs. The future addcdiv behavior is just the latter "
            "implementation: (input + value * tensor1 / tensor2), for all dtypes."
        ),
        _BOOL,
        _INTEGER,
    ),
    derivatives={
        "self": lambda g: g,
        "tensor1": lambda g, tensor2, value: g * conj(div(value, tensor2)),
        "tensor2": lambda g, tensor1, tensor2, value: -g * conj((value * tensor1) / (tensor2 * tensor2)),
    },
    samples=_TRIPLES,
)
