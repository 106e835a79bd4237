"""What makes a derivative readable, each rewrite by itself: the text, its value, and where it is defined."""

from math import isfinite

import pytest

from autodiff.expression import write
from autodiff.session.diff.derivatives import Wanted, derived
from tests.expression.programs import GENERIC, SPECIAL, looked_at


def _slope(text: str, *assume: tuple[str, str], no_simplify: bool = False) -> str:
    _, (found, *_) = derived(Wanted(text, ("x",), assume=assume, no_simplify=no_simplify))
    return write(found.expression)


TIDIED = [
    # what all terms have; over a common denominator; multiplied out; a factor that stands among the terms
    ("x**2*exp(y)*exp(x)", "x*(x + 2)*exp(y + x)"), ("x/(x + y)", "y/(x + y)**2"),
    ("(x + 1)*(x - 1)", "2*x"), ("x*sigmoid(x)", "sigmoid(x)*(x*(1 - sigmoid(x)) + 1)"),
    # signs
    ("(x - y)**2*(y - x)", "-3*(x - y)**2"), ("log(cos(x))*exp(-x)", "-exp(-x)*(sin(x)/cos(x) + log(cos(x)))"),
    # numbers of rules have names, those of users do not
    ("erf(x)", "2*exp(-x**2)/sqrt(pi)"), ("log2(x)", "1/(x*log(2))"), ("0.6931471805599453*x", "0.6931471805599453"),
    # conditions
    ("relu(x - 1)", "where(x > 1, 1, 0)"), ("sqrt(relu(x))", "where(x > 0, 1/(2*sqrt(x)), 0)"),
    ("relu(x)*x", "where(x > 0, x, 0) + relu(x)"), ("abs(x)*x", "2*abs(x)"), ("log(abs(x))", "1/x"),
    ("elu(x)", "where(x > 0, 1, exp(x))"), ("relu(x)**y", "where(x > 0, y*x**(y - 1), 0)"),
    # signs that functions have
    ("log(1 - sigmoid(x))", "-sigmoid(x)"), ("log(sigmoid(x))", "1 - sigmoid(x)"),
    # what stood there before stays as it was said
    ("sin(x*y + x)", "(y + 1)*cos(x*y + x)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "written"), TIDIED)
def test_a_derivative_is_tidied(text: str, written: str) -> None:
    """It is written as one would by hand."""
    assert _slope(text) == written


@pytest.mark.parametrize("text", [text for text, _ in TIDIED])
def test_value_and_domain_stay(text: str) -> None:
    """As they are without simplification, where that has a value; nothing becomes defined that autograd finds not."""
    plain, tidy, compared = _slope(text, no_simplify=True), _slope(text), 0
    for point in (*GENERIC, *SPECIAL):
        original, before, after = (looked_at(each, point) for each in (text, plain, tidy))
        if before.value is not None and isfinite(before.value) and after.value is not None and original.defined:
            compared += 1
            assert after.value == pytest.approx(before.value, rel=1e-6, abs=1e-6)
    assert compared >= 2


@pytest.mark.parametrize("x", [-1.5, -0.25])
@pytest.mark.parametrize("text", ["sqrt(relu(x))", "relu(x)**0.3*3", "1/log(relu(x))", "sqrt(relu(x) + relu(x - 1))"])
def test_a_branch_that_is_not_taken_has_no_slope(text: str, x: float) -> None:
    """Where autograd finds 0, the text is 0, and not 0 times infinity."""
    assert looked_at(text, (x, 1.0), differentiated=True).gradients["x"] == 0
    assert looked_at(_slope(text), (x, 1.0)).value == 0


@pytest.mark.parametrize(
    ("text", "assume", "written"),
    [
        ("log(y*x)", (), "y/(x*y)"),
        ("log(y*x)", (("nonzero", "y"),), "1/x"),
        ("atan(1/x)", (), "-1/(x**2*(1/x**2 + 1))"),
        ("atan(1/x)", (("nonzero", "x"),), "-1/(x**2 + 1)"),
    ],
)
def test_what_is_assumed_may_be_forgotten(text: str, assume: tuple[tuple[str, str], ...], written: str) -> None:
    """And nothing else."""
    assert _slope(text, *assume) == written
