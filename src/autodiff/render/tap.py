"""Outcomes in the Test Anything Protocol, version 14: a line a case, and what is wrong as YAML below it."""

from json import dumps
from typing import Final

from autodiff.render.outcomes import CaseReport, one_line, path, place, problems, summary
from autodiff.render.plain import visible
from autodiff.session.cases.report import PASSED, Outcome

__all__ = ["TAP"]


def _each(number: int, outcome: Outcome) -> str:
    name = one_line(outcome.name).replace("\\", "\\\\").replace("#", "\\#")
    if outcome.status == PASSED:
        return f"ok {number} - {name}\n"
    lines = [
        f"not ok {number} - {name}",
        "  ---",
        f"  message: {_text('; '.join(problems(outcome)))}",
        f"  severity: {outcome.status}",
        "  at:",
        f"    file: {_text(path(outcome.file))}",
        f"    line: {place(outcome)}",
        "  ...",
    ]
    return "".join(f"{line}\n" for line in lines)


def _text(text: str) -> str:
    """A quoted text of YAML: one of JSON is."""
    return dumps(visible(text), ensure_ascii=False)


TAP: Final = CaseReport(
    lambda count: f"TAP version 14\n1..{count}\n", _each, lambda outcomes: f"# {summary(outcomes)}\n"
)
"""The report for programs that read TAP."""
