"""`autodiff graph`: the forward program of an expression, and the backward graph it leaves, as PyTorch holds it."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from autodiff.cli import scenario_options as given
from autodiff.cli.drawing import PICTURES, DrawingProblem, picture
from autodiff.cli.evaluation import fields, named_values
from autodiff.cli.exit import OF_FAILURE, ExitStatus
from autodiff.cli.guard import guarded
from autodiff.cli.options import refuse_unknown_options
from autodiff.cli.streams import Streams, write, write_bytes
from autodiff.cli.whole_file import check_target, write_whole
from autodiff.render import Screen, failure, warned
from autodiff.session import Failure, Scenario, UsageProblem

__all__ = ["graph_command"]

_Expression = Annotated[str, typer.Argument(metavar="EXPRESSION", help="What to evaluate; - reads standard input.")]
_Inputs = Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="The inputs.")]
_Backward = Annotated[
    int, typer.Option("--backward", metavar="N", min=0, help="Call backward N times; the default is 0.")
]
_Depth = Annotated[
    int | None, typer.Option("--depth", metavar="N", min=1, help="Draw N levels, node by node; nothing else is folded.")
]
_Format = Annotated[
    str, typer.Option("--format", metavar="F", help="tree, dot, mermaid, json; svg and png need Graphviz.")
]
_Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
_Output = Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write there.")]


def graph_command(
    expression: _Expression,
    inputs: _Inputs = None,
    wrt: given.Wrt = None,
    dtype: given.Dtype = "float32",
    detach: given.Detach = None,
    detach_inplace: given.DetachInplace = None,
    retain_grad: given.RetainGrad = None,
    backward: _Backward = 0,
    retain_graph: given.RetainGraph = False,
    create_graph: given.CreateGraph = False,
    gradient: given.Gradient = None,
    zero_grad: given.ZeroGrad = False,
    no_grad: given.NoGrad = False,
    depth: _Depth = None,
    format_: _Format = "tree",
    json: _Json = False,
    output: _Output = None,
) -> None:
    """Show what EXPRESSION computes, and the graph that backward walks."""
    options = dict(locals())  # the parameters above, and nothing else yet
    raise typer.Exit(guarded(lambda streams: _act(options, streams)))


def _act(options: Mapping[str, Any], streams: Streams) -> int:
    """Evaluate what the options say, and show its graph."""
    from autodiff.render.graphs import GRAPHS, View
    from autodiff.session.graph.facts import graph

    words = [options["expression"], *(options["inputs"] or ())]
    refuse_unknown_options(words, _OPTIONS)
    style = "json" if options["json"] else options["format_"]
    if style not in (*GRAPHS, *PICTURES):
        raise UsageProblem(f"there is no format '{style}'", f"choose one of {', '.join((*GRAPHS, *PICTURES))}")
    target = options["output"]
    if style == "png" and target is None and streams.is_terminal:
        raise UsageProblem("a terminal cannot show png", "write -o FILE, or send it to a file or a pipe")
    if target is not None:
        check_target(target)
    expression = streams.input.read() if words[0].strip() == "-" else words[0]
    report = graph(Scenario(expression, named_values(words[1:]), **fields(options)))
    is_terminal = streams.is_terminal and target is None
    is_unicode = target is not None or (streams.output.encoding or "ascii").lower().startswith("utf")
    view = View(Screen(streams.width, streams.color), is_terminal, is_unicode, options["depth"])
    text = GRAPHS["dot" if style in PICTURES else style](report, view)
    status = ExitStatus.DONE
    if report.steps or style == "json":
        status = _show(text, style, target, streams)
    write(streams.errors, warned(report.warnings) + (failure(report.error) if report.error else ""))
    return status if report.error is None else OF_FAILURE[report.error.kind]


def _show(text: str, style: str, target: str | None, streams: Streams) -> int:
    """Write the text, or the picture of it; without a picture its text goes to standard output."""
    content = text.encode()
    if style in PICTURES:
        try:
            content = picture(text, style)
        except DrawingProblem as error:
            write(streams.output, text)
            write(streams.errors, failure(Failure("usage", "UsageError", str(error), error.hint)))
            return ExitStatus.USAGE
    if target is not None:
        write_whole(target, content)
    elif style in PICTURES:
        write_bytes(streams.output, content)
    else:
        write(streams.output, text)
    return ExitStatus.DONE


_OPTIONS = (*given.OPTIONS, "--depth", "--format", "--json", "--output", "--help")
