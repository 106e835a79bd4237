"""Every benchmark runs, once and without a stopwatch."""

from pathlib import Path

import pytest

import autodiff as torch
from tests.bench.cases import CASES, Case, prepared
from tests.bench.cold_start import COMMANDS, milliseconds
from tests.bench.differentiation import COMMANDS as DIFFERENTIATION
from tests.bench.differentiation import growth, of_polynomial, processor_time
from tests.bench.rows import PEERS, commands, cost, table_of


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


def test_rows_are_timed(tmp_path: Path) -> None:
    """The table is written, by `map` and by what NumPy does by hand."""
    to = tmp_path / "to.parquet"
    asked = commands({library.partition(",")[0]: "nowhere" for library in PEERS}, table_of(10, tmp_path), to)
    assert list(asked) == ["autodiff map", "autodiff map, 1 thread"]
    asked = commands({}, table_of(10, tmp_path), to)
    for name in ("autodiff map", "numpy, by hand"):
        assert cost(asked[name]).peak > 0
        assert to.is_file()
        to.unlink()
