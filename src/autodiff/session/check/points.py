"""Where a check is made: random points in ranges, and points as texts."""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from autodiff.dtypes import float64
from autodiff.engine import Tensor, tensor
from autodiff.session.bind import value_of
from autodiff.session.check.function import Point
from autodiff.session.scenario import UsageProblem

__all__ = ["Range", "point_texts", "random_points", "ranges_of"]

Range = tuple[float, float]


def ranges_of(texts: Sequence[tuple[str, str]], point: Point) -> dict[str, Range]:
    """The ranges by name, each given as `LOW:HIGH`, two expressions. Raises UsageProblem for what is none."""
    found = {}
    for name, text in texts:
        if not point[name].dtype.is_floating_point:
            raise UsageProblem(f"--range: {name} is {point[name].dtype}, and random numbers are none")
        low, sign, high = text.partition(":")
        if not sign or not low.strip() or not high.strip():
            raise UsageProblem(f"--range: expected NAME=LOW:HIGH, got '{name}={text}'", f"write --range {name}=-3:3")
        bounds = _number(name, low), _number(name, high)
        if bounds[0] > bounds[1]:
            raise UsageProblem(f"--range: {low.strip()} is more than {high.strip()}", "the lower bound comes first")
        found[name] = bounds
    return found


def _number(name: str, text: str) -> float:
    value = value_of(text)
    value = value.item() if isinstance(value, Tensor) and value.numel() == 1 else value
    if not isinstance(value, int | float) or not isfinite(value):
        raise UsageProblem(f"--range: a bound of {name} is a number, not {text.strip()}")
    return float(value)


def random_points(point: Point, ranges: Mapping[str, Range], count: int, seed: int) -> Iterator[Point]:
    """Points whose elements are drawn evenly from the ranges; inputs without one keep their value."""
    from random import Random  # only samples need it

    random = Random(seed)  # noqa: S311 - not a secret
    for _ in range(count):
        drawn: dict[str, Any] = {}
        for name, (low, high) in ranges.items():
            shape = point[name].shape
            numbers = [random.uniform(low, high) for _ in range(shape.numel())]
            drawn[name] = tensor(numbers, dtype=float64).reshape(shape) if shape else tensor(numbers[0], dtype=float64)
        yield {**point, **drawn}


def point_texts(point: Point) -> tuple[tuple[str, str], ...]:
    """The inputs with their values, as they can be given on the command line."""
    return tuple((name, repr(value.tolist())) for name, value in point.items())
