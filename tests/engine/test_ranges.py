"""Ranges are PyTorch's to the bit; the expected ones were recorded from PyTorch 2.13.0."""

import hashlib
import math
from collections.abc import Callable

import numpy as np
import pytest

import autodiff as torch


def digest(t: "torch.Tensor") -> str:
    """A short name for all bits of a tensor."""
    return hashlib.sha256(np.ascontiguousarray(t.numpy()).tobytes()).hexdigest()[:12]


RANGES = [
    (lambda: torch.linspace(-math.pi, math.pi, 2000), "015ad3d111e1"),
    (lambda: torch.linspace(-7.3, 6.9, 34), "ab47e5507836"),
    (lambda: torch.linspace(0.1, 0.9, 101, dtype=torch.float64), "0c009756b0d8"),
    (lambda: torch.linspace(3.7, -2.2, 57, dtype=torch.int64), "aed1f7d99591"),
    (lambda: torch.arange(-3.3, 4.4, 0.017), "8da910cdddf0"),
    (lambda: torch.arange(5.5, -1.1, -0.03, dtype=torch.float64), "4b85ead29290"),
    (lambda: torch.arange(0.0, 1.0, 0.07), "0793e8b9382d"),
]


@pytest.mark.parametrize(("make", "expected"), RANGES)
def test_the_bits_are_those_of_pytorch(make: Callable[[], "torch.Tensor"], expected: str) -> None:
    """Products and sums are rounded once, from both ends or from the first number of a register."""
    assert digest(make()) == expected
