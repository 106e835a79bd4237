"""Random expressions with arrays, and what automatic differentiation finds for them."""

from collections.abc import Callable, Iterator
from contextvars import copy_context
from random import Random
from typing import Any, Final

import autodiff as torch
from autodiff.language import parse
from autodiff.session.evaluate import Evaluation

__all__ = ["SHAPES", "array_expressions", "evaluated", "points", "slopes_of"]

Shape = tuple[int, ...]
SHAPES: Final[dict[str, Shape]] = {"c": (), "x": (3,), "y": (3,), "b": (2,), "A": (2, 3), "Q": (3, 3), "r": (1, 3)}
"""The names and their shapes; c is a number."""
_FUNCTIONS: Final = ("sin", "cos", "exp", "tanh", "sigmoid", "relu", "atan", "square", "abs", "softplus")


def array_expressions(seed: int, count: int, shape: Shape = (), depth: int = 4) -> Iterator[str]:
    """Texts whose values have a shape."""
    random = Random(seed)  # noqa: S311 - not a secret
    for _ in range(count):
        yield _expression(random, shape, depth)


def _expression(random: Random, shape: Shape, depth: int) -> str:
    if depth <= 0:
        return _leaf(random, shape)

    def inner(of: Shape) -> str:
        return _expression(random, of, depth - 1)

    whole = _whole(random, shape, inner)
    kind = random.random()
    if kind < 0.45 and whole:
        return str(random.choice(whole)())
    if kind < 0.65:
        return f"{random.choice(_FUNCTIONS)}({inner(shape)})"
    if kind < 0.7:
        return f"where({inner(shape)} > {_leaf(random, shape)}, {inner(shape)}, {inner(shape)})"
    if kind < 0.78:
        return f"({inner(shape)})**{random.choice('23')}"
    smaller = random.choice([shape, shape, (), *([(3,), (1, 3)] if shape == (2, 3) else [])])
    pair = [inner(shape), inner(smaller)]
    random.shuffle(pair)
    return f"({pair[0]} {random.choice('+-**')} {pair[1]})"


def _leaf(random: Random, shape: Shape) -> str:
    names = [name for name, own in SHAPES.items() if own == shape]
    if not names or random.random() < 0.1:
        return f"({random.choice(['0.5', '2', '3'])}*{_ones(shape)})" if shape else random.choice(["0.5", "2", "c"])
    return random.choice(names)


def _ones(shape: Shape) -> str:
    return f"ones({', '.join(map(str, shape))})"


def _whole(random: Random, shape: Shape, inner: Any) -> list[Any]:  # noqa: ANN401 - a shape to a text
    """Ways to make the shape by an operation on whole arrays."""
    vector, matrix = random.choice([(3,), (2,)]), random.choice([(2, 3), (3, 3), (1, 3)])
    if shape == ():
        return [
            lambda: f"sum({inner(random.choice([vector, matrix]))})",
            lambda: f"mean({inner(random.choice([vector, matrix]))})",
            lambda: f"dot({inner(vector)}, {inner(vector)})",
            lambda: f"({inner(vector)} @ {inner(vector)})",
            lambda: f"norm({inner(vector)} + 0.3)",  # at 0 it has no derivative, and PyTorch's is 0
            lambda: f"trace({inner((3, 3))})",
        ]
    if len(shape) == 1:
        (n,) = shape
        ways = [
            lambda: f"(({inner((n, 3))}) @ {inner((3,))})",
            lambda: f"({inner((3,))} @ ({inner((n, 3))}).T)",
            lambda: f"sum({inner((n, 3))}, dim=1)",
        ]
        return [*ways, lambda: f"mean({inner((2, 3))}, dim=0)"] if n == 3 else ways
    rows, columns = shape
    if columns != 3:
        return []
    ways = [lambda: f"(({inner((rows, 3))}) @ {inner((3, 3))})", lambda: f"outer({inner((rows,))}, {inner((3,))})"]
    if rows == 1:
        return [lambda: f"sum({inner((2, 3))}, dim=0, keepdim=True)"]
    if rows == columns:
        ways += [lambda: f"({inner((3, 3))}).T", lambda: f"diag({inner((3,))})"]
    return ways


def points(seed: int) -> dict[str, list[Any]]:
    """Values for all names."""
    random = Random(seed)  # noqa: S311 - not a secret

    def drawn(shape: Shape) -> Any:  # noqa: ANN401
        return [drawn(shape[1:]) for _ in range(shape[0])] if shape else random.uniform(-1.5, 1.5)

    return {name: drawn(shape) for name, shape in SHAPES.items()}


def _in_doubles(act: Callable[[], Any]) -> Any:  # noqa: ANN401
    """What `act` gives where float64 is the default dtype, as in `eval --dtype float64`."""

    def acted() -> Any:  # noqa: ANN401
        torch.set_default_dtype(torch.float64)
        return act()

    return copy_context().run(acted)


def _leaves(values: dict[str, Any]) -> dict[str, Any]:
    return {name: torch.tensor(v, dtype=torch.float64, requires_grad=True) for name, v in values.items()}


def evaluated(text: str, values: dict[str, Any]) -> Any:  # noqa: ANN401 - a tensor
    """The value of a text in float64."""

    def run() -> Any:  # noqa: ANN401
        evaluation = Evaluation(parse(text), _leaves(values))
        evaluation.run()
        return evaluation.result

    result = _in_doubles(run)
    return result.detach() if isinstance(result, torch.Tensor) else torch.tensor(float(result), dtype=torch.float64)


def slopes_of(text: str, values: dict[str, Any], name: str, times: int = 1) -> Any:  # noqa: ANN401 - a tensor
    """What differentiating the evaluation gives: a gradient, a Jacobian, or a Hessian if `times` is 2."""
    leaves = _leaves(values)

    def function(leaf: Any) -> Any:  # noqa: ANN401
        evaluation = Evaluation(parse(text), {**leaves, name: leaf})
        evaluation.run()
        return evaluation.result

    kind = torch.autograd.functional.jacobian if times == 1 else torch.autograd.functional.hessian
    return _in_doubles(lambda: kind(function, leaves[name]))
