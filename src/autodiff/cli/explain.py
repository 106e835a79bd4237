"""`autodiff explain`: a topic, an error or an operation, explained with examples that are run for it."""

from typing import Annotated

import typer

from autodiff.cli.exit import ExitStatus
from autodiff.cli.guard import guarded
from autodiff.cli.streams import Streams, write
from autodiff.render import Screen
from autodiff.session import UsageProblem

__all__ = ["explain_command"]

_Topic = Annotated[
    str | None, typer.Argument(metavar="[TOPIC]", help="A topic, an error's text, or a grad_fn; none lists the topics.")
]
_Format = Annotated[
    str | None, typer.Option("--format", metavar="F", help="table, plain or json; table on a terminal.")
]
_Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]


def explain_command(topic: _Topic = None, format_: _Format = None, json: _Json = False) -> None:
    """Explain TOPIC with examples that are run for it."""
    asked = "json" if json else format_
    raise typer.Exit(guarded(lambda streams: _act(topic, asked, streams)))


def _act(topic: str | None, asked: str | None, streams: Streams) -> int:
    """Explain, or list the topics."""
    from autodiff.render.explain import EXPLANATIONS, TOPIC_LISTS
    from autodiff.session.explain.explaining import explain, topics

    style = asked or ("table" if streams.is_terminal else "plain")
    if style not in EXPLANATIONS:
        raise UsageProblem(f"there is no format '{style}'", f"choose one of {', '.join(EXPLANATIONS)}")
    screen = Screen(streams.width, streams.color)
    listed = topic is None or not topic.strip()
    text = TOPIC_LISTS[style](topics(), screen) if listed else EXPLANATIONS[style](explain(topic or ""), screen)
    write(streams.output, text)
    return ExitStatus.DONE
