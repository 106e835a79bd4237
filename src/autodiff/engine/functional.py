"""`backward` and `autograd.grad`: what the caller may ask, checked with PyTorch's words, and handed to the walk."""

from __future__ import annotations

import warnings
from _operator import index  # as in operator, without a file to load

from autodiff.engine.backward import walk
from autodiff.engine.core import TensorBase
from autodiff.engine.gradient import filled, fitted, meta_of
from autodiff.engine.view import current_edge, requires_grad
from autodiff.errors import TorchAssertionError, TorchRuntimeError, TorchTypeError, TorchValueError
from autodiff.late import late_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autodiff.engine import gradient_edge, messages
    from autodiff.engine.graph import Edge
else:
    gradient_edge = late_module("autodiff.engine.gradient_edge")
    messages = late_module("autodiff.engine.messages")

__all__ = ["backward", "grad"]


def backward(
    tensors: Any,  # noqa: ANN401 - a tensor or a sequence of them
    grad_tensors: Any = None,  # noqa: ANN401
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: Any = None,  # noqa: ANN401
    inputs: Any = None,  # noqa: ANN401
) -> None:
    """Accumulate the gradients of `tensors` into leaves: all of them, or only `inputs`.

    `grad_tensors` are the seeds; a tensor of one element needs none. Raises PyTorch's RuntimeError and TypeError.
    """
    if grad_variables is not None:
        warnings.warn(messages.GRAD_VARIABLES, FutureWarning, stacklevel=2)
    sources = None if inputs is None else _sequence(inputs)
    if sources is not None and not sources:
        raise TorchRuntimeError("`inputs` argument to `backward()` cannot be empty.")
    outputs = _sequence(tensors)
    given = grad_tensors if grad_variables is None else grad_variables
    seeds = _seeds(outputs, [None] * len(outputs) if given is None else _sequence(given))
    roots = _roots(outputs, seeds)
    wanted = None if sources is None else [_wanted_edge(t) for t in _tensors(sources)]
    create_graph = bool(index(create_graph))  # as PyTorch's C++ reads a flag
    keep = create_graph if retain_graph is None else bool(index(retain_graph))
    if create_graph:
        from autodiff.ops.warning import warn_once

        warn_once(messages.CREATE_GRAPH, stacklevel=4)
    found = walk(roots, keep=keep, create_graph=create_graph, wanted=wanted)
    for t, g in zip(sources or (), found, strict=False):
        if g is not None and t.grad_fn is not None and not t.retains_grad:
            t.extra.retains_grad = True
            t.extra.grad = g


def _wanted_edge(t: TensorBase) -> Edge:
    edge = current_edge(t)
    if edge is None:
        raise TorchRuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    return edge


