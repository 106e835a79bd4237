"""What the arguments of a call may be called, and be."""

from typing import Any, Final

from autodiff.engine.core import TensorBase

__all__ = ["OTHER_NAMES", "is_index"]

OTHER_NAMES: Final = {"axis": "dim", "keepdims": "keepdim", "input": "self", "x": "self", "x1": "self", "x2": "other"}
"""What PyTorch accepts besides the parameter's own name."""


def is_index(value: Any) -> bool:  # noqa: ANN401 - the user's
    """Whether the value is an int, or an integer tensor of one element."""
    if isinstance(value, TensorBase):
        return not value.dtype.is_differentiable and not value._data.shape and value.dtype.category > 0
    return isinstance(value, int) and not isinstance(value, bool)
