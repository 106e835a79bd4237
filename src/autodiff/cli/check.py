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
from autodiff.cli.exit import OF_FAILURE, ExitStatus
from autodiff.cli.guard import guarded
from autodiff.cli.options import refuse_unknown_options
from autodiff.cli.streams import Streams, write
from autodiff.render import Screen, failure
from autodiff.render.checks import CHECKS
from autodiff.session import UsageProblem
from autodiff.session.checking import Wish, check
from autodiff.session.report import DISAGREES, Check

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

    def act(streams: Streams) -> ExitStatus:
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
        return _print(wish, "json" if json else format_, streams)

    raise typer.Exit(guarded(act))


def _print(wish: Wish, asked: str | None, streams: Streams) -> ExitStatus:
    """Check, print what was found, and tell how it went. Raises UsageProblem for a format there is none of."""
    style = asked or ("table" if streams.is_terminal else "plain")
    if style not in CHECKS:
        raise UsageProblem(f"there is no format '{style}'", f"choose one of {', '.join(CHECKS)}")
    if wish.expression.strip() == "-":
        return _stream(wish, streams)
    found = check(wish)
    if found.error is None or style == "json":
        write(streams.output, CHECKS[style](found, Screen(streams.width, streams.color)))
    if found.error is not None:
        write(streams.errors, failure(found.error))
    return _status(found)


def _status(found: Check) -> ExitStatus:
    """The exit status of one check."""
    if found.error is not None:
        return OF_FAILURE[found.error.kind]
    drawn = found.sampling
    nothing = drawn is not None and not drawn.agreeing + drawn.disagreeing + drawn.kinks
    disagrees = (drawn is not None and drawn.disagreeing) or any(c.verdict == DISAGREES for c in found.comparisons)
    return ExitStatus.EXPECTATION if nothing or disagrees else ExitStatus.DONE


def _stream(defaults: Wish, streams: Streams) -> ExitStatus:
    """One line of JSON out for each line in. The status is the highest that occurred."""
    import gc

    from autodiff.session.check_stream import checks

    gc.enable()  # a stream may be long, and graphs of gradients leave cycles behind
    status = ExitStatus.DONE
    for found in checks(streams.input, defaults):
        write(streams.output, CHECKS["json"](found, Screen()))
        status = max(status, _status(found))
    return status


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
