"""Derivatives as objects of the library."""

import pytest

import autodiff
from autodiff.session.diff.formulas import Derivatives


def test_one_derivative() -> None:
    """It is a text, a formula and a value."""
    slope = autodiff.diff("x**2*sin(y)", "x")
    assert isinstance(slope, Derivatives)
    assert str(slope) == "2*x*sin(y)"
    assert repr(slope) == "<derivative d/dx: 2*x*sin(y)>"
    assert slope.latex() == r"2 x \sin(y)"
    assert slope._repr_latex_() == r"$\displaystyle 2 x \sin(y)$"
    assert slope.at(x=3, y=0.5) == pytest.approx(2.876553231625218, rel=1e-15)


def test_several_derivatives() -> None:
    """They are in the order of the names; each can be had by itself."""
    both = autodiff.diff("x**2*y")
    assert str(both) == "d/dx: 2*x*y\nd/dy: x**2"
    assert repr(both) == "<derivatives d/dx: 2*x*y, d/dy: x**2>"
    assert (len(both), [str(each) for each in both], str(both[1])) == (2, ["2*x*y", "x**2"], "x**2")
    assert both.at(x=3, y=5) == (30.0, 9.0)
    assert both.labels == ("d/dx", "d/dy")
    assert str(autodiff.diff("x*y", "y x")) == "d/dy: x\nd/dx: y"


def test_orders_options_and_other_languages() -> None:
    """What the command has, the library has."""
    assert str(autodiff.diff("x**3", order=2)) == "6*x"
    assert str(autodiff.diff("x*x", no_simplify=True)) == "x + x"
    assert len(autodiff.diff("x*y", hessian=True)) == 4
    names: dict[str, object] = {}
    exec(autodiff.diff("x**2*y").written("python"), names)  # noqa: S102 - our own text
    assert names["derivative"](3.0, 5.0) == (30.0, 9.0)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("2x", SyntaxError, "write 2\\*x"),
        ("x//2", NotImplementedError, "floor_divide.*column 1"),
        ("f(x)", NameError, "'f' is not defined"),
        ("3", ValueError, "no name"),
    ],
)
def test_errors_are_pythons(text: str, kind: type[Exception], message: str) -> None:
    """Each is of the class a Python program expects."""
    with pytest.raises(kind, match=message):
        autodiff.diff(text)


def test_points_must_fit() -> None:
    """A name too few, or one too many, is said."""
    slope = autodiff.diff("x*y", "x")
    with pytest.raises(ValueError, match="no value for y"):
        slope.at(x=1)
    with pytest.raises(ValueError, match="there is no 'z'"):
        slope.at(x=1, y=2, z=3)
    with pytest.raises(ValueError, match="choose one of latex"):
        slope.written("cobol")


def test_tensors_have_differences_still() -> None:
    """`diff` of a tensor is PyTorch's, and gradcheck has a short name."""
    assert autodiff.diff(autodiff.tensor([1.0, 3.0, 7.0])).tolist() == [2.0, 4.0]
    assert autodiff.gradcheck is autodiff.autograd.gradcheck
    assert {"diff", "gradcheck"} <= set(dir(autodiff))
