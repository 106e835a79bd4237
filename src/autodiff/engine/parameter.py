"""`nn.Parameter`: a tensor that says it is one."""

from typing import Any, Self

from autodiff.engine.create import empty
from autodiff.engine.graph import AccumulateGrad
from autodiff.engine.tensors import Tensor
from autodiff.errors import TorchRuntimeError

__all__ = ["Parameter"]


class Parameter(Tensor):
    """A leaf that requires a gradient, unless it is told otherwise; results of operations are plain tensors."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Self:  # noqa: ANN401
        """A parameter of the memory of `data`. Raises RuntimeError if its dtype cannot require a gradient."""
        source = empty(0) if data is None else data
        if requires_grad and not source.dtype.is_differentiable:
            raise TorchRuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        self = cls.wrap(source._data)
        if requires_grad:
            self._node = AccumulateGrad.of(self)
        return self

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"
