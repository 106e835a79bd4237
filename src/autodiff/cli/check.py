"""`autodiff check`: compare the derivatives that autograd, the rules in writing and differences give.

    $ autodiff check 'x**2+3*x+2' x=3
    x: autograd 9.0, symbolic 9.0, central difference 9.0, relative error 0, agrees

Everything is computed in float64. The exit status is 1 if any of them disagree, or if no random point could be checked.
Kinks, jumps, poles and edges of the domain are told, and are no disagreement as long as autograd gives a slope that the
point allows: one of those on its two sides or, at a kink, one between them.
"""

from typing import Annotated

import typer

from autodiff.cli.evaluation import named_values
from autodiff.cli.guard import guarded
from autodiff.cli.options import refuse_unknown_options
from autodiff.cli.streams import Streams

__all__ = ["check_command"]

_Expression = Annotated[str, typer.Argument(metavar="EXPRESSION", help="What to check; - reads many, one a line.")]
_Inputs = Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="The inputs.")]
_Wrt = Annotated[str | None, typer.Option("--wrt", metavar="NAMES", help="By these inputs; the default is all.")]
_Order = Annotated[int, typer.Option("--order", metavar="N", help="2 for second derivatives, by every pair.")]
_Rtol = Annotated[float, typer.Option("--rtol", metavar="R", help="Relative tolerance.")]
_Atol = Annotated[float, typer.Option("--atol", metavar="A", help="Absolute tolerance; rounding is allowed anyway.")]
_Samples = Annotated[int | None, typer.Option("--samples", metavar="N", help="Random points; the default is 100.")]
_Range = Annotated[list[str] | None, typer.Option("--range", metavar="NAME=LOW:HIGH", help="Where to draw an input.")]
_Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Where random numbers begin; the default is 0.")]
_Format = Annotated[
    str | None, typer.Option("--format", metavar="F", help="table, plain or json; table on a terminal.")
]
_Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]


def check_command(
    expression: _Expression,
    inputs: _Inputs = None,
    wrt: _Wrt = None,
    order: _Order = 1,
    rtol: _Rtol = 1e-6,
    atol: _Atol = 0.0,
    samples: _Samples = None,
    range_: _Range = None,
    seed: _Seed = 0,
    format_: _Format = None,
    json: _Json = False,
) -> None:
    """Check the derivatives of EXPRESSION: autograd, symbolic, and central differences."""

    def act(streams: Streams) -> int:
        from autodiff.cli.checking import print_check  # `--help` of all commands needs none of it
        from autodiff.session.check.checking import Wish

        refuse_unknown_options([expression, *(inputs or ())], _OPTIONS)
        wish = Wish(
            expression,
            named_values(inputs or ()),
            None if wrt is None else tuple(name.strip() for name in wrt.split(",") if name.strip()),
            order,
            rtol,
            atol,
            samples,
            named_values(range_ or (), "--range"),
            seed,
        )
        return print_check(wish, "json" if json else format_, streams)

    raise typer.Exit(guarded(act))


_OPTIONS = (
    "--wrt",
    "--order",
    "--rtol",
    "--atol",
    "--samples",
    "--range",
    "--seed",
    "--format",
    "--json",
    "--help",
)
