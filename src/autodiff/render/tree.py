"""A graph as a tree of lines. What is led to from several places stands once and is referred to after that."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from autodiff.render.graph_folding import Drawing, Item, folded
from autodiff.render.graph_words import (
    Marks,
    leading_to,
    root_words,
    run_words,
    shown_steps,
    step_words,
    words,
)
from autodiff.session.graph.report import ForwardStep, GraphReport

__all__ = ["Line", "Piece", "forward_lines", "plain_tree", "tree_lines", "wrapped"]

_DEEPEST: Final = 30
"""Levels whose lines are drawn; of deeper ones the nearest are."""
_GAP: Final = "  "


class Piece(NamedTuple):
    """A part of a line, which is not broken, and its role.

    A role is one of `lines`, `name`, `text`, `type`, `saved`, `gradient` and `more`.
    """

    text: str
    role: str


class Line(NamedTuple):
    """A line of the tree: what draws it, the same for what follows below it, and the facts."""

    before: str
    below: str
    pieces: tuple[Piece, ...]


class _Place(NamedTuple):
    """An item that waits to be drawn: below which drawing, as the last of its parent or not, how deep."""

    key: str
    before: str
    last: bool
    level: int


def plain_tree(report: GraphReport, marks: Marks, depth: int | None = None) -> str:
    """The forward program, then the graph, a line each; nothing is wrapped."""
    forward = [f"{_GAP}{line}\n" for line in forward_lines(report, marks, depth)]
    found = tree_lines(report, marks, depth)
    backward = [f"{_GAP}{line.before}{_GAP.join(piece.text for piece in line.pieces)}\n" for line in found]
    parts = [*(["forward:\n", *forward] if forward else []), *(["backward:\n", *backward] if backward else [])]
    return "".join(parts)


def forward_lines(report: GraphReport, marks: Marks, depth: int | None = None) -> Iterator[str]:
    """A line for each step of the forward program that is worth one."""
    first, left_out, last = shown_steps(report, depth)
    yield from map(_step, first)
    if left_out:
        yield f"{marks.dots} {left_out} more step{'s' * (left_out != 1)}"
    yield from map(_step, last)


def _step(step: ForwardStep) -> str:
    said = step_words(step)
    needs = "requires_grad" if said.requires_grad else ""
    parts = (f"{said.text}: {said.value}", f"{said.dtype}{said.shape}", needs, said.node)
    return _GAP.join(part for part in parts if part)


def tree_lines(report: GraphReport, marks: Marks, depth: int | None = None, levels: int = _DEEPEST) -> Iterator[Line]:
    """The lines of the graph: each root, and below it the nodes it leads to; the lines of so many levels are drawn."""
    drawing = folded(report, depth)
    drawn: set[str] = set()
    for root, key in zip(report.roots, drawing.roots, strict=True):
        yield Line("", "", (Piece(root_words(root), "text"),))
        waiting = [] if key is None else [_Place(key, "", last=True, level=1)]
        while waiting:
            place = waiting.pop()
            item = drawing.items[place.key]
            known = place.key in drawn
            drawn.add(place.key)
            children = [] if known else _children(item)
            below = (place.before + ("   " if place.last else marks.down))[-3 * levels :]
            cut = marks.dots if place.level > levels else ""
            own = f"{cut}{place.before[len(cut) :]}{marks.last if place.last else marks.branch}"
            under = f"{cut}{below[len(cut) :]}{marks.down if children else '   '}"
            yield Line(own, under, tuple(_pieces(item, drawing, marks, known=known)))
            end = len(children) - 1
            waiting += [
                _Place(child, below, k == end, place.level + 1) for k, child in reversed(list(enumerate(children)))
            ]


def _children(item: Item) -> list[str]:
    return list(dict.fromkeys(link.item for link in item.links if link.item is not None))


def _pieces(item: Item, drawing: Drawing, marks: Marks, *, known: bool) -> Iterable[Piece]:
    if item.node is None:
        yield Piece(run_words(item, marks), "more")
        if known:
            yield Piece("(above)", "type")
        return
    node, said = item.node, words(item.node)
    name = f"{node.name} #{item.first}"
    if known:
        yield Piece(name, "name")
        short = next((output.name for output in node.outputs if output.name), None)
        yield Piece(f"{short} (above)" if short else "(above)", "type")
        return
    yield Piece(f"{name} {marks.arrow} {leading_to(item, drawing, marks)}" if item.links else name, "name")
    yield from (Piece(text, "text") for text in said.texts if text)
    yield Piece(said.type, "type")
    if node.is_leaf:
        yield Piece("leaf", "type")
    if said.saved:
        yield Piece(f"saved: {', '.join(said.saved)}", "saved")
    if said.lost:
        yield Piece(said.lost, "saved")
    yield from (Piece(f"grad: {gradient}", "gradient") for gradient in said.gradients)


def wrapped(line: Line, width: int) -> Iterator[Sequence[Piece]]:
    """The line as rows of pieces that fit the width; what follows on stands below the facts, between the lines."""
    row = [Piece(line.before, "lines")]
    used = len(line.before)
    for piece in line.pieces:
        gap = _GAP if len(row) > 1 else ""
        if len(row) > 1 and used + len(gap) + len(piece.text) > width:
            yield row
            row, gap = [Piece(line.below, "lines")], ""
            used = len(line.below)
        room = max(width - used - len(gap), 4)
        text = piece.text if len(piece.text) <= room else f"{piece.text[: room - 3]}..."
        row.append(Piece(f"{gap}{text}", piece.role))
        used += len(gap) + len(text)
    yield row
