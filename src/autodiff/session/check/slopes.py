"""The slope of a function from its values around a point, and what sits there if it has none.

Steps go down by a factor of four, from a quarter of the argument, or of 1 if that is more, until the argument absorbs
them. Richardson's extrapolation makes a limit of the quotients: central ones, whose error is a series of even powers
of the step, and one-sided ones. Each limit has an error: by how much the last extrapolation changed it, and the
rounding of the values divided by the step. A limit counts only if the quotients of all smaller steps are in keeping
with it: a large step may meet a function where it happens to repeat itself.
"""

from collections.abc import Sequence
from math import frexp, inf, isfinite, isnan, log, nan
from typing import Final, NamedTuple

__all__ = [
    "EDGE",
    "JUMP",
    "KINK",
    "POLE",
    "ROUGH",
    "SMOOTH",
    "UNDEFINED",
    "Around",
    "Limit",
    "Slopes",
    "slopes",
    "steps",
]

SMOOTH: Final = "smooth"
"""The slopes of both sides are the same."""
KINK: Final = "kink"
"""They differ; either may be infinite."""
JUMP: Final = "jump"
"""The values of a side do not come near that of the point."""
EDGE: Final = "edge"
"""There are values on one side only."""
POLE: Final = "pole"
"""The value is infinite, and finite around the point."""
UNDEFINED: Final = "undefined"
"""There is no finite value at the point, or none around it."""
ROUGH: Final = "rough"
"""No slope was found: the values around the point do not settle."""

_RATIO: Final = 4.0
_FINEST: Final = 2.0**-50
"""Smallest step, relative to the argument."""
_EPSILON: Final = 2.0**-52
_COLUMNS: Final = 7
_SETTLED: Final = 1e-3
"""Largest error of a limit, relative to the quotient it is made from."""
_GONE: Final = 1e-6
"""... or to those of larger steps, if they go to zero."""
_SAME: Final = 1e-6
"""Relative difference of two one-sided slopes that counts for nothing."""
_SMALLEST: Final = 5e-324
_NEAREST: Final = 6
"""How many of the smallest steps tell whether there are values on a side."""


class Around(NamedTuple):
    """The values at two neighbours of a point, `up` above and `down` below it."""

    up: float
    down: float
    high: float
    low: float


class Limit(NamedTuple):
    """A slope and its error; nan and inf if there is none. `jump` is by how much the values are off at the point."""

    slope: float
    error: float
    jump: float = 0.0


class Slopes(NamedTuple):
    """What is around a point: the place it is, the slope, and that of each side, None where there are no values."""

    place: str
    central: Limit
    left: Limit | None
    right: Limit | None


_NONE: Final = Limit(nan, inf)


def steps(x: float) -> list[float]:
    """The steps to take from `x`, the largest first. They are powers of two, so that most are exact."""
    size = 2.0 ** (frexp(x)[1] - 1) if x else 1.0
    if size >= 1:
        return _ladder(size, size * _FINEST)
    if size > _FINEST:
        return _ladder(1.0, size * _FINEST)
    return _ladder(1.0, _FINEST) + _ladder(size, size * _FINEST)


def _ladder(top: float, bottom: float) -> list[float]:
    found = []
    step = top / _RATIO
    while step > 0 and step >= bottom:
        found.append(step)
        step /= _RATIO
    return found


def slopes(x: float, value: float, noise: float, around: Sequence[Around]) -> Slopes:
    """The slopes at `x`, where the function is `value` up to a rounding of `noise`; its values around, nearest last."""
    if not isfinite(value):
        finite = any(isfinite(each.high) or isfinite(each.low) for each in around[-_NEAREST:])
        return Slopes(POLE if finite and not isnan(value) else UNDEFINED, _NONE, None, None)
    noise = max(noise, abs(value) * _EPSILON) + _SMALLEST
    blur = _EPSILON * abs(x)
    right = _side([_Row(a.up, a.high - value, noise + _EPSILON * abs(a.high)) for a in around], blur)
    left = _side([_Row(a.down, value - a.low, noise + _EPSILON * abs(a.low)) for a in around], blur)
    rows = [_Row(a.up + a.down, a.high - a.low, 2 * noise + _EPSILON * (abs(a.high) + abs(a.low))) for a in around]
    central = _limit(rows, _RATIO**2, blur)
    return Slopes(_place(left, right, central), central, left, right)


