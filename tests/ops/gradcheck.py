"""Derivatives against central differences, in double precision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

import autodiff as torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["assert_gradients"]

STEP: Final = 1e-6
TOLERANCE: Final = 2e-7
"""A central difference is wrong by STEP**2 times the third derivative, and by the rounding of a double over STEP."""


def assert_gradients(f: Callable[..., Any], inputs: Sequence[Any], *, once: bool = False) -> None:
    """First and second derivatives of `f` at `inputs` (numbers or nested lists) equal central differences.

    `f` gets float64 tensors and returns one, or several in a tuple. Of what is differentiable `once`, the second
    derivatives are refused, in PyTorch's words.
    """
    compare(lambda *tensors: weighted(f(*tensors), 0.7), inputs, "first")

    def slope(*tensors: Any) -> Any:  # noqa: ANN401 - tensors
        total = weighted(f(*tensors), 0.7)
        if not total.requires_grad:
            return total
        found = torch.autograd.grad(total, tensors, create_graph=True, allow_unused=True)
        known = tuple(g for g in found if g is not None)
        return weighted(known, 1.3) if known else torch.zeros((), dtype=torch.float64)

    if once:
        with pytest.raises(RuntimeError, match=r"derivative for (aten::|')\w+'? is not implemented"):
            compare(slope, inputs, "second")
    else:
        compare(slope, inputs, "second")


def weighted(outputs: Any, seed: float) -> Any:  # noqa: ANN401 - tensors
    """The sum of all results, each element with a weight of its own, so that no mistake cancels."""
    total = torch.zeros((), dtype=torch.float64)
    for output in outputs if isinstance(outputs, (tuple, list)) else (outputs,):
        if output.dtype is torch.float64:  # a cast to less is too coarse for differences
            total = total + (output * weights(tuple(output.shape), seed)).sum()
    return total


def weights(shape: tuple[int, ...], seed: float) -> Any:  # noqa: ANN401 - a tensor
    """Numbers in [0.3, 1.3) that follow no pattern."""
    count = 1
    for length in shape:
        count *= length
    made = torch.tensor([0.3 + (seed + 0.618034 * k) % 1.0 for k in range(count)], dtype=torch.float64)
    return made.reshape(shape) if shape else made.sum()


def compare(total: Callable[..., Any], inputs: Sequence[Any], order: str) -> None:
    """The gradient of the scalar `total` against central differences, element by element."""
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in inputs]
    value = total(*tensors)
    unknown = [None] * len(tensors)
    found = torch.autograd.grad(value, tensors, allow_unused=True) if value.requires_grad else unknown
    for position, gradient in enumerate(found):
        analytic = flat(gradient.tolist()) if gradient is not None else None
        for k, x in enumerate(flat(inputs[position])):
            step = STEP * max(1.0, abs(x))
            sides = [evaluated(total, inputs, position, k, x + side * step) for side in (1, -1)]
            numeric = (sides[0] - sides[1]) / (2 * step)
            got = 0.0 if analytic is None else analytic[k]
            scale = max(1.0, abs(numeric), abs(sides[0]))
            assert abs(got - numeric) <= TOLERANCE * scale, (
                f"{order} derivative by input {position}[{k}]: {got} {numeric}"
            )


def evaluated(total: Callable[..., Any], inputs: Sequence[Any], position: int, k: int, moved: float) -> float:
    """`total` with one element of one input changed."""
    tensors = []
    for place, given in enumerate(inputs):
        elements = flat(given)
        if place == position:
            elements[k] = moved
        made = torch.tensor(elements, dtype=torch.float64).reshape(shape_of(given))
        tensors.append(made.requires_grad_())
    return float(total(*tensors).item())


def flat(nested: Any) -> list[float]:  # noqa: ANN401 - a number or nested lists
    """All numbers, in order."""
    return [x for part in nested for x in flat(part)] if isinstance(nested, (list, tuple)) else [nested]


def shape_of(nested: Any) -> tuple[int, ...]:  # noqa: ANN401 - a number or nested lists
    """The shape of nested lists."""
    return (len(nested), *shape_of(nested[0])) if isinstance(nested, (list, tuple)) else ()
