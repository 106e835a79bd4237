"""Functions of arrays agree with the functions of numbers."""

from __future__ import annotations

import math
from typing import Any

import pytest

from autodiff.dtypes import DTYPES
from autodiff.errors import TorchRuntimeError
from autodiff.numbers import array_functions, ieee
from autodiff.numbers.array import ARRAYS, np
from autodiff.numbers.array_functions import each, once_rounded
from autodiff.numbers.scalar import SCALARS

EDGES = (0.0, -0.0, 0.5, -1.5, 3.0, 7.25, math.inf, -math.inf, math.nan)


@pytest.mark.parametrize("d", list(SCALARS), ids=str)
def test_an_array_rounds_as_a_number_does(d: Any) -> None:  # noqa: ANN401 - a dtype
    """Every dtype has the same values on both carriers."""
    values = [0.0, 0.1, 1.00390625, 1.01171875, -2.7, 65519.9]
    if d.name == "uint8":
        values = [0.0, 3.7, 255.0]
    arrays = ARRAYS[d].of(np.array(values)).read()
    assert arrays == [SCALARS[d].of(v).value for v in values] or d.name == "int8"


def test_every_dtype_has_both_carriers() -> None:
    """The table of dtypes and the carriers name the same dtypes."""
    assert set(ARRAYS) == set(SCALARS) <= set(DTYPES)


@pytest.mark.parametrize("name", ["remainder", "fmod", "floor_divide"])
def test_modulo_of_arrays(name: str) -> None:
    """Signs and edges are those of the function of numbers."""
    pairs = [(a, b) for a in EDGES for b in EDGES]
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    with np.errstate(all="ignore"):
        got = getattr(array_functions, name)(left, right).tolist()
    expected = [getattr(ieee, name)(a, b) for a, b in pairs]
    assert [f"{x + 0.0}" for x in got] == [f"{x + 0.0}" for x in expected]


def test_integers_refuse_a_zero_divisor() -> None:
    """One zero among the divisors is enough."""
    with pytest.raises(TorchRuntimeError, match=r"^ZeroDivisionError$"):
        array_functions.remainder(np.array([1, 2]), np.array([1, 0]))


def test_integer_powers_wrap_and_have_no_fractions() -> None:
    """A negative power of an integer is 0, except of 1 and -1; a large one is taken modulo 2**64."""
    got = array_functions.power(np.array([1, -1, -1, 2, 0, 3]), np.array([-1, -1, -2, -1, -1, 41]))
    assert got.tolist() == [1, -1, 1, 0, 0, -420491770248316829]


def test_a_function_is_rounded_once() -> None:
    """float32 functions are computed in double: the nearest float32 to the true value."""
    x = np.array([0.1, 1.0, 20.5], dtype=np.float32)
    assert once_rounded("exp")(x).tolist() == [float(np.float32(math.exp(v))) for v in x.tolist()]


def test_each_keeps_shape_and_dtype() -> None:
    """A function of numbers is applied to broadcast elements."""
    result = each(math.atan2)(np.ones((2, 1), dtype=np.float32), np.ones((1, 3), dtype=np.float32))
    assert result.shape == (2, 3)
    assert result.dtype == np.float32
