"""The curves of a plot: the engine's values and derivatives, and where no line may be drawn."""

from itertools import pairwise
from math import cos, exp, inf, isclose, isfinite, isnan, sin

import pytest

from autodiff.session.plot.plotted import Curve, Plot
from autodiff.session.plot.plotting import Asked, plot


def plotted(expression: str, low_high: str = "-3:3", order: int = 1, samples: int = 101, **fixed: str) -> Plot:
    """The plot of an expression of x."""
    return plot(Asked(expression, (("x", low_high),), tuple(fixed.items()), order, samples))


def gaps(found: Plot, curve: Curve) -> list[tuple[float, float]]:
    """Between which neighbouring points no line is drawn."""
    finite = [isfinite(value) for value in curve.values]
    numbers = [k for k in range(1, len(found.xs)) if k in curve.breaks or not (finite[k] and finite[k - 1])]
    return [(found.xs[k - 1], found.xs[k]) for k in numbers]


def test_values_and_derivatives() -> None:
    """Of every order, at evenly spaced points, with the other inputs fixed."""
    found = plotted("sin(a*x)", order=3, a="2")
    assert found.error is None
    assert (found.xs[0], found.xs[-1], len(found.xs)) == (-3, 3, 101)
    assert all(isclose(b - a, 0.06, abs_tol=1e-12) for a, b in pairwise(found.xs))
    assert [curve.label for curve in found.curves] == ["sin(a*x)", "d/dx", "d2/dx2", "d3/dx3"]
    for x, *numbers in zip(found.xs, *(curve.values for curve in found.curves), strict=True):
        assert numbers == pytest.approx([sin(2 * x), 2 * cos(2 * x), -4 * sin(2 * x), -8 * cos(2 * x)], abs=1e-12)


def test_the_derivative_is_autograds() -> None:
    """At a kink it is what PyTorch chooses, and a detached part has none."""
    found = plotted("relu(x) + x.detach()**2", "-1:1", samples=3)
    assert found.curves[1].values == (0, 0, 1)


@pytest.mark.parametrize("samples", [100, 101])
@pytest.mark.parametrize(
    ("expression", "order", "places"),
    [
        ("1/x", 0, [0.0]),
        ("1/x", 1, [0.0]),
        ("tan(x)", 0, [-1.5707963, 1.5707963]),
        ("floor(x)", 0, [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0]),
        ("abs(x)", 1, [0.0]),
        ("sign(x)*0.02 + x*0", 0, [0.0]),
    ],
)
def test_no_line_leads_over_a_jump_or_a_pole(expression: str, order: int, places: list[float], samples: int) -> None:
    """There is a gap at each, and there only."""
    found = plotted(expression, samples=samples)
    holes = gaps(found, found.curves[order])
    if expression == "1/x" and order == 1 and samples == 100:
        assert found.curves[1].limits is not None
        assert max(map(abs, found.curves[1].limits)) < 100  # both sides leave the picture on the same side
        return
    assert all(any(low - 1e-9 <= place <= high + 1e-9 for low, high in holes) for place in places)
    assert all(any(low - 1e-9 <= place <= high + 1e-9 for place in places) for low, high in holes)


@pytest.mark.parametrize("expression", ["sigmoid(1e9*x)", "exp(3*x)", "tanh(200*x)", "x**9", "sqrt(abs(x))", "abs(x)"])
def test_what_is_continuous_is_joined(expression: str) -> None:
    """However steep it is."""
    found = plotted(expression)
    assert found.curves[0].breaks == ()
    assert gaps(found, found.curves[0]) == []


def test_values_that_are_none() -> None:
    """Outside the domain there is nan, at a pole inf; the curve goes on beyond them."""
    found = plotted("log(x)", "-1:1", samples=5)
    assert [str(v)[:4] for v in found.curves[0].values] == ["nan", "nan", "-inf", "-0.6", "0.0"]
    assert found.curves[1].values[2:] == (inf, 2.0, 1.0)
    assert plotted("log(x)", "-3:-1").curves[0].limits is None


def test_limits() -> None:
    """All that is there is shown, unless it runs to infinity; a constant has some height."""
    assert plotted("exp(x)", "0:20").curves[0].limits == (1.0, exp(20))
    assert plotted("x*0 + 4").curves[0].limits == (2.0, 6.0)
    assert plotted("x*0").curves[0].limits == plotted("x*1e-300").curves[0].limits == (-1.0, 1.0)
    assert plotted("x*1e300").curves[0].limits == (-1e100, 1e100)
    for expression in ("1/x", "1/x**2", "tan(x)", "1/(x-0.1234)"):
        limits = plotted(expression, samples=400).curves[0].limits
        assert limits is not None
        assert limits[1] - limits[0] < 30


def test_a_point_that_fails_is_a_gap() -> None:
    """An error at some points leaves gaps, one at all points is told."""
    found = plotted("torch.linalg.inv(stack([stack([x, x*0]), stack([x*0, x])]))[0, 0]", "-1:1", samples=3)
    assert found.error is None
    assert isnan(found.curves[0].values[1])
    assert found.curves[0].values[2] == 1
    failed = plotted("x @ x")
    assert failed.error is not None
    assert failed.error.kind == "evaluation"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked("x", ()), "no input has a range"),
        (Asked("x*y", (("x", "0:1"), ("y", "0:1"))), "two inputs vary, and a plot has one axis for them"),
        (Asked("x", (("x", "0:1"),), (("x", "2"),)), "x has a range and a value"),
        (Asked("x", (("x", "1:0"),)), "--range: 1 is more than 0"),
        (Asked("x", (("x", "1:1"),)), "--range: x hardly varies from 1.0 to 1.0"),
        (Asked("x", (("x", "0:1e-300"),)), "--range: x hardly varies from 0.0 to 1e-300"),
        (Asked("x", (("x", "-1e308:1e308"),)), "--range: a bound of x is beyond 1e+100, and is not drawn"),
        (Asked("x", (("x", "1"),)), "--range: expected NAME=LOW:HIGH, got 'x=1'"),
        (Asked("x", (("x", "0:1"),), (), 99), "the order is a whole number from 0 to 8, not 99"),
        (Asked("x", (("x", "0:1"),), (), 1, 1), "--samples is a whole number from 2 to 1000000, not 1"),
        (Asked("[x, x]", (("x", "0:1"),)), "a plot shows one number, and this gives 2"),
        (Asked("a*x", (("x", "0:1"),)), "name 'a' is not defined"),
        (Asked("2x", (("x", "0:1"),)), "unexpected name after a number"),
        (Asked("x*1j", (("x", "0:1"),)), "a plot shows real numbers, and this is torch.complex128"),
    ],
)
def test_what_cannot_be_plotted(asked: Asked, message: str) -> None:
    """It is told, and nothing else is in the plot."""
    found = plot(asked)
    assert found.error is not None
    assert found.error.message == message
    assert found.curves == ()


def test_progress_is_told() -> None:
    """After every point."""
    told: list[tuple[int, int]] = []
    plot(Asked("x", (("x", "0:pi"),), (), 1, 3), lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
