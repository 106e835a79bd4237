"""Traces as tables on a terminal: one of what was recorded, one for each backward call."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from autodiff.render.formats import Screen
from autodiff.render.plain import visible
from autodiff.render.table import grid
from autodiff.render.trace import of, readings, received, saved_list, sum_of, value_of, walk_title
from autodiff.session.trace.traced import Recorded, Step, Trace

__all__ = ["table"]

_STEPS = ("node", "to", "what it gives")


def table(trace: Trace, screen: Screen) -> str:
    """What happened in order; it fits the width of the screen."""
    found, made = [], []
    for event in trace.events:
        if isinstance(event, Recorded):
            made.append((value_of(event), event.node, saved_list(event.saved)))
            continue
        found += [_recorded(made, screen)] if made else []
        made = []
        rows = [row for step in event.steps for row in _rows(step)]
        found.append(_titled(walk_title(event), _STEPS, rows, screen))
    return "\n".join([*found, *([_recorded(made, screen)] if made else [])])


def _recorded(rows: list[tuple[str, str, str]], screen: Screen) -> str:
    return _titled("recorded", ("value", "node", "saves"), rows, screen)


def _titled(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], screen: Screen) -> str:
    """A title on lines of its own, and below it the rows."""
    lines = wrap(visible(title), screen.width) or [""]
    below = grid(headings, rows, right=(), width=screen.width, color=screen.color)
    return "".join(f"{line}\n" for line in lines) + below


def _rows(step: Step) -> Iterator[tuple[str, str, str]]:
    """The rows of a node: where each gradient goes, what is added to a `.grad`, what is let go."""
    first = f"{step.node}\n{of(step.words)}\ng = {received(step)}"
    told = [(f"{change.holder}.grad", sum_of(change)) for change in step.accumulated]
    told += [("", "cannot go on")] if step.failed else [(each.to, "\n".join(readings(each))) for each in step.outgoing]
    freed = [each for each in step.saved if each.freed]
    held = [each for each in step.saved if not each.freed and not step.failed]
    told += [("", f"frees {saved_list(freed)}")] if freed else []
    told += [("", f"keeps {saved_list(held)}")] if held else []
    for place, (to, text) in enumerate(told):
        yield (first if place == 0 else "", to, text)
