"""A graph in the language of Graphviz: the backward graph, and the forward program as a table beside it."""

from collections.abc import Iterator
from typing import Final

from autodiff.render.graph_folding import Drawing, Item, folded
from autodiff.render.graph_words import UNICODE, root_words, run_words, shown_steps, step_words, words
from autodiff.session.graph.report import ForwardStep, GraphReport

__all__ = ["dot"]

_REQUIRED: Final = "#cfe2ff"
"""Blue: a gradient is required."""
_PLAIN: Final = "#f2f2f2"
_SAVED: Final = "#ffe8cc"
_OUTPUT: Final = "#d3f0d3"
_HEAD: Final = """digraph autodiff {
  graph [bgcolor="white", fontname="Helvetica", nodesep=0.35, ranksep=0.4, pack=24, packmode="array_t9"];
  node [shape=plain, fontname="Helvetica", fontsize=11];
  edge [fontname="Helvetica", fontsize=9, color="#555555", arrowsize=0.7];
  edge [labelfontsize=9, labelfontcolor="#777777", labeldistance=1.5];
"""
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def dot(report: GraphReport, depth: int | None = None) -> str:
    """The graph as DOT text. Every text of the user's stands in a label, where it is escaped."""
    drawing = folded(report, depth)
    lines = [*_forward(report, depth), *_roots(report, drawing)]
    for item in drawing.items.values():
        lines += [f"  {item.key} [label={_label(item)}];", *_edges(item)]
    return f"{_HEAD}{''.join(f'{line}{chr(10)}' for line in lines)}}}\n"


def _forward(report: GraphReport, depth: int | None) -> Iterator[str]:
    """The steps as one table: text, value, type, and the node that remembers it."""
    first, left_out, last = shown_steps(report, depth)
    if not first:
        return
    rows = ['<TR><TD COLSPAN="4" ALIGN="LEFT"><B>forward program</B></TD></TR>', *map(_row, first)]
    if left_out:
        rows.append(f'<TR><TD COLSPAN="4" ALIGN="LEFT">… {left_out} more steps</TD></TR>')
    rows += map(_row, last)
    table = '<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="4" COLOR="#999999">'
    yield f"  forward [label=<{table}{''.join(rows)}</TABLE>>];"


def _row(step: ForwardStep) -> str:
    said = step_words(step)
    colour = _REQUIRED if said.requires_grad else "white"
    cells = (said.text, said.value, f"{said.dtype}{said.shape}", said.node)
    return f"<TR>{''.join(_cell(text, colour) for text in cells)}</TR>"


def _roots(report: GraphReport, drawing: Drawing) -> Iterator[str]:
    """What the graph is of, each above its first node."""
    for count, (root, key) in enumerate(zip(report.roots, drawing.roots, strict=True)):
        yield f"  root{count} [label={_table([_line(root_words(root), _OUTPUT)], _OUTPUT)}];"
        if key is not None:
            yield f"  root{count} -> {key}{_output(root.output)};"


def _label(item: Item) -> str:
    """What a node shows: its name and number, the user's text and value, the type, what is saved, its gradients."""
    if item.node is None:
        return _table([_line(run_words(item, UNICODE), _PLAIN)], _PLAIN)
    said = words(item.node)
    colour = _REQUIRED if item.node.is_leaf else _PLAIN
    lines = [f'<TR><TD BGCOLOR="{colour}"><B>{item.node.name} #{item.first}</B></TD></TR>']
    lines += [_line(text, colour) for text in said.texts if text]
    lines.append(_line(said.type, colour))
    lines += [_line(f"saved {text}", _SAVED) for text in said.saved]
    lines += [_line(said.lost, _SAVED)] if said.lost else []
    lines += [_line(f"grad {text}", colour) for text in said.gradients]
    return _table(lines, colour)


def _edges(item: Item) -> Iterator[str]:
    """The edges, numbered if there are several: those of inputs that need no gradient are not drawn."""
    several = len(item.links) > 1 and item.node is not None
    for slot, link in enumerate(item.links):
        if link.item is not None:
            tail = f'taillabel="{slot}", labelangle={-35 if slot else 35}' if several else ""
            yield f"  {item.key} -> {link.item}{_output(link.output, tail)};"


def _output(number: int, others: str = "") -> str:
    """The attributes of an edge: which output it leads to, unless it is the first."""
    given = [f'label=" output {number}"'] * bool(number) + [others] * bool(others)
    return f" [{', '.join(given)}]" if given else ""


def _table(lines: list[str], colour: str) -> str:
    opening = f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4" COLOR="#777777" BGCOLOR="{colour}">'
    return f"<{opening}{''.join(lines)}</TABLE>>"


def _line(text: str, colour: str) -> str:
    return f"<TR>{_cell(text, colour, align='CENTER')}</TR>"


def _cell(text: str, colour: str, align: str = "LEFT") -> str:
    return f'<TD ALIGN="{align}" BGCOLOR="{colour}">{text.translate(_ESCAPES)}</TD>'
