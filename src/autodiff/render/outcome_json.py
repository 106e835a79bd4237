"""Outcomes as JSON Lines: one strict object a case, as it is done."""

from json import dumps
from typing import Final

from autodiff.render.outcomes import CaseReport, place
from autodiff.render.strict_json import SCHEMA, failure_text, object_text
from autodiff.session.cases.report import Outcome

__all__ = ["JSON"]


def _each(_: int, outcome: Outcome) -> str:
    members = {
        "schema": dumps(SCHEMA),
        "file": dumps(outcome.file),
        "line": dumps(place(outcome)),
        "name": dumps(outcome.name),
        "status": dumps(outcome.status),
        "seconds": f"{outcome.seconds:.6f}",
        "mismatches": f"[{', '.join(dumps(each._asdict()) for each in outcome.mismatches)}]",
        "error": "null" if outcome.error is None else failure_text(outcome.error),
    }
    return f"{object_text(members)}\n"


JSON: Final = CaseReport(lambda _: "", _each, lambda _: "")
"""The report for programs of one's own."""
