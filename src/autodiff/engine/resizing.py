"""`resize_`: a tensor takes on another shape, in the memory it has as far as that reaches."""

from math import prod
from typing import Any

from autodiff.engine.apply import check_size
from autodiff.engine.core import TensorBase
from autodiff.engine.view import requires_grad
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import ARRAYS, backed, np, offset_and_strides, owner_of
from autodiff.numbers.scalar import Scalar

__all__ = ["resize_", "resize_as_"]


def resize_(self: Any, *sizes: Any) -> Any:  # noqa: ANN401 - a Tensor, and ints or one sequence of them
    """Read the memory in another shape; more elements than there were are zeros. Raises PyTorch's RuntimeError."""
    shape = tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], (list, tuple)) else sizes
    if requires_grad(self):
        raise TorchRuntimeError("cannot resize variables that require grad")
    if any(length < 0 for length in shape):
        raise TorchRuntimeError("numel: integer multiplication overflow")
    check_size(shape)
    data = self._data
    memory = backed(data) if isinstance(data, Scalar) else data
    self._data = ARRAYS[self.dtype].of(_resized(memory.value, shape), memory.storage)
    self._data.set_version(self._data.version + 1)
    return self


def resize_as_(self: Any, the_template: TensorBase) -> Any:  # noqa: ANN401 - a Tensor
    """Take on the shape of another tensor."""
    return resize_(self, tuple(the_template.shape))


def _resized(values: Any, shape: tuple[int, ...]) -> Any:  # noqa: ANN401 - arrays
    count = prod(shape)
    owner = owner_of(values)
    if not owner.flags.c_contiguous or owner.dtype != values.dtype:
        owner = values.ravel()
    start = offset_and_strides(values, owner)[0] if np.may_share_memory(values, owner) else 0
    flat = owner.reshape(-1)[start:]
    if count > flat.size:
        flat = np.concatenate([flat, np.zeros(count - flat.size, dtype=flat.dtype)])
    return flat[:count].reshape(shape)
