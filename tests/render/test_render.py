"""Renderers on reports written by hand: an error, a warning and a None among them."""

import json
import struct
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autodiff.render import LISTINGS, RENDERERS, Screen, chosen, failure, mismatch, warned
from autodiff.render.digits import digits
from autodiff.session import Facts, Failure, Matrix, Mismatch, Operation, Report, Warned

LEAF = Facts(0.10000000149011612, "float32", (), True, True, None, "tensor(0.1000, requires_grad=True)")
OUT = Facts(20.0, "float32", (), True, False, "AddBackward0", "tensor(20., grad_fn=<AddBackward0>)")
NINE = Facts(9.0, "float32", (), False, True, None, "tensor(9.)")
ERROR = Failure("evaluation", "RuntimeError", "no\x1b[31m", "y.detach()\nhere", 1, 5)
REPORT = Report(
    "[bold]y[/]", {"x": LEAF, "w": LEAF}, {"[bold]y[/]": OUT}, "out", ({"x": NINE, "w": None},), {"x": NINE, "w": None},
    (Warned("UserWarning", "careful"),),
)  # fmt: skip

MATRIX = Matrix(("x", "[b]y[/]"), ("x", "y[0,1]"), ((0.10000000149011612, -2.0), (float("nan"), 3.0)), "float32",
                (("0.1000", "-2.0000"), ("nan", "3.0000")))  # fmt: skip
HIGHER = REPORT._replace(derivatives={"d2out/dx2": NINE}, matrices={"hessian": MATRIX})


def test_plain_is_a_line_a_name() -> None:
    """Values, then gradients, None included."""
    assert RENDERERS["plain"](REPORT, Screen()) == (
        "[bold]y[/]: tensor(20., grad_fn=<AddBackward0>)\nx.grad: tensor(9.)\nw.grad: None\n"
    )


def test_plain_matrices_are_aligned() -> None:
    """Names above and beside the numbers, nothing wrapped however wide it is."""
    rows = "hessian:\n              x   y[0,1]\nx        0.1000  -2.0000\n[b]y[/]     nan   3.0000\n"
    shown = RENDERERS["plain"](HIGHER, Screen(width=10))
    assert shown == RENDERERS["plain"](REPORT, Screen()) + "d2out/dx2: tensor(9.)\n" + rows


def test_json_has_matrices_if_they_were_asked_for() -> None:
    """With rows, columns, values and dtype, as strict as the rest; without a request there is no such member."""
    found = json.loads(RENDERERS["json"](HIGHER, Screen()), parse_constant=pytest.fail)
    assert found["hessian"] == {
        "rows": ["x", "[b]y[/]"], "columns": ["x", "y[0,1]"], "values": [[0.1, -2.0], ["nan", 3.0]], "dtype": "float32",
    }  # fmt: skip
    assert found["derivatives"]["d2out/dx2"]["value"] == 9.0
    plain = json.loads(RENDERERS["json"](REPORT, Screen()))
    assert found.keys() - plain.keys() == {"derivatives", "hessian"}


def test_calls_stand_apart_if_there_are_several_or_one_failed() -> None:
    """A second call, or an error after the first, gives each call its line."""
    twice = REPORT._replace(backward=({"x": NINE}, {"x": LEAF}))
    assert "backward 1:\nx.grad: tensor(9.)\nbackward 2:\nx.grad: tensor(0.1000" in RENDERERS["plain"](twice, Screen())
    assert "backward 1:\n" in RENDERERS["plain"](REPORT._replace(error=ERROR), Screen())


def test_json_is_strict_and_short() -> None:
    """0.1 of float32 is 0.1, nan is a text, None is null, and the error has its five members."""
    odd = Facts([float("nan"), float("-inf"), 1 + 2j], "float32", (3,), False, True, None, "tensor")
    text = RENDERERS["json"](REPORT._replace(values={"odd": odd}, error=ERROR), Screen())
    found = json.loads(text, parse_constant=pytest.fail)
    assert text.isascii()
    assert found["inputs"]["x"]["value"] == 0.1
    assert found["values"]["odd"]["value"] == ["nan", "-inf", {"real": 1.0, "imag": 2.0}]
    assert found["grads"]["w"] is None
    assert list(found["error"]) == ["type", "message", "hint", "line", "column"]
    assert found["warnings"] == [{"category": "UserWarning", "message": "careful"}]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_a_table_fits_its_width(width: int) -> None:
    """No line is wider than the terminal, none is blank, and markup is shown as it is."""
    text = RENDERERS["table"](HIGHER, Screen(width=width))
    assert max(map(len, text.splitlines())) <= width
    assert all(line.strip() for line in text.splitlines())
    assert "\x1b" not in text
    if width == 200:
        assert "[bold]y[/]" in text
        assert text.splitlines()[2].split() == ["x", "0.1", "9.0", "float32", "[]", "yes"]


