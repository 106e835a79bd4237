"""Plots in characters: dots of Braille, drawn by plotille, in a frame with figures. One panel a curve."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from plotille import Canvas

from autodiff.render.formats import Screen
from autodiff.render.plain import visible
from autodiff.render.strokes import shortened, strokes
from autodiff.session.plot.plotted import Curve, Plot

__all__ = ["plot"]

_BRAILLE: Final = 0x2800
_LEAST: Final = 20, 4
_MOST: Final = 160, 30
"""Columns and rows of a panel."""
_ROLES: Final = ("required", "gradient", "saved")
_AXIS: Final = "type"
_EVERY: Final = 4
"""Dots from one dot of an axis to the next."""

_Line = list[tuple[str, str]]
"""Texts with their roles (see `table.styled`)."""


class _Marks(NamedTuple):
    """What a frame is made of, and what shows the dots of a cell: those of the curve, and those of the axes."""

    side: str
    tick: str
    corner: str
    floor: str
    cell: Callable[[int, int], str]


def _dots(curve: int, axis: int) -> str:
    return chr(_BRAILLE | curve | axis) if curve | axis else " "


def _stars(curve: int, axis: int) -> str:
    return "*" if curve else "." if axis else " "


_UNICODE: Final = _Marks("│", "┤", "└", "─", _dots)
_ASCII: Final = _Marks("|", "+", "+", "-", _stars)


def plot(found: Plot, screen: Screen, *, rows: int, unicode: bool, terminal: bool) -> str:
    """The panels, one below the other, in `rows` lines and the screen's columns if they are enough.

    Without `unicode` it is drawn in ASCII. On a terminal each curve has its colour, if the screen has any.
    """
    marks = _UNICODE if unicode else _ASCII
    height = _within((rows - 2) // max(len(found.curves), 1) - 1, 1)
    heads = [_figures(curve, height) for curve in found.curves]
    side = max((len(text) for head in heads for text in head.values()), default=0)
    width = _within(screen.width - side - 3, 0)
    lines: list[_Line] = []
    for curve, head in zip(found.curves, heads, strict=True):
        lines += _panel(found, curve, _Box(width, height, side, head), marks)
    lines += _foot(found, width, side, marks)
    if terminal:
        from autodiff.render.table import styled

        return styled(lines, width=max(screen.width, side + width + 3), color=screen.color)
    return "".join(f"{''.join(text for text, _ in line).rstrip()}\n" for line in lines)


def _within(size: int, which: int) -> int:
    return max(_LEAST[which], min(_MOST[which], size))


class _Box(NamedTuple):
    """The inside of a panel: its columns and rows, the columns of the figures beside it, and those by row from 0."""

    width: int
    height: int
    side: int
    figures: dict[int, str]


def _panel(found: Plot, curve: Curve, box: _Box, marks: _Marks) -> Iterator[_Line]:
    """The curve's name, then its rows from the top."""
    role = _ROLES[curve.order % len(_ROLES)]
    fixed = "".join(f", {name}={text}" for name, text in found.fixed) if curve.order == 0 else ""
    missing = "" if curve.limits else ": no finite value"
    title = shortened(visible(f"{curve.label}{fixed}{missing}"), box.width)
    yield [(f"{' ' * (box.side + 2)}{title}", role)]
    over, under = _cells(_curve_canvas(found, curve, box)), _cells(_axes_canvas(found, curve, box))
    for row in range(box.height):
        figure = box.figures.get(row, "")
        frame = f"{figure.rjust(box.side)} {marks.tick if figure else marks.side}"
        cells = ((marks.cell(a, b), role if a else _AXIS) for a, b in zip(over[row], under[row], strict=True))
        yield _joined([(frame, _AXIS), *cells])


def _joined(texts: _Line) -> _Line:
    """The same with neighbours of one role as one text; blanks have any."""
    found: _Line = []
    for text, role in texts:
        if found and (found[-1][1] == role or text == " "):
            found[-1] = found[-1][0] + text, found[-1][1]
        else:
            found.append((text, role))
    return found


def _figures(curve: Curve, height: int) -> dict[int, str]:
    """The values at the top, at the bottom, and at zero or in the middle, by row from the top."""
    if curve.limits is None:
        return {}
    low, high = curve.limits
    middle = 0.0 if low < 0 < high else (low + high) / 2
    row = round((high - middle) / (high - low) * (height - 1))
    found = {row: figure(middle)} if 0 < row < height - 1 else {}
    return {**found, 0: figure(high), height - 1: figure(low)}


def figure(value: float) -> str:
    """A number beside an axis."""
    return f"{value:.4g}"


def _foot(found: Plot, width: int, side: int, marks: _Marks) -> Iterator[_Line]:
    """The line below the last panel, and the figures of the variable."""
    yield [(f"{' ' * side} {marks.corner}{marks.floor * width}", _AXIS)]
    low, high = figure(found.low), figure(found.high)
    name = visible(found.variable)
    middle = 0.0 if found.low < 0 < found.high else (found.low + found.high) / 2
    at = round((middle - found.low) / (found.high - found.low) * (width - 1))
    text = list(" " * (side + 2) + low.ljust(width - len(high)) + high)
    start = side + 2 + at - len(figure(middle)) // 2
    if side + 2 + len(low) < start and start + len(figure(middle)) < len(text) - len(high):
        text[start : start + len(figure(middle))] = figure(middle)
    gap = side + 2 + len(low) + 2 if start - (side + 2 + len(low)) > len(name) + 4 else 0
    if gap:
        text[gap : gap + len(name)] = name
    yield [("".join(text), _AXIS)]


# ------------------------------------------------------------------ dots


def _canvas(found: Plot, limits: tuple[float, float], box: _Box) -> Canvas:
    """An empty one whose last dots are the upper bounds."""
    low, high = limits
    right = found.high + (found.high - found.low) / (2 * box.width - 1)
    top = high + (high - low) / (4 * box.height - 1)
    return Canvas(box.width, box.height, found.low, low, right, top)


def _curve_canvas(found: Plot, curve: Curve, box: _Box) -> Canvas:
    limits = curve.limits or (0.0, 1.0)
    canvas = _canvas(found, limits, box)
    for stroke in strokes(found.xs, curve, limits):
        if len(stroke) == 1:
            canvas.point(*stroke[0])
        for (x, y), (x_, y_) in pairwise(stroke):
            canvas.line(x, y, x_, y_)
    return canvas


def _axes_canvas(found: Plot, curve: Curve, box: _Box) -> Canvas:
    """Dotted lines where the variable and the value are zero."""
    limits = curve.limits or (0.0, 1.0)
    canvas = _canvas(found, limits, box)
    across, up = 2 * box.width - 1, 4 * box.height - 1
    if limits[0] < 0 < limits[1]:
        for k in range(0, across + 1, _EVERY):
            canvas.point(found.low + (found.high - found.low) * k / across, 0.0)
    if found.low < 0 < found.high:
        for k in range(0, up + 1, _EVERY):
            canvas.point(0.0, limits[0] + (limits[1] - limits[0]) * k / up)
    return canvas


def _cells(canvas: Canvas) -> Sequence[Sequence[int]]:
    """The dots of each cell as the bits of a Braille character, row by row."""
    rows = canvas.plot(linesep="\n").split("\n")
    return [[ord(c) - _BRAILLE if c > "\u2800" else 0 for c in row] for row in rows]
