"""Every benchmark runs, once and without a stopwatch."""

import pytest

import autodiff as torch
from tests.bench.cases import CASES, Case, prepared
from tests.bench.cold_start import COMMANDS, milliseconds
from tests.bench.differentiation import COMMANDS as DIFFERENTIATION
from tests.bench.differentiation import growth, of_polynomial, processor_time


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_runs(case: Case) -> None:
    """Forward gives a graph, and backward walks it."""
    forward, backward = prepared(case, torch, 3)
    y = forward()
    assert tuple(y.shape) == case.shape
    backward(y)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_runs(name: str) -> None:
    """The commands whose start is timed succeed."""
    assert milliseconds(COMMANDS[name]) > 0


def test_derivatives_are_timed() -> None:
    """A polynomial and nested sines, of which the text grows no faster than the square of their depth."""
    assert min(of_polynomial(20, 1)) > 0
    small, large = growth((10, 20), 1)
    assert 2 * small.characters < large.characters < 4 * small.characters


@pytest.mark.parametrize("name", DIFFERENTIATION)
def test_a_derivative_from_nothing_is_timed(name: str) -> None:
    """The commands that are compared succeed."""
    assert processor_time(DIFFERENTIATION[name]) > 0
