"""Comparing three derivatives: what agrees, which of them stands alone, and what a kink allows."""

from math import isfinite, isinf, isnan, nan
from typing import Final, NamedTuple

from autodiff.session.check.report import AGREES, DISAGREES, UNDECIDED
from autodiff.session.check.slopes import EDGE, KINK, POLE, ROUGH, SMOOTH, UNDEFINED, Limit, Slopes

__all__ = ["Tolerance", "Verdict", "judge", "relative_error"]

_SAFETY: Final = 4
"""How many times its error a number may be off."""
_SHARP: Final = 1e-9
"""An error that is sharp enough for any derivative of a number of ordinary size."""


class Tolerance(NamedTuple):
    """Numbers agree if they differ by at most `atol` plus `rtol` times the larger one, and what they are unsure of."""

    rtol: float = 1e-6
    atol: float = 0.0

    def allows(self, a: float, b: float, error: float = 0.0) -> bool:
        """Whether two numbers agree; nan agrees with nan."""
        if a == b or (isnan(a) and isnan(b)):
            return True
        if not (isfinite(a) and isfinite(b)):
            return False
        return abs(a - b) <= self.atol + self.rtol * max(abs(a), abs(b)) + _SAFETY * error


class Verdict(NamedTuple):
    """AGREES, DISAGREES or UNDECIDED, and why if that is not plain."""

    verdict: str
    reason: str | None = None


def relative_error(autograd: float, unrest: float, symbolic: float | None, central: Limit, within: Tolerance) -> float:
    """The largest difference between autograd and the others, relative to the larger number; nan if one of them is.

    A difference that rounding explains, and nothing else, does not count: 1e-17 instead of 0 is no error of 1.
    """
    error = central.error + unrest
    others = [(central.slope, error)]
    if symbolic is not None:
        others.append((symbolic, error if _is_sharp(autograd, error, within) else unrest))
    found = [0.0]
    for other, error in others:
        if isnan(autograd) != isnan(other):
            return nan
        if within.allows(autograd, other) or not within.allows(autograd, other, error):
            found.append(_relative(autograd, other))
    return max(found)


def _relative(a: float, b: float) -> float:
    if a == b or isnan(a):
        return 0.0
    return 1.0 if isinf(a) or isinf(b) else abs(a - b) / max(abs(a), abs(b))


def judge(autograd: float, unrest: float, symbolic: float | None, found: Slopes, within: Tolerance) -> Verdict:
    """What is to be said of a derivative by autograd, whose rounding is `unrest`, and of the others."""
    place = found.place
    if place == SMOOTH:
        return _smooth(autograd, unrest, symbolic, found.central, within)
    if place in (POLE, UNDEFINED):
        return Verdict(UNDECIDED, "a pole" if place == POLE else "no finite value here")
    if place == KINK:
        return _kink(autograd, found, within)
    written = symbolic is None or isnan(symbolic) or within.allows(autograd, symbolic, unrest)
    if place == ROUGH:
        if not written:
            return Verdict(DISAGREES, "autograd and the symbolic derivative differ, and the differences do not settle")
        return Verdict(UNDECIDED, "the differences do not settle")
    return _one_sided(autograd, unrest, found, within, written=written)


def _smooth(autograd: float, unrest: float, symbolic: float | None, central: Limit, within: Tolerance) -> Verdict:
    error = central.error + unrest
    near = within.allows(autograd, central.slope, error)
    if symbolic is None:
        if not near:
            return Verdict(DISAGREES, "autograd is not the slope")
        return Verdict(AGREES) if _is_sharp(autograd, error, within) else Verdict(UNDECIDED, _blurred(error))
    if isnan(symbolic) and near:
        return Verdict(AGREES, "the symbolic derivative is undefined here")
    sharp = _is_sharp(autograd, error, within)
    if within.allows(autograd, symbolic, error if sharp else unrest):  # they cancel in other places: 0 beside 1e-16
        if near:
            return Verdict(AGREES) if sharp else Verdict(AGREES, _blurred(error))
        return Verdict(DISAGREES, "the central difference stands alone")
    if near and sharp:
        return Verdict(DISAGREES, "the symbolic derivative stands alone")
    alone = within.allows(symbolic, central.slope, error)
    return Verdict(DISAGREES, "autograd stands alone" if alone else "no two of them agree")


def _is_sharp(autograd: float, error: float, within: Tolerance) -> bool:
    return error <= max(within.atol + within.rtol * abs(autograd), _SHARP)


def _blurred(error: float) -> str:
    return f"rounding blurs the difference by {error:.0e}"


def _kink(autograd: float, found: Slopes, within: Tolerance) -> Verdict:
    """Autograd may give what lies between the slopes; nan, too, if one of them is infinite."""
    sides = [side for side in (found.left, found.right) if side is not None]
    low, high = sorted(side.slope for side in sides)
    steep = isinf(low) or isinf(high)
    what = "vertical here" if low == high else "a kink"
    if any(within.allows(autograd, side.slope, side.error) for side in sides):
        return Verdict(AGREES, what if low == high else f"{what}, and autograd is one of its slopes")
    if low <= autograd <= high or (steep and isnan(autograd)):
        where = "has no number for it" if isnan(autograd) else "lies between its slopes"
        return Verdict(AGREES, f"{what}, and autograd {where}")
    return Verdict(DISAGREES, f"{what}, and autograd {'is nan' if isnan(autograd) else 'lies outside its slopes'}")


def _one_sided(autograd: float, unrest: float, found: Slopes, within: Tolerance, *, written: bool) -> Verdict:
    """At an edge of the domain, or a jump: the side that has a slope decides."""
    sides = [side for side in (found.left, found.right) if side is not None and not isnan(side.slope)]
    what = _edge(found) if found.place == EDGE else _jumps(found)
    if not sides:
        return Verdict(UNDECIDED if written else DISAGREES, what)
    fits = any(within.allows(autograd, side.slope, side.error + unrest) for side in sides)
    vertical = all(isinf(side.slope) for side in sides) and isnan(autograd)
    if not (fits or vertical):
        return Verdict(DISAGREES, f"{what}, and autograd is not the slope of the other side")
    if not written:
        return Verdict(DISAGREES, f"{what}, and the symbolic derivative stands alone")
    return Verdict(AGREES, what)


def _edge(found: Slopes) -> str:
    return f"defined on the {'right' if found.left is None else 'left'} only"


def _jumps(found: Slopes) -> str:
    sides = ((found.left, "left"), (found.right, "right"))
    heights = [f"{side.jump:.6g} on the {name}" for side, name in sides if side is not None and side.jump]
    return f"a jump of {' and '.join(heights)}"
