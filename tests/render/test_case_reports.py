"""Reports of cases, on outcomes written by hand: passed, failed and broken, with signs that mean something."""

import json
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff.render.case_reports import CASE_REPORTS
from autodiff.render.outcomes import listed
from autodiff.render.progress import ERASE, progress
from autodiff.session.cases.report import BROKEN, FAILED, PASSED, Outcome
from autodiff.session.report import EVALUATION, SYNTAX, Failure, Mismatch

SYNTAX_ERROR: Final = Failure(SYNTAX, "SyntaxError", "no <name>", "write\n2*y", 2, 2, " 2y % z", 3)
RUNTIME: Final = Failure(EVALUATION, "RuntimeError", "a\x1b[31m & b", None, 1, 5)
OUTCOMES: Final = [
    Outcome("a,b.cases", 1, "x**2 # [bold]", PASSED, 0.25),
    Outcome("a,b.cases", 2, "50%: a\n::error::b", FAILED, 0.5,
            (Mismatch("x.grad", "7", "6.0", 1.0), Mismatch("error", "'grad'", "no error", None))),
    Outcome("c d.cases", 4, "é]]>", BROKEN, 0.0, (), SYNTAX_ERROR, 6),
    Outcome("c d.cases", 9, "y" * 200, FAILED, 0.0, (), RUNTIME),
]  # fmt: skip


def written(name: str, outcomes: Sequence[Outcome] = OUTCOMES) -> str:
    """The whole report."""
    report = CASE_REPORTS[name]()
    parts = [report.each(number, outcome) for number, outcome in enumerate(outcomes, 1)]
    return "".join([report.before(len(outcomes)), *parts, report.after(outcomes)])


def test_plain_is_a_line_for_each_thing_that_is_wrong() -> None:
    """The place, the name, what is wrong with its hint; then how many there are."""
    assert written("plain") == (
        "a,b.cases:2: 50%: a ::error::b: x.grad: expected 7, got 6.0, difference 1.0\n"
        "a,b.cases:2: 50%: a ::error::b: error: expected 'grad', got no error\n"
        "c d.cases:6: é]]>: no <name>, in column 3 of '2y % z' (hint: write 2*y)\n"
        f"c d.cases:9: {'y' * 77}...: RuntimeError: a\\x1b[31m & b\n"
        "1 passed, 2 failed, 1 broken\n"
    )
    assert written("plain", OUTCOMES[:1]) == "1 passed\n"


def test_tap_is_version_14() -> None:
    """The plan first; a number sign in a name is no directive; what is wrong is YAML."""
    lines = written("tap").splitlines()
    assert lines[:4] == ["TAP version 14", "1..4", "ok 1 - x**2 \\# [bold]", "not ok 2 - 50%: a ::error::b"]
    assert lines[4:11] == [
        "  ---",
        "  message: \"x.grad: expected 7, got 6.0, difference 1.0; error: expected 'grad', got no error\"",
        "  severity: failed",
        "  at:",
        '    file: "a,b.cases"',
        "    line: 2",
        "  ...",
    ]
    assert [line for line in lines if "ok " in line and not line.startswith(" ")] == [
        "ok 1 - x**2 \\# [bold]",
        "not ok 2 - 50%: a ::error::b",
        "not ok 3 - é]]>",
        f"not ok 4 - {'y' * 200}",
    ]
    assert lines[-1] == "# 1 passed, 2 failed, 1 broken"


def test_junit_is_xml() -> None:
    """A suite a file with its counts, a failure for what came out wrong, an error for what is broken."""
    text = written("junit")
    assert text.isascii()
    root = ET.fromstring(text)  # noqa: S314 - our own
    counts = [{name: each.get(name) for name in ("tests", "failures", "errors")} for each in (root, *root)]
    assert counts == [
        {"tests": "4", "failures": "2", "errors": "1"},
        {"tests": "2", "failures": "1", "errors": "0"},
        {"tests": "2", "failures": "1", "errors": "1"},
    ]
    assert [suite.get("name") for suite in root] == ["a,b.cases", "c d.cases"]
    first, second, third, last = root.iter("testcase")
    assert (first.get("name"), first.get("time"), list(first)) == ("x**2 # [bold]", "0.250000", [])
    (failure,) = second
    assert (failure.tag, failure.get("type")) == ("failure", "Mismatch")
    assert failure.get("message") == "x.grad: expected 7, got 6.0, difference 1.0"
    assert (failure.text or "").splitlines()[1] == "a,b.cases:2: error: expected 'grad', got no error"
    assert (third.get("name"), third.get("line"), third[0].tag) == ("é]]>", "6", "error")
    assert (last[0].tag, last[0].get("message")) == ("failure", "RuntimeError: a\\x1b[31m & b")


