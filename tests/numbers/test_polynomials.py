"""Orthogonal polynomials against their explicit formulas."""

from __future__ import annotations

import math

import pytest

from autodiff.numbers import polynomials
from autodiff.numbers.scalar import round_float32

POINTS = (-1.75, -1.0, -0.3, 0.0, 0.6, 1.0, 2.5)


@pytest.mark.parametrize("x", POINTS)
def test_explicit_formulas_of_degree_3(x: float) -> None:
    """The tables of A&S 22.3 up to rounding."""
    expected = {
        "t": 4 * x**3 - 3 * x,
        "u": 8 * x**3 - 4 * x,
        "v": 8 * x**3 - 4 * x**2 - 4 * x + 1,
        "w": 8 * x**3 + 4 * x**2 - 4 * x - 1,
    }
    for kind, value in expected.items():
        assert polynomials.chebyshev(kind, x, 3, float) == pytest.approx(value, abs=1e-13)
    assert polynomials.hermite_h(x, 3, float) == pytest.approx(8 * x**3 - 12 * x)
    assert polynomials.hermite_he(x, 3, float) == pytest.approx(x**3 - 3 * x)
    assert polynomials.laguerre(x, 3, float) == pytest.approx((-(x**3) + 9 * x**2 - 18 * x + 6) / 6)
    assert polynomials.legendre(x, 3, float) == pytest.approx((5 * x**3 - 3 * x) / 2)


@pytest.mark.parametrize("kind", "tuvw")
def test_angles_and_recurrences_agree(kind: str) -> None:
    """Above its limit a degree is computed from an angle; the recurrence holds across it."""
    for n in range(2, 15):
        below, here, above = (polynomials.chebyshev(kind, 0.37, n + k, float) for k in (-1, 0, 1))
        assert above == pytest.approx(2 * 0.37 * here - below, abs=1e-12)


@pytest.mark.parametrize("kind", "tuvw")
def test_shifted_polynomials_are_those_of_2x_minus_1(kind: str) -> None:
    """Also at both ends."""
    for x in (0.0, 0.2, 0.9, 1.0, 1.3):
        expected = polynomials.chebyshev(kind, 2 * x - 1, 5, float)
        assert polynomials.shifted_chebyshev(kind, x, 5, float) == pytest.approx(expected, abs=1e-12)


def test_degrees_that_are_no_degrees() -> None:
    """A negative or infinite degree gives 0, a Hermite degree beyond PyTorch's limit nan."""
    assert polynomials.legendre(0.5, -1, float) == 0
    assert polynomials.laguerre(0.5, math.nan, float) == 0
    assert math.isnan(polynomials.hermite_h(0.5, 129, round_float32))