def _place(left: Limit | None, right: Limit | None, central: Limit) -> str:
    if left is None or right is None:
        return UNDEFINED if left is right else EDGE
    if left.jump or right.jump:
        return JUMP
    if isnan(left.slope) or isnan(right.slope):
        return ROUGH
    if not (isfinite(left.slope) and isfinite(right.slope)):
        return KINK
    apart = abs(left.slope - right.slope)
    same = _SAME * max(abs(left.slope), abs(right.slope))
    if apart > same + 10 * (left.error + right.error):
        return KINK
    return SMOOTH if isfinite(central.error) else ROUGH


# ------------------------------------------------------------------ limits of quotients


class _Row(NamedTuple):
    """A step, the difference of the values it makes, and the rounding of that."""

    step: float
    difference: float
    rounding: float


def _side(rows: Sequence[_Row], blur: float) -> Limit | None:
    """The slope of one side, infinite if the quotients grow beyond all bounds; None where there are no values."""
    if not any(isfinite(row.difference) for row in rows[-_NEAREST:]):
        return None
    found = _limit(rows, _RATIO, blur)
    nearest = rows[-4:]
    if isfinite(found.error) or not all(64 * row.rounding < abs(row.difference) < inf for row in nearest):
        return found
    (far, most, _), *_, (near, least, _) = nearest
    power = log(abs(most / least)) / log(far / near)
    if power < 0.1:
        return Limit(nan, inf, abs(least))
    return Limit(inf if least > 0 else -inf, 0.0) if power < 0.9 else _NONE


def _limit(rows: Sequence[_Row], factor: float, blur: float) -> Limit:
    """The limit of the quotients, by Richardson; the powers of their error grow by `factor` from step to step.

    `blur` is the rounding of the argument: what happens within it cannot be told from what happens at the point.
    """
    trembling = _trembling(rows)
    quotients = [_Row(h, difference / h, (rounding + trembling) / h) for h, difference, rounding in rows]
    largest: list[float] = []  # of the quotients so far
    found: list[tuple[float, int, float]] = []
    before: list[float] = []
    for k, (step, quotient, rounding) in enumerate(quotients):
        if before and quotients[k - 1].step > 1.5 * _RATIO * step:
            before = []  # the steps go on elsewhere
        largest.append(max(abs(quotient) if isfinite(quotient) else 0.0, largest[-1] if largest else 0.0))
        row = [quotient]
        power = 1.0
        for previous in before[: _COLUMNS - 1]:
            power *= factor
            better = row[-1] + (row[-1] - previous) / (power - 1)
            found.append((max(abs(better - row[-1]), abs(better - previous)) + 2 * rounding, k, better))
            row.append(better)
        before = row if isfinite(quotient) else []
    for error, k, value in sorted(each for each in found if isfinite(each[0])):
        enough = max(_GONE * largest[k], 4 * rows[k].rounding / rows[k].step)
        if _is_kept(value, error, quotients[k:], enough, blur):
            return Limit(value, error)
    return _NONE


def _trembling(rows: Sequence[_Row]) -> float:
    """The rounding that shows: how far differences are off a straight line, so near that nothing else bends them."""
    found = []
    for far, middle, near in zip(rows[-7:], rows[-6:], rows[-5:], strict=False):
        part = (middle.step - near.step) / (far.step - near.step)
        found.append(abs(near.difference + part * (far.difference - near.difference) - middle.difference))
    return sorted(found)[len(found) // 2] if found and all(map(isfinite, found)) else 0.0  # the median


def _is_kept(value: float, error: float, quotients: Sequence[_Row], enough: float, blur: float) -> bool:
    """Whether a limit is sharp, and in keeping with the quotients it was found with, and all of smaller steps.

    Sharp is an error that is small beside the quotient, or `enough`.
    """
    off = abs(quotients[0].difference - value)
    for step, quotient, rounding in quotients:
        if not abs(quotient - value) <= off + 8 * (error + rounding) + 4 * blur / step * max(abs(value), abs(quotient)):
            return False
        off /= 2
    return error <= max(_SETTLED * abs(quotients[0].difference), enough)
