"""Every benchmark runs, once and without a stopwatch."""

import json
from math import sin
from pathlib import Path

import pytest

import autodiff as torch
from tests.bench import arrays, big, stream, table
from tests.bench.cases import CASES, Case, prepared
from tests.bench.cold_start import COMMANDS
from tests.bench.differentiation import COMMANDS as DIFFERENTIATION
from tests.bench.differentiation import growth, of_polynomial
from tests.bench.processes import processor_time
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
    assert processor_time(COMMANDS[name]) > 0


def test_derivatives_are_timed() -> None:
    """A polynomial and nested sines, of which the text grows no faster than the square of their depth."""
    assert min(of_polynomial(20, 1)) > 0
    small, large = growth((10, 20), 1)
    assert 2 * small.characters < large.characters < 4 * small.characters


@pytest.mark.parametrize("name", DIFFERENTIATION)
def test_a_derivative_from_nothing_is_timed(name: str) -> None:
    """The commands that are compared succeed."""
    assert processor_time(DIFFERENTIATION[name]) > 0


def test_a_stream_gives_what_the_loop_gives() -> None:
    """Each line is the object that a loop over a library's tensors makes; only the digits may be more than needed."""
    lines = stream.expressions(5)
    looped: list[str] = []
    stream.looped(torch, lines, looped.append)
    _, streamed = stream.streamed(lines)
    assert [_rounded(json.loads(line)) for line in streamed] == [_rounded(json.loads(line)) for line in looped]
    assert stream.parsing(lines) > 0


def _rounded(found: object) -> object:
    """The same with its floats to six digits."""
    if isinstance(found, dict):
        return {name: _rounded(value) for name, value in found.items()}
    if isinstance(found, list):
        return [_rounded(each) for each in found]
    return float(f"{found:.6g}") if isinstance(found, float) else found


@pytest.mark.parametrize("shape", big.SHAPES)
def test_a_big_expression_is_evaluated(shape: str) -> None:
    """The process succeeds, and its value is that of the expression."""
    found = big.ours(shape, 3)
    assert found.printed is not None
    expected = {"sum": sin(0.5) + sin(1.0) + sin(1.5), "sin": sin(sin(sin(0.5))), "parentheses": 0.5}
    assert json.loads(found.printed)["values"]["out"]["value"] == pytest.approx(expected[shape], rel=1e-6)
    assert found.seconds > 0


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


@pytest.mark.parametrize("text", arrays.CASES.values(), ids=arrays.CASES)
def test_work_on_arrays_is_timed(text: str) -> None:
    """Small and large arrays: what has a gradient gives one to every leaf it is computed of."""
    for size in (arrays.SMALL, arrays.FEW):
        (times,) = arrays.fastest([arrays.prepared(text, torch, size)], 0)
        assert 0 < times.forward < times.both


def test_the_peak_of_memory_is_measured() -> None:
    """Of two million numbers: the result and the gradient of a product at least, and no more than six arrays."""
    megabytes = arrays.peak("autodiff", 2_000_000) / 1024
    assert 12 < megabytes < 48


def test_the_table_has_every_benchmark() -> None:
    """The run that writes the README's table gives a figure in each row, and the README shows these rows."""
    found = list(table.lines(table.QUICK, None))
    assert min(min(each.here, each.there) for each in found) > 0
    shown = table.README.read_text(encoding="utf-8").partition(table.BEGIN)[2].partition(table.END)[0]
    assert shown.count("\n| ") >= len(found)