def grad(
    outputs: Any,  # noqa: ANN401 - a tensor or a sequence of them
    inputs: Any,  # noqa: ANN401
    grad_outputs: Any = None,  # noqa: ANN401
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[TensorBase | None, ...]:
    """The gradients of `outputs` with respect to each of `inputs`, without touching any `.grad` of a leaf."""
    if materialize_grads and allow_unused is False:
        raise TorchValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    if not only_inputs:
        warnings.warn(messages.ONLY_INPUTS, FutureWarning, stacklevel=2)
    results, sources = _sequence(outputs), _sequence(inputs)
    if not sources:
        raise TorchRuntimeError("`inputs` argument to `grad()` cannot be empty.")
    keep = create_graph if retain_graph is None else retain_graph
    if is_grads_batched:
        return _batched(results, sources, grad_outputs, keep=keep, create_graph=create_graph)
    seeds = _seeds(results, [None] * len(results) if grad_outputs is None else _sequence(grad_outputs))
    roots = _roots(results, seeds)
    wanted = [current_edge(t) for t in _tensors(sources)]
    if None in wanted:
        raise TorchRuntimeError("One of the differentiated Tensors does not require grad")
    found = walk(roots, keep=keep, create_graph=create_graph, wanted=wanted, accumulate=False)  # type: ignore[arg-type]
    unused = [k for k, g in enumerate(found) if g is None]
    if unused and not (allow_unused or materialize_grads):
        raise TorchRuntimeError(
            f"The differentiated Tensor at index {unused[0]} appears to not have been used in the graph. "
            "Set allow_unused=True if this is the desired behavior."
        )
    return tuple(
        _zeros(t, create_graph=create_graph) if g is None and materialize_grads else g
        for t, g in zip(sources, found, strict=True)
    )


def _zeros(t: TensorBase, *, create_graph: bool) -> Any:  # noqa: ANN401 - a tensor
    """The gradient of what plays no part; it may be differentiated if other gradients may."""
    zeros = filled(meta_of(t), 0)
    return zeros.requires_grad_() if create_graph else zeros


def _batched(
    results: Sequence[Any],
    sources: Sequence[Any],
    grad_outputs: Any,  # noqa: ANN401 - a tensor or a sequence of them
    *,
    keep: bool,
    create_graph: bool,
) -> tuple[TensorBase | None, ...]:
    """One gradient for each entry of the seeds' first dimension, stacked."""
    batches = _sequence(grad_outputs)
    count = batches[0].shape[0]
    rows = []
    for k in range(count):
        seeds = [None if b is None else b[k] for b in batches]
        last = k == count - 1
        rows.append(grad(results, sources, seeds, retain_graph=keep or not last, create_graph=create_graph))
    return tuple(_stacked([row[k] for row in rows]) for k in range(len(sources)))


def _stacked(parts: Sequence[Any]) -> Any:  # noqa: ANN401 - tensors
    from autodiff.ops.joining import stack

    return stack(list(parts), dim=0)


def _sequence(value: Any) -> Sequence[Any]:  # noqa: ANN401
    if isinstance(value, TensorBase):
        return (value,)
    kind = gradient_edge.GradientEdge
    if isinstance(value, kind):
        value = (value,)
    if not hasattr(type(value), "__iter__"):
        raise TorchTypeError(f"'{type(value).__name__}' object is not iterable")
    return tuple(gradient_edge.standing_for(each) if isinstance(each, kind) else each for each in value)


def _tensors(sources: Sequence[Any]) -> Sequence[TensorBase]:
    """The same. Raises PyTorch's RuntimeError unless they are tensors."""
    for each in sources:
        if not isinstance(each, TensorBase):
            kind = type(each).__name__
            raise TorchRuntimeError(f"all inputs have to be Tensors or GradientEdges, but got {kind}")
    return sources


def _seeds(outputs: Sequence[Any], given: Sequence[Any]) -> list[TensorBase]:
    if len(given) < len(outputs):
        raise TorchRuntimeError(f"got {len(outputs)} tensors and {len(given)} gradients")
    return [_seed(k, output, seed) for k, (output, seed) in enumerate(zip(outputs, given, strict=False))]


def _seed(k: int, output: TensorBase, seed: Any) -> Any:  # noqa: ANN401 - a tensor or None
    """The gradient a walk starts with: the one given, if it fits, or 1 for a real tensor of one element."""
    if not isinstance(output, TensorBase):
        raise TorchAssertionError("Expected output to be a torch.Tensor")
    if seed is None:
        if not requires_grad(output):
            return filled(meta_of(output), 1)
        if output.shape.numel() != 1:
            raise TorchRuntimeError("grad can be implicitly created only for scalar outputs")
        if not output.dtype.is_floating_point:
            raise TorchRuntimeError(
                f"grad can be implicitly created only for real scalar outputs but got {output.dtype}"
            )
        return filled(meta_of(output), 1)
    if not isinstance(seed, TensorBase):
        raise TorchTypeError(f"gradients can be either Tensors or None, but got {type(seed).__name__}")
    if seed.shape != output.shape:
        raise TorchRuntimeError(
            f"Mismatch in shape: grad_output[{k}] has a shape of {seed.shape} and output[{k}] has a shape of "
            f"{output.shape}."
        )
    if seed.dtype.is_complex != output.dtype.is_complex:
        raise TorchRuntimeError(
            "For complex Tensors, both grad_output and output are required to have the same dtype. Mismatch in dtype: "
            f"grad_output[{k}] has a dtype of {seed.dtype} and output[{k}] has a dtype of {output.dtype}."
        )
    return fitted(seed, meta_of(output))


def _roots(outputs: Sequence[Any], seeds: Sequence[TensorBase]) -> list[tuple[Edge, TensorBase]]:
    roots = []
    for k, (output, seed) in enumerate(zip(outputs, seeds, strict=True)):
        edge = current_edge(output)
        if edge is None:
            raise TorchRuntimeError(messages.NO_GRAD.replace("0", str(k), 1))
        roots.append((edge, seed))
    return roots
