"""What became of the cases of `autodiff test`: facts, frozen. Renderers turn them into reports."""

from typing import NamedTuple

from autodiff.session.report import Failure, Mismatch

__all__ = ["BROKEN", "FAILED", "PASSED", "Outcome"]

PASSED = "passed"
"""All that is expected is so."""
FAILED = "failed"
"""Something else came out."""
BROKEN = "broken"
"""The case itself is wrong: it cannot be read, or asks for what there is not."""


class Outcome(NamedTuple):
    """One case: where it stands (`line` counts from 1), how it is called, and what became of it.

    `status` is PASSED, FAILED or BROKEN. `mismatches` are the expectations that do not hold; that of an error has the
    name `error`. `error` is one that was not expected, or why the case is broken, and `place` its line in the file.
    """

    file: str
    line: int
    name: str
    status: str
    seconds: float = 0.0
    mismatches: tuple[Mismatch, ...] = ()
    error: Failure | None = None
    place: int | None = None
