"""Tangents through a user's `autograd.Function`, whose `jvp` makes them."""

from collections.abc import Sequence
from typing import Any

from autodiff.engine.core import TensorBase
from autodiff.engine.forward_level import Directions, Level, check_size
from autodiff.engine.gradient import filled, meta_of

__all__ = ["called"]


def called(level: Level | None, function: Any, args: tuple[Any, ...]) -> Any:  # noqa: ANN401 - the user's
    """What an `autograd.Function` gives, whose `jvp` makes the tangents; a missing tangent arrives as zeros."""
    if level is None:
        return function(args)[0]
    tangents = [level.tangents(x) if isinstance(x, TensorBase) else None for x in args]
    if all(found is None for found in tangents):
        return level.outside(called, level.outer, function, args)
    primals = tuple(x if own is None else level.primal(x) for x, own in zip(args, tangents, strict=True))
    return level.outside(_with_jvp, level, function, primals, tangents)


def _with_jvp(level: Level, function: Any, primals: tuple[Any, ...], tangents: Sequence[Directions | None]) -> Any:  # noqa: ANN401
    outputs, node = function(primals)
    results = outputs if isinstance(outputs, tuple) else (outputs,)
    width = next(len(found) for found in tangents if found is not None)
    pushed: list[list[Any]] = [[] for _ in results]
    for k in range(width):
        found = node.push([_input_tangent(node, x, t, k) for x, t in zip(primals, tangents, strict=True)], len(results))
        for own, tangent, result in zip(pushed, found, results, strict=True):
            own.append(filled(meta_of(result), 0) if tangent is None else tangent)
    for own, t in zip(pushed, results, strict=True):
        if isinstance(t, TensorBase) and t.dtype.is_differentiable:
            for tangent in own:
                check_size(t, tangent)
            level.give(t, own)
    return outputs


def _input_tangent(node: Any, x: Any, tangents: Directions | None, direction: int) -> Any:  # noqa: ANN401
    if tangents is not None:
        return tangents[direction]
    return filled(meta_of(x), 0) if isinstance(x, TensorBase) and node.materialize_grads else None
