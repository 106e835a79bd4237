"""A session: an expression and what to do with it in, a report of facts out."""

from __future__ import annotations

from autodiff.session.report import (
    Derivative,
    Differentiation,
    Facts,
    Failure,
    Matrix,
    Mismatch,
    Operation,
    Report,
    Warned,
)
from autodiff.session.run import run
from autodiff.session.scenario import DTYPES, FLAGS, Scenario, UsageProblem, each_once

__all__ = [
    "DTYPES",
    "FLAGS",
    "Derivative",
    "Differentiation",
    "Facts",
    "Failure",
    "Matrix",
    "Mismatch",
    "Operation",
    "Report",
    "Scenario",
    "UsageProblem",
    "Warned",
    "each_once",
    "run",
]
