"""Slopes from values: what is found around points of every kind, and how well it is known."""

import math
from collections.abc import Callable
from math import inf, isfinite, isnan, nan

import pytest

from autodiff.session.check.slopes import (
    EDGE,
    JUMP,
    KINK,
    POLE,
    ROUGH,
    SMOOTH,
    UNDEFINED,
    Around,
    Slopes,
    slopes,
    steps,
)

Function = Callable[[float], float]


def _looked_at(function: Function, x: float, noise: float = 0.0) -> Slopes:
    """What is found around `x`; an exception of the function's is no value."""

    def value(at: float) -> float:
        try:
            return float(function(at))
        except ZeroDivisionError:
            return inf
        except (ValueError, OverflowError):
            return nan

    pairs = [(x + h, x - h) for h in steps(x)]
    rows = [Around(a - x, x - b, value(a), value(b)) for a, b in pairs if a > x > b and isfinite(a - b)]
    return slopes(x, value(x), noise, rows)


SMOOTHLY: list[tuple[str, Function, float, float, float]] = [
    ("polynomial", lambda x: x * x + 3 * x + 2, 3.0, 9.0, 0.0),
    ("constant", lambda _: 7.0, 3.0, 0.0, 0.0),
    ("logarithm near its pole", math.log, 1e-8, 1e8, 1e-15),
    ("large values", math.exp, 100.0, math.exp(100), 0.0),
    ("large argument", lambda x: x**3, 1e100, 3e200, 0.0),
    ("small argument of a sum", lambda x: 1 + x, 1e-8, 1.0, 0.0),
    ("small derivative", lambda x: 1e-15 * x * x, 1.0, 2e-15, 0.0),
    ("quick oscillation", lambda x: math.sin(1e6 * x), 1.0, 1e6 * math.cos(1e6), 1e-10),
    ("period of the steps", lambda x: math.sin(128 * math.pi * x), 0.3, 128 * math.pi * math.cos(38.4 * math.pi), 0.0),
    ("narrow bump", lambda x: math.exp(-((1e3 * x) ** 2)), 1e-3, -2e3 * math.exp(-1), 0.0),
    ("beside a pole", lambda x: 1 / x, 1e-3, -1e6, 0.0),
    ("right before a kink", lambda x: max(x - 1, 0.0), 0.99999, 0.0, 0.0),
    ("right behind a kink", lambda x: max(x - 1, 0.0), 1.00001, 1.0, 0.0),
    ("between steps", math.floor, 2.5, 0.0, 0.0),
    ("small stairs", lambda x: round(x, 3), 0.12342, 0.0, 0.0),
    ("filled hole", lambda x: math.sin(x) / x if x else 1.0, 0.0, 0.0, 0.0),
    ("large sine", math.sin, 1e8, math.cos(1e8), 1e-8),
    ("noisy last digits", lambda x: math.sin(x) + 1e-14 * (hash(x) % 1000), 1.0, math.cos(1), 0.0),
]


@pytest.mark.parametrize(
    ("function", "x", "slope", "noise"), [each[1:] for each in SMOOTHLY], ids=[s[0] for s in SMOOTHLY]
)
def test_a_smooth_function_has_its_slope(function: Function, x: float, slope: float, noise: float) -> None:
    """The slope is right within its error, and the error is small."""
    found = _looked_at(function, x, noise)
    assert found.place == SMOOTH
    assert abs(found.central.slope - slope) <= 1e-12 + 4 * found.central.error
    assert found.central.error <= 1e-9 + 4e-6 * abs(slope)


PLACES: list[tuple[str, Function, float, str, float | None, float | None]] = [
    ("abs", abs, 0.0, KINK, -1.0, 1.0),
    ("where", lambda x: x if x > 0 else 2 * x, 0.0, KINK, 2.0, 1.0),
    ("kink within the rounding of x", lambda x: abs(math.sin(x)), math.pi, KINK, -1.0, 1.0),
    ("cusp", lambda x: math.sqrt(abs(x)), 0.0, KINK, -inf, inf),
    ("vertical", lambda x: math.copysign(abs(x) ** (1 / 3), x), 0.0, KINK, inf, inf),
    ("sqrt", math.sqrt, 0.0, EDGE, None, inf),
    ("asin", math.asin, 1.0, EDGE, inf, None),
    ("power", lambda x: x * math.sqrt(x), 0.0, EDGE, None, 0.0),
    ("floor", math.floor, 2.0, JUMP, nan, 0.0),
    ("single point", lambda x: float(x == 0), 0.0, JUMP, nan, nan),
    ("reciprocal", lambda x: 1 / x, 0.0, POLE, None, None),
    ("overflow", lambda x: inf if x > 700 else math.exp(x), 1000.0, UNDEFINED, None, None),
    ("no value", math.log, -1.0, UNDEFINED, None, None),
    ("a lone point", lambda x: nan if x else 1.0, 0.0, UNDEFINED, None, None),
    ("x log x", lambda x: x * math.log(x) if x > 0 else 0.0, 0.0, ROUGH, 0.0, nan),
    ("x sin 1/x", lambda x: x * math.sin(1 / x) if x else 0.0, 0.0, ROUGH, nan, nan),
]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "x", "place", "left", "right"), [each[1:] for each in PLACES], ids=[p[0] for p in PLACES]
)
def test_places_are_told_apart(
    function: Function, x: float, place: str, left: float | None, right: float | None
) -> None:
    """Each kind of place is found, with the slopes of its sides."""
    found = _looked_at(function, x)
    assert found.place == place
    for side, slope in ((found.left, left), (found.right, right)):
        if slope is None:
            assert side is None
        else:
            assert side is not None
            assert side.slope == pytest.approx(slope, rel=1e-9, abs=1e-6, nan_ok=True)


def test_a_jump_has_its_height() -> None:
    """The height is that between the value and those on the side where it jumps."""
    found = _looked_at(lambda x: 5.0 + x if x >= 1 else x, 1.0)
    assert found.left is not None
    assert found.right is not None
    assert [found.left.jump, found.right.slope, found.right.jump] == pytest.approx([5.0, 1.0, 0.0])


def test_rounding_makes_the_error_large() -> None:
    """What is lost in the sum is not a slope of zero that one is sure of, if the rounding is told."""
    found = _looked_at(lambda x: (1e20 + x) - 1e20, 1.0, noise=2e4)
    assert found.place == SMOOTH
    assert found.central.error > 1e4


@pytest.mark.parametrize("x", [0.0, 1.0, -3.0, 1e-8, 1e-300, 5e-324, 1e300, 1.7e308])
def test_steps_are_sensible(x: float) -> None:
    """They are powers of two from a quarter of the argument's size on, fall, and are few."""
    found = steps(x)
    assert found == sorted(set(found), reverse=True)
    assert len(found) <= 60
    assert all(math.frexp(step)[0] == 0.5 for step in found)
    assert found[0] == max(1.0, 2.0 ** (math.frexp(x)[1] - 1) if x else 1.0) / 4
    assert not any(isnan(x + step) for step in found)
