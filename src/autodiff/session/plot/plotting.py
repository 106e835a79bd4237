"""Plotting: an expression and its derivatives, by autograd in float64, at many points of one input's range."""

import warnings
from collections.abc import Callable
from contextvars import copy_context
from math import isfinite, nan
from typing import Final, NamedTuple

from autodiff.dtypes import float64
from autodiff.engine import tensor
from autodiff.errors import Deliberate, TorchNotImplementedError
from autodiff.language import Program, parse
from autodiff.session.bind import Setting
from autodiff.session.check.function import CheckedFunction, Point
from autodiff.session.check.points import ranges_of
from autodiff.session.failing import failure_of
from autodiff.session.plot.curves import CLOSEST, LARGEST, breaks_of, diverges, limits_of
from autodiff.session.plot.plotted import Curve, Plot
from autodiff.session.scenario import Scenario, UsageProblem

__all__ = ["Asked", "Progress", "plot"]

Progress = Callable[[int, int], None]
"""Told how many points have been evaluated, and of how many."""

_MOST_SAMPLES: Final = 1_000_000
_MOST_ORDERS: Final = 8


class Asked(NamedTuple):
    """An expression, its fixed inputs as texts, the range such as `-3:3` of one input, and how closely to look.

    `order` is that of the highest derivative; 0 for the value alone. The points are evenly spaced, ends included.
    """

    expression: str
    range: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str], ...] = ()
    order: int = 1
    samples: int = 401


def plot(asked: Asked, progress: Progress | None = None) -> Plot:
    """The curves. Errors of the user's are in it; any exception that comes out is a bug of ours."""
    name = asked.range[0][0] if asked.range else ""
    program = None
    scenario = Scenario(asked.expression, (*asked.inputs, (name, "0.")), (name,), "float64")
    found = Plot(asked.expression, name, nan, nan, asked.inputs)
    try:
        _refuse(asked)
        program = parse(asked.expression)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `eval` shows them
            return copy_context().run(lambda: _Plotting(asked, scenario, program).drawn(progress))  # our default dtype
    except Deliberate as error:
        return found._replace(error=failure_of(error, scenario, program, "out"))


def _refuse(asked: Asked) -> None:
    """Raise UsageProblem for what does not fit together."""
    if len(asked.range) != 1:
        problem = "two inputs vary, and a plot has one axis for them" if asked.range else "no input has a range"
        raise UsageProblem(problem, "write --range x=-3:3, and give the others a value: a=2")
    name = asked.range[0][0]
    if name in dict(asked.inputs):
        raise UsageProblem(f"{name} has a range and a value", f"leave out {name}={dict(asked.inputs)[name]}")
    if not 0 <= asked.order <= _MOST_ORDERS:
        raise UsageProblem(f"the order is a whole number from 0 to {_MOST_ORDERS}, not {asked.order}")
    if not 2 <= asked.samples <= _MOST_SAMPLES:
        raise UsageProblem(f"--samples is a whole number from 2 to {_MOST_SAMPLES}, not {asked.samples}")


class _Plotting:
    """A plot at work. Made inside a context of its own: it sets the default dtype."""

    def __init__(self, asked: Asked, scenario: Scenario, program: Program) -> None:
        self.asked = asked
        self.name = scenario.inputs[-1][0]
        point: Point = {name: leaf.detach() for name, leaf in Setting(scenario, program).leaves.items()}
        self.point = point
        self.low, self.high = ranges_of(asked.range, point)[self.name]
        largest = max(abs(self.low), abs(self.high))
        if self.high - self.low <= max(CLOSEST * largest, 1 / LARGEST):
            raise UsageProblem(f"--range: {self.name} hardly varies from {self.low!r} to {self.high!r}")
        if largest > LARGEST:
            raise UsageProblem(f"--range: a bound of {self.name} is beyond {LARGEST:g}, and is not drawn")
        self.function = CheckedFunction(program, point, [self.name], 0)
        self.failed: Deliberate | None = None

    def drawn(self, progress: Progress | None) -> Plot:
        """Every curve. Raises the error of the first point if none can be evaluated."""
        last = self.asked.samples - 1
        xs = tuple(self._between(k / last) for k in range(last + 1))
        levels: list[list[float]] = []
        for x in (xs[last // 2], xs[0], xs[last]):
            if self._look(x):
                break
        for done, x in enumerate(xs, 1):
            levels.append(self._levels(x))
            if progress is not None:
                progress(done, len(xs))
        if self.failed is not None and not any(isfinite(level[0]) for level in levels):
            raise self.failed
        curves = tuple(self._curve(order, xs, [level[order] for level in levels]) for order in range(len(levels[0])))
        return Plot(self.asked.expression, self.name, self.low, self.high, self.asked.inputs, xs, curves)

    def _between(self, part: float) -> float:
        """The number this part of the way from the lower bound to the upper, which are met exactly."""
        return self.low * (1 - part) + self.high * part

    def _look(self, x: float) -> bool:
        """Find out at a point what the program does; False if it cannot be evaluated there."""
        try:
            point = self._at(x)
            self.function.note_draws(point)
            scalars, _ = self.function.outputs(point)
        except Deliberate:
            return False
        if len(scalars) != 1:
            raise UsageProblem(f"a plot shows one number, and this gives {len(scalars)}", "sum them, or plot one")
        if scalars[0].dtype.is_complex:
            hint = "take its real part, .real, or its size, abs(...)"
            raise UsageProblem(f"a plot shows real numbers, and this is {scalars[0].dtype}", hint)
        return True

    def _at(self, x: float) -> Point:
        return {**self.point, self.name: tensor(x, dtype=float64)}

    def _levels(self, x: float) -> list[float]:
        """The value and the derivatives at a point; nan if it has none there."""
        try:
            found = self.function.levels(self._at(x), self.asked.order)
        except TorchNotImplementedError:
            raise
        except Deliberate as error:
            self.failed = self.failed or error
            return [nan] * (self.asked.order + 1)
        return [level[0] for level in found] if len(found[0]) == 1 else [nan] * (self.asked.order + 1)

    def _curve(self, order: int, xs: tuple[float, ...], values: list[float]) -> Curve:
        def value(x: float) -> float:
            return self._levels(x)[order]

        limits = limits_of(values, divergent=diverges(xs, values, value))
        breaks = () if limits is None else breaks_of(xs, values, value, limits[1] - limits[0])
        power = "" if order < 2 else str(order)
        label = self.asked.expression if order == 0 else f"d{power}/d{self.name}{power}"
        return Curve(label, order, tuple(values), breaks, limits)
