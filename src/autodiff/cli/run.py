"""`autodiff run`: a program, as Python with PyTorch would run it."""

from typing import Annotated

import typer

from autodiff.cli.guard import guarded
from autodiff.cli.program import Asked, run_file

__all__ = ["run_command"]

_File = Annotated[str, typer.Argument(metavar="FILE", help="The program; - reads it from standard input.")]
_Echo = Annotated[bool, typer.Option("--echo", help="Print bare expressions as the interactive prompt does.")]
_Json = Annotated[bool, typer.Option("--json", help="A line of JSON for each statement.")]
_Budget = Annotated[
    str | None, typer.Option("--budget", metavar="B", help="What it may use: steps=1e7,memory=2G; a number is steps.")
]


def run_command(file: _File, echo: _Echo = False, json: _Json = False, budget: _Budget = None) -> None:
    """Run the program in FILE: PyTorch's autograd with Python's statements."""
    raise typer.Exit(guarded(lambda streams: run_file(Asked(file, echo, json, budget), streams)))
