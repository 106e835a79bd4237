"""Files of cases: three forms, each with something that is expected, and what is said about those that have no form."""

import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff.cli import eval as eval_module
from autodiff.cli.app import build
from autodiff.cli.evaluation import Request
from autodiff.session import Scenario
from autodiff.session.cases.file import Case, cases, selected
from autodiff.session.cases.request import KEYS
from autodiff.session.cases.words import OPTIONS, fields_of, split_words

THREE = """\
# three forms

'x**2 + 3*x' x=3 --expect out=18   # what follows is a comment
name: only one path is cut
x=3 --detach y --expect x.grad=9

    y = x**2

    # a comment of the program
    z = y*x

{"expression": "x.detach()", "inputs": {"x": [1, 2]}, "expect": {"out": [1, 2]}, "expect_error": "grad", "rtol": 1}
"""


def only(text: str) -> Case:
    """The one case of a text."""
    (case,) = cases("file", text)
    return case


def complaint(text: str) -> tuple[int, str, str | None]:
    """The line of the one case of a text, what is wrong with it, and the hint."""
    case = only(text)
    assert case.problem is not None
    assert case.scenario is None
    return case.line, case.problem.message, case.problem.hint


def test_three_forms() -> None:
    """A line, a line with a program below, an object: the same fields, with the lines where they stand."""
    line, block, request = cases("file", THREE)
    assert line == Case("file", 3, "x**2 + 3*x x=3", Scenario("x**2 + 3*x", (("x", "3"),)), (("out", "18"),))
    program = "\ny = x**2\n\n# a comment of the program\nz = y*x"
    scenario = Scenario(program, (("x", "3"),), detach=("y",))
    assert block == Case("file", 5, "only one path is cut", scenario, (("x.grad", "9"),), program_line=6)
    scenario = Scenario("x.detach()", (("x", "[1, 2]"),))
    assert request == Case("file", 12, "x.detach() x=[1, 2]", scenario, (("out", "[1, 2]"),), ("grad",), 1.0)


def test_a_line_that_ends_in_a_backslash_goes_on() -> None:
    """As in a shell; the next case is behind it, and the case stands where it begins."""
    first, second = cases("file", "x**2 \\\n  x=3 \\\n --expect o\\\nut=9\nx x=1 --expect out=1\n")
    assert (first.line, first.expect, second.line) == (1, (("out", "9"),), 5)


def test_empty_files_have_no_cases() -> None:
    """Nor have those of comments alone, at the edge or indented."""
    assert list(cases("file", "")) == list(cases("file", "\n# a\n  # b\n\t\n")) == []


def test_comments_alone_are_no_program() -> None:
    """An indented comment below a line leaves it its expression."""
    assert only("'x' x=1 --expect out=1\n    # why\n").program_line is None


def test_lines_are_counted_as_editors_do() -> None:
    """A form feed or a separator of Unicode begins no line; a carriage return and a byte order mark are not there."""
    first, second = cases("file", "\ufeff'x' x=1 --expect out=1 #\f\u2028\r\n'x' x=2 --expect out=2\r\n")
    assert [(each.line, each.problem) for each in (first, second)] == [(1, None), (2, None)]
    assert second.expect == (("out", "2"),)


