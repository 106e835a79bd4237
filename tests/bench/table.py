# ruff: noqa: T201 - a script prints
"""The README's table of speed: every benchmark in one run, each beside its peer.

    PYTHONPATH=src python -m tests.bench.table [--peers PYTHON] [--quick] [--write]

PYTHON is an interpreter that has PyTorch and pyarrow, this one if it has them; without it the rows beside PyTorch are
left out. `--quick` takes small sizes and one run of each, to see that all of it works. `--write` puts the table into
the README. Times are of the processor, so that a busy machine changes them little; mind the ratios.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.bench import big, differentiation, rows, stream
from tests.bench.processes import medians

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN: Final = "<!-- speed: python -m tests.bench.table --write writes it -->\n"
END: Final = "<!-- end of speed -->\n"
README: Final = Path(__file__).resolve().parents[2] / "README.md"
_TORCH: Final = (
    "import torch; x = torch.tensor(3., requires_grad=True); y = x**2+3*x+2; y.backward(); print(y); print(x.grad)"
)


class Line(NamedTuple):
    """What was timed, how long it took here and beside, in `unit`, and what it is compared with."""

    what: str
    here: float
    unit: str
    beside: str
    there: float

    def shown(self) -> str:
        """The row of the table."""
        ratio = self.here / self.there
        here, there = (f"{each:.3g} {self.unit}" for each in (self.here, self.there))
        return f"| {self.what} | {here} | {self.beside} | {there} | {ratio:.2g} |\n"


class Size(NamedTuple):
    """How much is run: times, expressions of a stream, terms, rows."""

    runs: int
    lines: int
    terms: int
    rows: int


QUICK: Final = Size(1, 20, 50, 100)
FULL: Final = Size(9, 5000, 100_000, 2_000_000)


def lines(size: Size, peers: str | None) -> Iterator[Line]:
    """The rows of the table, as they are measured; those beside PyTorch only with an interpreter that has it."""
    yield from _starts(size, peers)
    evaluated, differentiated = differentiation.of_polynomial(min(size.terms, 2000), size.runs)
    yield Line("write the derivative of a polynomial of 2000 terms", differentiated, "ms", "evaluating it", evaluated)
    text = stream.expressions(size.lines)
    micros = 1e6 / size.lines
    here = min(stream.streamed(text)[0] for _ in range(min(size.runs, 3))) * micros
    if peers:
        asked = ("stream", "--peer", "--lines", str(size.lines))
        there = min(float(_asked(peers, *asked)) for _ in range(min(size.runs, 3)))
        yield Line("a line of `eval - --json`, start included", here, "us", "PyTorch, `eval`, `json`", there * micros)
        yield from _operations(peers)
    for shape in big.SHAPES:
        small, large = (big.ours(shape, terms).seconds for terms in (size.terms // 10, size.terms))
        what = f"an expression of {size.terms:,} {_NAMES[shape]}, value and gradient"
        yield Line(what, large, "s", "a tenth of it", small)
    yield from _tables(size, peers)


_NAMES: Final = {"sum": "terms", "sin": "nested `sin`", "parentheses": "parentheses"}


def _asked(python: str, module: str, *options: str) -> str:
    command = [python, "-m", f"tests.bench.{module}", *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _starts(size: Size, peers: str | None) -> Iterator[Line]:
    """Whole processes."""
    evaluate, differentiate = (differentiation.COMMANDS[f"autodiff {name}"] for name in ("eval", "diff"))
    commands = {
        "nothing": ["-c", "pass"],
        "eval": evaluate,
        "json": [*evaluate, "--json"],
        "typer": [*evaluate, "--rtol", "1e-5"],
        "diff": differentiate,
        **({"torch": ["-c", _TORCH]} if peers else {}),
    }
    took = medians(commands, size.runs, {"torch": peers} if peers else None)
    nothing = ("`python -c pass`", took["nothing"])
    yield Line("`autodiff eval 'x**2+3*x+2' x=3`", took["eval"], "ms", *nothing)
    yield Line("... with `--json`", took["json"], "ms", *nothing)
    yield Line("... with an option that Typer reads", took["typer"], "ms", *nothing)
    if peers:
        yield Line("... without options", took["eval"], "ms", "a script with PyTorch", took["torch"])
    yield Line("`autodiff diff 'x**2+3*x+2'`", took["diff"], "ms", "`autodiff eval`", took["eval"])


def _operations(peers: str) -> Iterator[Line]:
    """Single operations, forward and backward."""
    for row in _asked(peers, "scalar").splitlines()[1:]:
        name = row[:16].strip()
        ours, back, theirs, their_back, _ = map(float, row[16:].split())
        yield Line(f"an operation, {name}: forward and backward", ours + back, "us", "PyTorch", theirs + their_back)


def _tables(size: Size, peers: str | None) -> Iterator[Line]:
    """Rows of a table."""
    with tempfile.TemporaryDirectory() as folder:
        pythons = {"torch": peers} if peers else {}
        asked = rows.commands(pythons, rows.table_of(size.rows, Path(folder)), Path(folder) / "to.parquet")
        runs = range(min(size.runs, 3))
        costs = {name: min(rows.cost(command).seconds for _ in runs) for name, command in asked.items()}
    here = costs.pop("autodiff map")
    for name, there in costs.items():
        yield Line(f"value and two gradients of {size.rows:,} rows of Parquet", here, "s", name, there)


def table(found: list[Line]) -> str:
    """The table as it stands in the README."""
    head = "| what | time | beside it | time | ratio |\n|---|---:|---|---:|---:|\n"
    return head + "".join(each.shown() for each in found)


def main() -> None:
    """Prints the table, or writes it into the README."""
    parser = argparse.ArgumentParser(description="Run every benchmark.")
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter that has PyTorch and pyarrow")
    parser.add_argument("--quick", action="store_true", help="small sizes, once")
    parser.add_argument("--write", action="store_true", help="write the README's table")
    options = parser.parse_args()
    text = table(list(lines(QUICK if options.quick else FULL, options.peers)))
    if not options.write:
        print(text, end="")
        return
    before, marked, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    README.write_text(f"{before}{marked}{text}{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