def test_annotations_are_one_command_each() -> None:
    """What would end a property or the line is written as GitHub reads it back."""
    assert written("github") == (
        "::error file=a%2Cb.cases,line=2,title=autodiff%3A 50%25%3A a %3A%3Aerror%3A%3Ab::"
        "x.grad: expected 7, got 6.0, difference 1.0\n"
        "::error file=a%2Cb.cases,line=2,title=autodiff%3A 50%25%3A a %3A%3Aerror%3A%3Ab::"
        "error: expected 'grad', got no error\n"
        "::error file=c d.cases,line=6,title=autodiff%3A é]]>::"
        "no <name>, in column 3 of '2y %25 z' (hint: write 2*y)\n"
        f"::error file=c d.cases,line=9,title=autodiff%3A {'y' * 77}...::RuntimeError: a\\x1b[31m & b\n"
        "1 passed, 2 failed, 1 broken\n"
    )
    nowhere = OUTCOMES[1]._replace(file="-", mismatches=OUTCOMES[1].mismatches[:1], name="a")
    assert written("github", [nowhere]).startswith("::error title=autodiff%3A a::x.grad: ")


def test_json_is_an_object_a_case() -> None:
    """Strict, in the order of the cases."""
    found = [json.loads(line, parse_constant=pytest.fail) for line in written("json").splitlines()]
    assert [each["status"] for each in found] == [PASSED, FAILED, BROKEN, FAILED]
    assert found[1] == {
        "schema": "autodiff/1", "file": "a,b.cases", "line": 2, "name": "50%: a\n::error::b", "status": "failed",
        "seconds": 0.5, "error": None, "mismatches": [
            {"name": "x.grad", "expected": "7", "got": "6.0", "difference": 1.0},
            {"name": "error", "expected": "'grad'", "got": "no error", "difference": None},
        ],
    }  # fmt: skip
    assert found[2]["error"]["message"] == "no <name>"


ANYTHING = st.text(st.characters())


@given(ANYTHING, ANYTHING, ANYTHING, st.sampled_from(sorted(CASE_REPORTS)))
def test_any_text_is_data(file: str, name: str, message: str, report: str) -> None:
    """Whatever characters there are, a report has the lines it should, and can be read."""
    error = Failure(SYNTAX, "SyntaxError", message, message, 1, 1, message, 1)
    case = Outcome(file, 1, name, FAILED, 0.0, (Mismatch(name, message, message, None),), error)
    text = written(report, [case]).encode("utf-8", "backslashreplace").decode()
    count = {"plain": 3, "tap": 11, "github": 3, "json": 1}
    if report == "junit":
        (found,) = ET.fromstring(text).iter("testcase")  # noqa: S314 - our own
        assert len(found) == 1
    else:
        assert len(text.split("\n")) - 1 == count[report]
        assert not any(sign in text for sign in "\x1b\r\x85\u2028")


def test_a_list_has_a_line_a_case() -> None:
    """The name on one line, however long it is."""
    assert listed([("a b", 3, "x\n y"), ("c", 4, "z" * 200)]) == f"a b:3: x y\nc:4: {'z' * 200}\n"


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("done", [0, 1, 19999])
def test_progress_is_one_line(width: int, done: int) -> None:
    """It takes away what was there, and fits the width."""
    line = progress(done, 20000, done, width=width, color=False).removeprefix(ERASE)
    assert len(line) <= width
    assert f" {done}/20000" in line
    assert line.endswith(f", {done} failed") or not done
    assert "\x1b[" in progress(done, 20000, 0, width=width, color=True).removeprefix(ERASE)
