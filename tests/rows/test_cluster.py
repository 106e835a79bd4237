"""A table in parts on a Dask cluster: the same results as here, also when a worker is lost in mid-run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autodiff.numbers.array import np
from autodiff.rows.cluster import run_on_cluster
from autodiff.rows.facts import Progress
from autodiff.rows.mapping import Wish, run
from autodiff.rows.tables.remote import parts_of
from tests.cli.process import ENVIRONMENT

PARTS, ROWS = 12, 20_000
EXPRESSION = "lgamma(x)*sin(y) + x**3/(1 + y*y)"

# A worker in the background is no part of a test, and its warnings are Dask's own.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of Parquet files."""
    folder = tmp_path_factory.mktemp("data")
    for part in range(PARTS):
        k = np.arange(part * ROWS, (part + 1) * ROWS)
        columns = {"k": k, "x": 1.5 + np.sin(k), "y": np.cos(3.0 * k)}
        pq.write_table(pa.table(columns), folder / f"{part:02}.parquet")
    return folder


@contextmanager
def _process(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A process of Dask's, ended by its number."""
    command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _address(scheduler: subprocess.Popen[str]) -> str:
    """Where a scheduler that has just started listens."""
    assert scheduler.stderr is not None
    for line in scheduler.stderr:
        if "Scheduler at:" in line:
            return line.rpartition("Scheduler at:")[2].strip()
    raise AssertionError("the scheduler did not start")


def _worker(address: str) -> tuple[str, ...]:
    return ("dask_worker", address, "--no-nanny", "--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler on loopback."""
    words = ("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
    with _process(*words) as process:
        yield _address(process)


def _all(folder: Path) -> dict[str, list[float]]:
    tables = [pq.read_table(path) for path in sorted(folder.iterdir())]
    whole = pa.concat_tables(tables)
    return {name: whole.column(name).to_pylist() for name in whole.column_names}


def test_a_lost_worker_loses_nothing(tmp_path: Path, data: Path, scheduler: str) -> None:
    """One of two workers is killed after the first parts; the result is complete, and equal to that of one machine."""
    to = tmp_path / "to"
    with _process(*_worker(scheduler)) as first, _process(*_worker(scheduler)):
        lost: list[int] = []

        def watch(told: Progress) -> None:
            if told.size >= 2 and not lost:
                lost.append(first.pid)
                os.kill(first.pid, signal.SIGKILL)

        found = run_on_cluster(Wish(EXPRESSION, str(data), str(to), keep=("k",)), scheduler, watch)
        assert (found.error, found.rows, len(lost)) == (None, PARTS * ROWS, 1)
        sums = run_on_cluster(Wish(EXPRESSION, str(data), total=True), scheduler)
    assert sorted(path.name for path in to.iterdir()) == [f"part-{k:05}.parquet" for k in range(PARTS)]
    assert [path.name for path in tmp_path.iterdir()] == ["to"]
    whole = tmp_path / "whole.parquet"
    pq.write_table(pa.concat_tables([pq.read_table(path) for path in sorted(data.iterdir())]), whole)
    here = tmp_path / "here" / "here.parquet"
    here.parent.mkdir()
    assert run(Wish(EXPRESSION, str(whole), str(here), keep=("k",))).error is None
    assert _all(to) == _all(here.parent)
    alone = run(Wish(EXPRESSION, str(whole), total=True))
    assert sums.rows == alone.rows
    assert sums.sums == {name: pytest.approx(total, rel=1e-15) for name, total in alone.sums.items()}


def test_an_error_of_a_part_is_one_of_the_whole(tmp_path: Path, scheduler: str) -> None:
    """Its line and its file are told, and no folder is left."""
    (tmp_path / "a.csv").write_text("x\n1\n2\n")
    (tmp_path / "b.csv").write_text("x\n1\noops\n")
    with _process(*_worker(scheduler)):
        found = run_on_cluster(Wish("x**2", str(tmp_path / "*.csv"), str(tmp_path / "to")), scheduler)
        assert found.error is not None
        assert found.error.message == f"{tmp_path}/b.csv, line 3: 'oops' in column x is not a number"
        wish = Wish("x**2", f"file://{tmp_path}/*.csv", f"file://{tmp_path}/to", to_format="jsonl", skip_bad=True)
        skipped = run_on_cluster(wish, scheduler)
        assert (skipped.error, skipped.rows, skipped.skipped) == (None, 3, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv", "to"]
    assert (
        tmp_path / "to" / "part-00000.jsonl"
    ).read_text() == '{"out": 1.0, "x.grad": 2.0}\n{"out": 4.0, "x.grad": 4.0}\n'


def test_a_cluster_of_this_machine(data: Path) -> None:
    """Without an address, processors of this machine do it."""
    found = run_on_cluster(Wish("k", str(data / "0[01].parquet"), wrt=(), total=True), None)
    assert found.sums == {"out": sum(range(2 * ROWS))}


def test_a_large_file_has_several_parts(tmp_path: Path) -> None:
    """By groups of rows, about a million at a time."""
    table = pa.table({"x": np.zeros(2_500_000)})
    pq.write_table(table, tmp_path / "x.parquet", row_group_size=300_000)
    assert [place.groups for place in parts_of(str(tmp_path / "x.parquet"), None)] == [(0, 1, 2), (3, 4, 5), (6, 7, 8)]


PROBLEMS = [
    (Wish("x", "DATA/*.nothing"), "there are no files at DATA/*.nothing"),
    (Wish("x", "DATA"), "the parts need a folder"),
    (Wish("x", "DATA", to="DATA"), "there is something at DATA"),
    (Wish("x", "nosuch://table"), "cannot read nosuch://table: "),
]


@pytest.mark.parametrize(("wish", "message"), PROBLEMS)
def test_what_does_not_fit_is_said(data: Path, scheduler: str, wish: Wish, message: str) -> None:
    """Before anything is computed."""
    asked = wish._replace(data=wish.data.replace("DATA", str(data)), to=wish.to.replace("DATA", str(data)))
    error = run_on_cluster(asked, scheduler).error
    assert error is not None
    assert error.message.startswith(message.replace("DATA", str(data)))


def test_a_silent_address(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said how to start a scheduler."""
    monkeypatch.setattr("autodiff.rows.cluster._PATIENCE", 0.5)
    started = time.monotonic()
    error = run_on_cluster(Wish("x", str(data), total=True), "tcp://127.0.0.1:1").error
    assert error is not None
    assert (error.message, error.hint) == (
        "no scheduler answers at tcp://127.0.0.1:1",
        "start one with: dask scheduler",
    )
    assert time.monotonic() - started < 20
