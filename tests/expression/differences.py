"""Central differences with an estimate of their error."""

from collections.abc import Callable
from math import isfinite
from typing import Final

__all__ = ["slope"]

_STEPS: Final = 8
_SHRINK: Final = 1.6


def slope(function: Callable[[float], float], at: float, first_step: float = 0.02) -> tuple[float, float]:
    """The derivative and how far it may be off, by Ridders' extrapolation; nan and infinity where there is none.

    Numerical Recipes, 3rd edition, section 5.7: differences at ever smaller steps as a polynomial in the step squared.
    """
    rows: list[list[float]] = []
    best, error = float("nan"), float("inf")
    step = first_step * max(1.0, abs(at))
    for k in range(_STEPS):
        row = [(function(at + step) - function(at - step)) / (2 * step)]
        factor = _SHRINK**2
        for j in range(k):
            row.append((row[j] * factor - rows[-1][j]) / (factor - 1))
            factor *= _SHRINK**2
            off = max(abs(row[-1] - row[-2]), abs(row[-1] - rows[-1][j]))
            if off <= error:
                best, error = row[-1], off
        if not all(map(isfinite, row)):
            return float("nan"), float("inf")
        if k and abs(row[-1] - rows[-1][-1]) >= 2 * error:
            break
        rows.append(row)
        step /= _SHRINK
    return best, error
