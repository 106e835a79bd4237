"""Each well-known error has a hint in the user's names and columns."""

from typing import Any

import pytest

from tests.session.test_run import gradients, reported

NO_PATH = "does not require grad and does not have a grad_fn"
TWICE = "backward through the graph a second time"
HINTS: list[tuple[str, list[str], dict[str, Any], str, str]] = [
    ("y = x**2; z = y+1", ["x=3"], {"detach": ("y",)}, NO_PATH,
     "z is computed from y.detach() ... no path leads back to x"),
    ("y = x*1; y*2", ["x=3"], {"detach_inplace": ("y",)}, NO_PATH,
     "out is computed from y.detach_() ... no path leads back to x"),
    ("3*x**2", ["x=3"], {"detach": ("x**2",)}, NO_PATH,
     "out is computed from (x**2).detach() ... no path leads back to x"),
    ("x.detach()", ["x=3"], {}, NO_PATH, "out is x.detach() ... no path leads back to x"),
    ("x.detach()*y.data", ["x=3", "y=2"], {}, NO_PATH,
     "out is computed from x.detach() and y.data ... no path leads back to x or y"),
    ("x > 2", ["x=3"], {}, NO_PATH, "out is x > 2, which is torch.bool ... no path leads back to x"),
    ("x + 1", ["x=3"], {"no_grad": True}, NO_PATH, "out is computed under --no-grad ... no path leads back to x"),
    ("x + 1", ["x=3"], {"wrt": ()}, NO_PATH, "x does not require a gradient: --wrt leaves it out"),
    ("x + 1", ["x=tensor(3)"], {}, NO_PATH, "x is torch.int64, which has no gradient: write x=3. or x=tensor(3.)"),
    ("ones(1)", ["x=3"], {}, NO_PATH, "out does not depend on x"),
    ("ones(1)", [], {"backward": 1}, NO_PATH,
     "nothing that out is computed from requires a gradient; give it an input, for example x=3"),
    ("x**2", ["x=3"], {"backward": 2}, TWICE,
     "the first backward freed what x**2 had saved; add --retain-graph to keep it, or call backward once"),
    ("y = exp(x); z = y + 1", ["x=3"], {"backward": 2}, TWICE,
     "the first backward freed what exp(x) had saved; add --retain-graph to keep it, or call backward once"),
    ("y = x**2; y.backward(); y.backward()", ["x=3"], {}, TWICE,
     ("y.backward() (column 11) freed what x**2 (column 5) had saved; give it retain_graph=True, or compute x**2 anew "
     "before column 25")),
    ("x**2", ["x=[1, 2]"], {}, "scalar outputs", "out has 2 elements; sum it, or add --gradient '[1, 1]'"),
    ("x**2", ["x=[1,2,3,4,5,6,7]"], {}, "scalar outputs",
     "out has 7 elements; sum it, or add --gradient 'ones_like(out)'"),
    ("x**2", ["x=[1, 2]"], {"gradient": "[1, 1, 1]"}, "Mismatch in shape",
     "out has shape [2], and --gradient [1, 1, 1] has another"),
    ("x += 1", ["x=3"], {}, "in-place operation",
     "column 1: x += 1 would change a leaf that requires a gradient; write x = x + 1"),
    ("y = 1; x.add_(1)", ["x=3"], {}, "in-place operation",
     "column 8: x.add_(1) would change a leaf that requires a gradient; write x = x.add(1)"),
    ("y = exp(x); y += 1", ["x=3"], {}, "modified by an inplace operation",
     "y += 1 (column 13) changed what exp(x) (column 5) had saved; write y = y + 1"),
    ("y = x*1; z = y**2; y.mul_(2); z", ["x=3"], {}, "modified by an inplace operation",
     "y.mul_(2) (column 20) changed what y**2 (column 14) had saved; write y = y.mul(2)"),
    ("y = exp(x); y[0] = 3; sum(y)", ["x=[1, 2]"], {}, "modified by an inplace operation",
     "y[0] = 3 (column 13) changed what exp(x) (column 5) had saved; write y = y.clone() before it"),
    ("y = exp(x); z = y*2; y += 1; z += 1; z.backward()", ["x=3"], {}, "modified by an inplace operation",
     "y += 1 (column 22) changed what exp(x) (column 5) had saved; write y = y + 1"),
    ("x[0] = 1", ["x=[1, 2]"], {}, "in-place operation",
     "column 1: x[0] = 1 would change a leaf that requires a gradient; write x = x.clone() before it"),
    ("y = x**2; z = y*2; y.backward(); z.backward()", ["x=3"], {}, TWICE,
     ("y.backward() (column 20) freed what x**2 (column 5) had saved; give it retain_graph=True, or compute x**2 anew "
     "before column 34")),
    ("y = x**2; y.backward(); y", ["x=3"], {"backward": 1}, TWICE,
     ("y.backward() (column 11) freed what x**2 (column 5) had saved; give it retain_graph=True, or compute x**2 anew "
     "before the next backward")),
    ("y = exp(x); torch.autograd.grad(y, x); torch.autograd.grad(y, x)", ["x=3"], {}, TWICE,
     ("torch.autograd.grad(y, x) (column 13) freed what exp(x) (column 5) had saved; give it retain_graph=True, or "
     "compute exp(x) anew before column 40")),
    ("y = x*2; z = y.detach(); w = z*3; w.backward()", ["x=3"], {}, NO_PATH,
     "w is computed from y.detach() ... no path leads back to x"),
    ("y = x*2; y.detach().backward()", ["x=3"], {}, NO_PATH,
     "y.detach() is where it stops ... no path leads back to x"),
    ("y = x*2; torch.autograd.grad(y.data, x)", ["x=3"], {}, NO_PATH,
     "y.data is where it stops ... no path leads back to x"),
    ("y = x*2; y.backward()", ["x=[1, 2]"], {}, "scalar outputs",
     "column 10: y has 2 elements; sum it, or pass a gradient: ones_like(y)"),
    ("w*x", ["w=[1, 2, 3]", "x=[1, 2]"], {}, "must match the size",
     "column 1: in w*x, w has shape [3] and x has shape [2]"),
    ("1 + weihgt", ["weight=3"], {}, "not defined", "column 5: did you mean weight?"),
    ("1 + q", ["x=3"], {}, "not defined", "column 5: give it a value: q=..."),
    ("x.sinn()", ["x=3"], {}, "no attribute", "column 1: did you mean .sin()?"),
    ("torch.sinn(x)", ["x=3"], {}, "no attribute", "column 1: did you mean torch.sin?"),
    ("1/0", [], {}, "division by zero", "column 1: in 1/0"),
    ("x", ["x=1/0"], {}, "division by zero", "in '1/0'"),
    ("2 + 3", ["x=3"], {}, "no attribute 'backward'", "out is a plain number, which does not depend on x"),
    ("tensor(3, requires_grad=True)", [], {}, "can require gradients",
     "column 1: write the number with a point, 3. instead of 3, or add dtype=float32"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "inputs", "fields", "message", "hint"), HINTS)
