"""Plots in characters and as pictures: what is where."""

import xml.etree.ElementTree as ET

import pytest

from autodiff.render import Screen
from autodiff.render.picture import picture
from autodiff.render.plot import plot
from autodiff.render.strokes import strokes
from autodiff.session.plot.plotted import Curve, Plot


def lines(found: Plot, *, rows: int = 12, unicode: bool = True, width: int = 40, color: bool = False) -> list[str]:
    """The plot as a pipe, or a terminal with colours, gets it."""
    return plot(found, Screen(width, color), rows=rows, unicode=unicode, terminal=color).splitlines()


def curve(values: tuple[float, ...], breaks: tuple[int, ...] = (), limits: tuple[float, float] | None = None) -> Curve:
    """A curve; its limits are those of its values."""
    return Curve("f(x)", 0, values, breaks, limits or (min(values), max(values)))


def of(*curves: Curve) -> Plot:
    """A plot of curves over -1:1."""
    count = len(curves[0].values)
    return Plot("f(x)", "x", -1.0, 1.0, (("a", "2"),), tuple(-1 + 2 * k / (count - 1) for k in range(count)), curves)


def test_a_line_goes_from_corner_to_corner() -> None:
    """The first value is in the lowest cell on the left, the last in the highest on the right."""
    drawn = lines(of(curve((0.0, 1.0))), unicode=False, rows=8, width=30)
    body = drawn[1:-2]
    assert body[0].startswith("  1 +")
    assert (body[0].rindex("*"), body[-1].index("*")) == (len(drawn[-2]) - 1, 5)
    assert [len(drawn), len(drawn[-2])] == [8, 29]
    assert [line.index("*") for line in body] == sorted((line.index("*") for line in body), reverse=True)


def test_figures_stand_beside_their_rows() -> None:
    """The limits at the top and at the bottom, zero where it is, the range below."""
    drawn = lines(of(curve((-1.0, 3.0))), rows=16)
    assert drawn[0] == "    f(x), a=2"
    figures = {row: line.partition("┤")[0].strip() for row, line in enumerate(drawn) if "┤" in line}
    assert list(figures.values()) == ["3", "0", "-1"]
    rows = list(figures)
    assert (rows[2] - rows[1]) / (rows[2] - rows[0]) == pytest.approx(1 / 4, abs=0.06)
    assert drawn[-1].split() == ["-1", "x", "0", "1"]


def test_gaps_stay_empty() -> None:
    """No dot between a value and the next one after a nan or a break."""
    steps = curve((0.0, 0.0, 1.0, 1.0), breaks=(2,))
    columns = [line[5:] for line in lines(of(steps), unicode=False, width=45)[1:-2]]
    assert all("*" not in line for line in columns[1:-1])
    assert "*" in lines(of(steps._replace(breaks=())), unicode=False)[4]
    nan = float("nan")
    assert list(strokes((0, 1, 2, 3, 4), curve((0.0, nan, 1.0, 2.0, nan), limits=(0, 2)), (0, 2))) == [
        [(0, 0.0)],
        [(2, 1.0), (3, 2.0)],
    ]


def test_the_last_dots_are_the_bounds() -> None:
    """A line along the top reaches from the first column of dots to the last, in the highest row of them."""
    flat = curve((1.0, 1.0), limits=(0.5, 1.0))
    found = of(flat)._replace(low=0.0, xs=(0.0, 1.0))  # without the axis in the middle
    drawn = lines(found, rows=8, width=30)
    assert set(drawn[1].partition("┤")[2]) == {"\N{BRAILLE PATTERN DOTS-14}"}
    drawn = lines(found._replace(curves=(flat._replace(values=(0.5, 0.5)),)), rows=8, width=30)
    assert set(drawn[-3].partition("┤")[2]) == {"\N{BRAILLE PATTERN DOTS-78}"}


def test_a_lone_point_at_the_end_is_seen() -> None:
    """In the last column of dots, as the value at the upper end after a jump."""
    found = of(curve((float("nan"), 1.0), limits=(0.5, 1.0)))
    assert lines(found, rows=8, width=30)[1].endswith("\N{BRAILLE PATTERN DOTS-4}")


def test_lines_end_at_the_limits() -> None:
    """What leaves the picture is cut off where it does, what crosses it from below to above, too."""
    assert list(strokes((0, 1, 2), curve((0.0, 10.0, 0.0)), (0, 5))) == [[(0, 0.0), (0.5, 5)], [(1.5, 5), (2, 0.0)]]
    assert list(strokes((0, 1), curve((-10.0, 10.0)), (-5, 5))) == [[(0.25, -5), (0.75, 5)]]
    assert list(strokes((0, 1), curve((9.0, 10.0)), (-5, 5))) == []


@pytest.mark.parametrize("width", [20, 80, 120, 300])
@pytest.mark.parametrize("rows", [1, 23, 50])
def test_the_screen_is_enough(width: int, rows: int) -> None:
    """No line is wider than the screen, nor are there more lines than it has, unless it is tiny."""
    found = of(curve((0.0, 1e-7)), curve((-123456.0, 2.0)))
    drawn = lines(found, rows=rows, width=width)
    assert max(map(len, drawn)) <= max(width, 35)
    assert len(drawn) <= max(rows, 12)
    assert all(line == line.rstrip() for line in drawn)


def test_colours_only_if_there_are_any() -> None:
    """A curve's colour begins where its dots do; in ASCII every character is."""
    found = of(curve((0.0, 1.0)), Curve("d/dx", 1, (1.0, 1.0), (), (0.0, 2.0)))
    assert any("\x1b[" in line for line in lines(found, color=True))
    assert "".join(lines(found, unicode=False)).isascii()
    assert "\x1b" not in "".join(lines(found))


def test_nothing_finite() -> None:
    """An empty frame that says so."""
    drawn = lines(of(Curve("log(x)", 0, (float("nan"),) * 3, (), None)))
    assert drawn[0].strip() == "log(x), a=2: no finite value"


def test_pictures() -> None:
    """A PNG and an SVG; formulas are no markup, and the same plot gives the same bytes."""
    found = of(curve((0.0, 1.0, 0.5), breaks=(2,)))._replace(expression="$x_1$ < 2")
    assert picture(found, "png").startswith(b"\x89PNG")
    drawn = picture(found, "svg")
    assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - we wrote it
    assert drawn == picture(found, "svg")
