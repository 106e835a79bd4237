"""`x[…]`: integers, slices and None make views, tensors and lists gather; the same for assignment.

PyTorch takes a single part and a tuple of parts two ways, and reads what is assigned before the index: which error
comes first follows from that.
"""

import warnings
from collections.abc import Sequence
from typing import Any, Final

from autodiff.dtypes import int64
from autodiff.engine.apply import apply
from autodiff.engine.copyslices import write
from autodiff.engine.core import TensorBase
from autodiff.engine.create import tensor
from autodiff.engine.index_key import END, as_tuple, bounds_of, specified_dimensions, tensor_of
from autodiff.engine.inplace import check_may_change, check_overlap, share_places
from autodiff.engine.memory import address
from autodiff.engine.messages import OVERLAPS_INPUT
from autodiff.engine.shapes import broadcast_shape
from autodiff.engine.view import refuse_stale_views
from autodiff.errors import TorchIndexError, TorchRuntimeError, TorchTypeError
from autodiff.numbers.array import array_of, memory_of
from autodiff.ops.cast import in_dtype
from autodiff.ops.indexing import OutOfBoundsError, index, index_put, put_before_outside
from autodiff.ops.memory import copy_from, fill_with_tensor
from autodiff.ops.shape import alias, expand, unsqueeze, view
from autodiff.ops.slicing import select, slice_

__all__ = ["assign_imag", "assign_real", "at", "copy_into", "put_at"]

EXPANDED: Final = (
    "Use of index_put_ on expanded tensors is deprecated. Please clone() the tensor before performing this operation. "
    "This also applies to advanced indexing e.g. tensor[indices] = tensor (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorAdvancedIndexing.cpp:976.)"
)


_C_NAMES: Final = {"int64": "int64_t", "int32": "int", "int16": "int16_t", "int8": "int8_t", "uint8": "uint8_t"}


def at(x: Any, key: Any) -> Any:  # noqa: ANN401 - a tensor, an index
    """The part of `x` at `key`. Raises PyTorch's errors."""
    if isinstance(key, slice):
        return _slice(x, 0, key, whole_is_self=False)
    part, positions = _parted(x, (key,) if _is_simple(key) else as_tuple(key))
    if positions:
        return apply(index, (part,), {"indices": positions})
    return apply(alias, (part,), {}) if part is x else part


def put_at(x: Any, key: Any, value: Any) -> None:  # noqa: ANN401
    """`x[key] = value`, in place. Raises PyTorch's errors."""
    value = _value(x, value)
    if key is False:
        return
    positions: list[Any] = []
    if key is True or key is None:
        part = apply(unsqueeze, (x,), {"dim": 0})
    elif isinstance(key, slice):
        part = _slice(x, 0, key)
    else:
        part, positions = _parted(x, (key,) if _is_simple(key) else as_tuple(key))
    if positions:
        _put(part, positions, value)
    else:
        _copy_to(part, value)


def _is_simple(key: Any) -> bool:  # noqa: ANN401
    return key is None or key is ... or isinstance(key, int)


# ------------------------------------------------------------------ writing


def copy_into(self: Any, src: Any, non_blocking: bool = False) -> Any:  # noqa: ANN401, ARG001 - `copy_`
    """Copy a tensor or a number into the memory of this tensor, and return it. Raises PyTorch's errors."""
    if not isinstance(src, (TensorBase, int, float, complex)):
        kind = type(src).__name__
        raise TorchTypeError(f"copy_(): argument 'other' (position 1) must be Tensor, not {kind}")
    value = src if isinstance(src, TensorBase) else tensor(src)
    check_may_change(self, (value,))
    check_overlap(self, value)
    shape = broadcast_shape((self.shape, value.shape))
    if shape != tuple(self.shape):
        raise TorchRuntimeError(f"output with shape {list(self.shape)} doesn't match the broadcast shape {list(shape)}")
    change_to(self, value)
    return self


