"""`torch.autograd.Variable`: what tensors with gradients were called before PyTorch 0.4."""

import warnings
from typing import Any

from autodiff.engine.core import TensorBase
from autodiff.engine.create import empty, leaf
from autodiff.errors import TorchTypeError

__all__ = ["Variable"]


class _VariableType(type):
    """Every tensor is said to be a Variable."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, TensorBase)


class Variable(metaclass=_VariableType):
    """Makes tensors; kept for old programs."""

    __module__ = "torch.autograd.variable"

    def __new__(cls, data: Any = None, requires_grad: bool = False, volatile: bool | None = None) -> Any:  # noqa: ANN401
        """A leaf of the memory of `data`. Raises TypeError if that is no tensor."""
        if volatile:
            warnings.warn(
                "volatile was removed and now has no effect. Use `with torch.no_grad():` instead.",
                UserWarning,
                stacklevel=2,
            )
        source = empty(0) if data is None else data
        if not isinstance(source, TensorBase):
            raise TorchTypeError(f"Variable data has to be a tensor, but got {type(source).__name__}")
        return leaf(source._data, requires_grad=requires_grad)
