"""`autograd.Function`: an operation whose derivative the user writes."""

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from autodiff.engine.core import TensorBase
from autodiff.engine.function_results import bound, recorded
from autodiff.engine.gradient import filled, meta_of, refuse_misfit
from autodiff.engine.graph import Edge, Meta, Node, linked, next_number, node_of, output_of
from autodiff.engine.messages import BACKWARD_TWICE, LEGACY_FUNCTION
from autodiff.engine.mode import RECORDING, UNRECORDED, dual_level, mode
from autodiff.engine.saved import Saved
from autodiff.engine.view import current_edge
from autodiff.errors import TorchRuntimeError, TorchTypeError

__all__ = ["Function", "FunctionNode"]


class FunctionNode(Node):
    """The node of a user's function, and the `ctx` its methods get: anything may be noted down on it."""

    __slots__ = ("__dict__", "_edges", "_inputs", "_outputs", "_saved")
    function: ClassVar[type["Function"]]
    _edges: tuple[Edge | None, ...]
    _inputs: list[Meta | None]
    _outputs: list[Meta | None]
    _saved: list[Saved | None] | None
    materialize_grads: bool
    needs_input_grad: tuple[bool, ...]
    sees_missing = True  # zeros are made here, where the user says so
    dirty_tensors: Sequence[TensorBase]
    non_differentiable: Sequence[TensorBase]

    @property
    def edges(self) -> tuple[Edge | None, ...]:
        """One for each tensor among the arguments, None for the others."""
        return self._edges

    @property
    def several(self) -> bool:  # type: ignore[override] # by instance here
        """Whether the function returned more than one tensor."""
        return len(self._outputs) > 1

    @property
    def results(self) -> Sequence[Meta | None]:
        """What the gradients of the outputs must fit; None for what is no tensor."""
        return self._outputs

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        """The node and the number of its output, for each tensor among the arguments."""
        return tuple(
            (None, 0) if edge is None else (node_of(edge), output_of(edge))
            for edge, meta in zip(self._edges, self._inputs, strict=True)
            if meta is not None
        )

    def save_for_backward(self, *tensors: TensorBase | None) -> None:
        """Keep inputs or outputs for backward, which checks whether they were changed in place."""
        self._to_save = tensors

    @property
    def saved_tensors(self) -> tuple[TensorBase | None, ...]:
        """What `save_for_backward` kept. Raises RuntimeError if it was let go."""
        if "_forward_values" in self.__dict__:
            return self._forward_values
        if self._saved is None:
            raise TorchRuntimeError(BACKWARD_TWICE)
        return tuple(None if s is None else s.restored(self if s.edge is self else None) for s in self._saved)

    def save_for_forward(self, *tensors: TensorBase | None) -> None:
        """Keep inputs for `jvp`."""
        self._forward_values = tensors

    def mark_dirty(self, *tensors: TensorBase) -> None:
        """Say that inputs were changed in place."""
        self.dirty_tensors = tensors

    def mark_non_differentiable(self, *tensors: TensorBase) -> None:
        """Say that outputs carry no gradient."""
        self.non_differentiable = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether missing gradients of outputs arrive as zeros (True) or None."""
        self.materialize_grads = value

    def pull(self, g: Any) -> Sequence[Any]:  # noqa: ANN401 - a tensor, or a list for several outputs
        """Call the user's `backward`."""
        parts = g if self.several else [g]
        if self.materialize_grads:
            parts = [
                filled(m, 0) if p is None and m is not None else p for p, m in zip(parts, self._outputs, strict=True)
            ]
        token = mode.set((RECORDING if mode.get().recording else UNRECORDED).with_hooks())
        try:
            answer = _backward_of(self.function)(self, *parts)
        finally:
            mode.reset(token)
        gradients = list(answer) if isinstance(answer, tuple) else [answer]
        expected = len(self._edges)
        while len(gradients) > expected and gradients[-1] is None:
            gradients.pop()
        if len(gradients) != expected:
            raise TorchRuntimeError(
                f"function {type(self).__name__} returned an incorrect number of gradients (expected {expected}, "
                f"got {len(gradients)})"
            )
        self._check(gradients)
        return gradients

    def _check(self, gradients: Sequence[Any]) -> None:
        """Raise PyTorch's RuntimeError for a gradient that is no tensor or cannot be summed to its input's shape."""
        for found in gradients:
            if found is not None and not isinstance(found, TensorBase):
                raise TorchRuntimeError(f"expected Variable or None (got {type(found).__name__})")
        for k, (found, meta) in enumerate(zip(gradients, self._inputs, strict=True)):
            if found is None or meta is None or self._edges[k] is None:
                continue
            refuse_misfit(type(self).__name__, k, meta.shape, found.shape)

    def push(self, tangents: Sequence[Any], count: int) -> Sequence[Any]:
        """Call the user's `jvp`, which must give `count` tangents or None."""
        answer = self.function.jvp(self, *tangents)
        found = answer if isinstance(answer, tuple) else (answer,)
        if len(found) != count:
            raise TorchRuntimeError(
                f"Function's jvp returned an invalid number of forward gradients (expected {count} but got "
                f"{len(found)})"
            )
        for k, tangent in enumerate(found):
            if tangent is not None and not isinstance(tangent, TensorBase):
                kind = type(tangent).__name__
                raise TorchRuntimeError(f"expected Variable or None (got {kind}) for grad output {k}.")
        return found

    def output_metas(self) -> Sequence[Meta]:
        """Those of the results."""
        return [meta for meta in self._outputs if meta is not None]

    def input_metas(self, g: TensorBase) -> Sequence[Meta]:  # noqa: ARG002 - they are known without it
        """Those of the arguments."""
        return self._inputs  # type: ignore[return-value] # None where no gradient goes

    def release(self) -> None:
        """Let the saved tensors go."""
        if self._saved:
            self._saved = None

    def __call__(self, *_: object) -> Any:  # noqa: ANN401
        """Refused, as in PyTorch."""
        raise TorchTypeError(f"'{type(self).__name__}' object is not callable")

    def keep(self) -> None:
        """Turn what was to be saved into saved values."""
        chosen = self.__dict__.pop("_to_save", ())
        for k, t in enumerate(chosen):
            if t is not None and not isinstance(t, TensorBase):
                kind = type(t).__name__
                raise TorchTypeError(f"save_for_backward can only save variables, but argument {k} is of type {kind}")
        self._saved = [None if t is None else Saved(t._data, t._node) for t in chosen]
        hooks = mode.get().hooks
        for saved in self._saved:
            if saved is not None and hooks is not None:
                saved.pack(*hooks, saved.edge)