def assign_real(x: Any, value: Any) -> None:  # noqa: ANN401 - tensors, or a number
    """`x.real = value`."""
    copy_into(x.real, _value(x.real, value))


def assign_imag(x: Any, value: Any) -> None:  # noqa: ANN401
    """`x.imag = value`. Raises RuntimeError if `x` is real."""
    part = x.imag
    copy_into(part, _value(part, value))


def _value(x: Any, value: Any) -> Any:  # noqa: ANN401 - a tensor or a number; a tensor
    """What is assigned, as a tensor. Raises TypeError for what is no number, RuntimeError for one that does not fit."""
    if isinstance(value, TensorBase):
        return value
    if not isinstance(value, (int, float, complex)):
        from autodiff.engine.explanation import type_name  # the words for a mistake are many

        raise TorchTypeError(f"can't assign a {type_name(value)} to a torch.{x.dtype.title}Tensor")
    if isinstance(value, complex) and not x.dtype.is_complex:
        if value.imag:
            raise TorchRuntimeError(
                f"value cannot be converted to type {_C_NAMES.get(x.dtype.name, x.dtype.cpp)} without overflow"
            )
        value = value.real
    if isinstance(value, float) and not x.dtype.is_differentiable and not -(1 << 63) <= value < 1 << 63:
        raise TorchRuntimeError(
            f"value cannot be converted to type {_C_NAMES.get(x.dtype.name, x.dtype.cpp)} without overflow"
        )
    return tensor(value, dtype=x.dtype)


def _overflow(x: Any) -> Exception:  # noqa: ANN401 - a tensor
    name = _C_NAMES.get(x.dtype.name, x.dtype.cpp)
    return TorchRuntimeError(f"value cannot be converted to type {name} without overflow")


def _copy_to(part: Any, value: Any) -> None:  # noqa: ANN401 - tensors
    """Leading dimensions of length 1 may be dropped; otherwise the value must expand."""
    if tuple(part.shape) == tuple(value.shape):
        change_to(part, value)
        return
    if not value.shape:
        check_may_change(part, (value,))
        check_overlap(part, None)
        write(part, apply(fill_with_tensor, (part, value), {}))
        return
    value = apply(view, (value,), {"size": _without_leading_ones(value.shape)})
    if tuple(part.shape) != tuple(value.shape):
        value = apply(expand, (value,), {"size": tuple(part.shape), "implicit": False})
    change_to(part, value)


def change_to(part: Any, value: Any) -> None:  # noqa: ANN401 - tensors of one shape
    """Copy `value` into the memory of `part`."""
    check_may_change(part, (value,))
    if address(part) != address(value) or part.stride() != value.stride() or part.dtype is not value.dtype:
        check_overlap(part, value)
        if address(part) == address(value) and part.numel() == 1:  # strides of one element tell them apart, too
            raise TorchRuntimeError(OVERLAPS_INPUT)
    if value.dtype.is_complex and not part.dtype.is_complex:  # which warns
        write(part, apply(copy_from, (part, in_dtype(value, part.dtype)), {}))
    else:
        write(part, apply(copy_from, (part, value), {}))


def _without_leading_ones(shape: Sequence[int]) -> tuple[int, ...]:
    first = next((k for k, length in enumerate(shape) if length != 1), len(shape))
    return tuple(shape[first:])


def _put(part: Any, positions: list[Any], value: Any) -> None:  # noqa: ANN401 - tensors
    """Write `value` at positions given by tensors."""
    lengths = _without_leading_ones(value.shape)
    if lengths != tuple(value.shape):
        value = apply(view, (value,), {"size": lengths})
    check_may_change(part, (value,))
    if value.dtype is not part.dtype:
        raise TorchRuntimeError(
            "Index put requires the source and destination dtypes match, "
            f"got {part.dtype.title} for the destination and {value.dtype.title} for the source."
        )
    if any(stride == 0 and n > 1 for stride, n in zip(part.stride(), part.shape, strict=True)):
        warnings.warn(EXPANDED, UserWarning, stacklevel=4)
    for operand in (value, *positions):
        if operand is not None and share_places(part, operand):
            raise TorchRuntimeError(OVERLAPS_INPUT)
    try:
        changed = apply(index_put, (part, value), {"indices": positions, "accumulate": False})
    except OutOfBoundsError:
        _put_into_memory(part, positions, value)
        raise
    write(part, changed)
    if 0 in part.stride():  # what was not put must not be written over what was
        _put_into_memory(part, positions, value)


