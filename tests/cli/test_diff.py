"""`autodiff diff` as a process: what it prints where, and how it ends."""

import json

import pytest

from tests.cli.process import Outcome, autodiff


def test_one_derivative_is_its_text() -> None:
    """The first example of all: one line, nothing on standard error."""
    assert autodiff("diff", "x**2+3*x+2") == Outcome(0, "2*x + 3\n", "")


def test_several_derivatives_have_labels() -> None:
    """One line each, in the order of the names."""
    assert autodiff("diff", "exp(-x*x)*sin(y)+x**3/(1+y*y)") == Outcome(
        0,
        "d/dx: 3*x**2/(y**2 + 1) - 2*x*exp(-x**2)*sin(y)\nd/dy: exp(-x**2)*cos(y) - 2*x**3*y/(y**2 + 1)**2\n",
        "",
    )


OPTIONS = [
    (["x**2*y", "--wrt", "x"], "2*x*y\n"),
    (["x**2*y", "--wrt", "x", "--order", "2"], "2*y\n"),
    (["x**2*y", "--gradient"], "d/dx: 2*x*y\nd/dy: x**2\n"),
    (["[x*y, x]", "--jacobian", "--wrt", "x"], "d[0]/dx: y\nd[1]/dx: 1\n"),
    (["x*y", "--hessian"], "d2/dx2: 0\nd2/dxdy: 1\nd2/dydx: 1\nd2/dy2: 0\n"),
    (["x**2", "--at", "x=3"], "2*x\nat x=3: 6.0\n"),
    (["x*y", "--at", "x=3,y=sum(tensor([2, 3]))"], "d/dx: y\nd/dx at {0}: 5.0\nd/dy: x\nd/dy at {0}: 3.0\n"),
    (["x*y", "--at", "x=3", "--at", "y=2", "--wrt", "y"], "x\nat x=3, y=2: 3.0\n"),
    (["x*x", "--no-simplify"], "x + x\n"),
    (["x/x", "--assume", "positive=x,y"], "0\n"),
    (["exp(x**2)/x**2", "--cse"], "t0 = x**2\n2*(t0 - 1)*exp(t0)/x**3\n"),
    (["x**y", "--wrt", "x", "--order", "2", "--format", "latex"], "y (y - 1) x^{y - 2}\n"),
    (["-x**2"], "-2*x\n"),
    (["--wrt", "x", "-x**2"], "-2*x\n"),
    (["--", "-x**2"], "-2*x\n"),
    (["sum((A@x-b)**2)", "A:2x3", "x:3", "b:2", "--wrt", "x"], "2*A.T @ (A @ x - b)\n"),
    (["--wrt", "x", "A@x", "x:3", "A:2x3"], "d out/dx: A\n"),
    (["sum(c*x**2)", "x:3", "--at", "x=[1, 2, 3],c=2", "--wrt", "x"],
     "2*c*x\nat x=[1, 2, 3], c=2: [4.0, 8.0, 12.0]\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "output"), OPTIONS, ids=lambda each: " ".join(each) if isinstance(each, list) else ""
)
def test_options(words: list[str], output: str) -> None:
    """Each option does the one thing it says."""
    assert autodiff("diff", *words) == Outcome(0, output.replace("{0}", "x=3, y=sum(tensor([2, 3]))"), "")


FLOORED = "NotImplementedError: the derivative of floor_divide() is not written down\nhint: column 5: in y//2\n"
INDEXED = (
    "NotImplementedError: indexing needs tensors with dimensions, and `diff` writes derivatives of numbers\n"
    "hint: column 1: in x[0]\n"
)
SECOND = "error: one expression is differentiated, and 'x=3' is a second\nhint: write --at x=3 for the value there\n"
NO_PAIR = "error: --at: expected NAME=VALUE, got '3'\nhint: quote the expression, and give inputs as x=3\n"
UNSHAPED = (
    "NotImplementedError: @ needs tensors with dimensions, and `diff` writes derivatives of numbers\n"
    "hint: column 1: give the names shapes, as in A:2x3 x:3\n"
)
MISFIT = (
    "RuntimeError: size mismatch, got input (2), mat (2x3), vec (2)\nhint: column 3: the shapes are [2, 3] and [2]\n"
)
SHAPES = "hint: write x:3 for a vector, A:2x3 for a matrix; a name without a shape is a number\n"
FORMATS = "table, plain, json, latex, mathml, python, numpy, torch, c, sql, sympy"
ERRORS = [
    (["2x"], 3, "error: unexpected name after a number\n  2x\n   ^\nhint: write 2*x\n"),
    (["x + y//2"], 4, FLOORED),
    (["x[0]"], 4, INDEXED),
    (["3"], 2, "error: there is no name in the expression\nhint: differentiate with respect to one: --wrt x\n"),
    (["x", "--wtr", "x"], 2, "error: there is no option --wtr\nhint: did you mean --wrt?\n"),
    (["x", "x=3"], 2, SECOND),
    (["x", "--at", "3"], 2, NO_PAIR),
    (["A@x"], 4, UNSHAPED),
    (["1+A@x", "A:2x3", "x:2"], 4, MISFIT),
    (["sum(x)", "x:3y"], 2, f"error: 'x:3y' does not give x a shape\n{SHAPES}"),
    (["sum(x)", "x:0"], 2, f"error: the shape of x is made of whole numbers from 1, not [0]\n{SHAPES}"),
    (["sum(x)", "x:3", "x:4"], 2, "error: x is given two shapes\nhint: give each name one\n"),
    (["sum(x)", "y:3"], 2, "error: there is no 'y' in the expression to have a shape\nhint: its names are x\n"),
    (["x", "--assume", "x"], 2, "error: --assume: expected PROPERTY=NAMES, got 'x'\nhint: write --assume positive=x\n"),
    (["x", "--format", "cobol"], 2, f"error: there is no format 'cobol'\nhint: choose one of {FORMATS}\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "errors"), ERRORS, ids=lambda each: " ".join(each) if isinstance(each, list) else ""
)
def test_errors(words: list[str], code: int, errors: str) -> None:
    """The error and its hint are on standard error, and the exit code is that of `eval`."""
    assert autodiff("diff", *words) == Outcome(code, "", errors)


SAME = [
    *(["x**2+3*x+2"], ["-x**2"], ["2x"], ["x//2"], ["[x, y]"]),
    ["x**2*y", "--json"],
    ["2x", "--json"],
    ["--wrt", "y, x", "x**2*y"],
    ["x**2*y", "--wrt", "z"],
    ["x**2*y", "--format", "latex", "--wrt", "x"],
    ["x**2*y", "--format", "plain"],
    ["x**2*y", "--format", "xml"],
    ["x**2*y", "--format", "latex", "--json"],
    ["x**2*y", "--order", "2"],
    ["x**2*y", "--order", "0"],
    ["x**2*y", "--hessian", "--cse"],
    ["x**2*y", "--gradient", "--jacobian"],
    ["[x*x, x/x]", "--jacobian", "--no-simplify"],
]


@pytest.mark.parametrize("words", SAME, ids=" ".join)
def test_the_short_way_prints_what_typer_prints(words: list[str]) -> None:
    """What the short way reads by itself gives, read by Typer, the same streams and the same exit code."""
    assert autodiff("diff", *words) == autodiff("diff", *words, "--")  # dashes alone are Typer's


def test_json_is_strict() -> None:
    """One object on one line, with exactly these members."""
    done = autodiff("diff", "1/x", "--at", "x=0", "--json")
    found = json.loads(done.output, parse_constant=pytest.fail)
    assert found == {
        "schema": "autodiff/1", "expression": "1/x", "named": [],
        "derivatives": [{"wrt": ["x"], "component": None, "order": 1, "text": "-1/x**2", "value": "-inf", "shape": []}],
        "target": None, "emitted": None, "error": None,
    }  # fmt: skip
    written = json.loads(autodiff("diff", "x**2", "--json", "--format", "latex").output)
    assert (written["target"], written["emitted"].strip(), written["derivatives"][0]["text"]) == ("latex", "2 x", "2*x")


def test_a_stream_answers_every_line() -> None:
    """JSON Lines, also for what is wrong; the exit code is the highest that occurred."""
    done = autodiff("diff", "-", given='x**2\n2x\nx//2\n{"expression": "x*y", "wrt": ["y"]}\n')
    found = [json.loads(line) for line in done.output.splitlines()]
    assert [each["error"] and each["error"]["type"] for each in found] == [
        None,
        "SyntaxError",
        "NotImplementedError",
        None,
    ]
    assert [found[0]["derivatives"][0]["text"], found[3]["derivatives"][0]["text"]] == ["2*x", "x"]
    assert (done.code, done.errors) == (4, "")


def test_a_table_shows_what_plain_shows() -> None:
    """Labels, texts and values; no escapes in a pipe, and no markup."""
    done = autodiff("diff", "x**2*y", "--format", "table", "--at", "x=3,y=5")
    assert done.output.split() == ["derivative", "value", "─" * 25, "d/dx", "2*x*y", "30.0", "d/dy", "x**2", "9.0"]
    assert "\x1b" not in done.output
