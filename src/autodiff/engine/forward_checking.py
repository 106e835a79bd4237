"""The Jacobian as forward mode computes it, for `gradcheck`: one direction for each element of each input."""

from collections.abc import Callable
from itertools import product
from typing import Any

from autodiff.engine.core import TensorBase
from autodiff.engine.create import zeros, zeros_like
from autodiff.engine.forward_ad import dual_level, make_dual, unpack_dual
from autodiff.ops.joining import stack

__all__ = ["forward_jacobian"]


def forward_jacobian(func: Callable[..., Any], inputs: tuple[Any, ...]) -> list[list[Any]]:
    """For each input that requires a gradient, and each differentiable result: a row for each element of the input."""
    wanted = [k for k, t in enumerate(inputs) if isinstance(t, TensorBase) and t.requires_grad]  # type: ignore[attr-defined]
    return [_of_one(func, inputs, wanted, k) for k in wanted]


def _of_one(func: Callable[..., Any], inputs: tuple[Any, ...], wanted: list[int], number: int) -> list[Any]:
    rows = [_pushed(func, inputs, wanted, number, index) for index in product(*map(range, inputs[number].shape))]
    if not rows:
        return [zeros(0, t.numel(), dtype=t.dtype) for t in _differentiable(func(*inputs))]
    return [stack(list(column), dim=0) for column in zip(*rows, strict=True)]


def _pushed(
    func: Callable[..., Any], inputs: tuple[Any, ...], wanted: list[int], number: int, index: tuple[int, ...]
) -> list[Any]:
    """The tangent of each result, flat, where one element of one input moves."""
    with dual_level():
        duals = list(inputs)
        for k in wanted:
            direction = zeros_like(inputs[k])
            if k == number:
                direction[index] = 1
            duals[k] = make_dual(inputs[k].detach(), direction)
        found = [unpack_dual(t) for t in _differentiable(func(*duals))]
        return [
            (zeros_like(pair.primal) if pair.tangent is None else pair.tangent).detach().reshape(-1) for pair in found
        ]


def _differentiable(results: Any) -> list[Any]:  # noqa: ANN401 - a tensor or a sequence of results
    several = results if isinstance(results, (tuple, list)) else (results,)
    return [t for t in several if isinstance(t, TensorBase) and t.dtype.is_differentiable]
