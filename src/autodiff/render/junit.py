"""Outcomes as JUnit's XML: a suite a file, a failure for what came out wrong, an error for a case that is broken."""

from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from autodiff.render.outcomes import CaseReport, one_line, path, place, problems
from autodiff.render.plain import visible
from autodiff.session.cases.report import BROKEN, FAILED, Outcome

__all__ = ["JUNIT"]

_ELEMENTS: Final = {FAILED: "failure", BROKEN: "error"}


def _after(outcomes: Sequence[Outcome]) -> str:
    suites: dict[str, list[Outcome]] = {}
    for each in outcomes:
        suites.setdefault(each.file, []).append(each)
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<testsuites{_attributes('autodiff', outcomes)}>"]
    for file, cases in suites.items():
        lines.append(f"  <testsuite{_attributes(file, cases)}>")
        lines += [line for case in cases for line in _case(case)]
        lines.append("  </testsuite>")
    text = "".join(f"{line}\n" for line in [*lines, "</testsuites>"])
    return text.encode("ascii", "xmlcharrefreplace").decode()  # so that it is right in any encoding


def _attributes(name: str, outcomes: Sequence[Outcome]) -> str:
    counts = {f"{element}s": sum(o.status == status for o in outcomes) for status, element in _ELEMENTS.items()}
    seconds = sum(each.seconds for each in outcomes)
    return _written({"name": name, "tests": len(outcomes), **counts, "skipped": 0, "time": f"{seconds:.6f}"})


def _case(outcome: Outcome) -> list[str]:
    attributes = _written(
        {
            "classname": outcome.file,
            "name": one_line(outcome.name),
            "file": outcome.file,
            "line": place(outcome),
            "time": f"{outcome.seconds:.6f}",
        }
    )
    found = problems(outcome)
    if not found:
        return [f"    <testcase{attributes}/>"]
    element, what = _ELEMENTS[outcome.status], _written({"message": found[0], "type": _kind(outcome)})
    body = escape("\n".join(f"{path(outcome.file)}:{place(outcome)}: {problem}" for problem in found))
    return [f"    <testcase{attributes}>", f"      <{element}{what}>{visible(body)}</{element}>", "    </testcase>"]


def _kind(outcome: Outcome) -> str:
    return "Mismatch" if outcome.error is None else outcome.error.type


def _written(attributes: Mapping[str, str | int]) -> str:
    return "".join(f" {name}={quoteattr(visible(str(value)))}" for name, value in attributes.items())


JUNIT: Final = CaseReport(lambda _: "", lambda _, __: "", _after)
"""The report that CI servers collect. It begins with its counts, and so is written when all cases are done."""
