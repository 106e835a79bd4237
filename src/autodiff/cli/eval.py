"""`autodiff eval`: evaluate an expression, call backward, print values and gradients."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from autodiff.cli import scenario_options as given
from autodiff.cli.evaluation import asked, evaluate
from autodiff.cli.guard import guarded
from autodiff.cli.options import refuse_unknown_options
from autodiff.cli.streams import Streams

__all__ = ["eval_command"]

_Expression = Annotated[str, typer.Argument(metavar="EXPRESSION", help="What to evaluate; - reads many, one a line.")]
_Inputs = Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="The inputs.")]
_Order = Annotated[
    int | None, typer.Option("--order", metavar="N", help="Differentiate N times by each input, with the graph of it.")
]
_Jacobian = Annotated[bool, typer.Option("--jacobian", help="Each element of the output by each of the inputs.")]
_Hessian = Annotated[bool, typer.Option("--hessian", help="The output by each pair of elements of the inputs.")]
_Expect = Annotated[list[str] | None, typer.Option("--expect", metavar="NAME=VALUE", help="Fail unless it is so.")]
_ExpectError = Annotated[
    list[str] | None, typer.Option("--expect-error", metavar="TEXT", help="Fail unless this error comes.")
]
_Rtol = Annotated[float, typer.Option("--rtol", metavar="R", help="Relative tolerance of --expect.")]
_Atol = Annotated[float, typer.Option("--atol", metavar="A", help="Absolute tolerance of --expect.")]
_Format = Annotated[
    str | None, typer.Option("--format", metavar="F", help="table, plain or json; table on a terminal.")
]
_Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
_Get = Annotated[list[str] | None, typer.Option("--get", metavar="NAME", help="Print only this, in full precision.")]


def eval_command(
    expression: _Expression,
    inputs: _Inputs = None,
    wrt: given.Wrt = None,
    dtype: given.Dtype = "float32",
    detach: given.Detach = None,
    detach_inplace: given.DetachInplace = None,
    retain_grad: given.RetainGrad = None,
    backward: given.Backward = None,
    retain_graph: given.RetainGraph = False,
    create_graph: given.CreateGraph = False,
    gradient: given.Gradient = None,
    zero_grad: given.ZeroGrad = False,
    no_grad: given.NoGrad = False,
    order: _Order = None,
    jacobian: _Jacobian = False,
    hessian: _Hessian = False,
    expect: _Expect = None,
    expect_error: _ExpectError = None,
    rtol: _Rtol = 1e-5,
    atol: _Atol = 1e-8,
    format: _Format = None,
    json: _Json = False,
    get: _Get = None,
) -> None:
    """Evaluate EXPRESSION and differentiate its last value."""
    options = dict(locals())  # the parameters above, and nothing else yet
    raise typer.Exit(guarded(lambda streams: _act(options, streams)))


def _act(options: Mapping[str, Any], streams: Streams) -> int:
    """Evaluate what the options say."""
    words = [options["expression"], *(options["inputs"] or ())]
    refuse_unknown_options(words, _OPTIONS)
    return evaluate(asked(words, options), streams)


_OPTIONS = (
    *given.OPTIONS,
    "--order",
    "--jacobian",
    "--hessian",
    "--expect",
    "--expect-error",
    "--rtol",
    "--atol",
    "--format",
    "--json",
    "--get",
    "--help",
)
