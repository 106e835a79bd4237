"""Cases are run: what came out is compared with what is expected."""

import pytest

from autodiff.session import Scenario
from autodiff.session.cases import run as case_run
from autodiff.session.cases.file import cases
from autodiff.session.cases.report import BROKEN, FAILED, PASSED, Outcome
from autodiff.session.report import BUG, Mismatch, Report


def outcome(text: str) -> Outcome:
    """What became of the one case of a text."""
    (case,) = cases("file", text)
    return case_run.judged(case)


PASSING = [
    "'x**2+3*x+2' x=3 --expect out=20 --expect x.grad=9 --expect out.grad_fn=AddBackward0",
    "'x.detach()' x=3 --expect-error 'does not require grad' --expect-error RuntimeError --expect out=3",
    "'2x' x=3 --expect-error 'unexpected name'",
    "x x=3 --detach q --expect-error UsageError",
    "'x**2' x=3 --backward 2 --retain-graph --expect x.grad=12",
    "x=3 --expect z=27 --expect x.grad=27\n    y = x**2\n    z = y*x",
    '{"expression": "x/0", "inputs": {"x": 3}, "expect": {"out": "inf", "x.grad": "inf"}}',
    "'log(x)*0' x=-1 --expect out=nan",
    "'x*w' x=3 w=0.1 --dtype float64 --expect x.grad=0.1 --rtol 0 --atol 0",
]


@pytest.mark.parametrize("text", PASSING)
def test_what_is_so_passes(text: str) -> None:
    """Nothing is found, and it took some time."""
    found = outcome(text)
    assert (found.status, found.mismatches, found.error) == (PASSED, (), None)
    assert 0 < found.seconds < 60


FAILING = [
    ("x**2 x=3 --expect x.grad=7", [Mismatch("x.grad", "7", "6.0", 1.0)]),
    ("x**2 x=3 --expect out=8 --expect x.grad=7",
     [Mismatch("out", "8", "9.0", 1.0), Mismatch("x.grad", "7", "6.0", 1.0)]),
    ("x x=3 --expect-error grad --expect out=3", [Mismatch("error", "'grad'", "no error", None)]),
    ("x+y x=3 --expect-error grad", [Mismatch("error", "'grad'", "NameError: name 'y' is not defined", None)]),
    ("x x=3 --expect out.dtype=float64", [Mismatch("out.dtype", "float64", "float32", None)]),
    ("x x=3 --expect out=10**400", [Mismatch("out", "10**400", "3.0", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), FAILING, ids=[text for text, _ in FAILING])
def test_what_is_not_so_fails(text: str, found: list[Mismatch]) -> None:
    """Every expectation that does not hold is told."""
    got = outcome(text)
    assert (got.status, list(got.mismatches), got.error) == (FAILED, found, None)


def test_an_error_that_nobody_expected_fails() -> None:
    """It is told with its hint and its line in the file, and expectations are not looked at."""
    found = outcome("# one\nx=3 --expect z=1\n\n    y = x**2\n    z = y + q\n")
    assert (found.status, found.line, found.place, found.mismatches) == (FAILED, 2, 5, ())
    assert found.error is not None
    assert (found.error.type, found.error.message) == ("NameError", "name 'q' is not defined")


BROKEN_ONES = [
    ("2x x=3 --expect out=6", "unexpected name after a number", None),
    ("x=3 --expect y=6\n\n    y = 3\n\n    2x\n", "unexpected name after a number", 5),
    ("x=2y --expect y=6\n    y = x\n", "unexpected name after a number", None),
    ("x x=3 --expect q=6", "there is no line 'q'", None),
    ("x x=3 --expect out=2y", "--expect out=2y: unexpected name after a number", None),
    ("x x=3 --detach q --expect out=6", "'q' does not occur in the expression", None),
    ("x x=3 --dtype int4 --expect out=6", "there is no dtype 'int4' to choose", None),
    ("x x=3", "the case expects nothing", None),
]


@pytest.mark.parametrize(("text", "message", "place"), BROKEN_ONES, ids=[text for text, *_ in BROKEN_ONES])
def test_what_asks_for_what_there_is_not_is_broken(text: str, message: str, place: int | None) -> None:
    """The file is to blame; an error in a program of several lines has its line in the file."""
    found = outcome(text)
    assert (found.status, found.place) == (BROKEN, place)
    assert found.error is not None
    assert found.error.message == message


def test_a_bug_of_ours_fails_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as one, and nothing is raised."""

    def run(_: Scenario) -> Report:
        raise KeyError("x")

    monkeypatch.setattr(case_run, "run", run)
    found = outcome("x x=3 --expect-error KeyError")
    assert found.status == FAILED
    assert found.error is not None
    assert (found.error.kind, found.error.type) == (BUG, "KeyError")


def test_cases_do_not_see_each_other() -> None:
    """Neither the default dtype nor a name goes from one to the next."""
    text = "x x=0.1 --dtype float64 --expect out.dtype=float64\nx x=0.1 --expect out.dtype=float32\n"
    text += "'z = x' x=1 --expect z=1\n'z' --expect-error 'is not defined'\n"
    assert [case_run.judged(case).status for case in cases("file", text)] == [PASSED] * 4
