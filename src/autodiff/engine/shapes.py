"""What follows from shapes alone."""

from collections.abc import Sequence
from math import prod
from typing import Any, Final

from autodiff.engine.size import Size
from autodiff.errors import TorchRuntimeError, TorchValueError

__all__ = ["broadcast_shape", "broadcast_shapes", "check_size"]

MOST_ELEMENTS: Final = 1 << 28
"""A gigabyte of floats: more than a user of the command line can mean."""


def broadcast_shapes(*shapes: Any) -> Size:  # noqa: ANN401 - ints or sequences of them
    """The shape that tensors of these shapes broadcast to. Raises PyTorch's RuntimeError if there is none."""
    result: list[int] = []
    for position, shape in enumerate(shapes):
        if not isinstance(shape, (int, list, tuple)):
            raise TorchRuntimeError(
                f"Input shapes should be of type ints, a tuple of ints, or a list of ints, got {shape}"
            )
        lengths = (shape,) if isinstance(shape, int) else tuple(shape)
        if min(lengths, default=0) < 0:
            raise TorchValueError("Attempting to broadcast a dimension with negative length!")
        result = [1] * (len(lengths) - len(result)) + result
        for k in range(-1, -len(lengths) - 1, -1):
            if lengths[k] in (1, result[k]):
                continue
            if result[k] != 1:
                raise TorchRuntimeError(
                    f"Attempting to broadcast a dimension of length {lengths[k]} at {k}! Mismatching argument at index "
                    f"{position} had {lengths}; but expected shape should be broadcastable to {result}"
                )
            result[k] = lengths[k]
    return Size(result)


def broadcast_shape(shapes: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The common shape of operands. Raises PyTorch's RuntimeError if there is none."""
    result: list[int] = []
    for shape in shapes:
        for k in range(1, len(shape) + 1):
            if k > len(result):
                result.insert(0, shape[-k])
            elif result[-k] == 1:
                result[-k] = shape[-k]
            elif shape[-k] not in (1, result[-k]):
                dimension = max(len(result), len(shape)) - k
                raise TorchRuntimeError(
                    f"The size of tensor a ({result[-k]}) must match the size of tensor b ({shape[-k]}) "
                    f"at non-singleton dimension {dimension}"
                )
    return tuple(result)


def check_size(shape: Sequence[int], itemsize: int = 4) -> None:
    """Refuse at once what no shell command should allocate, with PyTorch's error for memory that there is not."""
    count = prod(shape)
    if count * itemsize >= 1 << 63:
        raise TorchRuntimeError(f"Storage size calculation overflowed with sizes={list(shape)}")
    if count > MOST_ELEMENTS:
        raise TorchRuntimeError(
            "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to "
            f"allocate {count * itemsize} bytes. Error code 12 (Cannot allocate memory)"
        )
