"""`Tensor`: PyTorch's tensor, as far as autograd needs it. Its methods follow from the table of operations."""

from __future__ import annotations

import warnings

from autodiff.dtypes import default_dtype
from autodiff.engine.core import TensorBase
from autodiff.engine.functional import backward
from autodiff.engine.graph import AccumulateGrad, node_of, output_of
from autodiff.engine.members import late, read_only
from autodiff.engine.mode import mode
from autodiff.engine.protocol import Protocol
from autodiff.engine.view import current_edge, requires_grad
from autodiff.errors import TorchRuntimeError, TorchTypeError
from autodiff.late import late_module
from autodiff.numbers.array import Array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autodiff.engine import inference, memory, messages
    from autodiff.engine.graph import Node
else:
    inference = late_module("autodiff.engine.inference")
    memory = late_module("autodiff.engine.memory")
    messages = late_module("autodiff.engine.messages")

__all__ = ["Tensor", "TensorType"]


class TensorType(type):
    """What `Tensor` is made by: calling it makes a tensor of the default dtype."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """`Tensor()`, `Tensor(2, 3)` or `Tensor([1, 2])`; a subclass with a constructor of its own is left to it."""
        own: Any = cls.__new__
        if own is not object.__new__:
            return super().__call__(*args, **kwargs)
        from autodiff.engine.construction import constructed

        made: Any = constructed(args, kwargs, default_dtype())
        kind: Any = cls
        return made if made.__class__ is kind else kind.wrap(made._data)


class Tensor(Protocol, plain=True, metaclass=TensorType):
    """An array of one dtype that remembers how it was computed.

    Made by `tensor`, `ones` and so on, or by operations on other tensors.
    """

    __slots__ = ()
    __module__ = "torch"

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient of this tensor is wanted, or passes through it."""
        return requires_grad(self)

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if not isinstance(wanted, bool):
            raise TorchRuntimeError("requires_grad must be a bool")
        if not self.is_leaf:
            text = messages.REQUIRES_GRAD_OF_NON_LEAF
            raise TorchRuntimeError(text if not wanted else text[: text.index(" If you want")])
        if wanted and not self.dtype.is_differentiable:
            raise TorchRuntimeError("only Tensors of floating point and complex dtype can require gradients")
        self._set_requires_grad(wanted=wanted)

    def requires_grad_(self, requires_grad: object = True) -> Tensor:
        """Make this leaf require a gradient, or not; the tensor itself is returned."""
        if not isinstance(requires_grad, bool):
            name = type(requires_grad).__name__
            raise TorchTypeError(f"requires_grad_(): argument 'requires_grad' (position 1) must be bool, not {name}")
        if requires_grad and not self.dtype.is_differentiable:
            raise TorchRuntimeError("only Tensors of floating point dtype can require gradients")
        try:
            leaf = self.is_leaf
        except TorchRuntimeError:  # a view that cannot be made anew
            leaf = False
        if not leaf:
            if not requires_grad:
                raise TorchRuntimeError(messages.REQUIRES_GRAD_OF_NON_LEAF)
            return self
        self._set_requires_grad(wanted=requires_grad)
        return self

    def _set_requires_grad(self, *, wanted: bool) -> None:
        if wanted == (self._node is not None):
            return
        if wanted and not mode.get().inference:
            inference.refuse(self._data, inference.NO_REQUIRES_GRAD)
        if wanted:
            self._reopen()
        else:
            self._close()

    def _close(self) -> None:
        """Want no gradient any more; graphs that lead here find the leaf closed."""
        node = self._node
        self._node = None
        if isinstance(node, AccumulateGrad):
            node.closed = True
            self.extra.accumulator = node
            self._set_grad(node.grad)

    def _reopen(self) -> None:
        """Want a gradient: at the node that was there before, if there was one."""
        extra = self._extra
        node = None if extra is None else extra.accumulator
        if not isinstance(node, AccumulateGrad):
            node = AccumulateGrad.of(self)
        kept = None if extra is None else extra.grad
        node.closed = False
        self._node, node.grad = node, kept

    @read_only
    def is_leaf(self) -> bool:
        """Whether the user made this tensor, or it needs no gradient."""
        edge = current_edge(self)
        return edge is None or isinstance(edge, AccumulateGrad)

    @read_only
    def grad_fn(self) -> Node | None:
        """The node of the operation that made this tensor; None for a leaf."""
        edge = current_edge(self)
        return None if edge is None or isinstance(edge, AccumulateGrad) else node_of(edge)

    @read_only
    def output_nr(self) -> int:
        """Which output of its node this tensor is."""
        return 0 if self._node is None else output_of(self._node)

    @property
    def grad(self) -> Tensor | None:
        """The gradient gathered so far; None before the first backward. Warns on a non-leaf that retains none."""
        if isinstance(self._node, AccumulateGrad):
            return self._node.grad  # type: ignore[return-value] # gradients are Tensors
        extra = self._extra
        if self._node is not None and (extra is None or (extra.grad is None and not extra.retains_grad)):
            warnings.warn(messages.NON_LEAF_GRAD, UserWarning, stacklevel=2)
        return None if extra is None else extra.grad  # type: ignore[return-value]

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            self._check_grad(value)
        self._set_grad(value)

    @grad.deleter
    def grad(self) -> None:
        self._set_grad(None)

    def _set_grad(self, value: TensorBase | None) -> None:
        if isinstance(self._node, AccumulateGrad):
            self._node.grad = value
        elif value is not None or self._extra is not None:
            self.extra.grad = value

    def _check_grad(self, value: object) -> None:
        if not isinstance(value, TensorBase):
            kind = type(value)
            name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
            raise TorchTypeError(f"assigned grad expected to be a Tensor or None but got grad of type {name}")
        if value is self:
            raise TorchRuntimeError("can't assign Variable as its own grad")
        if value.dtype is not self.dtype:
            raise TorchRuntimeError(messages.grad_dtype(value.dtype.cpp, self.dtype.title))
        if value.shape != self.shape:
            raise TorchRuntimeError(
                f"attempting to assign a gradient of size '{list(value.shape)}' to a tensor of size "
                f"'{list(self.shape)}'. Please ensure that the gradient and the tensor are the same size"
            )

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,  # noqa: ANN401 - a tensor or a sequence of them
    ) -> None:
        """Accumulate the gradient of this tensor into the leaves it came from. Raises PyTorch's RuntimeError."""
        backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    register_hook = late("hooks")
    register_post_accumulate_grad_hook = late("hooks")

    @read_only
    def retains_grad(self) -> bool:
        """Whether this non-leaf keeps its gradient."""
        return self._extra is not None and self._extra.retains_grad

    def retain_grad(self) -> None:
        """Keep the gradient of this non-leaf in `.grad`; nothing to do for a leaf."""
        edge = current_edge(self)
        if not self.requires_grad:
            raise TorchRuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if edge is not None and not isinstance(edge, AccumulateGrad):
            self.extra.retains_grad = True
            node_of(edge).observed().retain(output_of(edge), self)

    def detach(self) -> Tensor:
        """The same memory, without history."""
        data = self._data
        return Tensor.wrap(type(data).of(data.value, data.storage) if isinstance(data, Array) else data)

    def detach_(self) -> Tensor:
        """Forget the history of this tensor itself."""
        if self.view_of is not None:
            raise TorchRuntimeError(messages.DETACH_OF_VIEW)
        if self._extra is not None:
            self._extra.tangents = None
        if isinstance(self._node, AccumulateGrad):
            self._close()
        elif self._node is not None:
            from autodiff.engine.fate import fate_of

            fate_of(self._node).detached = True
            self._node = None
        return self

    @property
    def data(self) -> Tensor:
        """The same memory, without history, under a version counter of its own."""
        return Tensor.wrap(self._data.share())

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, TensorBase):
            raise TorchTypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
        if self.requires_grad and not value.dtype.is_differentiable:
            raise TorchRuntimeError(
                "data set to a tensor that requires gradients must be floating point or complex dtype"
            )
        memory.replace_memory(self, value)

    @read_only
    def _version(self) -> int:
        inference.refuse(self._data, inference.NO_VERSION)
        return int(self._data.version)

    @read_only
    def _base(self) -> TensorBase | None:
        return None if self.view_of is None else self.view_of.base

    def is_inference(self) -> bool:
        """Whether this tensor was made in inference mode."""
        return self._data.inference

    def _is_view(self) -> bool:
        return self.view_of is not None
