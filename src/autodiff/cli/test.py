r"""`autodiff test`: run the cases in files, each with what is expected of it.

A case is a line with what follows `autodiff eval`; or such a line without the expression, and a program of several
lines indented below it; or a JSON object with the keys of a request:

    # gradients.autodiff
    'x**2 + 3*x + 2' x=3 --expect out=20 --expect x.grad=9

    name: only one path is cut
    x=3 --detach y --expect x.grad=9
        y = x**2
        z = y*x

    {"expression": "x.detach()", "inputs": {"x": 3}, "expect": {"out": 3}, "expect_error": "does not require grad"}
"""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from autodiff.cli.guard import guarded
from autodiff.cli.streams import Streams

__all__ = ["cases_command"]

_Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Files of cases; - is standard input.")]
_Select = Annotated[
    str | None, typer.Option("-k", metavar="TEXT", help="Only cases with this in their name, or their expression.")
]
_List = Annotated[bool, typer.Option("--list", help="List the cases, and run none.")]
_Report = Annotated[
    list[str] | None,
    typer.Option("--report", metavar="R", help="plain, tap, junit, github or json; plain is the default."),
]
_Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the last --report there, and print the one before it."),
]


def cases_command(
    files: _Files,
    select: _Select = None,
    list_: _List = False,
    report: _Report = None,
    output: _Output = None,
) -> None:
    """Run the cases in FILES, and report those that fail.

    \b
    A case is a line with what follows `autodiff eval`; or such a line without the
    expression, and the program indented below it; or a JSON object:

    \b
      # gradients.autodiff
      'x**2 + 3*x + 2' x=3 --expect out=20 --expect x.grad=9

    \b
      name: only one path is cut
      x=3 --detach y --expect x.grad=9
          y = x**2
          z = y*x

    \b
      {"expression": "x.detach()", "inputs": {"x": 3}, "expect": {"out": 3},
       "expect_error": "does not require grad"}        (on one line)

    Exit codes: 0 all passed, 1 some failed, 2 wrong usage or an unreadable file, 3 a case that cannot be run.
    """  # noqa: D301 - a backspace, above what is not to be wrapped
    options = dict(locals())  # the parameters above, and nothing else yet
    raise typer.Exit(guarded(lambda streams: _act(options, streams)))


def _act(options: Mapping[str, Any], streams: Streams) -> int:
    """Run, or list, the cases as the options say."""
    from autodiff.cli.testing import Wish, list_cases, run_cases  # `--help` of all commands needs none of it

    wish = Wish(tuple(options["files"]), options["select"], tuple(options["report"] or ()), options["output"])
    return list_cases(wish, streams) if options["list_"] else run_cases(wish, streams)
