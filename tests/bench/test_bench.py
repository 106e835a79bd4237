"""Every benchmark runs, once and without a stopwatch."""

import pytest

import autodiff as torch
from tests.bench.cases import CASES, Case, prepared
from tests.bench.cold_start import COMMANDS, milliseconds


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
