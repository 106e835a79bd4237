"""The Typer application: the commands, and what they have in common."""

from typing import Annotated, Final

import typer

from autodiff import __version__
from autodiff.cli.diff import diff_command
from autodiff.cli.eval import eval_command
from autodiff.cli.ops import ops_command

__all__ = ["build"]

# A word that begins with a minus sign may be an expression: `-x**2`. Its `-h` is `--help` by the time it gets here.
_EXPRESSIONS: Final = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


def build() -> typer.Typer:
    """The application. Rich stays out of it: it would double the time `--help` takes."""
    app = typer.Typer(
        name="autodiff",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    app.command("eval", context_settings=_EXPRESSIONS)(eval_command)
    app.command("diff", context_settings=_EXPRESSIONS)(diff_command)
    app.command("ops")(ops_command)
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
