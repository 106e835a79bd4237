"""The Jacobian of a function from differences of its values."""

from collections.abc import Callable
from itertools import product
from typing import Any

from autodiff.engine.create import zeros
from autodiff.ops.joining import stack

__all__ = ["numerical_jacobian"]

Function = Callable[..., Any]
Tensors = tuple[Any, ...]


def numerical_jacobian(func: Function, inputs: Tensors, number: int, eps: float, results: Tensors) -> list[Any]:
    """The Jacobian of each result by differences: a row for each element of the input."""
    source = inputs[number]
    memory = source.data
    rows: list[list[Any]] = [[] for _ in results]
    for index in product(*map(range, source.shape)):
        entry = memory[index] if index else memory
        columns = _differences(func, inputs, entry, eps, eps, index)
        if source.is_complex():
            steps = _differences(func, inputs, entry, eps * 1j, eps, index)
            columns = [a + b * 1j for a, b in zip(columns, steps, strict=True)]
        for row, column in zip(rows, columns, strict=True):
            row.append(column)
    return [
        stack(row, dim=0) if row else zeros(0, t.numel(), dtype=t.dtype) for row, t in zip(rows, results, strict=True)
    ]


def _differences(
    func: Function,
    inputs: Tensors,
    entry: Any,  # noqa: ANN401 - a 0-d tensor
    step: complex,
    eps: float,
    index: tuple[int, ...],
) -> list[Any]:
    """The slope of each result, flat, along one element of an input, which is moved and put back."""
    before = entry.clone()
    entry.copy_(before - step)
    low = [t.detach().clone() for t in _several(func(*inputs))]
    entry.copy_(before + step)
    high = [t.detach().clone() for t in _several(func(*inputs))]
    entry.copy_(before)
    for a, b in zip(low, high, strict=True):
        for what, own, other in (("shape", a.shape, b.shape), ("dtype", a.dtype, b.dtype)):
            if own != other:
                raise AssertionError(
                    f"Expected `func` to return outputs with the same {what} when inputs are perturbed on index "
                    f"{index} by {eps}, but got: {what}s {own} and {other}."
                )
    return [((b - a) / (2 * eps)).reshape(-1) for a, b in zip(low, high, strict=True)]


def _several(results: Any) -> Tensors:  # noqa: ANN401
    return tuple(results) if isinstance(results, (tuple, list)) else (results,)
