"""Each rewrite by itself: what is written for a text, and that nothing becomes defined that was not."""

from fractions import Fraction

import pytest

from autodiff.errors import TooLarge
from autodiff.expression import Algebra, derivative, write, write_named
from autodiff.expression.literal import Literal
from autodiff.language import parse
from autodiff.session.diff.derivatives import Derivation, Wanted
from autodiff.session.diff.symbolic import read_expression


def _again(text: str, *assume: tuple[str, str]) -> str:
    return write(Derivation(Wanted(text, assume=assume)).expression(0, ()))


REWRITES = [
    # numbers are computed, exactly as long as they are exact
    ("x + 1 + 2", "x + 3"), ("x*2*3", "6*x"), ("1/3*x", "x/3"), ("x + 0.1 + 0.2", "x + 0.30000000000000004"),
    ("x**(1/2)*4**0.5", "2*sqrt(x)"), ("sqrt(2)*x", "x*sqrt(2)"), ("x*9**(1/2)", "3*x"),
    # like terms, powers of one base
    ("x + x", "2*x"), ("2*x - 3*x", "-x"), ("x - x + y", "y"), ("x*y*x", "x**2*y"), ("x**2*x**3", "x**5"),
    ("x**y*x", "x*x**y"), ("2**x*2**y", "2**(x + y)"), ("(x**2)**3", "x**6"), ("(x*y)**2", "x**2*y**2"),
    ("(x + y) - (x - y)", "2*y"), ("x*(x + 1)", "x*(x + 1)"), ("2*(x + 1)", "2*x + 2"), ("(2*x + 2)*y", "2*y*(x + 1)"),
    # exponentials and logarithms
    ("exp(x)*exp(y)", "exp(x + y)"), ("exp(x)**3", "exp(3*x)"), ("log(exp(x))", "x"), ("exp(x)*exp(-x)", "1"),
    # other names of powers
    ("sqrt(x)", "sqrt(x)"), ("rsqrt(x)", "1/sqrt(x)"), ("reciprocal(x)", "1/x"), ("square(x)", "x**2"),
    # conditions
    ("where(x > 0, y, y)", "y"), ("where(2 > 1, x, y)", "x"), ("where(exp(x) == 0, x, y)", "y"),
    ("where((x > 0) & (1 > 0), x, y)", "where(x > 0, x, y)"),
    # what would become defined is kept
    ("x/x", "x/x"), ("exp(log(x))", "exp(log(x))"), ("(x**0.5)**2", "sqrt(x)**2"), ("sqrt(x**2)", "sqrt(x**2)"),
    ("log(x) - log(x)", "0*log(x)"), ("x**2/x", "x**2/x"), ("1/x + y - 1/x", "y + 0/x"), ("x*x**-1/x", "1/x"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "written"), REWRITES)
def test_rewrites(text: str, written: str) -> None:
    """What is read is written in canonical form."""
    assert _again(text) == written


@pytest.mark.parametrize(
    ("text", "assumed", "written"),
    [
        ("x/x", "nonzero", "1"),
        ("exp(log(x))", "positive", "x"),
        ("sqrt(x)**2", "nonnegative", "x"),
        ("sqrt(x**2)", "positive", "x"),
        ("sqrt(x**2)", "nonnegative", "x"),
        ("sqrt(x**2)", "nonzero", "sqrt(x**2)"),
    ],
)
def test_assumptions_allow_more(text: str, assumed: str, written: str) -> None:
    """What is known of x lets a rewrite forget it."""
    assert _again(text, (assumed, "x")) == written


def test_equal_is_identical() -> None:
    """An algebra makes each expression once, in whatever order it is said."""
    algebra = Algebra()
    x, y = algebra.symbol("x"), algebra.symbol("y")
    assert (x + y) * (y + x) is (y + x) ** 2
    assert x * y + 1 is 1 + y * x
    assert algebra.constant(0.5) is algebra.constant(Fraction(1, 2))


def test_a_literal_algebra_rewrites_nothing() -> None:
    """Only numbers are computed."""
    for text in ("x + x", "x*x", "x/x", "x - x", "exp(log(x))", "2*x*(x + 1)", "x*x*y"):
        (output,) = read_expression(parse(text), Literal()).outputs
        assert write(output) == text
    (output,) = read_expression(parse("x*2*3 + 1 + 2"), Literal()).outputs
    assert write(output) == "6*x + 3"


def test_names_stand_for_what_they_name() -> None:
    """A name hides the structure of its node, in products, powers and quotients."""
    algebra = Algebra()
    x, y = algebra.symbol("x"), algebra.symbol("y")
    square, quotient, product = x**2, 1 / (x + y), x * y
    names = {square.number: "a", quotient.number: "b", product.number: "c"}
    texts = write_named([square * y, quotient * y, 3 * product + square, quotient], names)
    assert texts == (
        [("a", "x**2"), ("b", "1/(x + y)"), ("c", "x*y")],
        ["a*y", "y*b", "3*c + a", "b"],
    )


def test_parentheses_stand_where_they_are_needed() -> None:
    """Signs, powers of powers, quotients of quotients and comparisons read back as what they are."""
    for text in (
        "(-2)**x",
        "(x**y)**z",
        "x**(y**z)",
        "x**(-y)",
        "(x > 0)*y",
        "-(x + y)/z",
        "x/(y*z)",
        "(x + 1)**(y + 1)",
    ):
        algebra = Algebra()
        (first,) = read_expression(parse(text), algebra).outputs
        assert read_expression(parse(write(first)), algebra).outputs[0] is first, write(first)


def test_a_text_has_an_end() -> None:
    """A small graph with an enormous text is refused."""
    algebra = Algebra()
    x = algebra.symbol("x")
    for _ in range(40):
        x = algebra.function("sin", x) * algebra.function("cos", x) + 1
    with pytest.raises(TooLarge, match="characters"):
        write(derivative(x, algebra.symbol("x")))
