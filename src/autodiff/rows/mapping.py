"""Running an expression over a table: what `autodiff map` does."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from autodiff.errors import Deliberate
from autodiff.language import Program as Text
from autodiff.language import parse
from autodiff.rows.block import Block, Work
from autodiff.rows.derivation import Derived, Inputs, derive
from autodiff.rows.facts import Mapped, Progress
from autodiff.rows.kernel import Kernel
from autodiff.rows.names import Names, named
from autodiff.rows.ordered import ordered
from autodiff.rows.tables import Place, Source, opened_table, suited
from autodiff.rows.total import Total
from autodiff.session import Scenario, UsageProblem
from autodiff.session.failing import failure_of

__all__ = ["Watch", "Wish", "prepared", "processors", "run"]

Watch = Callable[[Progress], object]
_DTYPES: Final = ("float64", "float32")
_MOST_THREADS: Final = 16
_PATTERN: Final = frozenset("*?[")


class Wish(NamedTuple):
    """An expression, a table, and where its results go.

    `data` and `to` are paths, or `-`. `wrt` None: by every column in the expression that holds floats. `keep`: further
    columns, or None for all. `total`: only the sums are wanted. `groups`: only these groups of rows of a Parquet file.
    """

    expression: str
    data: str
    to: str = "-"
    constants: tuple[tuple[str, str], ...] = ()
    wrt: tuple[str, ...] | None = None
    keep: tuple[str, ...] | None = ()
    format: str | None = None
    to_format: str | None = None
    dtype: str = "float64"
    skip_bad: bool = False
    total: bool = False
    threads: int | None = None
    groups: tuple[int, ...] | None = None


def run(wish: Wish, watch: Watch = lambda _: None) -> Mapped:
    """Compute the outputs of every row, write them or sum them, and tell how it went.

    `watch` is told after every piece how far it is. Errors of the user's are in the facts; then nothing was written.
    """
    text: Text | None = None
    try:
        _check(wish)
        text = parse(wish.expression)
        places = _places(wish)
        with closing(opened_table(places[0], skip_bad=wish.skip_bad)) as source:
            names, work = prepared(wish, text, source)
            return _Run(wish, source, names, work, watch).result(places[1])
    except Deliberate as error:
        scenario = Scenario(wish.expression, wish.constants, wrt=wish.wrt, dtype=wish.dtype)
        return Mapped(wish.expression, error=failure_of(error, scenario, text))


def _check(wish: Wish) -> None:
    if wish.dtype not in _DTYPES:
        raise UsageProblem(f"there is no dtype '{wish.dtype}' for rows", f"choose one of {', '.join(_DTYPES)}")
    path = Path(wish.data)
    if path.is_dir() or (_PATTERN & set(wish.data) and not path.exists()):
        raise UsageProblem(f"'{wish.data}' is more than one file", "--engine dask reads folders and patterns")
    if wish.threads is not None and wish.threads < 1:
        raise UsageProblem(f"--threads: at least 1, not {wish.threads}")
    if wish.total and wish.to != "-":
        raise UsageProblem("--sum prints the totals, and --to writes a table", "leave one of them out")


def _places(wish: Wish) -> tuple[Place, Place]:
    place = suited(wish.data, wish.format, "--format")._replace(groups=wish.groups)
    return place, suited(wish.to, wish.to_format, "--to-format")


def prepared(wish: Wish, text: Text, source: Source) -> tuple[Names, Work]:
    """Which columns are needed, and what is computed of them. Raises UsageProblem and Located."""
    names = named(text, source, wish.constants, wish.wrt, wish.keep)
    inputs = Inputs(names.used, wish.constants, names.wrt, wish.dtype, insists=wish.wrt is not None)
    derived = derive(text, inputs)
    _refuse_twice(names.kept if not wish.total else (), derived)
    kernel = Kernel(derived.program, list(derived.present.values()))
    return names, Work(kernel, tuple(derived.outputs), tuple(derived.present), names.kept, total=wish.total)


def _refuse_twice(kept: Iterable[str], derived: Derived) -> None:
    for name in kept:
        if name in derived.outputs:
            hint = "give the result another name, as in result = ..., or do not keep the column"
            raise UsageProblem(f"the column '{name}' is kept, and a result has the same name", hint)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Run:
    """One run over a table, as far as it has come."""

    def __init__(self, wish: Wish, source: Source, names: Names, work: Work, watch: Watch) -> None:
        self.wish, self.source, self.names, self.work, self.watch = wish, source, names, work, watch
        self.rows = self.missing = self.skipped = self.size = 0
        self.started = time.perf_counter()

    def result(self, to: Place) -> Mapped:
        """Do it all."""
        return self._mapped(self._summed()) if self.wish.total else self._written(to)

    def _written(self, to: Place) -> Mapped:
        from autodiff.rows.tables.writing import Output

        with Output(to) as output:
            for block in self._blocks():
                output.write(block.batch)
                self._note(block)
            output.finish()
        return self._mapped(None)

    def _summed(self) -> tuple[tuple[str, Total | None], ...]:
        totals = {name: Total() for name in self.work.present}
        for block in self._blocks():
            totals = {name: total.plus(block.sums[name]) for name, total in totals.items()}
            self._note(block)
        return tuple((name, totals.get(name)) for name in self.work.outputs)

    def _blocks(self) -> Iterator[Block]:
        threads = self.wish.threads or min(processors(), _MOST_THREADS)
        pieces = self.source.pieces(self.work.columns, self.names.kept)
        return ordered(pieces, self.work.of, threads)

    def _note(self, block: Block) -> None:
        self.rows += block.rows
        self.missing += block.missing
        self.skipped += block.skipped
        self.size += block.size
        seconds = time.perf_counter() - self.started
        self.watch(Progress(self.rows, self.size, self.source.rows, self.source.size, seconds))

    def _mapped(self, totals: tuple[tuple[str, Total | None], ...] | None) -> Mapped:
        seconds = time.perf_counter() - self.started
        return Mapped(self.wish.expression, self.rows, self.missing, self.skipped, seconds, totals)
