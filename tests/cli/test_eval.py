"""`autodiff eval` as a process: what it prints where, and how it ends."""

import json

import pytest

from tests.cli.process import Outcome, autodiff

DETACHED = ["y = x**2+3*x+2; z = (y+1)/2-0.5", "x=3", "--detach", "y"]
TWO_LINES = "out: tensor(20., grad_fn=<AddBackward0>)\nx.grad: tensor(9.)\n"


def test_the_value_and_the_gradient() -> None:
    """The first example of all: two lines, nothing on standard error."""
    assert autodiff("eval", "x**2+3*x+2", "x=3") == Outcome(0, TWO_LINES, "")


def test_a_detached_value_has_no_path_back() -> None:
    """What was true before the error is on standard output, the error and its hint on standard error."""
    assert autodiff("eval", *DETACHED) == Outcome(
        4,
        "y: tensor(20., grad_fn=<AddBackward0>)\nz: tensor(10.)\n",
        "RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn\n"
        "hint: z is computed from y.detach() ... no path leads back to x\n",
    )


def test_a_syntax_error_has_a_caret_and_the_right_spelling() -> None:
    """`2x+1` is refused with the place and the cure."""
    assert autodiff("eval", "2x+1", "x=3") == Outcome(
        3, "", "error: unexpected name after a number\n  2x+1\n   ^\nhint: write 2*x\n"
    )


SAME = [
    ["x**2+3*x+2", "x=3"],
    ["-x**2", "x=3"],
    ["-h**2", "h=3"],
    ["y = x**2; z = 3*y", "x=[1, 2]"],
    ["w*x", "w=[1, 2, 3]", "x=[1, 2]"],
    ["2x+1", "x=3"],
    ["sin(1)"],
    ["x", "y"],
    ["x**2", "x=3", "x=4"],
    ["x**2+3*x+2", "x=3", "--json"],
    ["--json", "x.detach()", "x=3"],
    ["2x+1", "--json"],
    ["x**2", "x=3", "--json", "--format", "plain"],
    ["x**2", "x=3", "--format", "json"],
    ["x**2", "x=3", "--format", "xml"],
    ["x**2", "x=3", "--get", "x.grad", "--get", "out"],
    ["x**2", "x=3", "--get", ""],
    ["x**2", "x=3", "--get", "y"],
    ["x*y", "x=3", "--dtype", "float64", "y=0.1"],
    ["x", "x=3", "--dtype", "float8"],
    ["w*x", "w=3", "x=2", "--wrt", "w, x", "--no-grad"],
    ["x*y", "x=3", "y=2", "--wrt", "z"],
    ["y = x**2; z = 3*y", "x=3", "--retain-grad", "y", "--retain-grad", "x"],
    [*DETACHED, "--detach", "x"],
    ["x**2", "x=3", "--backward", "2", "--retain-graph", "--create-graph"],
    ["x**2", "x=3", "--backward", "2", "--zero-grad"],
    ["x**2", "x=[1, 2]", "--gradient", "[1, 1]"],
    ["x**3", "x=3", "--order", "2"],
    ["x**3", "x=3", "--order", "0"],
    ["x**2", "x=3", "--expect", "out=9", "--expect", "x.grad=7"],
    ["x**2", "x=3", "--expect", "9"],
    ["x.detach()", "x=3", "--expect-error", "does not require grad", "--expect-error", "not this"],
    ["y = x**2; z = 3*y", "x=3", "--detach-inplace", "y"],
    ["x*y", "x=3", "y=2", "--jacobian", "--hessian"],
]


@pytest.mark.parametrize("words", SAME, ids=" ".join)
def test_the_short_way_prints_what_typer_prints(words: list[str]) -> None:
    """What the short way reads by itself gives, read by Typer, the same streams and the same exit code."""
    assert autodiff("eval", *words) == autodiff("eval", *words, "--")  # dashes alone are Typer's


def test_a_leading_minus_needs_no_dashes() -> None:
    """`-x**2` is an expression, with options before and after it; `-h` alone is a question."""
    assert autodiff("eval", "-x**2", "x=3", "--get", "x.grad").output == "-6.0\n"
    assert autodiff("eval", "--get", "out", "-x**2", "x=3").output == "-9.0\n"
    assert autodiff("eval", "--get", "out", "--", "-x**2", "x=3").output == "-9.0\n"
    assert autodiff("eval", "-h").output == autodiff("eval", "--help").output != ""


