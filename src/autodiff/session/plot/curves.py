"""Curves through points: where they break off, and which part of them is worth showing.

Between two neighbouring points far apart the interval is halved until the step has become small, as it does on a
continuous curve however steep, or until the two points are neighbouring numbers: then the curve jumps.
"""

from collections.abc import Callable, Sequence
from math import isfinite, isinf
from typing import Final

__all__ = ["CLOSEST", "LARGEST", "breaks_of", "diverges", "limits_of"]

Value = Callable[[float], float]
"""The value at an x; nan where there is none."""

LARGEST: Final = 1e100
"""Beyond it, and below its reciprocal, nothing is drawn: the sums of drawing must not overflow."""
CLOSEST: Final = 1e-12
"""Two numbers that differ by less than this part of them are one place in a picture."""

_TALL: Final = 1 / 25
"""A step of this part of the picture's height is looked at closely: a jump that is smaller is not seen."""
_HALVINGS: Final = 80
_MOST_LOOKED_AT: Final = 400
_PEAK: Final = 4.0
"""How much higher than nearly all others the highest point stands if there may be a pole."""
_GROWTH: Final = 1e3
"""How much higher a pole rises when one comes closer."""


def breaks_of(xs: Sequence[float], values: Sequence[float], value: Value, height: float) -> tuple[int, ...]:
    """The numbers of the points that the curve does not lead to from the point before.

    `height` is what is shown of the values. Gaps of values that are not finite are not among them.
    """
    tall = height * _TALL
    steps = [k for k in range(1, len(xs)) if abs(values[k] - values[k - 1]) > tall]
    steps = [k for k in steps if isfinite(values[k]) and isfinite(values[k - 1])]
    steps = sorted(steps, key=lambda k: -abs(values[k] - values[k - 1]))[:_MOST_LOOKED_AT]
    found = [k for k in steps if _jumps((xs[k - 1], values[k - 1]), (xs[k], values[k]), value, tall)]
    return tuple(sorted(found))


def _jumps(left: tuple[float, float], right: tuple[float, float], value: Value, tall: float) -> bool:
    """Whether the curve jumps between two points: the half with the larger step is halved in turn."""
    for _ in range(_HALVINGS):
        if abs(right[1] - left[1]) < tall / 2:
            return False
        x = left[0] + (right[0] - left[0]) / 2
        if x in (left[0], right[0]):
            return True
        middle = x, value(x)
        if not isfinite(middle[1]):
            return True
        if abs(middle[1] - left[1]) >= abs(right[1] - middle[1]):
            right = middle
        else:
            left = middle
    return True


def diverges(xs: Sequence[float], values: Sequence[float], value: Value) -> bool:
    """Whether the curve runs to infinity: at a point, or where it is higher than nearly everywhere else."""
    if any(map(isinf, values)):
        return True
    sizes = sorted(abs(v) for v in values if isfinite(v))
    if len(sizes) < 3 or sizes[-1] <= _PEAK * sizes[len(sizes) * 9 // 10]:
        return False
    top = next(k for k, v in enumerate(values) if abs(v) == sizes[-1])
    low, high = xs[max(top - 1, 0)], xs[min(top + 1, len(xs) - 1)]
    for _ in range(_HALVINGS):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        at_a, at_b = abs(value(a)), abs(value(b))
        if not max(at_a, at_b) < sizes[-1] * _GROWTH:
            return True  # also if one of them is no number
        if not low < a < b < high:
            return False
        if at_a < at_b:
            low = a
        else:
            high = b
    return False


def limits_of(values: Sequence[float], *, divergent: bool) -> tuple[float, float] | None:
    """The lowest and the highest value to show: all of them, but of a divergent curve what lies around most."""
    finite = sorted(v for v in values if isfinite(v))
    if not finite:
        return None
    low, high = finite[0], finite[-1]
    if divergent:
        inner = finite[len(finite) // 10], finite[len(finite) * 9 // 10]
        span = inner[1] - inner[0]
        low, high = max(low, inner[0] - span), min(high, inner[1] + span)
    low, high = (max(-LARGEST, min(LARGEST, limit)) for limit in (low, high))
    if high - low <= max(CLOSEST * max(abs(low), abs(high)), 1 / LARGEST):
        margin = abs(low) / 2 if abs(low) > 1 / LARGEST else 1.0
        low, high = low - margin, high + margin
    return low, high
