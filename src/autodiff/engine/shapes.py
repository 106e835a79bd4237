"""What follows from shapes alone."""

from typing import Any

from autodiff.engine.size import Size
from autodiff.errors import TorchRuntimeError, TorchValueError

__all__ = ["broadcast_shapes"]


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