OPTIONS = [
    (["x**2", "x=3", "--backward", "0"], "out: tensor(9., grad_fn=<PowBackward0>)\n"),
    (["x**2", "x=3", "--no-grad", "--backward", "0"], "out: tensor(9.)\n"),
    (["x*w", "x=3", "w=2", "--wrt", "w"], "out: tensor(6., grad_fn=<MulBackward0>)\nw.grad: tensor(3.)\n"),
    (["x*y", "x=3", "y=2", "--dtype", "float64", "--get", "out"], "6.0\n"),
    (["x**2", "x=[1, 2]", "--gradient", "[1, 1]", "--get", "x.grad"], "[2.0, 4.0]\n"),
    (
        ["x**2", "x=3", "--get", "out.grad_fn", "--get", "out.shape", "--get", "out.dtype"],
        "PowBackward0\n[]\nfloat32\n",
    ),
    (["x*0.1", "x=1", "--get", "out"], "0.1\n"),
    (["y = x**2; 3*y", "x=3", "--retain-grad", "y", "--get", "y.grad"], "3.0\n"),
    (["3*x**2", "x=3", "--retain-grad", "x**2", "--get", "(x**2).grad"], "3.0\n"),
    (["x + 0*y", "x=3", "y=2", "--detach", "y", "--get", "y.grad"], "None\n"),
    (["y = x*1; x + y", "x=3", "--detach-inplace", "y", "--get", "x.grad", "--get", "y.is_leaf"], "1.0\nTrue\n"),
    (["x*c", "x=3", "c=tensor(2)", "--get", "x.grad", "--get", "c.dtype"], "2.0\nint64\n"),
]


@pytest.mark.parametrize(
    ("words", "output"), OPTIONS, ids=lambda each: " ".join(each) if isinstance(each, list) else ""
)
def test_options(words: list[str], output: str) -> None:
    """Each option does the one thing it says."""
    assert autodiff("eval", *words) == Outcome(0, output, "")


def test_several_backward_calls_stand_apart() -> None:
    """Each call's gradients stand under a line of their own, accumulated unless they are set to None."""
    lines = (
        "out: tensor(9., grad_fn=<PowBackward0>)\nbackward 1:\nx.grad: tensor(6.)\nbackward 2:\nx.grad: tensor({})\n"
    )
    words = ["eval", "x**2", "x=3", "--backward", "2", "--retain-graph"]
    assert autodiff(*words) == Outcome(0, lines.format("12."), "")
    assert autodiff(*words, "--zero-grad") == Outcome(0, lines.format("6."), "")


def test_warnings_go_to_standard_error() -> None:
    """`--create-graph` warns as PyTorch does, and the gradient has a history."""
    done = autodiff("eval", "x**3", "x=2", "--create-graph")
    assert done.code == 0
    assert done.output.startswith("out: tensor(8., grad_fn=<PowBackward0>)\nx.grad: tensor(12., grad_fn=<")
    assert done.errors.startswith("UserWarning: Using backward() with create_graph=True will create a reference cycle")
    assert [line.partition(":")[0] for line in done.errors.splitlines()] == ["UserWarning", "hint"]


# ------------------------------------------------------------------ expectations


def test_all_expectations_are_checked() -> None:
    """Two that fail are both told, with name, expected, got and difference; the third holds."""
    done = autodiff("eval", "x**2", "x=3", "--expect", "out=8", "--expect", "x.grad=7", "--expect", "out.dtype=float32")
    assert done.code == 1
    assert done.output == "out: tensor(9., grad_fn=<PowBackward0>)\nx.grad: tensor(6.)\n"
    assert done.errors == ("out: expected 8, got 9.0, difference 1.0\nx.grad: expected 7, got 6.0, difference 1.0\n")


HOLD = ["out=9", "out=3**2", "out=9.00001", "out=tensor(9.)", "out.grad_fn=PowBackward0", "out.requires_grad=True",
        "out.is_leaf=False", "x.is_leaf=true", "out.shape=[]",
        "out.dtype=torch.float32", "x.grad.grad_fn=None"]  # fmt: skip


@pytest.mark.parametrize("expected", HOLD)
def test_expectations_that_hold(expected: str) -> None:
    """Values are compared within tolerances, facts as they are written."""
    assert autodiff("eval", "x**2", "x=3", "--expect", expected).code == 0


@pytest.mark.parametrize("expected", ["out=9.001", "out=nan", "out=[9]", "out.grad_fn=AddBackward0", "out.shape=[1]"])
def test_expectations_that_fail(expected: str) -> None:
    """What is not so ends with exit code 1 and one line."""
    done = autodiff("eval", "x**2", "x=3", "--expect", expected)
    assert (done.code, done.errors.count("\n")) == (1, 1)


def test_tolerances_widen_what_holds() -> None:
    """`--atol` and `--rtol` are those of allclose."""
    assert autodiff("eval", "x**2", "x=3", "--expect", "out=9.1", "--atol", "0.2").code == 0
    assert autodiff("eval", "x**2", "x=3", "--expect", "out=9.1", "--rtol", "0.001").code == 1


def test_an_expected_error_is_success() -> None:
    """The error that was asked for ends with 0; another one, or none, with 1."""
    assert autodiff("eval", "x.detach()**2", "x=3", "--expect-error", "does not require grad").code == 0
    assert autodiff("eval", "x**2", "x=3", "--expect-error", "does not require grad").code == 1
    assert autodiff("eval", "x.detach()**2", "x=3", "--expect-error", "something else").code == 1


# ------------------------------------------------------------------ JSON