def test_hints(expression: str, inputs: list[str], fields: dict[str, Any], message: str, hint: str) -> None:
    """The error has PyTorch's text, and the hint says what to do about it here."""
    error = reported(expression, *inputs, **fields).error
    assert error is not None
    assert message in error.message
    assert error.hint == hint


def test_a_hint_that_fails_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is told all the same."""
    monkeypatch.setattr("autodiff.session.hints.cuts", None)
    error = reported("x.detach()", "x=3").error
    assert error is not None
    assert (error.type, error.hint) == ("RuntimeError", None)


WARNINGS: list[tuple[str, dict[str, Any], str]] = [
    ("y = x**2; y.backward(); y.grad", {},
     ("column 25: y is computed from others and keeps no gradient; call y.retain_grad() before backward, or add "
     "--retain-grad 'y'")),
    ("x**2", {"create_graph": True},
     "torch.autograd.grad(out, x, create_graph=True) gives the gradient without storing it in x.grad"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "fields", "hint"), WARNINGS)
def test_hints_on_warnings(expression: str, fields: dict[str, Any], hint: str) -> None:
    """What PyTorch warns of is told in the user's names, too."""
    assert [each.hint for each in reported(expression, "x=3", **fields).warnings] == [hint]


SUMS: list[tuple[str, list[str]]] = [
    ("y = x**2; y.backward(retain_graph=True); y.backward()",
     ["x.grad is the sum of the backward calls at columns 11 and 42 (6 + 6 = 12); x.grad = None starts anew"]),
    ("y = x**2; y.backward(retain_graph=True); x.grad = None; y.backward()", []),
    ("y = x**2; y.backward()", []),
    ("y = x**2; z = w*1; y.backward(); z.backward()", []),
    ("y = x**2 + x; y.backward(retain_graph=True); y.backward()",
     ["x.grad is the sum of the backward calls at columns 15 and 46; x.grad = None starts anew"]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "hints"), SUMS)
def test_sums_of_several_calls_are_told(expression: str, hints: list[str]) -> None:
    """Where only the sum is printed, a line says of which calls it is."""
    assert list(reported(expression, "x=3", "w=1").hints) == hints


def test_calls_of_an_option_need_no_hint() -> None:
    """Each has its own line already."""
    assert reported("x**2", "x=3", backward=2, retain_graph=True).hints == ()


def test_advice_that_fails_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is there all the same."""
    monkeypatch.setattr("autodiff.session.advice._sums", None)
    report = reported("y = x**2; y.backward(retain_graph=True); y.backward()", "x=3")
    assert (report.error, report.hints, gradients(report)) == (None, (), {"x": 12.0})
