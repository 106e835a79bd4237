"""`autodiff diff`: the derivatives of an expression, as expressions."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from autodiff.cli.differentiation import asked, names_in, print_derivatives
from autodiff.cli.evaluation import named_values
from autodiff.cli.guard import guarded
from autodiff.cli.options import refuse_unknown_options
from autodiff.cli.streams import Streams
from autodiff.session import UsageProblem
from autodiff.session.diff.differentiation import TARGETS
from autodiff.session.diff.shapes import is_shape, read_shapes

__all__ = ["diff_command"]

_Expression = Annotated[
    str, typer.Argument(metavar="EXPRESSION", help="What to differentiate; - reads many, one a line.")
]
_Further = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME:SHAPE]...", help="Names that are arrays: x:3, A:2x3.")
]
_Wrt = Annotated[str | None, typer.Option("--wrt", metavar="NAMES", help="By these names; the default is all.")]
_Order = Annotated[int, typer.Option("--order", metavar="N", help="How often by each name; the default is 1.")]
_Gradient = Annotated[bool, typer.Option("--gradient", help="By every name once.")]
_Jacobian = Annotated[bool, typer.Option("--jacobian", help="Each output of a list [f, g] by every name.")]
_Hessian = Annotated[bool, typer.Option("--hessian", help="By every pair of names.")]
_At = Annotated[list[str] | None, typer.Option("--at", metavar="NAME=VALUE", help="The value there, too.")]
_NoSimplify = Annotated[bool, typer.Option("--no-simplify", help="As the rules give it, nothing collected.")]
_Cse = Annotated[bool, typer.Option("--cse", help="Name what occurs several times: t0, t1 ...")]
_Assume = Annotated[
    list[str] | None, typer.Option("--assume", metavar="P=NAMES", help="Names that are positive, nonnegative, nonzero.")
]
_Format = Annotated[
    str | None, typer.Option("--format", metavar="F", help=f"table, plain, json; {', '.join(TARGETS)}.")
]
_WithValue = Annotated[bool, typer.Option("--with-value", help="The expression, too, in what --format writes.")]
_Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]


def diff_command(
    expression: _Expression,
    further: _Further = None,
    wrt: _Wrt = None,
    order: _Order = 1,
    gradient: _Gradient = False,
    jacobian: _Jacobian = False,
    hessian: _Hessian = False,
    at: _At = None,
    no_simplify: _NoSimplify = False,
    cse: _Cse = False,
    assume: _Assume = None,
    format: _Format = None,
    with_value: _WithValue = False,
    json: _Json = False,
) -> None:
    """Write down the derivatives of EXPRESSION."""
    options = dict(locals())  # the parameters above, and nothing else yet
    raise typer.Exit(guarded(lambda streams: _act(options, streams)))


def _act(options: Mapping[str, Any], streams: Streams) -> int:
    """Differentiate as the options say."""
    words = options["further"] or ()
    shapes = [word for word in words if is_shape(word)]
    _refuse(options["expression"], [word for word in words if not is_shape(word)])
    further = {
        "at": named_values([part for word in options["at"] or () for part in _points(word)], "--at"),
        "assume": tuple(pair for word in options["assume"] or () for pair in _assumed(word)),
        "shapes": read_shapes(shapes),
    }
    return print_derivatives(asked(options["expression"], options, **further), streams)


def _refuse(expression: str, further: Sequence[str]) -> None:
    """Raise UsageProblem for what is neither the expression nor an option."""
    refuse_unknown_options([expression, *further], _OPTIONS)
    if further:
        hint = f"write --at {further[0]} for the value there" if "=" in further[0] else "quote the expression"
        raise UsageProblem(f"one expression is differentiated, and '{further[0]}' is a second", hint)


def _points(word: str) -> list[str]:
    """`x=1,y=2` as two words; commas in the values, as in `x=max(1, 2)`, separate nothing."""
    parts: list[str] = []
    for part in word.split(","):
        if parts and not part.partition("=")[0].strip().isidentifier():
            parts[-1] += f",{part}"
        else:
            parts.append(part)
    return parts


def _assumed(word: str) -> list[tuple[str, str]]:
    kind, sign, names = word.partition("=")
    if not sign or not names_in(names):
        raise UsageProblem(f"--assume: expected PROPERTY=NAMES, got '{word}'", "write --assume positive=x")
    return [(kind.strip(), name) for name in names_in(names)]


_OPTIONS = (
    "--wrt",
    "--order",
    "--gradient",
    "--jacobian",
    "--hessian",
    "--at",
    "--no-simplify",
    "--cse",
    "--assume",
    "--format",
    "--with-value",
    "--json",
    "--help",
)
