"""Which derivatives are reported for what is wanted, and what is said about what cannot be."""

import time
from math import exp

import pytest

from autodiff.expression.emit import TARGETS as EMITTED
from autodiff.session.diff.derivatives import Wanted
from autodiff.session.diff.differentiation import TARGETS, differentiate, differentiations
from autodiff.session.report import Failure


def _texts(wanted: Wanted) -> dict[str, str]:
    found = differentiate(wanted)
    assert found.error is None, found.error
    return {each.label: each.text for each in found.derivatives}


def _failure(wanted: Wanted) -> Failure:
    found = differentiate(wanted)
    assert found.error is not None
    return found.error


WANTED = [
    (Wanted("x**2*y"), {"d/dx": "2*x*y", "d/dy": "x**2"}),
    (Wanted("x**2*y", ("x",)), {"d/dx": "2*x*y"}),
    (Wanted("x**2*y", ("y", "z")), {"d/dy": "x**2", "d/dz": "0"}),
    (Wanted("x**3*y", order=2), {"d2/dx2": "6*x*y", "d2/dy2": "0"}),
    (Wanted("x**3*y", gradient=True), {"d/dx": "3*x**2*y", "d/dy": "x**3"}),
    (Wanted("x*y", hessian=True), {"d2/dx2": "0", "d2/dxdy": "1", "d2/dydx": "1", "d2/dy2": "0"}),
    (Wanted("[x*y, y]", jacobian=True), {"d[0]/dx": "y", "d[0]/dy": "x", "d[1]/dx": "0", "d[1]/dy": "1"}),
    (Wanted("[x**3]", order=3), {"d3[0]/dx3": "6"}),
    (Wanted("y = x**2; z = (y+1)/2-0.5"), {"d/dx": "x"}),
    (Wanted("y = x; y *= x; y"), {"d/dx": "2*x"}),
    (Wanted("a, b = [x, 2*x]; a*b"), {"d/dx": "4*x"}),
    (Wanted("x*x + x", no_simplify=True), {"d/dx": "(x + x) + 1"}),
    (Wanted("x/x"), {"d/dx": "0/x"}),
    (Wanted("[x/x, x**3*log(x)]"), {"d[0]/dx": "0/x", "d[1]/dx": "x**2*(3*log(x) + 1)"}),
    (Wanted("x/x", assume=(("nonzero", "x"),)), {"d/dx": "0"}),
    (Wanted("pi*x + e + inf*0"), {"d/dx": "pi"}),
    (Wanted("torch.sin(x) + math.cos(x) + x.tanh() + F.relu(x)", ("x",)),
     {"d/dx": "cos(x) - sin(x) + (1 - tanh(x)**2) + where(x > 0, 1, 0)"}),
    (Wanted("torch.special.i0(x)"), {"d/dx": "torch.special.i1(x)"}),
    (Wanted("x % 2 + 7*(x > 1)"), {"d/dx": "1"}),
    (Wanted("max(x, y)", ("x",)), {"d/dx": "where(x < y, 0, where(x == y, 1/2, 1))"}),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "texts"), WANTED, ids=lambda each: each[0] if isinstance(each, Wanted) else "")
def test_what_is_wanted_is_found(wanted: Wanted, texts: dict[str, str]) -> None:
    """The labels are in order, and so are the texts."""
    found = _texts(wanted)
    assert list(found) == list(texts)
    if wanted.expression.startswith("torch.sin"):
        assert found["d/dx"].count("tanh") == 1
    else:
        assert found == texts


def test_values_are_those_of_a_double() -> None:
    """At a point the derivatives have values in float64; roots of negative numbers have none."""
    found = differentiate(Wanted("x**2*exp(y)", at=(("x", "1/3"), ("y", "tensor(0.1)"))))
    assert [each.value for each in found.derivatives] == pytest.approx([2 / 3 * exp(0.1), exp(0.1) / 9], rel=1e-15)
    (derivative,) = differentiate(Wanted("(-8)**x", at=(("x", "0.5"),))).derivatives
    assert derivative.value != derivative.value


def test_common_subexpressions_have_names() -> None:
    """Names are new ones, in order, and values are computed with them."""
    found = differentiate(Wanted("exp(x**2)*sin(x**2)*log(x) + t0", ("x",), cse=True, at=(("x", "2"), ("t0", "1"))))
    assert [name for name, _ in found.named] == ["t1", "t2", "t3"]
    assert dict(found.named)["t1"] == "x**2"
    plain = differentiate(Wanted("exp(x**2)*sin(x**2)*log(x) + t0", ("x",), at=(("x", "2"), ("t0", "1"))))
    assert found.derivatives[0].value == pytest.approx(plain.derivatives[0].value)


