"""Facts about tensors and dtypes, and comparisons that give a Python bool."""

from typing import Any

from autodiff.dtypes import Category, dtype, dtype_of_number, promote_types
from autodiff.dtypes import result_type as promoted_dtype
from autodiff.engine.core import TensorBase
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import array_of, np

__all__ = [
    "allclose",
    "can_cast",
    "equal",
    "is_complex",
    "is_floating_point",
    "is_tensor",
    "numel",
    "promote_types",
    "result_type",
]


def is_tensor(value: object) -> bool:
    """Whether `value` is a tensor."""
    return isinstance(value, TensorBase)


def is_floating_point(input: Any) -> bool:  # noqa: ANN401 - PyTorch's name, a tensor
    """Whether the elements are floats."""
    return bool(input.dtype.is_floating_point)


def is_complex(input: Any) -> bool:  # noqa: ANN401
    """Whether the elements are complex."""
    return bool(input.dtype.is_complex)


def numel(input: Any) -> int:  # noqa: ANN401
    """The number of elements."""
    return int(input.numel())


def equal(input: Any, other: Any) -> bool:  # noqa: ANN401 - tensors
    """Whether two tensors have the same shape and elements."""
    if tuple(input.shape) != tuple(other.shape):
        return False
    return bool(input._data.read() == other._data.read())


def allclose(input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:  # noqa: ANN401
    """Whether |input - other| <= atol + rtol * |other| everywhere. Raises RuntimeError for different dtypes."""
    if input.dtype is not other.dtype:
        raise TorchRuntimeError(f"{input.dtype.title} did not match {other.dtype.title}")
    a, b = array_of(input._data, input.dtype), array_of(other._data, other.dtype)
    return bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan))


def result_type(first: Any, second: Any) -> dtype:  # noqa: ANN401 - tensors or numbers
    """The dtype an operation on both computes in."""
    tensors: list[dtype] = []
    scalars: list[dtype] = []
    numbers: list[dtype] = []
    for value in (first, second):
        if not isinstance(value, TensorBase):
            numbers.append(dtype_of_number(value))
        else:
            (tensors if value.shape else scalars).append(value.dtype)
    return promoted_dtype(tensors, scalars, numbers)


def can_cast(from_: dtype, to: dtype) -> bool:
    """Whether a value may be cast without raising its category backwards: no complex to real, no float to integer."""
    return from_.category <= to.category or Category.FLOAT > to.category == from_.category
