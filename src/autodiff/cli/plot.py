"""`autodiff plot`: the value of an expression and its derivative over a range, in the terminal or as a picture."""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from autodiff.cli.evaluation import named_values
from autodiff.cli.exit import OF_FAILURE, ExitStatus
from autodiff.cli.guard import guarded
from autodiff.cli.options import refuse_unknown_options
from autodiff.cli.streams import Streams, write, write_bytes
from autodiff.cli.whole_file import check_target, write_whole
from autodiff.render import Screen, failure
from autodiff.session import UsageProblem

__all__ = ["plot_command"]

_Expression = Annotated[str, typer.Argument(metavar="EXPRESSION", help="What to plot; - reads it from standard input.")]
_Inputs = Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="The inputs that are fixed.")]
_Range = Annotated[list[str] | None, typer.Option("--range", metavar="NAME=LOW:HIGH", help="The input that varies.")]
_Order = Annotated[
    int, typer.Option("--order", metavar="N", help="Derivatives up to this order; 0 for none, the default is 1.")
]
_Samples = Annotated[int, typer.Option("--samples", metavar="N", help="How many points; the default is 401.")]
_Png = Annotated[str | None, typer.Option("--png", metavar="FILE", help="Write a picture; - for standard output.")]
_Svg = Annotated[str | None, typer.Option("--svg", metavar="FILE", help="Write a picture; - for standard output.")]
_Json = Annotated[bool, typer.Option("--json", help="The points, as one object.")]

_USUAL_ROWS: Final = 24


def plot_command(
    expression: _Expression,
    inputs: _Inputs = None,
    range_: _Range = None,
    order: _Order = 1,
    samples: _Samples = 401,
    png: _Png = None,
    svg: _Svg = None,
    json: _Json = False,
) -> None:
    """Plot EXPRESSION and its derivative over a range of one input."""
    options = dict(locals())  # the parameters above, and nothing else yet
    raise typer.Exit(guarded(lambda streams: _act(options, streams)))


def _act(options: Mapping[str, Any], streams: Streams) -> int:
    """Plot as the options say."""
    from autodiff.cli.progress import ProgressBar
    from autodiff.session.plot.plotting import Asked, plot

    words = [options["expression"], *(options["inputs"] or ())]
    refuse_unknown_options(words, _OPTIONS)
    targets = {style: options[style] for style in ("png", "svg") if options[style] is not None}
    _refuse(targets, options, streams)
    ranges = named_values(options["range_"] or (), "--range")
    for target in targets.values():
        if target != "-":
            check_target(target)
    expression = streams.input.read() if words[0].strip() == "-" else words[0]
    asked = Asked(expression, ranges, named_values(words[1:]), options["order"], options["samples"])
    draw: Any = _pictures() if targets else None if options["json"] else _characters()
    with ProgressBar(streams) as progress:
        found = plot(asked, progress)
    if options["json"]:
        from autodiff.render.plot_json import json

        write(streams.output, json(found))
    if found.error is not None:
        write(streams.errors, failure(found.error))
        return OF_FAILURE[found.error.kind]
    for style, target in targets.items():
        _save(draw(found, style), target, streams)
    if not targets and not options["json"]:
        unicode = (streams.output.encoding or "ascii").lower().startswith("utf")
        screen = Screen(streams.width, streams.color)
        text = draw(found, screen, rows=_rows(streams), unicode=unicode, terminal=streams.is_terminal)
        write(streams.output, text)
    return ExitStatus.DONE


def _refuse(targets: Mapping[str, str], options: Mapping[str, Any], streams: Streams) -> None:
    """Raise UsageProblem for outputs that exclude each other."""
    to_output = [style for style, target in targets.items() if target == "-"]
    if len(to_output) + bool(options["json"]) > 1:
        raise UsageProblem("standard output takes one of them", "write the pictures to files")
    if to_output == ["png"] and streams.is_terminal:
        raise UsageProblem("a terminal cannot show png", "write --png FILE")


def _characters() -> Any:  # noqa: ANN401 - a renderer
    try:
        from autodiff.render.plot import plot
    except ModuleNotFoundError as error:
        raise _missing(error, "plots in the terminal") from None
    return plot


def _pictures() -> Any:  # noqa: ANN401 - a renderer
    try:
        from autodiff.render.picture import picture
    except ModuleNotFoundError as error:
        raise _missing(error, "pictures") from None
    return picture


def _missing(error: ModuleNotFoundError, what: str) -> Exception:
    """The problem that an extra is not installed; another module's absence is our bug."""
    if error.name not in {"plotille", "matplotlib"}:
        return error
    return UsageProblem(f"{what} are drawn by {error.name}, which is not installed", "pip install 'autodiff-cli[plot]'")


def _save(content: bytes, target: str, streams: Streams) -> None:
    if target == "-":
        write_bytes(streams.output, content)
    else:
        write_whole(target, content)


def _rows(streams: Streams) -> int:
    """The lines of the terminal but one for the prompt; the usual number elsewhere."""
    lines = os.environ.get("LINES", "")
    if not streams.is_terminal:
        return _USUAL_ROWS
    if lines.isdigit() and int(lines) > 0:
        return int(lines) - 1
    try:
        return (os.get_terminal_size(streams.output.fileno()).lines or _USUAL_ROWS) - 1
    except (OSError, ValueError):
        return _USUAL_ROWS


_OPTIONS = ("--range", "--order", "--samples", "--png", "--svg", "--json", "--help")