def _put_into_memory(part: Any, positions: list[Any], value: Any) -> None:  # noqa: ANN401 - tensors
    memory = memory_of(part._data)
    if memory is not None and all(p is None or p.dtype.name != "bool" for p in positions):
        put_before_outside(memory, array_of(value._data, part.dtype), positions)


# ------------------------------------------------------------------ reading


class _Positions:
    """Index tensors by dimension; a mask counts for as many as it has, but is one."""

    def __init__(self) -> None:
        self.by_dimension: list[Any] = []
        self._covered = 0

    def gather(self, position: Any, dim: int) -> int:  # noqa: ANN401 - a tensor
        """Note down the tensor for dimension `dim`, and return the next one."""
        wide = len(position.shape) if position.dtype.name in ("bool", "uint8") else 1
        self.by_dimension += [None] * (dim - self._covered) + [position]
        self._covered = dim + wide
        return self._covered


def _parted(x: Any, parts: tuple[Any, ...]) -> tuple[Any, list[Any]]:  # noqa: ANN401
    """`x` with the basic parts of the index applied, and the index tensors by dimension (None where there is none)."""
    specified = specified_dimensions(parts)
    simple = len(parts) == 1 and isinstance(parts[0], int)
    if specified > x.ndim and not simple:
        raise TorchIndexError(f"too many indices for tensor of dimension {x.ndim}")
    result, dim = x, 0
    positions = _Positions()

    for number, part in enumerate(parts):
        if part is ...:
            dim += x.ndim - specified
        elif part is None:
            result = apply(unsqueeze, (result,), {"dim": dim})
            dim += 1
        elif isinstance(part, bool):
            result = apply(unsqueeze, (result,), {"dim": dim})
            dim = positions.gather(_chosen(part), dim)
        elif isinstance(part, int):
            result = _select(result, dim, part, number)
        elif isinstance(part, slice):
            result = _slice(result, dim, part)
            dim += 1
        else:
            position = tensor_of(part)
            if position.shape or position.dtype.is_differentiable:
                dim = positions.gather(position, dim)
            elif position.dtype.name in ("bool", "uint8"):
                result = apply(unsqueeze, (result,), {"dim": dim})
                dim = positions.gather(_chosen(bool(position.item())), dim)
            else:
                result = _select(result, dim, int(position.item()), number)
    return result, positions.by_dimension


def _chosen(chosen: bool) -> Any:  # noqa: ANN401 - a tensor
    """The positions in a new dimension of length 1 that a bool means: the first, or none."""
    return tensor([0] if chosen else [], dtype=int64)


def _select(x: Any, dim: int, position: int, number: int) -> Any:  # noqa: ANN401
    """One index; errors name the dimension by the part's `number`."""
    if not x.shape and position == 0 and dim == 0:
        raise TorchIndexError(
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
            "0-dim tensor to a number"
        )
    length = x.shape[dim] if x.shape else 0
    if not -length <= position < length:
        raise TorchIndexError(f"index {position} is out of bounds for dimension {number} with size {length}")
    return apply(select, (x,), {"dim": dim, "index": position})


def _slice(x: Any, dim: int, part: slice, *, whole_is_self: bool = True) -> Any:  # noqa: ANN401
    start, end, step = bounds_of(part)
    if not x.shape:
        refuse_stale_views((x,))
        raise TorchIndexError("slice() cannot be applied to a 0-dim tensor.")
    if whole_is_self and start == 0 and step == 1 and end >= x.shape[dim]:
        return x
    return apply(slice_, (x,), {"dim": dim, "start": start, "end": min(end, END), "step": step})
