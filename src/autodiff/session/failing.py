"""Errors of the user's as facts: the kind, the text, the place and what to do about it."""

from __future__ import annotations

from autodiff.errors import SyntaxProblem
from autodiff.language import place
from autodiff.session.report import EVALUATION, SYNTAX, USAGE, Failure
from autodiff.session.scenario import Located, UsageProblem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autodiff.errors import Deliberate
    from autodiff.language import Program
    from autodiff.session.report import Facts
    from autodiff.session.scenario import Scenario

__all__ = ["failure_of"]


def failure_of(
    error: Deliberate,
    scenario: Scenario,
    program: Program | None = None,
    output: str | None = None,
    values: dict[str, Facts] | None = None,
    calls: int = 0,
) -> Failure:
    """The failure an error is; what had been found until then helps to explain it (see `hints.Scene`)."""
    if isinstance(error, SyntaxProblem):
        caret = getattr(error, "caret", error.column)
        return Failure(SYNTAX, "SyntaxError", error.message, error.hint, error.line, error.column, error.source, caret)
    if isinstance(error, UsageProblem):
        return Failure(USAGE, "UsageError", str(error), error.hint)
    from autodiff.session.hints import Scene, hint_for  # only an error needs it

    located = error if isinstance(error, Located) else None
    cause = error if located is None else located.cause
    line = column = None
    here = located is not None and located.program is program
    if here and located is not None:
        line, column = place(located.program.text, located.program.instructions[located.number].start)
    hint = hint_for(cause, Scene(scenario, program, output, values or {}, calls, located if here else None))
    if located is not None and not here:  # in an input or an option
        hint = f"in '{located.program.text}'{f': {hint}' if hint else ''}"
    return Failure(EVALUATION, type(cause).__name__, str(cause), hint, line, column)
