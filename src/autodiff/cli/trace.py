"""`autodiff trace`: what evaluation records and what each backward call does, node by node."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from autodiff.cli import scenario_options as given
from autodiff.cli.evaluation import fields, named_values
from autodiff.cli.exit import OF_FAILURE, ExitStatus
from autodiff.cli.guard import guarded
from autodiff.cli.options import refuse_unknown_options
from autodiff.cli.streams import Streams, write
from autodiff.render import Screen, failure, warned
from autodiff.session import Scenario, UsageProblem

__all__ = ["trace_command"]

_Expression = Annotated[str, typer.Argument(metavar="EXPRESSION", help="What to evaluate.")]
_Inputs = Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="The inputs.")]
_Nan = Annotated[bool, typer.Option("--nan", help="Only the first nan or inf, and what made it; fails if there is.")]
_Step = Annotated[bool, typer.Option("--step", help="On a terminal, wait for Enter after each node.")]
_Format = Annotated[
    str | None, typer.Option("--format", metavar="F", help="table, plain or json; table on a terminal.")
]
_Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]


def trace_command(
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
    nan: _Nan = False,
    step: _Step = False,
    format_: _Format = None,
    json: _Json = False,
) -> None:
    """Show backward step by step: each node's rule, its gradients, what is added up, saved and freed."""
    options = dict(locals())  # the parameters above, and nothing else yet
    raise typer.Exit(guarded(lambda streams: _act(options, streams)))


def _act(options: Mapping[str, Any], streams: Streams) -> int:
    """Trace what the options say."""
    from autodiff.render.trace import NAN, TRACES
    from autodiff.session.trace.tracing import trace

    words = [options["expression"], *(options["inputs"] or ())]
    refuse_unknown_options(words, _OPTIONS)
    style = "json" if options["json"] else options["format_"] or ("table" if streams.is_terminal else "plain")
    renderers = NAN if options["nan"] else TRACES
    if style not in renderers:
        raise UsageProblem(f"there is no format '{style}'", f"choose one of {', '.join(renderers)}")
    scenario = Scenario(words[0], named_values(words[1:]), **fields(options))
    found = trace(scenario, nan=options["nan"])
    error = found.report.error
    if options["step"] and streams.is_terminal and streams.input.isatty() and not options["nan"] and style != "json":
        _walk_through(found, streams)
    elif error is None or found.events or style == "json":
        write(streams.output, renderers[style](found, Screen(streams.width, streams.color)))
    write(streams.errors, warned(found.report.warnings) + (failure(error) if error else ""))
    if error is not None:
        return OF_FAILURE[error.kind]
    return ExitStatus.EXPECTATION if found.culprits else ExitStatus.DONE


def _walk_through(found: Any, streams: Streams) -> None:  # noqa: ANN401 - a Trace
    """One piece after the other; Enter goes on, q ends."""
    from autodiff.render.trace import pieces

    told = list(pieces(found))
    for number, piece in enumerate(told, 1):
        write(streams.output, piece)
        if number == len(told):
            return
        write(streams.errors, f"[{number}/{len(told)}] Enter for the next, q to quit ")
        answer = streams.input.readline()
        if not answer or answer.strip().lower() in {"q", "quit"}:
            return


_OPTIONS = (*given.OPTIONS, "--nan", "--step", "--format", "--json", "--help")
