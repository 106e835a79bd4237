"""Graphs to text, by the format's name: a plain function each. What a format needs is loaded when it is used."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from autodiff.render.formats import Screen
from autodiff.session.graph.report import GraphReport

__all__ = ["GRAPHS", "View"]


class View(NamedTuple):
    """How a graph is shown: where, whether it is a terminal, whether that has more than ASCII, and how deep."""

    screen: Screen = Screen()
    is_terminal: bool = False
    is_unicode: bool = True
    depth: int | None = None


def _tree(report: GraphReport, view: View) -> str:
    from autodiff.render import graph_words, tree

    marks = graph_words.UNICODE if view.is_unicode else graph_words.ASCII
    if not view.is_terminal:
        return tree.plain_tree(report, marks, view.depth)
    return _on_terminal(report, view)


def _on_terminal(report: GraphReport, view: View) -> str:
    """The forward program as a table, then the tree; both fit the width."""
    from autodiff.render import graph_words, table, tree

    if not report.steps:
        return ""
    marks = graph_words.UNICODE if view.is_unicode else graph_words.ASCII
    width, color = view.screen
    first, left_out, last = graph_words.shown_steps(report, view.depth)
    said = [graph_words.step_words(step) for step in first]
    if left_out:
        said.append(graph_words.StepWords(f"{marks.dots} {left_out} more steps", "", "", "", False, ""))
    said += [graph_words.step_words(step) for step in last]
    forward = table.grid(
        ("forward", "value", "dtype", "shape", "requires_grad", "node"),
        [(s.text, s.value, s.dtype, s.shape, "yes" if s.requires_grad else "", s.node) for s in said],
        right=("value",),
        width=width,
        color=color,
        required=[s.requires_grad for s in said],
    )
    lines = tree.tree_lines(report, marks, view.depth, levels=max(width // 9, 2))
    rows = (row for line in lines for row in tree.wrapped(line, width))
    return "\n".join([*([forward] if said else []), table.styled(rows, width=width, color=color)])


def _dot(report: GraphReport, view: View) -> str:
    from autodiff.render.dot import dot

    return dot(report, view.depth)


def _mermaid(report: GraphReport, view: View) -> str:
    from autodiff.render.mermaid import mermaid

    return mermaid(report, view.depth)


def _json(report: GraphReport, _: View) -> str:
    from autodiff.render.graph_json import json

    return json(report)


GRAPHS: Final[Mapping[str, Callable[[GraphReport, View], str]]] = {
    "tree": _tree,
    "dot": _dot,
    "mermaid": _mermaid,
    "json": _json,
}
"""How a graph becomes text."""