def test_json_is_the_contract() -> None:
    """One object on one line with exactly the members of the contract."""
    done = autodiff("eval", "x*0.1", "x=3", "--json")
    assert done.output.count("\n") == 1
    found = json.loads(done.output, parse_constant=pytest.fail)
    assert list(found) == ["schema", "expression", "inputs", "values", "backward", "grads", "warnings", "error"]
    assert found["schema"] == "autodiff/1"
    assert found["values"]["out"] == {
        "value": 0.3, "dtype": "float32", "shape": [], "requires_grad": True, "is_leaf": False,
        "grad_fn": "MulBackward0", "repr": "tensor(0.3000, grad_fn=<MulBackward0>)",
    }  # fmt: skip
    assert found["grads"]["x"]["value"] == 0.1
    assert found["backward"] == [{"grads": found["grads"]}]
    assert found["error"] is None


def test_json_has_no_literal_of_its_own() -> None:
    """nan and inf are texts, a complex number is an object, a gradient that is None is null."""
    found = json.loads(
        autodiff("eval", "stack([x*nan, x*inf, -x*inf]); x*0 + real(1j*z)", "x=1", "y=2", "z=1+2j", "--json").output,
        parse_constant=pytest.fail,
    )
    assert found["inputs"]["z"]["value"] == {"real": 1.0, "imag": 2.0}
    assert found["grads"]["y"] is None
    special = json.loads(autodiff("eval", "x*tensor([nan, inf, -inf])", "x=1", "--backward", "0", "--json").output)
    assert special["values"]["out"]["value"] == ["nan", "inf", "-inf"]


def test_json_carries_the_error_and_its_place() -> None:
    """The error is in the object and on standard error; line and column count from 1."""
    done = autodiff("eval", "y = x\nw*q", "x=1", "w=2", "--json")
    assert done.code == 4
    error = json.loads(done.output)["error"]
    assert (error["type"], error["message"], error["line"], error["column"]) == (
        "NameError",
        "name 'q' is not defined",
        2,
        3,
    )
    assert done.errors.startswith("NameError: name 'q' is not defined\nhint: column 3")


# ------------------------------------------------------------------ higher order


HIGHER = [
    (["x**3", "x=2", "--order", "2"],
     ("out: tensor(8., grad_fn=<PowBackward0>)\nx.grad: tensor(12.)\n"
      "dout/dx: tensor(12., grad_fn=<MulBackward0>)\nd2out/dx2: tensor(12., grad_fn=<MulBackward0>)\n")),
    (["[x*y, y**2]", "x=3", "y=[-1, 2]", "--jacobian", "--get", "jacobian"],
     "[[-1.0, 3.0, 0.0], [2.0, 0.0, 3.0], [0.0, -2.0, 0.0], [0.0, -0.0, 4.0]]\n"),
    (["x**2*y", "x=3", "y=2", "--hessian", "--backward", "0"],
     "out: tensor(18., grad_fn=<MulBackward0>)\nhessian:\n    x   y\nx  4.  6.\ny  6.  0.\n"),
    (["x**4", "x=2", "--order", "4", "--get", "d4out/dx4", "--expect", "d4out/dx4=24"], "24.0\n"),
    (["x**4", "x=2", "--hessian", "--get", "hessian", "--expect", "hessian=[[48]]"], "[[48.0]]\n"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "output"), HIGHER, ids=lambda each: each[0] if isinstance(each, list) else "")
def test_higher_derivatives(words: list[str], output: str) -> None:
    """After the lines there always are, or alone if asked for by name."""
    assert autodiff("eval", *words) == Outcome(0, output, "")


def test_an_order_below_one_is_refused() -> None:
    """It is a matter of usage, like an option there is none of, and nothing is printed."""
    hint = "hint: --order 2 gives the first derivative and the second\n"
    errors = f"error: the order is a whole number from 1, not 0\n{hint}"
    assert autodiff("eval", "x**2", "x=3", "--order", "0") == Outcome(2, "", errors)


# ------------------------------------------------------------------ text stays data


TEXTS = ["[bold red]x[/]", ":smile:", "%s %d {0}", "{x.__class__}", "\x1b[31m", "\x07\u202e"]


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
@pytest.mark.parametrize("style", ["plain", "table", "json"])
def test_texts_are_never_read_as_markup(text: str, style: str) -> None:
    """Markup, emoji codes and format strings in the user's text stay as they are; control characters are spelt out."""
    done = autodiff("eval", f"s = '{text}'; x", "x=1", "--format", style, "--backward", "0")
    assert done.code == 0
    assert done.output.replace("\n", "").isprintable()
    if style == "json":
        assert json.loads(done.output)["values"]["s"]["value"] == text
    else:
        assert (text if text.isprintable() else text.encode("unicode_escape").decode()) in done.output


def test_a_pipe_gets_no_escapes_no_wrapping_and_no_blank_lines() -> None:
    """A table into a pipe is plain characters; other formats never break a line of their own."""
    done = autodiff("eval", "x + 0*" + "+".join(["x"] * 200), "x=3", "--format", "table", FORCE_COLOR="1")
    assert "\x1b" not in done.output
    assert "" not in done.output.splitlines()
    assert autodiff("eval", "x", "x=" + "1" * 30).output.count("\n") == 2
