"""Derivatives of higher order: their numbers and nodes are PyTorch's, their rows and columns have names."""

import re

import pytest

from autodiff.session import Scenario
from autodiff.session.expect import look_up, mismatches
from autodiff.session.stream import reports
from tests.session.higher_order import ANSWERS, Case, asked, read
from tests.session.test_run import reported


@pytest.mark.parametrize("case", read(), ids=lambda case: case.command[14:])
def test_pytorch_prints_it_so(case: Case) -> None:
    """Every derivative with its node, every element of a matrix to the printed character."""
    inputs = [f"{name}={value}" for name, value in case.inputs]
    report = reported(
        case.expression, *inputs, **{case.option: int(case.words[-1]) if case.option == "order" else True}
    )
    assert report.error is None
    if case.option == "order":
        assert [f"{label}: {facts.repr}" for label, facts in report.derivatives.items()] == case.answer.splitlines()
    else:
        cells = [list(row) for row in report.matrices[case.option].cells]
        assert cells == [re.findall(r"[^\[\], ]+", line) for line in case.answer[7:-2].splitlines()]


@pytest.mark.oracle
def test_pytorch_still_prints_it_so() -> None:
    """The file is what PyTorch says today."""
    assert asked(read()) == ANSWERS.read_text(encoding="utf-8")


ROWS = [
    ("x**2", ["x=3"], ["out"], ["x"]),
    ("y = x**2", ["x=[1, 2]"], ["y[0]", "y[1]"], ["x[0]", "x[1]"]),
    ("f = x*y; g = [x, 1]; [f, x*x]", ["x=3", "y=[[1], [2]]"], ["f[0,0]", "f[1,0]", "out[1]"],
     ["x", "y[0,0]", "y[1,0]"]),
    ("fs = (x, x*x)", ["x=3"], ["x", "fs[1]"], ["x"]),
    ("unbind(x)", ["x=[1, 2]"], ["out[0]", "out[1]"], ["x[0]", "x[1]"]),
    ("x*c", ["x=3", "c=tensor(2)"], ["out"], ["x"]),
    ("w = tensor(2., requires_grad=True); w*x", ["x=3"], ["out"], ["x", "w"]),
    ("x*y", ["x=3", "y=2"], ["out"], ["x", "y"]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "inputs", "rows", "columns"), ROWS)
def test_rows_and_columns_have_the_users_names(
    expression: str, inputs: list[str], rows: list[str], columns: list[str]
) -> None:
    """Those of a list where it holds names; an index where there are several elements; inputs with a gradient only."""
    report = reported(expression, *inputs, jacobian=True)
    matrix = report.matrices["jacobian"]
    assert (list(matrix.rows), list(matrix.columns)) == (rows, columns)
    assert [len(row) for row in matrix.values] == [len(columns)] * len(rows)


def test_options_have_their_say() -> None:
    """`--wrt` leaves columns out, `--detach` makes zeros, `--dtype` is the matrix's, `--gradient` seeds the first."""
    assert reported("x*y", "x=3", "y=2", wrt=("y",), hessian=True).matrices["hessian"].columns == ("y",)
    detached = reported("y = x**2; y*x", "x=3", detach=("y",), hessian=True)
    assert detached.matrices["hessian"].values == ((0.0,),)
    precise = reported("x**3", "x=0.1", dtype="float64", hessian=True).matrices["hessian"]
    assert (precise.dtype, precise.values, precise.cells) == ("float64", ((0.6000000000000001,),), (("0.6000",),))
    seeded = reported("x**3", "x=[1, 2]", gradient="[1, 10]", order=2).derivatives
    assert [facts.value for facts in seeded.values()] == [[3.0, 120.0], [6.0, 120.0]]


def test_backward_stays_what_it_is() -> None:
    """Gradients are those of backward alone, also retained ones; it is not called for a Jacobian unless told to."""
    report = reported("h = x**2; h*x", "x=3", retain_grad=("h",), order=3, hessian=True)
    assert {name: facts and facts.value for name, facts in report.grads.items()} == {"x": 27.0, "h": 3.0}
    assert report.derivatives["d3out/dx3"].value == 6.0
    assert len(reported("x**2", "x=[1, 2]", jacobian=True).backward) == 0
    assert len(reported("x**2", "x=3", jacobian=True, backward=1).backward) == 1


def test_every_output_of_a_list_is_differentiated() -> None:
    """Under its own name or its place."""
    report = reported("f = x**3; [f, sin(x)*0]", "x=1", order=2)
    assert list(report.derivatives) == ["df/dx", "d2f/dx2", "dout[1]/dx", "d2out[1]/dx2"]


