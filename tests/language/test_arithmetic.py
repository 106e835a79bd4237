"""Plain numbers compute as Python computes, within bounds."""

import operator
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff.errors import TooLarge
from autodiff.language import OPERATIONS

PYTHON = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "pow": operator.pow,
    "floor_divide": operator.floordiv, "remainder": operator.mod, "eq": operator.eq, "ne": operator.ne,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
}  # fmt: skip
NUMBERS = st.booleans() | st.integers(-50, 50) | st.floats(-1e3, 1e3) | st.complex_numbers(max_magnitude=100)


@given(st.sampled_from(sorted(PYTHON)), NUMBERS, NUMBERS)
def test_operations_are_pythons(kind: str, left: complex, right: complex) -> None:
    """The same value of the same type, or the same error."""
    try:
        expected = PYTHON[kind](left, right)
    except (ArithmeticError, TypeError) as error:
        with pytest.raises(type(error)):
            OPERATIONS[kind](left, right)
    else:
        found = OPERATIONS[kind](left, right)
        assert (type(found), repr(found)) == (type(expected), repr(expected))


def test_operations_of_one_operand_are_pythons() -> None:
    """Also of booleans, without Python 3.12's warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [OPERATIONS[kind](value) for kind in ("neg", "positive", "bitwise_not") for value in (3, True)]
    assert found == [-3, -1, 3, 1, -4, -2]


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("pow", 9, 9**9),
        ("pow", -3, 10**9),
        ("pow", 2, 4096),
        ("mul", 2**4095, 2**4095),
        ("mul", 2**4095, 2),
        ("add", 2**4096 - 1, 1),
        ("sub", -(2**4096) + 1, 1),
        ("mul", [1], 10**9),
        ("mul", 10**9, (1, 2)),
        ("add", [0] * 600_000, [0] * 600_000),
        ("eq", [[1]], [[1]]),
    ],
)
def test_what_would_be_huge_is_refused(kind: str, left: object, right: object) -> None:
    """Before it is computed."""
    with pytest.raises(TooLarge):
        OPERATIONS[kind](left, right)


def test_the_largest_that_is_allowed() -> None:
    """The bounds are what they say."""
    assert OPERATIONS["pow"](2, 4095) == 2**4095
    assert OPERATIONS["pow"](1, 10**9) == OPERATIONS["pow"](-1, 10**9) == 1
    assert OPERATIONS["mul"]([1], 3) == [1, 1, 1]


def test_a_string_formats_nothing() -> None:
    """`'%1000000000d' % 1` would need a gigabyte."""
    with pytest.raises(TypeError, match="unsupported operand"):
        OPERATIONS["remainder"]("%1000000000d", 1)
