"""`autodiff ops`: list the operations."""

from typing import Annotated

import typer

from autodiff.cli.evaluation import chosen_format
from autodiff.cli.exit import ExitStatus
from autodiff.cli.guard import guarded
from autodiff.cli.streams import Streams, write
from autodiff.session import UsageProblem

__all__ = ["ops_command"]


def ops_command(
    pattern: Annotated[
        str | None, typer.Argument(metavar="[PATTERN]", help="Part of a name; * and ? are wild.")
    ] = None,
    format_: Annotated[
        str | None, typer.Option("--format", metavar="F", help="table, plain or json; table on a terminal.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
) -> None:
    """List the operations: how each is called, what it does, and its grad_fn."""

    def act(streams: Streams) -> int:
        from autodiff.render import LISTINGS, Screen
        from autodiff.session.listing import operations

        style = chosen_format("json" if json else format_, streams)
        found = operations(pattern)
        if not found:
            raise UsageProblem(f"no operation matches '{pattern}'", "autodiff ops lists them all")
        write(streams.output, LISTINGS[style](found, Screen(streams.width, streams.color)))
        return ExitStatus.DONE

    raise typer.Exit(guarded(act))
