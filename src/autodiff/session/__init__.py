"""A session: an expression and what to do with it in, a report of facts out."""

from __future__ import annotations

from autodiff.late import late_names as _late_names
from autodiff.session.report import Facts, Failure, Matrix, Mismatch, Operation, Report, Warned
from autodiff.session.scenario import DTYPES, FLAGS, Scenario, UsageProblem, each_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autodiff.session.diff.report import Derivative, Differentiation
    from autodiff.session.running import run

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

# `run` brings the engine, which `diff` does without.
__getattr__ = _late_names(__name__, {"running": ("run",), "diff.report": ("Derivative", "Differentiation")})
