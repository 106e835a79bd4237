"""The Typer application: the commands, and what they have in common."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Annotated, Any, Final, NamedTuple

import typer

from autodiff import __version__

__all__ = ["COMMANDS", "build"]

# A word that begins with a minus sign may be an expression: `-x**2`. Its `-h` is `--help` by the time it gets here.
_EXPRESSIONS: Final = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


class _Command(NamedTuple):
    """Where a command is, and what Typer is told about it."""

    module: str
    function: str
    settings: Mapping[str, Any]


COMMANDS: Final[Mapping[str, _Command]] = {
    "eval": _Command("eval", "eval_command", _EXPRESSIONS),
    "diff": _Command("diff", "diff_command", _EXPRESSIONS),
    "check": _Command("check", "check_command", _EXPRESSIONS),
    "graph": _Command("graph", "graph_command", _EXPRESSIONS),
    "trace": _Command("trace", "trace_command", _EXPRESSIONS),
    "plot": _Command("plot", "plot_command", _EXPRESSIONS),
    "explain": _Command("explain", "explain_command", {}),
    "run": _Command("run", "run_command", {}),
    "repl": _Command("repl", "repl_command", {}),
    "test": _Command("test", "cases_command", {}),
    "map": _Command("map", "map_command", _EXPRESSIONS),
    "ops": _Command("ops", "ops_command", {}),
}
"""The commands in the order in which `--help` lists them."""


def build(words: Sequence[str] = ()) -> typer.Typer:
    """The application: with the one command that the first word names, so that it pays for no other, or with all.

    Rich stays out of it: it would double the time `--help` takes.
    """
    app = typer.Typer(
        name="autodiff",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name in words[:1] if words and words[0] in COMMANDS else COMMANDS:
        command = COMMANDS[name]
        function = getattr(import_module(f"autodiff.cli.{command.module}"), command.function)
        app.command(name, context_settings=dict(command.settings))(function)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"autodiff {__version__}")
        raise typer.Exit


def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """PyTorch's autograd for the shell: values, gradients and grad_fn of an expression, as PyTorch prints them."""
