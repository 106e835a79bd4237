"""Explanations as text: an example, what it means, the next one; and as strict JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from json import dumps
from typing import Final

from autodiff.render import strict_json, trace_json
from autodiff.render.formats import Screen
from autodiff.render.plain import failure, plain, visible, warned
from autodiff.render.trace import plain as traced
from autodiff.session.explain.explained import Explanation, Shown, State, TopicLine
from autodiff.session.report import Report

__all__ = ["EXPLANATIONS", "TOPIC_LISTS"]

_INDENT: Final = "  "
_USUAL: Final = 80
_WIDEST: Final = 100
"""Columns; longer lines are tiring to read."""

_Line = Sequence[tuple[str, str]]
"""Texts with their roles (see `table.styled`)."""


def _plain(found: Explanation, _: Screen) -> str:
    """Everything within 80 columns, without empty lines: examples stand out by their indentation."""
    return _text(line for block in _blocks(found, _USUAL) for line in block)


def _styled(found: Explanation, screen: Screen) -> str:
    """The same with air between the parts, in colours if the screen has them, and as wide as it is."""
    from autodiff.render.table import styled

    blocks = _blocks(found, min(screen.width, _WIDEST))
    return "\n".join(styled(block, width=screen.width, color=screen.color) for block in blocks)


def _text(lines: Iterator[_Line]) -> str:
    return "".join(f"{visible(''.join(text for text, _ in line)).rstrip()}\n" for line in lines)


# ------------------------------------------------------------------ its parts


def _blocks(found: Explanation, width: int) -> Iterator[list[_Line]]:
    """The title, each example and the sentences after it, the tensors side by side."""
    title, *rest = _wrapped(f"{found.topic}: {found.summary}", width, "")
    name, _, more = title.partition(":")
    yield [[(name, "required"), (f":{more}", "text")], *([(line, "text")] for line in rest)]
    for shown in found.examples:
        yield list(_example(shown, width))
        if shown.prose:
            yield [[(line, "text")] for line in _wrapped(shown.prose, width, "")]
    if found.states:
        yield list(_side_by_side(found.states))


def _example(shown: Shown, width: int) -> Iterator[_Line]:
    """The command, what it prints, and what it says on standard error."""
    yield [(f"{_INDENT}$ {shown.command}", "gradient")]  # on one line, to be copied
    report = shown.found if isinstance(shown.found, Report) else shown.found.report
    printed = plain(report) if isinstance(shown.found, Report) else traced(shown.found)
    for line in printed.splitlines():
        spaces = len(line) - len(line.lstrip())
        for wrapped in _wrapped(line, width, _INDENT + " " * spaces):
            yield [(wrapped, "text")]
    said = warned(report.warnings, report.hints) + (failure(report.error) if report.error else "")
    for line in said.splitlines():
        for wrapped in _wrapped(line, width, _INDENT):
            yield [(wrapped, "more" if line.startswith("hint:") else "saved")]


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    from textwrap import wrap  # only prose is wrapped, and only explanations have any

    return wrap(
        visible(text).strip(),
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=indent + _INDENT if indent else "",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _side_by_side(states: Sequence[State]) -> Iterator[_Line]:
    """A column a tensor, a line a fact."""
    facts = {
        "value": [state.facts.repr.partition(", grad_fn")[0].partition(", requires_grad")[0] for state in states],
        "requires_grad": [str(state.facts.requires_grad) for state in states],
        "is_leaf": [str(state.facts.is_leaf) for state in states],
        "grad_fn": [f"<{name}>" if (name := state.facts.grad_fn) else "None" for state in states],
        "grad": ["None" if state.grad is None else state.grad.repr for state in states],
    }
    facts["value"] = [text if text.count("(") == text.count(")") else f"{text})" for text in facts["value"]]
    columns = [[state.heading, *(row[k] for row in facts.values())] for k, state in enumerate(states)]
    widths = [max(map(len, column)) for column in columns]
    first = max(map(len, facts))
    for number, label in enumerate(["", *facts]):
        cells = "  ".join(column[number].ljust(width) for column, width in zip(columns, widths, strict=True))
        role = "required" if not number else "text"
        yield [(f"{_INDENT}{label.ljust(first)}  ", "type"), (cells.rstrip(), role)]


# ------------------------------------------------------------------ JSON


def _json(found: Explanation, _: Screen) -> str:
    """The explanation as one object on one line; each example has the object that the command's `--json` prints."""
    members = {
        "schema": dumps(strict_json.SCHEMA),
        "topic": dumps(found.topic),
        "summary": dumps(found.summary),
        "examples": f"[{', '.join(map(_example_text, found.examples))}]",
        "states": f"[{', '.join(map(_state_text, found.states))}]",
    }
    return f"{strict_json.object_text(members)}\n"


def _example_text(shown: Shown) -> str:
    is_report = isinstance(shown.found, Report)
    found = strict_json.json(shown.found) if isinstance(shown.found, Report) else trace_json.json(shown.found)
    return strict_json.object_text(
        {
            "command": dumps(shown.command),
            "report" if is_report else "trace": found.rstrip("\n"),
            "prose": dumps(shown.prose),
        }
    )


def _state_text(state: State) -> str:
    return strict_json.object_text(
        {
            "heading": dumps(state.heading),
            "tensor": strict_json.tensor_text(state.facts),
            "grad": "null" if state.grad is None else strict_json.tensor_text(state.grad),
        }
    )


# ------------------------------------------------------------------ the list


def _plain_topics(topics: Sequence[TopicLine], _: Screen) -> str:
    return "".join(f"{each.topic}\t{each.summary}\n" for each in topics)


def _styled_topics(topics: Sequence[TopicLine], screen: Screen) -> str:
    from autodiff.render.table import grid

    return grid(("topic", "what it is about"), topics, right=(), width=screen.width, color=screen.color)


def _json_topics(topics: Sequence[TopicLine], _: Screen) -> str:
    return f"{dumps([each._asdict() for each in topics])}\n"


EXPLANATIONS: Final[Mapping[str, Callable[[Explanation, Screen], str]]] = {
    "table": _styled,
    "plain": _plain,
    "json": _json,
}
"""How an explanation becomes text, by the format's name."""

TOPIC_LISTS: Final[Mapping[str, Callable[[Sequence[TopicLine], Screen], str]]] = {
    "table": _styled_topics,
    "plain": _plain_topics,
    "json": _json_topics,
}
"""How the list of topics becomes text, by the format's name."""