WRONG = [
    ("x x=3", 1, "the case expects nothing", "add --expect NAME=VALUE or --expect-error TEXT"),
    ('{"expression": "1"}', 1, "the case expects nothing", "add --expect NAME=VALUE or --expect-error TEXT"),
    ("\n'x x=3", 2, "the quotation that begins in column 1 does not end on this line",
     "a program of several lines stands indented below the line of its inputs"),
    ("x=3 \\\n  'x", 1, "the quotation that begins in column 3 of line 2 of the case does not end on this line",
     "a program of several lines stands indented below the line of its inputs"),
    ("x x=3 \\", 1, "nothing follows the backslash in column 7", None),
    ("x ** 2 x=3", 1, "expected NAME=VALUE, got '**'",
     "a case is what follows `autodiff eval`: quote the expression, and give inputs as x=3"),
    ("x x=3 x=4", 1, "x is given twice, as 3 and 4", "keep one of them"),
    ("--expect out=3", 1, "there is no expression", "a line begins with it, or has it indented below"),
    ("x x=3 --expcet out=3", 1, "a case has no option --expcet", "did you mean --expect?"),
    ("x x=3 --get x", 1, "a case has no option --get", "nothing is printed"),
    ("x x=3 --expect", 1, "--expect needs a value", None),
    ("x x=3 --expect 3", 1, "--expect: expected NAME=VALUE, got '3'", None),
    ("x x=3 --no-grad=1", 1, "--no-grad takes no value", None),
    ("x x=3 --backward -1", 1, "--backward is a whole number from 0, not '-1'", None),
    ("x x=3 --rtol much", 1, "--rtol is a number, not 'much'", None),
    ("  x x=3 --expect out=3", 1, "an indented line belongs to the case above it, and there is none", None),
    ("x x=3 --expect out=3\n  x", 1, "expected NAME=VALUE, got 'x'",
     "a case is what follows `autodiff eval`: quote the expression, and give inputs as x=3"),
    ('{"expression": "x"}\n  x', 1, "a JSON object has its program in it, and none below", None),
    ('{"expression": "x", "expcet": {}}', 1, "a request has no 'expcet'", "did you mean expect?"),
    ('{"expression": "x", "rtol": true}', 1, "'rtol' is a number, not bool", None),
    ('{"expression": ', 1, "Expecting value, column 15", "write one JSON object a line"),
    ('{"expect": {}}', 1, "a request has no expression", 'add "expression": "..."'),
    ("name: a", 1, "there is no case below this name", None),
    ('name: a\n{"name": "b", "expression": "1", "expect": {"out": 1}}', 2, "the case has two names, 'a' and 'b'", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message", "hint"), WRONG, ids=[text for text, *_ in WRONG])
def test_what_is_wrong_is_said(text: str, line: int, message: str, hint: str | None) -> None:
    """The case is there, with its line and a problem."""
    assert complaint(text) == (line, message, hint)


@pytest.mark.parametrize("wrong", [text for text, *_ in WRONG if not text.endswith("\\")])
def test_the_other_cases_are_not_to_blame(wrong: str) -> None:
    """What stands before and after a broken case is read as ever."""
    found = list(cases("file", f"x x=1 --expect out=1\n{wrong}\nx x=2 --expect out=2\n"))
    assert found[0].expect == (("out", "1"),) or wrong.startswith("  ")  # an indented line is its program
    assert found[-1].expect == (("out", "2"),) or wrong.startswith("name:")
    assert [case for case in found if case.problem is not None] != [] or wrong == "name: a"


def test_cases_are_selected_by_a_part_of_the_name() -> None:
    """Letters count as the same in capitals; signs are signs, and no pattern."""
    case = only("name: Cut [1*]\nx x=3 --expect out=3")
    assert selected(case, "cut [1*")
    assert not selected(case, "c*")


# ------------------------------------------------------------------ words

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\n"))


@given(st.lists(WORDS, min_size=1))
def test_words_are_those_of_a_shell(words: list[str]) -> None:
    """Quoted as for a shell, every word comes back."""
    assert split_words([shlex.join(words)], 0) == (words, 1)


@pytest.mark.parametrize(
    "line",
    [
        r"""a'b c'"d e"f\ g '' "" """,
        r'''"\"\\\a\$" \' "'"''',
        "a#b '#c' 'd'#e #d 'e",
        "a\tb  c\r",
        r"'\'",
        "x**2 $x `y` *",
    ],
)
def test_quotes_and_backslashes_mean_what_they_mean_to_a_shell(line: str) -> None:
    """Compared with Python's own reading, which leaves comments in."""
    expected = shlex.split(line.partition(" #")[0] if "#d" in line else line)
    if "$" in line and '"' in line:
        expected = [expected[0].replace("\\$", "$"), *expected[1:]]  # an escape that Python leaves out
    assert split_words([line], 0)[0] == expected


LINES = [
    ["x**2", "x=3", "--expect", "out=9"],
    ["-x**2", "x=-3", "--expect-error", "--no", "--expect=out=1"],
    ["x", "x=1", "--wrt", "", "--dtype", "float64", "--backward", "2", "--retain-graph", "--expect", "out=[1, 2]"],
    ["x", "x=1", "--detach", "a", "--detach", "b", "--detach-inplace=c", "--retain-grad", "d", "--expect", "a = 1"],
    ["x", "x=1", "--gradient", "[1]", "--create-graph", "--zero-grad", "--no-grad", "--order", "2", "--expect", "a=1"],
    ["x", "x=1", "--jacobian", "--hessian", "--rtol", "1e-3", "--atol=2", "--expect", "a=1", "--", "y=2"],
    ["--expect", "a=1", "--wrt", "x, y", "x*y", "x=1", "--dtype", "float16", "--dtype", "complex64", "y=tensor(3)"],
]


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_a_line_asks_for_what_eval_is_asked_for(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words, given to the command line, make the same scenario and expectations."""
    asked: list[Request] = []

    def evaluate(request: Request, _: Any) -> int:  # noqa: ANN401 - not looked at
        asked.append(request)
        return 0

    monkeypatch.setattr(eval_module, "evaluate", evaluate)
    build(["eval"])(["eval", *words], standalone_mode=False)
    case, (request,) = only(shlex.join(words)), asked
    assert case.scenario == request.scenario
    mine = (case.expect, case.expect_error, case.rtol, case.atol)
    assert mine == (request.expect, request.expect_error, request.rtol, request.atol)


def test_every_option_of_eval_is_known() -> None:
    """A case has all of them but those that say what is printed, in words and in JSON."""
    said = {"--get", "--format", "--json", "--help"}
    assert set(OPTIONS) == set(eval_module._OPTIONS) - said
    assert set(KEYS) == {option[2:].replace("-", "_") for option in OPTIONS} | {"expression", "inputs", "name"}


@given(st.lists(WORDS, max_size=6), st.booleans())
def test_words_are_never_a_crash(words: list[str], has_program: bool) -> None:
    """Whatever the words are, they make a case, or one with a problem."""
    text = shlex.join(words) + ("\n  x" if has_program else "")
    assert all(isinstance(case, Case) for case in cases("file", text))
    assert fields_of([], "x") == {"expression": "x", "inputs": ()}