@cache
def _node_class(function: type["Function"]) -> type[FunctionNode]:
    members = {"__slots__": (), "__module__": "torch.autograd.function", "function": function}
    return type(f"{function.__name__}Backward", (FunctionNode,), members)


class Function:
    """The base of the user's functions: static methods `forward(ctx, …)` and `backward(ctx, …)`, called by `apply`."""

    __module__ = "torch.autograd.function"

    def __init__(self, *_: object, **__: object) -> None:
        warnings.warn(
            f"{type(self)!r} should not be instantiated. Methods on autograd functions are all static, so you should "
            "invoke them on the class itself. Instantiating an autograd function will raise an error in a future "
            "version of PyTorch.",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *_: object, **__: object) -> Any:  # noqa: ANN401
        """Refused, as in PyTorch."""
        raise TorchRuntimeError(LEGACY_FUNCTION)

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        """Compute the result."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:  # noqa: ANN401 - the user's
        """Compute the gradients of the inputs."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
            "backward mode AD."
        )

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Any:  # noqa: ANN401 - the user's
        """Compute the tangents of the outputs."""
        raise NotImplementedError(
            "You must implement the jvp function for custom autograd.Function to use it with forward mode AD."
        )

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        """Call the function and record it."""
        args = bound(cls.forward, args, kwargs, apart=hasattr(cls, "setup_context"))
        level = dual_level.get()
        return cls._recorded(args)[0] if level is None else level.call(cls._recorded, args)

    @classmethod
    def _recorded(cls, args: tuple[Any, ...]) -> tuple[Any, FunctionNode]:
        node = _node_class(cls)()  # type: ignore[arg-type] # a class hashes by identity
        node.number = next_number()
        node.extra = None
        node._saved = []
        recording = mode.get().recording
        edges = tuple(current_edge(a) if recording and isinstance(a, TensorBase) else None for a in args)
        node._edges = tuple(linked(edge, node.number) for edge in edges)
        node._inputs = [meta_of(a) if isinstance(a, TensorBase) else None for a in args]
        node.needs_input_grad = tuple(edge is not None for edge in edges)
        node.materialize_grads = True
        node.dirty_tensors = node.non_differentiable = ()
        found = _run_forward(cls, node, args)
        several = isinstance(found, tuple)
        outputs = found if several else (found,)
        node._outputs = [meta_of(t) if isinstance(t, TensorBase) else None for t in outputs]
        outputs = recorded(node, outputs, args)
        if any(node.needs_input_grad):
            node.keep()
        return (outputs if several else outputs[0]), node


def _backward_of(function: type[Function]) -> Any:  # noqa: ANN401 - the user's
    """`backward`, or `vjp`, which is another name for it."""
    own = function.backward
    return getattr(function, "vjp", own) if own is Function.backward else own


def _run_forward(function: type[Function], node: FunctionNode, args: Sequence[Any]) -> Any:  # noqa: ANN401
    """The user's forward, unrecorded."""
    token = mode.set(UNRECORDED)
    try:
        if hasattr(function, "setup_context"):
            outputs = function.forward(*args)
            function.setup_context(node, args, outputs)
            return outputs
        return function.forward(node, *args)
    finally:
        mode.reset(token)
