"""What is measured: short graphs of many operations, on numbers and on arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CASES", "Case", "prepared"]


class Case(NamedTuple):
    """A step that is repeated (y from y, x and w), how many operations it has, and the shape of the leaves."""

    name: str
    step: str
    operations: int
    shape: tuple[int, ...] = ()


CASES: Final = (
    Case("add", "y + w", 1),
    Case("multiply", "y * w", 1),
    Case("number", "y * 0.5", 1),
    Case("power", "(y**2) * 0.5", 2),
    Case("function", "torch.sin(y)", 1),
    Case("chain", "torch.sin(y) * x + w", 3),
    Case("neuron", "torch.tanh(y * w + x)", 3),
    Case("polynomial", "(y**2 + 3 * y + 2) / (y + 4)", 6),
    Case("array of 3", "torch.tanh(y * w + x)", 3, (3,)),
    Case("array of 1000", "torch.tanh(y * w + x)", 3, (1000,)),
)


def prepared(case: Case, torch: Any, repeats: int) -> tuple[Callable[[], Any], Callable[[Any], None]]:  # noqa: ANN401
    """Forward (a graph of `repeats` steps) and backward through what it gives, on one implementation."""
    x = torch.full(case.shape, 0.3, requires_grad=True)
    w = torch.full(case.shape, 0.9, requires_grad=True)
    step = eval(f"lambda torch, y, x, w: {case.step}")  # noqa: S307 - the texts above

    def forward() -> Any:  # noqa: ANN401 - a tensor
        y = x
        for _ in range(repeats):
            y = step(torch, y, x, w)
        return y

    seed = torch.full(case.shape, 1.0)

    def backward(y: Any) -> None:  # noqa: ANN401
        y.backward(seed)

    return forward, backward
