"""The parts of an index: what PyTorch takes for a tuple, how many dimensions it says something about, its slices."""

import operator
import warnings
from typing import Any, Final

from autodiff.dtypes import int64
from autodiff.engine.core import TensorBase
from autodiff.engine.create import tensor
from autodiff.errors import TorchIndexError, TorchTypeError, TorchValueError

__all__ = ["END", "as_tuple", "bounds_of", "specified_dimensions", "tensor_of"]

END: Final = 9223372036854775807
"""PyTorch's open end of a slice."""
_NOT_A_TUPLE: Final = (
    "Using a non-tuple sequence for multidimensional indexing is deprecated and will be changed in pytorch 2.9; use "
    "x[tuple(seq)] instead of x[seq]. In pytorch 2.9 this will be interpreted as tensor index, x[torch.tensor(seq)], "
    "which will result either in an error or a different result (Triggered internally at "
    "/__w/pytorch/pytorch/torch/csrc/autograd/python_variable_indexing.cpp:{}.)"
)
_LONGEST: Final = 32
"""A longer list is always one index, as it was in NumPy."""


def as_tuple(key: Any) -> tuple[Any, ...]:  # noqa: ANN401 - an index
    """The parts of an index; a short list of more than numbers is a tuple, too, with a warning."""
    if isinstance(key, tuple):
        return key
    line = _line_of_warning(key)
    if line is None:
        return (key,)
    warnings.warn(_NOT_A_TUPLE.format(line), UserWarning, stacklevel=4)
    return tuple(key)


def _line_of_warning(key: Any) -> int | None:  # noqa: ANN401
    """The line in PyTorch's source that takes `key` for a tuple; None if it is one index."""
    if isinstance(key, TensorBase) or not _is_sequence(key) or len(key) >= _LONGEST:
        return None
    for part in key:
        if isinstance(part, (TensorBase, slice)) or _is_sequence(part):
            return 349
        if part is ... or part is None:
            return 359
    return None


def _is_sequence(part: Any) -> bool:  # noqa: ANN401
    return isinstance(part, (list, tuple, str, range))


def specified_dimensions(parts: tuple[Any, ...]) -> int:
    """How many dimensions the parts say something about."""
    count = 0
    for part in parts:
        if isinstance(part, TensorBase) and part.dtype.name in ("bool", "uint8"):
            count += len(part.shape)
        elif part is not None and part is not ... and not isinstance(part, bool):
            count += 1
    return count


def tensor_of(part: Any) -> Any:  # noqa: ANN401
    """An index that is no number as a tensor of positions. Raises PyTorch's errors."""
    if isinstance(part, TensorBase):
        if part.dtype.is_differentiable:
            raise TorchIndexError("tensors used as indices must be long, int, byte or bool tensors")
        return part
    if _is_sequence(part):
        found = tensor(list(part) if isinstance(part, (tuple, range)) else part)
        return found if found.dtype.name == "bool" else tensor(part, dtype=int64)
    try:
        return tensor(operator.index(part))
    except TypeError:
        raise TorchIndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices "
            f"(got {type(part).__name__})"
        ) from None


def bounds_of(part: slice) -> tuple[int, int, int]:
    """Start, end and step of a slice. Raises PyTorch's ValueError, and TypeError for what is no integer."""
    step = 1 if part.step is None else _whole(part.step)
    if step == 0:
        raise TorchValueError("slice step cannot be zero")
    start = (0 if step > 0 else END) if part.start is None else _whole(part.start)
    end = (END if step > 0 else -END - 1) if part.stop is None else _whole(part.stop)
    if step < 0:
        raise TorchValueError("step must be greater than zero")
    return start, end, step


def _whole(bound: Any) -> int:  # noqa: ANN401
    try:
        return operator.index(bound)
    except TypeError:
        raise TorchTypeError("slice indices must be integers or None or have an __index__ method") from None
