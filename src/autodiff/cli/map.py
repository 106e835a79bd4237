"""`autodiff map`: an expression and its gradients for every row of a table.

    $ autodiff map 'x**2+3*x+2' points.csv
    out,x.grad
    20,9

Columns are variables. The results are written as a table, whole or not at all; `--sum` prints their totals instead.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from autodiff.cli.evaluation import named_values
from autodiff.cli.exit import OF_FAILURE, ExitStatus
from autodiff.cli.guard import guarded
from autodiff.cli.options import refuse_unknown_options
from autodiff.cli.streams import Streams, write
from autodiff.render import Screen, failure
from autodiff.render.rows import TOTALS, left_out, progress
from autodiff.rows.facts import Mapped, Progress
from autodiff.rows.mapping import Watch, Wish, run
from autodiff.session import UsageProblem

__all__ = ["map_command"]

_Expression = Annotated[str, typer.Argument(metavar="EXPRESSION", help="What to compute in every row.")]
_Data = Annotated[
    str, typer.Argument(metavar="DATA", help="The table: CSV, TSV, JSON Lines, Parquet, Arrow, .npy, .npz; - is stdin.")
]
_Constants = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="Numbers that are the same in all rows.")
]
_To = Annotated[str, typer.Option("--to", metavar="FILE", help="Where the results go; the default is CSV on stdout.")]
_Wrt = Annotated[
    str | None, typer.Option("--wrt", metavar="NAMES", help="Gradients by these; the default is every float column.")
]
_Keep = Annotated[str, typer.Option("--keep", metavar="NAMES", help="Columns to keep beside the results; all for all.")]
_Sum = Annotated[bool, typer.Option("--sum", help="Print the sums over all rows: value and gradient of a loss.")]
_From = Annotated[str | None, typer.Option("--format", metavar="F", help="The format of DATA, if its name says none.")]
_Into = Annotated[str | None, typer.Option("--to-format", metavar="F", help="The format of the results.")]
_Dtype = Annotated[str, typer.Option("--dtype", metavar="D", help="float64, the default, or float32.")]
_SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave rows out that cannot be read, and count them.")]
_Threads = Annotated[int | None, typer.Option("--threads", metavar="N", help="The default is one a processor.")]
_Engine = Annotated[str, typer.Option("--engine", metavar="E", help="local, or dask for a folder of parts on many.")]
_Scheduler = Annotated[str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Dask's; the default is none.")]
_Json = Annotated[bool, typer.Option("--json", help="With --sum: the totals as JSON.")]


def map_command(
    expression: _Expression,
    data: _Data,
    constants: _Constants = None,
    to: _To = "-",
    wrt: _Wrt = None,
    keep: _Keep = "",
    sum_: _Sum = False,
    format_: _From = None,
    to_format: _Into = None,
    dtype: _Dtype = "float64",
    skip_bad: _SkipBad = False,
    threads: _Threads = None,
    engine: _Engine = "local",
    scheduler: _Scheduler = None,
    json: _Json = False,
) -> None:
    """Compute EXPRESSION and its gradients for every row of DATA."""
    options = dict(locals())  # the parameters above, and nothing else yet
    raise typer.Exit(guarded(lambda streams: _act(options, streams)))


def _act(options: Mapping[str, Any], streams: Streams) -> int:
    """Run it, print the sums or what went wrong, and tell how it went."""
    refuse_unknown_options([options["expression"], options["data"], *(options["constants"] or ())], _OPTIONS)
    wish = _wish(options)
    if options["json"] and not wish.total:
        raise UsageProblem("--json is for the totals of --sum", "rows as JSON Lines: --to-format jsonl")
    line = _Line(streams)
    found = _engine(options)(wish, line.show)
    line.clear()
    if found.error is not None:
        write(streams.errors, failure(found.error))
        return OF_FAILURE[found.error.kind]
    if wish.total:
        write(streams.output, _totals(found, streams, json=options["json"]))
    write(streams.errors, left_out(found))
    return ExitStatus.DONE


def _engine(options: Mapping[str, Any]) -> Callable[[Wish, Watch], Mapped]:
    """What runs it. Raises UsageProblem for an engine there is none of."""
    if options["engine"] == "local":
        if options["scheduler"] is not None:
            raise UsageProblem("--scheduler is for --engine dask")
        return run
    if options["engine"] != "dask":
        raise UsageProblem(f"there is no engine '{options['engine']}'", "choose one of local, dask")
    from autodiff.rows.cluster import run_on_cluster

    return lambda wish, watch: run_on_cluster(wish, options["scheduler"], watch)


def _totals(found: Mapped, streams: Streams, *, json: bool) -> str:
    style = "json" if json else "table" if streams.is_terminal else "plain"
    return TOTALS[style](found, Screen(streams.width, streams.color))


def _wish(options: Mapping[str, Any]) -> Wish:
    keep = options["keep"].strip()
    return Wish(
        options["expression"],
        options["data"],
        options["to"],
        named_values(options["constants"] or ()),
        None if options["wrt"] is None else _names(options["wrt"]),
        None if keep == "all" else _names(keep),
        options["format_"],
        options["to_format"],
        options["dtype"],
        skip_bad=options["skip_bad"],
        total=options["sum_"],
        threads=options["threads"],
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


class _Line:
    """The line on standard error that says how far it is, if a person is looking and it takes long enough."""

    def __init__(self, streams: Streams, clock: Callable[[], float] = time.monotonic) -> None:
        errors = streams.errors
        self._errors = errors
        self._clock = clock
        self._shows = errors.isatty() and os.environ.get("TERM") != "dumb" and not streams.is_terminal
        self._screen = Screen(streams.width)
        self._next = clock() + _PATIENCE
        self._shown = False

    def show(self, told: Progress) -> None:
        """Write the line anew, a few times a second."""
        if self._shows and self._clock() >= self._next:
            self._next = self._clock() + _BETWEEN
            self._shown = True
            write(self._errors, f"\r{progress(told, self._screen)}\x1b[K")

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            write(self._errors, "\r\x1b[K")


_PATIENCE: Final = 0.5
_BETWEEN: Final = 0.1
_OPTIONS: Final[Sequence[str]] = (
    "--to",
    "--wrt",
    "--keep",
    "--sum",
    "--format",
    "--to-format",
    "--dtype",
    "--skip-bad",
    "--threads",
    "--engine",
    "--scheduler",
    "--json",
    "--help",
)
