"""The program over rows gives what `eval` gives for each row."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff.errors import Deliberate
from autodiff.language import parse
from autodiff.rows.derivation import Inputs, derive
from autodiff.rows.steps import Fixed, Program
from tests.expression.programs import GENERIC, SPECIAL, expressions
from tests.rows.comparing import by_eval, by_rows

POINTS = {"x": [p[0] for p in (*GENERIC, *SPECIAL)], "y": [p[1] for p in (*GENERIC, *SPECIAL)]}
_ATOMS = st.sampled_from(["x", "y", "x", "y", "2", "0.1", "3.7", "1"])
ARITHMETIC = st.recursive(
    _ATOMS,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner)
        | st.builds("(-{})".format, inner)
        | st.builds("({})**{}".format, inner, st.sampled_from(["1", "2", "3", "-1"]))
    ),
    max_leaves=8,
).filter(lambda text: "x" in text and "y" in text)


def _same(a: Any, b: Any) -> bool:  # noqa: ANN401 - numbers
    return bool(a == b or (a != a and b != b))


@settings(max_examples=150, deadline=None)
@given(ARITHMETIC)
def test_arithmetic_agrees_bit_for_bit(text: str) -> None:
    """Sums, products, quotients and small powers, and their gradients, are those of `eval`, also at poles."""
    try:
        found = by_rows(text, POINTS)
    except Deliberate:  # constant powers of zero, which Python refuses
        return
    expected = by_eval(text, POINTS)
    assert found.keys() == expected.keys()
    for name, values in found.items():
        assert [_same(*pair) for pair in zip(values, expected[name], strict=True)].count(False) == 0, name


def _close(a: float | None, b: float | None, size: float) -> bool:
    if a is None or b is None:
        return a is b
    return _same(a, b) or abs(a - b) <= 1e-11 * max(abs(a), abs(b), size)


@pytest.mark.parametrize("every", [False, True])
def test_functions_agree_but_for_rounding(every: bool) -> None:
    """Random expressions of many functions; what cancels may keep the rounding of what it was made of."""
    for text in expressions(11, 120, every=every):
        try:
            found = by_rows(text, POINTS)
        except Deliberate:
            continue
        expected = by_eval(text, POINTS)
        for name, values in found.items():
            for pair in zip(values, expected[name], strict=True):
                assert _close(*pair, size=1e-3), (text, name, pair)


KINKS = [
    "abs(x)*y", "relu(x)*y", "relu(x*y)", "maximum(x, y)", "minimum(x, x*1)", "max(x, y)", "where(x > 0, x*y, y)",
    "clamp(x, -1, 1)*y", "clamp(x, y, 2*y)", "x.clamp(min=0)*y", "sign(x)*y", "leaky_relu(x, 0.1)*y", "hardtanh(x)*y",
    "sqrt(x)*y", "x**0.5", "x**y", "2**x*y", "hypot(x, y)", "atan2(y, x)", "fmod(x, 2)*y", "floor(x)*y", "x % 1.5 * y",
    "logsigmoid(x)*y", "softplus(x)*y", "huber_loss(x, y)", "mse_loss(x, y)", "xlogy(x, y)",
    "masked_fill(x, x < 0, 0.)*y",
]  # fmt: skip


@pytest.mark.parametrize("text", KINKS)
def test_kinks_are_pytorchs(text: str) -> None:
    """Where there are several slopes, it is the one that `eval` gives."""
    table = {
        "x": [0.0, -0.0, 1.0, -1.0, 2.0, math.nan, math.inf, 0.3],
        "y": [0.0, 1.0, 1.0, -1.0, 0.5, 1.0, 2.0, 0.3],
    }
    found, expected = by_rows(text, table), by_eval(text, table)
    assert found.keys() == expected.keys()
    for name, values in found.items():
        assert all(_close(*pair, size=1e-300) for pair in zip(values, expected[name], strict=True)), (name, values)


def test_statements_and_derivatives_of_derivatives() -> None:
    """Names, changes in place, detached parts, and gradients in the expression itself."""
    table = {"x": [0.5, -2.0], "y": [3.0, 0.25]}
    text = "a = x*y; a += sin(x); b = a.detach()*x; c = torch.autograd.grad(x**3, x, create_graph=True)[0]*a + b"
    found, expected = by_rows(text, table), by_eval(text, table)
    assert list(found) == ["a", "b", "c", "x.grad", "y.grad"]
    assert [found[name] for name in "abc"] == [pytest.approx(expected[name], rel=1e-15) for name in "abc"]
    assert found["y.grad"] == [3 * x**3 for x in table["x"]]
    assert by_rows("a = x*y; a += sin(x); a.detach()*x + a", table) == by_eval(
        "a = x*y; a += sin(x); a.detach()*x + a", table
    )


def test_float32_is_computed_in_float32() -> None:
    """Arithmetic has the bits of float32."""
    table = {"x": [0.1, 1.7], "y": [3.3, -0.7]}
    assert by_rows("x*y + x/y - 0.3", table, "float32") == by_eval("x*y + x/y - 0.3", table, "float32")


@pytest.mark.parametrize("text", ["x*x.item()", "x*rand([])", "x*float(x)", "tensor(x.tolist())*x"])
def test_what_leaves_the_row_is_refused(text: str) -> None:
    """A number of the sample row would be in all rows."""
    with pytest.raises(Deliberate):
        by_rows(text, {"x": [1.0]})


@pytest.mark.parametrize("text", ["stack([x, x])", "x*tensor([1., 2.])", "[x, x]", "x*2j", "sort(x)"])
def test_several_numbers_are_refused(text: str) -> None:
    """Each row gives one real number."""
    with pytest.raises(Deliberate):
        by_rows(text, {"x": [1.0]})


def test_what_is_common_is_computed_once() -> None:
    """The value and two gradients need 22 functions; sin, cos and exp are called once."""
    found = derive(parse("exp(-x*x)*sin(y)+x**3/(1+y*y)"), Inputs(("x", "y"), (), ("x", "y")))
    names = [found.program.steps[k].function for k in found.program.needed(list(found.present.values()))]
    assert len([name for name in names if name != "column"]) == 22
    assert [names.count(name) for name in ("sin", "cos", "exp")] == [1, 1, 1]


@pytest.mark.parametrize("exponent", ["4", "5", "-3", "-4", "12", "1e17", "2.5", "-0.3", "inf"])
def test_powers(exponent: str) -> None:
    """To one unit in the last place, with the signs of zeros and infinities."""
    table = {"x": [2.7, -1.3, 0.0, -0.0, math.inf, -math.inf, math.nan, 1e-300, -1e300, 1.0, -1.0, -0.7]}
    found, expected = by_rows(f"x**{exponent}", table), by_eval(f"x**{exponent}", table)
    for a, b in zip(found["out"], expected["out"], strict=True):
        assert _same(a, b) or abs(a - b) <= math.ulp(b)
        assert a != a or math.copysign(1, a) == math.copysign(1, b)
    for pair in zip(found["x.grad"], expected["x.grad"], strict=True):
        assert _close(*pair, size=0.0)


def test_what_is_simplified_changes_no_bit() -> None:
    """A zero is added, since it changes the sign of another; a factor of one is not there."""
    program = Program("float64")
    x = program.column("x")
    assert program.add("multiply", x, Fixed(1.0)) == x
    assert program.add("subtract", x, Fixed(0.0)) == x
    assert program.add("add", x, Fixed(0.0)) != x
    assert program.add("subtract", x, Fixed(-0.0)) != x
    negative = program.add("negative", x)
    assert program.add("negative", negative) == x
    assert program.add("add", x, negative) == program.add("subtract", x, x)