def test_what_was_found_can_be_asked_for() -> None:
    """By `--get` and `--expect`, with the facts of a derivative; a name nearby is guessed."""
    report = reported("x**2*y", "x=3", "y=2", order=2, hessian=True)
    assert look_up(report, "d2out/dx2") == (4.0, "float32")
    assert look_up(report, "dout/dx.grad_fn")[0] == "MulBackward0"
    assert look_up(report, "hessian") == (((4.0, 6.0), (6.0, 0.0)), "float32")
    assert mismatches(report, (("hessian", "[[4, 6], [6, 0]]"),), rtol=1e-5, atol=1e-8) == ()
    assert len(mismatches(report, (("hessian", "[[4, 6], [6, 1]]"),), rtol=1e-5, atol=1e-8)) == 1


NOTHING = "element 0 of tensors does not require grad and does not have a grad_fn"
GIVEN_TO = (
    "The outputs of the user-provided function given to {} must be either a Tensor or a tuple of Tensors but the "
)
ONE = "The Tensor returned by the function given to hessian should contain a single element"
ERRORS = [
    ("x**2", ["x=3"], {"order": 0}, "the order is a whole number from 1, not 0",
     "--order 2 gives the first derivative and the second"),
    ("x**2", ["x=[1, 2]"], {"order": 2}, "grad can be implicitly created only for scalar outputs",
     "out has 2 elements; sum it, or add --gradient '[1, 1]'"),
    ("[x*x, 1]", ["x=[1, 2]"], {"order": 2}, "grad can be implicitly created only for scalar outputs",
     "an element of out has several elements; sum it, or ask for --jacobian"),
    ("[x, 3]", ["x=3"], {"order": 1}, "'int' object is not iterable", "out[1] is no tensor, and has no derivatives"),
    ("[x, x]", ["x=3"], {"order": 1, "gradient": "1"}, "--gradient goes with one tensor, and out is none",
     "leave --gradient out"),
    ("x**2", ["x=[1, 2]"], {"hessian": True}, ONE, "sum it, out.sum(), or ask for --jacobian"),
    ("[x, x]", ["x=3"], {"hessian": True}, "The function given to hessian should return a single Tensor",
     "take one, out[0], or ask for --jacobian"),
    ("2 + 3", ["x=3"], {"hessian": True},
     GIVEN_TO.format("hessian") + "given outputs of the user-provided function has type <class 'int'>.",
     "out is no tensor, and has no derivatives"),
    ("[x, 3]", ["x=3"], {"jacobian": True},
     GIVEN_TO.format("jacobian") + "value at index 1 has type <class 'int'>.",
     "out[1] is no tensor, and has no derivatives"),
    ("x**2", ["x=tensor(3)"], {"hessian": True}, NOTHING,
     "x is torch.int64, which has no gradient: write x=3. or x=tensor(3.)"),
    ("x**2", ["x=3"], {"jacobian": True, "wrt": ()}, NOTHING, "x does not require a gradient: --wrt leaves it out"),
    ("ones(2)", [], {"jacobian": True}, NOTHING,
     "nothing that out is computed from requires a gradient; give it an input, for example x=3"),
    ("x*3", ["x=[]"], {"jacobian": True}, "stack expects a non-empty TensorList",
     "there is no element to differentiate"),
    ("x*x", ["x=2j"], {"jacobian": True},
     "grad can be implicitly created only for real scalar outputs but got torch.complex64",
     "out is complex; take out.real or abs(out)"),
    ("x*x", ["x=ones(1001, requires_grad=True)"], {"jacobian": True},
     "the jacobian would have 1001 rows and 1001 columns, more than 1000000 elements",
     "leave inputs out with --wrt, or differentiate fewer elements"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "inputs", "fields", "message", "hint"), ERRORS)
def test_errors_have_hints(
    expression: str, inputs: list[str], fields: dict[str, object], message: str, hint: str
) -> None:
    """PyTorch's words where it has some, and what to do about it."""
    report = reported(expression, *inputs, **fields)
    assert report.error is not None
    assert (report.error.message, report.error.hint) == (message, hint)


def test_requests_have_the_options_as_keys() -> None:
    """One line asks for derivatives, the next for a matrix, the third for neither."""
    lines = ['{"expression": "x**3", "order": 2}', '{"expression": "x**3", "hessian": true}', "x**3",
             '{"expression": "x", "order": -1}']  # fmt: skip
    first, second, third, fourth = reports(lines, Scenario("", (("x", "2"),)))
    assert first.derivatives["d2out/dx2"].value == 12.0
    assert second.matrices["hessian"].values == ((12.0,),)
    assert (dict(third.derivatives), dict(third.matrices)) == ({}, {})
    assert fourth.error is not None
    assert fourth.error.kind == "usage"
