"""A scenario in, a report out: what is reported, and what options do to it."""

import sys

import pytest

from autodiff.dtypes import default_dtype
from autodiff.session import Report, Scenario, UsageProblem, run


def reported(expression: str, *inputs: str, **fields: object) -> Report:
    """The report of an expression with inputs `NAME=VALUE` and fields of a scenario."""
    pairs = tuple((word.partition("=")[0], word.partition("=")[2]) for word in inputs)
    return run(Scenario(expression, pairs)._replace(**fields))  # type: ignore[arg-type] # fields by name


def shown(report: Report) -> dict[str, str]:
    """The lines of a report as text."""
    return {name: facts.repr for name, facts in report.values.items()}


def gradients(report: Report) -> dict[str, object]:
    """The gradients at the end as numbers."""
    return {name: None if facts is None else facts.value for name, facts in report.grads.items()}


OUTPUTS = [
    ("x**2", "out", ["out"]),
    ("y = x**2", "y", ["y"]),
    ("y = x**2; y + 1", "out", ["y", "out"]),
    ("y = x; z = y; y = x*2", "y", ["z", "y"]),
    ("x**3; x**2", "out", ["out"]),
    ("a, b = unbind(stack([x, x]))", "b", ["a", "b"]),
    ("y = x*1; y += 1", "y", ["y"]),
    ("out = x; out*2", "out", ["out"]),
    ("y = x*1; y.backward()", None, ["y"]),
    ("y = stack([x, x]); y[0] = 1*x", "y", ["y"]),
]


@pytest.mark.parametrize(("expression", "output", "lines"), OUTPUTS)
def test_lines_are_names_in_order(expression: str, output: str | None, lines: list[str]) -> None:
    """Every assigned name is a line where it was last assigned; the last value is `out` unless it has a name."""
    report = reported(expression, "x=3", backward=0)
    assert report.error is None
    assert (report.output, list(report.values)) == (output, lines)


DEFAULTS = [
    ("x**2", ["x=3"], 1),
    ("2 + 3", [], 0),
    ("ones(3)", [], 0),
    ("w = tensor(2., requires_grad=True); w**2", [], 1),
    ("y = x**2; y.backward()", ["x=3"], 0),
    ("y = x**2; y.backward(); y", ["x=3"], 0),
    ("torch.autograd.grad(x**3, x)[0]", ["x=3"], 0),
    ("x.shape", ["x=3"], 0),
]


@pytest.mark.parametrize(("expression", "inputs", "calls"), DEFAULTS)
def test_backward_is_called_where_it_has_work(expression: str, inputs: list[str], calls: int) -> None:
    """Once by default, not at all if there is nothing to differentiate or the text does it itself."""
    report = reported(expression, *inputs)
    assert (report.error, len(report.backward)) == (None, calls)


def test_everything_that_uses_a_detached_name_sees_it() -> None:
    """The line keeps its history; only uses lose it, and only along that path."""
    report = reported("y = x**2; z = y*x", "x=3", detach=("y",))
    assert shown(report) == {
        "y": "tensor(9., grad_fn=<PowBackward0>)",
        "z": "tensor(27., grad_fn=<MulBackward0>)",
    }
    assert gradients(report) == {"x": 9.0}


def test_a_target_is_a_name_or_a_subexpression() -> None:
    """Spaces and parentheses do not matter; every occurrence is meant; an input can be one."""
    assert gradients(reported("x**2 + x*(x ** 2)", "x=3", detach=("(x**2)",))) == {"x": 9.0}
    assert gradients(reported("x*y", "x=3", "y=2", detach=("x",))) == {"x": None, "y": 3.0}
    assert gradients(reported("3*x**2", "x=3", retain_grad=("x**2",))) == {"x": 18.0, "(x**2)": 3.0}


def test_the_default_dtype_is_the_scenarios_own() -> None:
    """float64 inside does not become float64 outside; a complex dtype makes complex leaves and real constants."""
    assert reported("x", "x=0.1", dtype="float64").values["out"].value == 0.1
    assert default_dtype().name == "float32"
    report = reported("x; ones(2)", "x=3", dtype="complex128", backward=0)
    assert (report.inputs["x"].dtype, report.values["out"].dtype) == ("complex128", "float64")


def test_what_was_found_before_an_error_is_reported() -> None:
    """The names assigned before, with the error's place."""
    report = reported("y = x**2\nz = y + w", "x=3")
    assert shown(report) == {"y": "tensor(9., grad_fn=<PowBackward0>)"}
    assert report.error is not None
    assert (report.error.kind, report.error.type, report.error.line, report.error.column) == (
        "evaluation",
        "NameError",
        2,
        9,
    )


def test_warnings_are_told_once() -> None:
    """The same warning of three calls is one."""
    report = reported("x**2", "x=3", backward=3, create_graph=True)
    assert [each.category for each in report.warnings] == ["UserWarning"]


def test_a_bug_is_not_mistaken_for_the_users_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception outside evaluation comes out as it is."""
    monkeypatch.setattr(sys.modules["autodiff.session.running"], "facts_of", None)
    with pytest.raises(TypeError, match="not callable"):
        reported("x", "x=3")


@pytest.mark.parametrize(
    ("expression", "function"),
    [("sum(3)", "sum"), ("cumsum(3, 0)", "cumsum"), ("outer(1, 2)", "outer"), ("where(1)", "")],
)
def test_what_takes_tensors_only_says_so(expression: str, function: str) -> None:
    """A plain number gets PyTorch's TypeError, not one of Python's."""
    error = reported(expression).error
    assert error is not None
    what = f"{function}(): argument 'input'" if function else "where(): argument 'condition'"
    assert (error.type, error.message) == ("TypeError", f"{what} (position 1) must be Tensor, not int")


PLAIN = [
    ("2/3", "0.6666666666666666"),
    ("2**0.5", "1.4142135623730951"),
    ("7 // 2", "3"),
    ("sin(1)", "0.8414709848078965"),
    ("torch.exp(0)", "1.0"),
    ("(1+2j)*1j", "(-2+1j)"),
    ("(1, 2)", "(1, 2)"),
    ("'text'", "'text'"),
    ("pi", "3.141592653589793"),
    ("torch.float32", "torch.float32"),
]


@pytest.mark.parametrize(("expression", "text"), PLAIN)
def test_plain_numbers_are_pythons(expression: str, text: str) -> None:
    """Without a tensor the arithmetic is Python's and functions are those of `math`."""
    assert shown(reported(expression)) == {"out": text}


USAGE = [{"wrt": ("q",)}, {"detach": ("q",)}, {"retain_grad": ("x+7",)}, {"detach": ("x; y",)}, {"dtype": "int8"}]


@pytest.mark.parametrize("fields", USAGE)
def test_options_that_do_not_fit_are_usage_errors(fields: dict[str, object]) -> None:
    """A name that is no input and a target that does not occur are told as such, with a hint or without."""
    error = reported("x**2", "x=3", **fields).error
    assert error is not None
    assert (error.kind, error.line) == ("usage", None)


def test_usage_problems_carry_their_hint() -> None:
    """The hint is part of the problem."""
    assert UsageProblem("text", "hint").hint == "hint"
