"""Python numbers that carry a dtype: rounding, wrapping and the answers of IEEE 754."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff import dtypes
from autodiff.errors import TorchRuntimeError
from autodiff.numbers import ieee
from autodiff.numbers.scalar import SCALARS

inf, nan = math.inf, math.nan


def rounded(name: str, x: Any) -> Any:  # noqa: ANN401 - a number
    """`x` as a number of the dtype `name`."""
    return SCALARS[next(d for d in SCALARS if d.name == name)].of(x).value


@given(st.floats(allow_nan=False, width=64))
def test_float32_is_what_c_stores(x: float) -> None:
    """Rounding to float32 is to nearest even, and overflows to infinity."""
    try:
        expected = struct.unpack("<f", struct.pack("<f", x))[0]
    except OverflowError:
        expected = math.copysign(inf, x)
    assert rounded("float32", x) == expected


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("float16", 65519.9, 65504.0),
        ("float16", 65520.0, inf),
        ("float16", 0.1, 0.0999755859375),
        ("bfloat16", 0.1, 0.10009765625),
        ("bfloat16", 1.00390625, 1.0),  # a tie goes to the even number
        ("bfloat16", 1.01171875, 1.015625),
        ("bfloat16", 3.4e38, inf),
        ("int8", 130, -126),
        ("uint8", -1, 255),
        ("int32", 2**33 + 1, 1),
        ("int64", 2**63, -(2**63)),
        ("int64", -1.7, -1),
        ("bool", nan, True),
        ("complex64", 0.1 + 0.2j, complex(0.10000000149011612, 0.20000000298023224)),
    ],
)
def test_rounding(name: str, x: Any, expected: Any) -> None:  # noqa: ANN401 - numbers
    """Every dtype rounds, wraps or cuts as PyTorch does."""
    assert rounded(name, x) == expected


def test_a_real_dtype_takes_the_real_part() -> None:
    """A complex number becomes real by losing its imaginary part."""
    assert SCALARS[dtypes.float64].of(1.5 + 2j).value == 1.5


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [(1.0, 0.0, inf), (1.0, -0.0, -inf), (-1, 0, -inf), (0.0, 0.0, nan), (nan, 0.0, nan), (10**400, 10**399, 10.0)],
)
def test_division(a: float, b: float, expected: float) -> None:
    """A division by zero has a sign; only 0/0 is undefined."""
    assert repr(ieee.divide(a, b) if abs(a) < 1e300 or a != a else a / b) == repr(expected)


@pytest.mark.parametrize(
    ("a", "b", "modulo", "fmod"),
    [
        (5.5, 3.0, 2.5, 2.5),
        (-5.5, 3.0, 0.5, -2.5),
        (5.5, -3.0, -0.5, 2.5),
        (1.0, inf, 1.0, 1.0),
        (-1.0, inf, inf, -1.0),
        (1.0, 0.0, nan, nan),
        (inf, 2.0, nan, nan),
        (7, -2, -1, 1),
        (-7, 2, 1, -1),
    ],
)
def test_remainders_have_the_sign_of_one_operand(a: float, b: float, modulo: float, fmod: float) -> None:
    """remainder follows the divisor, fmod the dividend."""
    assert repr(ieee.remainder(a, b)) == repr(modulo)
    assert repr(ieee.fmod(a, b)) == repr(fmod)


@pytest.mark.parametrize("function", [ieee.remainder, ieee.fmod, ieee.floor_divide])
def test_integers_refuse_a_zero_divisor(function: Any) -> None:  # noqa: ANN401
    """PyTorch's own words for a division of integers by zero."""
    with pytest.raises(TorchRuntimeError, match=r"^ZeroDivisionError$"):
        function(1, 0)


@pytest.mark.parametrize(
    ("x", "exponent", "expected"),
    [
        (-8.0, 1 / 3, nan),
        (0.0, -1.5, inf),
        (-0.0, -3.0, -inf),
        (-10.0, 401.0, -inf),
        (-inf, 0.5, inf),
        (nan, 0.0, 1.0),
        (2, 62, 2**62),
        (-1, -3, -1),
        (5, -1, 0),
    ],
)
def test_power(x: float, exponent: float, expected: float) -> None:
    """Powers outside the domain of `math.pow` have IEEE's answers; integers wrap and have no fractions."""
    assert repr(ieee.power(x, exponent, lambda v: v)) == repr(expected)


def test_rounding_to_whole_numbers_keeps_the_sign_of_zero() -> None:
    """Halves go to the even number, and -0.3 to -0."""
    assert [ieee.round_half_even(x) for x in (0.5, 1.5, 2.5)] == [0.0, 2.0, 2.0]
    assert repr(ieee.truncate(-0.3)) == repr(ieee.ceiling(-0.3)) == "-0.0"
    assert ieee.floor(inf) == inf


def test_a_total_function_answers_everywhere() -> None:
    """Poles, overflow by parity, and nan outside the domain."""
    logarithm = ieee.total(math.log, poles={0: -inf})
    assert logarithm(0.0) == -inf
    assert math.isnan(logarithm(-1.0))
    assert ieee.total(math.sinh, odd=True)(-1000.0) == -inf
    assert ieee.total(math.cosh)(-1000.0) == inf