ERRORS = [
    (Wanted("x//2 + 1"), "NotImplementedError", "the derivative of floor_divide() is not written down", 1),
    (Wanted("1 + heaviside(x, y)"), "NotImplementedError", "the derivative of heaviside()", 5),
    (Wanted("1 + x[0]"), "NotImplementedError", "indexing needs tensors with dimensions", 5),
    (Wanted("x + y@z"), "NotImplementedError", "@ needs tensors with dimensions", 5),
    (Wanted("2*x.T"), "NotImplementedError", "the attribute .T is not", 3),
    (Wanted("2*softmax(x, dim=0)"), "NotImplementedError", "softmax", 3),
    (Wanted("x*2j"), "NotImplementedError", "complex", 1),
    (Wanted("x + [1, 2]"), "NotImplementedError", "list", 1),
    (Wanted("x + f(x)"), "NameError", "name 'f' is not defined", 5),
    (Wanted("torch.f(x)"), "AttributeError", "module 'torch' has no attribute 'f'", 1),
    (Wanted("x.f()"), "AttributeError", "a number has no method 'f'", 1),
    (Wanted("x + 1/0"), "ZeroDivisionError", "division by zero", 5),
    (Wanted("'a'"), "TypeError", "type str has no derivative", None),
    (Wanted("[[x]]"), "NotImplementedError", "lists in a list", None),
    (Wanted("2x"), "SyntaxError", "unexpected name after a number", 2),
    (Wanted("3"), "UsageError", "no name", None),
    (Wanted("y = x; y", ("y",)), "UsageError", "assigned", None),
    (Wanted("x", ("pi",)), "UsageError", "not the name of a variable", None),
    (Wanted("x", ()), "UsageError", "names nothing", None),
    (Wanted("[x]", gradient=True), "UsageError", "is of one expression", None),
    (Wanted("x", gradient=True, hessian=True), "UsageError", "exclude each other", None),
    (Wanted("x", hessian=True, order=2), "UsageError", "order of its own", None),
    (Wanted("x", order=0), "UsageError", "whole number from 1", None),
    (Wanted("x", order=10**9), "UsageError", "whole number from 1", None),
    (Wanted("x", assume=(("even", "x"),)), "UsageError", "'even' is not what can be assumed", None),
    (Wanted("x", target="cobol"), "UsageError", "there is no format 'cobol'", None),
    (Wanted("x*y", at=(("x", "1"),)), "UsageError", "no value for y", None),
    (Wanted("x", at=(("z", "1"),)), "UsageError", "there is no 'z'", None),
    (Wanted("x", at=(("x", "[1, 2]"),)), "UsageError", "is a number, not [1, 2]", None),
    (Wanted("[x, x]", target="python", with_value=True), "UsageError", "--with-value is for one", None),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "kind", "message", "column"), ERRORS, ids=lambda each: str(each)[:40])
def test_what_cannot_be_is_named_with_its_column(wanted: Wanted, kind: str, message: str, column: int | None) -> None:
    """The error says which operation, why and where."""
    error = _failure(wanted)
    assert error.type == kind
    assert message in error.message
    if column is not None:
        assert error.column == column


def test_targets_are_those_of_the_emitters() -> None:
    """What can be asked for is what can be written."""
    assert TARGETS == EMITTED
    for target in TARGETS:
        found = differentiate(Wanted("x**2*sin(y)", target=target))
        assert found.error is None
        assert found.emitted


def test_a_stream_goes_on_after_errors() -> None:
    """Each line has its answer; requests replace the defaults."""
    lines = ["x**2", "", "# nothing", "2x", "{}", '{"expression": "x*y", "wrt": "y", "at": {"x": 2, "y": 1}}', "{[",
             '{"expression": "x/x", "assume": {"positive": ["x"]}, "no-simplify": false}',
             '{"expression": "x", "ordr": 1}',
             '{"expression": "x", "order": 1.5}', '{"expression": "x**3", "order": null}']  # fmt: skip
    found = list(differentiations(lines, Wanted("", order=2)))
    texts = [each.derivatives[0].text if each.error is None else each.error.type for each in found]
    assert texts == [
        "2",
        "SyntaxError",
        "UsageError",
        "0",
        "JSONDecodeError",
        "0",
        "UsageError",
        "UsageError",
        "3*x**2",
    ]
    assert found[6].error is not None
    assert found[6].error.hint == "did you mean order?"


def test_nothing_recurses() -> None:
    """Deep and long expressions are differentiated in time that does not surprise."""
    start = time.process_time()
    assert _texts(Wanted("sin(" * 300 + "x" + ")" * 300))["d/dx"].count("cos") == 300
    assert _texts(Wanted("+".join(f"{k}*x**{k}" for k in range(2000))))["d/dx"].startswith("3996001*x**1998")
    assert _texts(Wanted("(" * 20_000 + "x" + ")" * 20_000))["d/dx"] == "1"
    assert _texts(Wanted("*".join(["x"] * 3000)))["d/dx"] == "3000*x**2999"
    assert len(_texts(Wanted("+".join(f"x{k}*y" for k in range(500))))) == 501
    assert time.process_time() - start < 20
