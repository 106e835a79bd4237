"""Outcomes as commands of GitHub's workflows: each thing that is wrong is an annotation of its line."""

from typing import Final

from autodiff.render.outcomes import CaseReport, place, problems, short, summary
from autodiff.render.plain import visible
from autodiff.session.cases.report import Outcome

__all__ = ["GITHUB"]

_STANDARD_INPUT: Final = "-"


def _each(_: int, outcome: Outcome) -> str:
    title = _property(f"autodiff: {short(outcome.name)}")
    where = f"file={_property(visible(outcome.file))},line={place(outcome)},"
    if outcome.file == _STANDARD_INPUT:
        where = ""  # an annotation without a file is shown with the job
    return "".join(f"::error {where}title={title}::{_data(problem)}\n" for problem in problems(outcome))


def _data(text: str) -> str:
    """The text as a command takes it: a line break would begin another command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


GITHUB: Final = CaseReport(lambda _: "", _each, lambda outcomes: f"{summary(outcomes)}\n")
"""The report for a job of GitHub Actions."""
