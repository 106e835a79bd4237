"""What every drawing of a curve needs: strokes, cut off at the limits of what is shown, and a title that fits."""

from collections.abc import Iterator, Sequence
from math import isfinite

from autodiff.session.plot.plotted import Curve

__all__ = ["shortened", "strokes"]

_Point = tuple[float, float]


def strokes(xs: Sequence[float], curve: Curve, limits: tuple[float, float]) -> Iterator[list[_Point]]:
    """The pieces of a curve within the limits; no line crosses a gap or a break. A lone point is a piece, too."""
    breaks = set(curve.breaks)
    piece: list[_Point] = []
    for k, point in enumerate(zip(xs, curve.values, strict=True)):
        if k in breaks or not isfinite(point[1]):
            yield from _cut(piece, limits)
            piece = []
        if isfinite(point[1]):
            piece.append(point)
    yield from _cut(piece, limits)


def _cut(piece: list[_Point], limits: tuple[float, float]) -> Iterator[list[_Point]]:
    """The parts of a piece within the limits; a line that leaves them ends on them."""
    low, high = limits
    part: list[_Point] = []
    before: _Point | None = None
    for point in piece:
        inside = low <= point[1] <= high
        outside = before is not None and not low <= before[1] <= high
        if before is not None and outside and (inside or (before[1] < low) != (point[1] < low)):
            part = [_meeting(before, point, low if before[1] < low else high)]
        if inside:
            part.append(point)
        elif part:
            part.append(_meeting(part[-1], point, low if point[1] < low else high))
            yield part
            part = []
        before = point
    if part:
        yield part


def _meeting(a: _Point, b: _Point, level: float) -> _Point:
    """Where the line from a to b has this height."""
    share = (level - a[1]) / (b[1] - a[1])
    return a[0] + (b[0] - a[0]) * share, level


def shortened(title: str, width: int) -> str:
    """A title on one line, without its end if it is longer than `width` characters."""
    line = " ".join(title.split())
    return line if len(line) <= width else f"{line[: width - 3]}..."
