"""Products and sums with one rounding."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np

from autodiff.numbers.fused import multiply_add, multiply_add_arrays


def test_one_rounding_of_doubles() -> None:
    """The sum is that of exact arithmetic, rounded once; two roundings would differ often."""
    random, twice = Random(1), 0  # noqa: S311 - reproducible
    for _ in range(500):
        a, b = random.gauss(0, 1), random.gauss(0, 1)
        c = -a * b * (1 + random.gauss(0, 1e-10))
        exact = float(Fraction(a) * Fraction(b) + Fraction(c))
        assert multiply_add(a, b, c) == exact
        assert multiply_add_arrays(np.array([a]), b, c)[0] == exact
        twice += a * b + c != exact
    assert twice > 100


def test_one_rounding_of_floats() -> None:
    """Arrays of float32 are multiplied and added in double."""
    a, b, c = (np.float32(x) for x in (1 + 2**-20, 1 - 2**-20, -1))
    assert multiply_add_arrays(np.array([a]), b, c)[0] == np.float32(-(2.0**-40))


def test_whole_numbers_and_infinities_are_left_alone() -> None:
    """Integers are exact anyway, infinities stay."""
    assert multiply_add(3, 4, 5) == 17
    assert multiply_add(float("inf"), 2.0, 1.0) == float("inf")
    assert multiply_add_arrays(np.array([2, 3]), 4, 1).tolist() == [9, 13]
