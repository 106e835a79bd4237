"""Hooks: functions the user has called with a gradient on its way, which may replace it; gradients that are kept."""

from collections.abc import Mapping
from typing import Any

from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase
from autodiff.engine.graph import AccumulateGrad, Node, node_of, output_of
from autodiff.engine.handle import Hook, RemovableHandle
from autodiff.engine.view import current_edge
from autodiff.errors import TorchRuntimeError, TorchTypeError
from autodiff.ops.arithmetic import add
from autodiff.ops.shape import clone

__all__ = ["all_of", "observed", "register_hook", "register_post_accumulate_grad_hook", "replaced"]


def register_hook(t: TensorBase, hook: Hook) -> RemovableHandle:
    """Call `hook` with every gradient that reaches `t`. Raises RuntimeError if `t` requires none."""
    edge = current_edge(t)
    if edge is None:
        raise TorchRuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    hooks = node_of(edge).observed().tensor_hooks.setdefault(output_of(edge), [])
    return RemovableHandle(hooks, hook)


def register_post_accumulate_grad_hook(t: TensorBase, hook: Hook) -> RemovableHandle:
    """Call `hook` with leaf `t` after a gradient was added to its `.grad`."""
    edge = current_edge(t)
    if edge is None:
        raise TorchRuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if not isinstance(edge, AccumulateGrad):
        raise TorchRuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    return RemovableHandle(edge.observed().post_hooks, hook)


def all_of(hooks: Mapping[Any, Hook]) -> Hook:
    """All hooks of a table as one."""

    def run(g: Any) -> Any:  # noqa: ANN401 - a tensor
        for hook in tuple(hooks.values()):
            changed = hook(g)
            g = g if changed is None else changed
        return g

    return run


def replaced(hook: Hook, g: Any) -> Any:  # noqa: ANN401 - a Tensor
    """What a tensor hook makes of a gradient. Raises PyTorch's errors if that does not fit."""
    result = hook(g)
    if result is None:
        return g
    if not isinstance(result, TensorBase):
        raise TorchTypeError(f"expected Variable, but hook returned '{type(result).__name__}'")
    name = getattr(hook, "__name__", type(hook).__name__)
    if result.dtype is not g.dtype:
        was, got = (f"torch.{t.dtype.title}Tensor" for t in (g, result))
        raise TorchRuntimeError(f"hook '{name}' has changed the type of value (was {was} got {got})")
    if result.shape != g.shape:
        raise TorchRuntimeError(f"hook '{name}' has changed the size of value")
    return result


def observed(journey: Any, node: Node, g: Any, *, several: bool) -> Any:  # noqa: ANN401 - a backward walk, a gradient
    """Hooks see and may replace the gradient of an output; then it is retained, if asked for."""
    extra = node.observed()
    parts = list(g) if several else [g]
    for k, part in enumerate(parts):
        if part is None or (k not in extra.retained and k not in extra.tensor_hooks):
            continue
        seen = journey.tensor(node, part)
        for hook in tuple(extra.tensor_hooks.get(k, ())):
            seen = replaced(hook, seen)
        keeper = extra.retained[k]() if k in extra.retained else None
        if keeper is not None:
            before = keeper.extra.grad
            first = apply(clone, (seen,), {}) if seen._node is not None or seen._data.zero else seen
            keeper.extra.grad = first if before is None else apply(add, (before, seen), {})
        parts[k] = seen.item() if node.raw and not journey.tensors else seen
    return parts if several else parts[0]
