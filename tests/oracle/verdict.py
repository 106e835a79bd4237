"""How far two printed answers are apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.transcripts.reader import Outcome

AGREED: Final = "agreed to the printed character"
UNIT: Final = "one unit in the last printed digit"
SMALL: Final = "small: below one part in 100 000"
WRONG: Final = "wrong"
_ORDER: Final = (AGREED, UNIT, SMALL, WRONG)
_NUMBER: Final = re.compile(r"-?\d+\.\d*(?:e[+-]\d+)?")


def verdict(there: Outcome, here: Outcome) -> str:
    """How the outcomes of one statement compare."""
    if there == here:
        return AGREED
    if there.exception != here.exception or there.warnings != here.warnings:
        return WRONG
    return printed_verdict("\n".join(there.output), "\n".join(here.output))


def printed_verdict(there: str, here: str) -> str:
    """How two printed texts compare: numbers by their size, all else exactly."""
    if there == here:
        return AGREED
    if re.sub(r"\s+", " ", _NUMBER.sub("#", there)) != re.sub(r"\s+", " ", _NUMBER.sub("#", here)):
        return WRONG
    pairs = zip(_NUMBER.findall(there), _NUMBER.findall(here), strict=True)
    return worst(_number_verdict(a, b) for a, b in pairs if a != b)


def _number_verdict(a: str, b: str) -> str:
    mantissa, _, exponent = a.partition("e")
    digits = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - digits)
    apart = abs(float(a) - float(b))
    if apart <= 1.01 * unit:
        return UNIT
    return SMALL if apart <= 1e-5 * max(abs(float(a)), abs(float(b))) else WRONG


def worst(verdicts: Iterable[str]) -> str:
    """The worst of several verdicts."""
    return max(verdicts, key=_ORDER.index, default=AGREED)
