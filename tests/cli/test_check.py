"""`autodiff check` as a process: what it prints where, and how it ends."""

import json
import subprocess
import sys

import pytest

from tests.cli.process import ENVIRONMENT, Outcome, autodiff

BETWEEN = "a kink, and autograd lies between its slopes"
PRINTED = [
    (["x**2+3*x+2", "x=3"], "x: autograd 9.0, symbolic 9.0, central difference 9.0, relative error 0, agrees\n"),
    (
        ["abs(x)", "x=0"],
        f"x: autograd 0.0, symbolic 0.0, left slope -1.0, right slope 1.0, agrees: {BETWEEN}\n",
    ),
    (["1/x", "x=0"], "x: autograd -inf, symbolic -inf, undecided: a pole\n"),
    (["-x**2", "x=2"], "x: autograd -4.0, symbolic -4.0, central difference -4.0, relative error 0, agrees\n"),
    (
        ["x**2*y", "x=3", "y=0.5", "--order", "2", "--wrt", "x"],
        "d2/dx2: autograd 1.0, symbolic 1.0, central difference 1.0, relative error 0, agrees\n",
    ),
]


@pytest.mark.parametrize(("words", "output"), PRINTED, ids=[words[0] for words, _ in PRINTED])
def test_a_line_for_each_derivative(words: list[str], output: str) -> None:
    """The numbers, then the verdict; nothing on standard error."""
    assert autodiff("check", *words) == Outcome(0, output, "")


def test_columns_stand_below_each_other() -> None:
    """Lines of several derivatives are set in columns."""
    done = autodiff("check", "x**2*y", "x=3", "y=10")
    first, second = done.output.splitlines()
    assert first.startswith("x: autograd 60.0, symbolic 60.0, central difference 60.0, ")
    assert second.startswith("y: autograd 9.0,  symbolic 9.0,  central difference 9.0,  ")
    assert done.code == 0


def test_a_disagreement_is_exit_code_1() -> None:
    """Its line is on standard output, with the note that there is no symbolic derivative."""
    done = autodiff("check", "x.detach()*x", "x=3")
    assert (done.code, done.errors) == (1, "")
    line, note = done.output.splitlines()
    assert line.startswith("x: autograd 3.0, central difference 6.0, relative error 0.5, disagrees: ")
    assert note.startswith("note: no symbolic derivative: ")


def test_a_wrong_rule_is_found() -> None:
    """With the sign of one rule changed, autograd and the symbolic derivative are wrong together."""
    program = (
        "from autodiff.ops.table import OVERLOADS\n"
        "(op,) = OVERLOADS['cosh']\n"
        "right = op.derivatives['self']\n"
        "op.derivatives = {'self': lambda g, self: -right(g, self)}\n"
        "from autodiff.cli import main\n"
        "raise SystemExit(main(['check', 'cosh(x)', 'x=1']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.stderr == ""
    assert done.returncode == 1
    assert done.stdout.startswith("x: autograd -1.175201193643801")
    assert done.stdout.endswith("disagrees: the central difference stands alone\n")


def test_random_points() -> None:
    """How many there were of which kind, the worst of them, and its derivatives."""
    done = autodiff("check", "log(x)", "--range", "x=-1:1", "--samples", "20", "--seed", "3")
    counts, worst, line = done.output.splitlines()
    assert counts.startswith("20 random points, seed 3: ")
    assert {part.split()[1] for part in counts.partition(": ")[2].split(", ")} == {"agree", "undefined"}
    assert worst.startswith("worst at x=0.")
    assert line.startswith("x: autograd ")
    assert done.code == 0
    nowhere = autodiff("check", "log(x)", "--range", "x=-2:-1", "--samples", "3")
    assert (nowhere.code, nowhere.output.splitlines()[0]) == (1, "3 random points, seed 0: 3 undefined")


def test_json_is_strict() -> None:
    """One object on one line, with exactly these members; what is infinite is a text."""
    done = autodiff("check", "sqrt(x)", "x=0", "--json")
    assert json.loads(done.output, parse_constant=pytest.fail) == {
        "schema": "autodiff/1", "expression": "sqrt(x)", "order": 1, "at": {"x": "0.0"},
        "comparisons": [{
            "label": "x", "wrt": ["x"], "output": None, "autograd": "inf", "symbolic": "inf", "difference": None,
            "uncertainty": None, "left": None, "right": "inf", "relative_error": None, "place": "edge",
            "verdict": "agrees", "reason": "defined on the right only",
        }],
        "unwritten": None, "notes": [], "sampling": None, "error": None,
    }  # fmt: skip


def test_a_table_shows_what_plain_shows() -> None:
    """Both slopes of a kink share a column; no escapes in a pipe."""
    done = autodiff("check", "abs(x)*y", "x=0", "y=2", "--format", "table")
    rows = [line.split() for line in done.output.splitlines()]
    assert rows[0] == ["autograd", "symbolic", "difference", "relative", "error", "verdict"]
    assert rows[2][:8] == ["x", "0.0", "0.0", "-2.0", "|", "2.0", "agrees:", "a"]
    assert rows[-1] == ["y", "0.0", "0.0", "0.0", "0", "agrees"]
    assert "\x1b" not in done.output


NO_INPUT = """error: there is no input to differentiate with respect to
hint: give one a value, x=3, or draw it, --range x=-3:3
"""
NO_GRADIENT = """RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn
hint: x is torch.int64, which has no gradient: write x=3. or x=tensor(3.)
"""
NO_PAIR = "expected NAME=VALUE, got '3'\nhint: quote the expression, and give inputs as x=3\n"
ERRORS = [
    (["x"], 2, NO_INPUT),
    (["x*2", "x=tensor(3)"], 4, NO_GRADIENT),
    (["2x", "x=1"], 3, "error: unexpected name after a number\n  2x\n   ^\nhint: write 2*x\n"),
    (["x", "x=1", "--rtl", "3"], 2, "error: there is no option --rtl\nhint: did you mean --rtol?\n"),
    (["x", "3"], 2, f"error: {NO_PAIR}"),
    (["x", "--range", "3"], 2, f"error: --range: {NO_PAIR}"),
    (["x", "x=1", "--format", "xml"], 2, "error: there is no format 'xml'\nhint: choose one of table, plain, json\n"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code", "errors"), ERRORS, ids=[" ".join(words) for words, _, _ in ERRORS])
def test_errors(words: list[str], code: int, errors: str) -> None:
    """The error and its hint are on standard error, and the exit code is that of `eval`."""
    assert autodiff("check", *words) == Outcome(code, "", errors)


def test_a_stream_answers_every_line() -> None:
    """JSON Lines, also for what is wrong; the exit code is the highest that occurred."""
    done = autodiff("check", "-", "x=3", given="x**2\nx.detach()*x\n")
    assert [json.loads(line)["comparisons"][0]["verdict"] for line in done.output.splitlines()] == [
        "agrees",
        "disagrees",
    ]
    assert (done.code, done.errors) == (1, "")
    assert autodiff("check", "-", "x=3", given="x.detach()*x\n2x\n").code == 3


def test_help_is_asked_for_as_everywhere() -> None:
    """`-h` is no expression."""
    assert autodiff("check", "-h").output.startswith("Usage: autodiff check [OPTIONS]")