def test_a_wide_matrix_continues_below() -> None:
    """The columns that do not fit stand in a further table, with the rows' names again; none is lost or cut."""
    columns = tuple(f"x[{k}]" for k in range(12))
    wide = Matrix(("out",), columns, ((0.0,) * 12,), "float32", (tuple(f"{k}.5000" for k in range(12)),))
    text = RENDERERS["table"](REPORT._replace(matrices={"jacobian": wide}), Screen(width=40))
    lines = text[text.index(" jacobian") :].splitlines()
    assert max(map(len, lines)) <= 40
    assert [word for line in lines[::3] for word in line.split() if word != "jacobian"] == list(columns)
    assert [word for line in lines[2::3] for word in line.split() if word != "out"] == list(wide.cells[0])


def test_colour_only_if_asked_for() -> None:
    """The same table with colours has escapes."""
    assert "\x1b[" in RENDERERS["table"](REPORT, Screen(width=80, color=True))


def test_errors_are_told_in_words() -> None:
    """Class and text, one hint line, nothing that a terminal acts on; a syntax error with its caret."""
    assert failure(ERROR) == "RuntimeError: no\\x1b[31m\nhint: y.detach() here\n"
    syntax = Failure("syntax", "SyntaxError", "unexpected name", "write 2*x", 1, 2, "2x+1", 2)
    assert failure(syntax) == "error: unexpected name\n  2x+1\n   ^\nhint: write 2*x\n"
    assert warned(REPORT.warnings) == "UserWarning: careful\n"
    assert mismatch(Mismatch("out", "1", "2.0", 1.0)) == "out: expected 1, got 2.0, difference 1.0\n"


@pytest.mark.parametrize("style", ["plain", "json", "table"])
def test_listings(style: str) -> None:
    """Each format lists an operation with its node; one that has none is no crash."""
    listed = [Operation("sin", "sin(input)", "the sine", "SinBackward0", ()), Operation("a", "a()", "b", None, ())]
    text = LISTINGS[style](listed, Screen())
    assert "sin(input)" in text
    assert "SinBackward0" in text


CHOSEN = [(0.10000000149011612, "float32", "0.1"), (None, None, "None"), ([1.0, 2.0], "float32", "[1.0, 2.0]"),
          (1 - 2j, "complex64", "1.0-2.0j"), (True, "bool", "True"), (3, "int64", "3"),
          (float("nan"), "float32", "nan"),
          (0.1, "float64", "0.1"), (65504.0, "float16", "65500.0"), (0.10009765625, "bfloat16", "0.1")]  # fmt: skip


@pytest.mark.parametrize(("value", "dtype", "text"), CHOSEN)
def test_values_alone(value: object, dtype: str | None, text: str) -> None:
    """As Python writes them, with the dtype's own digits."""
    assert chosen(value, dtype) == text


@given(st.floats(width=32, allow_nan=False))
def test_digits_give_the_float32_back(value: float) -> None:
    """What is written is read back as the same float32, and never longer than the double's digits."""
    text = digits(value, "float32")
    assert value in (float("inf"), float("-inf")) or struct.unpack("<f", struct.pack("<f", float(text)))[0] == value
    assert len(text) <= len(repr(value))


@given(value=st.floats(width=32, allow_nan=False, allow_infinity=False), whole=st.booleans())
@example(value=2.0**-149, whole=False)
def test_no_fewer_digits_would_do(value: float, whole: bool) -> None:
    """One significant digit less is read back as another float32; for subnormal numbers, too."""
    value = struct.unpack("<f", struct.pack("<f", round(value, 3)))[0] if whole and abs(value) < 1e30 else value
    _, figures, _ = Decimal(digits(value, "float32")).normalize().as_tuple()
    if len(figures) > 1:
        shorter = float(f"{value:.{len(figures) - 1}g}")
        assert abs(shorter) > 3.4e38 or struct.unpack("<f", struct.pack("<f", shorter))[0] != value


@given(st.floats(width=16, allow_nan=False))
def test_digits_give_the_float16_back(value: float) -> None:
    """The same for float16."""
    text = digits(value, "float16")
    assert value in (float("inf"), float("-inf")) or struct.unpack("<e", struct.pack("<e", float(text)))[0] == value
