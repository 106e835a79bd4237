"""`autodiff eval`: evaluate an expression, call backward, print values and gradients."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from autodiff.cli.evaluation import Request, evaluate, named_values
from autodiff.cli.guard import guarded
from autodiff.cli.options import refuse_unknown_options
from autodiff.cli.streams import Streams
from autodiff.session import FLAGS, Scenario

__all__ = ["eval_command"]

_Expression = Annotated[str, typer.Argument(metavar="EXPRESSION", help="What to evaluate; - reads many, one a line.")]
_Inputs = Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="The inputs.")]
_Wrt = Annotated[str | None, typer.Option("--wrt", metavar="NAMES", help="Only these inputs require grad.")]
_Dtype = Annotated[str, typer.Option("--dtype", metavar="D", help="The default dtype.")]
_Detach = Annotated[list[str] | None, typer.Option("--detach", metavar="E", help="Apply .detach() to E.")]
_DetachInplace = Annotated[
    list[str] | None, typer.Option("--detach-inplace", metavar="E", help="Apply .detach_() to E.")
]
_RetainGrad = Annotated[list[str] | None, typer.Option("--retain-grad", metavar="E", help="Apply .retain_grad() to E.")]
_Backward = Annotated[
    int | None, typer.Option("--backward", metavar="N", min=0, help="Call backward N times; the default is 1.")
]
_RetainGraph = Annotated[bool, typer.Option("--retain-graph", help="Passed to each backward call.")]
_CreateGraph = Annotated[bool, typer.Option("--create-graph", help="Passed to each backward call.")]
_Gradient = Annotated[str | None, typer.Option("--gradient", metavar="V", help="Passed to each backward call.")]
_ZeroGrad = Annotated[bool, typer.Option("--zero-grad", help="Set gradients to None between the calls.")]
_NoGrad = Annotated[bool, typer.Option("--no-grad", help="Evaluate under torch.no_grad().")]
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
    wrt: _Wrt = None,
    dtype: _Dtype = "float32",
    detach: _Detach = None,
    detach_inplace: _DetachInplace = None,
    retain_grad: _RetainGrad = None,
    backward: _Backward = None,
    retain_graph: _RetainGraph = False,
    create_graph: _CreateGraph = False,
    gradient: _Gradient = None,
    zero_grad: _ZeroGrad = False,
    no_grad: _NoGrad = False,
    order: _Order = None,
    jacobian: _Jacobian = False,
    hessian: _Hessian = False,
    expect: _Expect = None,
    expect_error: _ExpectError = None,
    rtol: _Rtol = 1e-5,
    atol: _Atol = 1e-8,
    format_: _Format = None,
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
    scenario = Scenario(words[0], named_values(words[1:]), **_fields(options))
    request = Request(
        scenario,
        "json" if options["json"] else options["format_"],
        tuple(options["get"] or ()),
        named_values(options["expect"] or (), "--expect"),
        tuple(options["expect_error"] or ()),
        options["rtol"],
        options["atol"],
    )
    return evaluate(request, streams)


def _fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that are fields of the scenario, by the same names."""
    fields: dict[str, Any] = {name: options[name] for name in ("dtype", "backward", "gradient", "order", *FLAGS)}
    fields |= {name: tuple(options[name] or ()) for name in ("detach", "detach_inplace", "retain_grad")}
    wrt = options["wrt"]
    return {**fields, "wrt": None if wrt is None else tuple(each.strip() for each in wrt.split(",") if each.strip())}


_OPTIONS = (
    "--wrt",
    "--dtype",
    "--detach",
    "--detach-inplace",
    "--retain-grad",
    "--backward",
    "--retain-graph",
    "--create-graph",
    "--gradient",
    "--zero-grad",
    "--no-grad",
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
