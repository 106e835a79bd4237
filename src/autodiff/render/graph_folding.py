"""Which nodes of a graph are drawn one by one, and which are folded into a line with their count. Nothing recurses."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from autodiff.session.graph.report import GraphNode, GraphReport

__all__ = ["Drawing", "Item", "Link", "Segment", "folded", "segments"]

_FEW: Final = 30
"""Nodes; a graph of so many is drawn whole."""
_LONG: Final = 6
"""Nodes; a longer run is folded."""
_MOST: Final = 40
"""Items that are drawn."""
_LONGEST_PATTERN: Final = 4
REST: Final = "rest"
"""The key of the item that stands for all that is not drawn."""


class Segment(NamedTuple):
    """Names of nodes that follow each other, so many times over; those of twigs stand in brackets after a name."""

    names: tuple[str, ...]
    times: int


class Link(NamedTuple):
    """Where an edge of an item leads: the item's key, None for an input that needs no gradient, and the output."""

    item: str | None
    output: int


class Item(NamedTuple):
    """Something that is drawn: one node, or `size` nodes, which are a run or (`run` empty) the rest of the graph.

    `first` is the number of the first of them. The links of one node are its edges, in order; others have no two alike.
    """

    key: str
    first: int
    size: int
    links: tuple[Link, ...]
    node: GraphNode | None = None
    run: tuple[Segment, ...] = ()


class Drawing(NamedTuple):
    """The items by key, in the order of their first nodes, and the item of each root, None if it has no graph."""

    items: Mapping[str, Item]
    roots: tuple[str | None, ...]


def folded(report: GraphReport, depth: int | None = None) -> Drawing:
    """What is drawn of a graph: so many levels from the roots one by one, or, without a depth, what stays readable."""
    nodes = {node.number: node for node in report.nodes}
    runs: dict[str, _Run] = {}
    if depth is not None:
        owners = {number: f"n{number}" if level < depth else REST for number, level in _levels(report, nodes).items()}
    else:
        if len(nodes) > _FEW:
            runs = {f"r{run[0][0]}": run for run in _Runs(report, nodes).found()}
        owners = {number: f"n{number}" for number in nodes}
        owners.update({number: key for key, run in runs.items() for part in run for number in part})
        owners = _bounded(owners, report, nodes)
    members: dict[str, list[int]] = {}
    for number, key in owners.items():
        members.setdefault(key, []).append(number)
    items = {key: _item(key, sorted(inside), owners, nodes, runs.get(key)) for key, inside in members.items()}
    return Drawing(items, tuple(None if root.node is None else owners[root.node] for root in report.roots))


_Run = list[tuple[int, ...]]
"""The nodes of a run as they follow each other, each with its twigs after it."""


def _item(
    key: str,
    members: Sequence[int],
    owners: Mapping[int, str],
    nodes: Mapping[int, GraphNode],
    run: _Run | None,
) -> Item:
    """The item of some nodes that are drawn as one."""
    if key != REST and run is None:
        (number,) = members
        node = nodes[number]
        links = tuple(Link(None if e.node is None else owners[e.node], e.output) for e in node.edges)
        return Item(key, number, 1, links, node)
    leaving = {
        Link(owners[edge.node], edge.output): None
        for number in members
        for edge in nodes[number].edges
        if edge.node is not None and owners[edge.node] != key and (key != REST or nodes[edge.node].is_leaf)
    }
    names = [_named(part, nodes) for part in run or ()]
    return Item(key, members[0], len(members), tuple(leaving), None, segments(names))


def _named(part: Sequence[int], nodes: Mapping[int, GraphNode]) -> str:
    first, *twigs = [nodes[number].name for number in part]
    return f"{first} [{', '.join(twigs)}]" if twigs else first


# ------------------------------------------------------------------ what is folded


def _levels(report: GraphReport, nodes: Mapping[int, GraphNode]) -> dict[int, int]:
    """How many edges lead from a root to each node, at least."""
    levels = {root.node: 0 for root in report.roots if root.node is not None}
    found = list(levels)
    for number in found:  # grows while it is walked
        for edge in nodes[number].edges:
            if edge.node is not None and edge.node not in levels:
                levels[edge.node] = levels[number] + 1
                found.append(edge.node)
    return levels


class _Runs:
    """Long rows of nodes of which each leads to the next one, which nothing else leads to.

    Besides, such a node leads to leaves and to twigs: nodes of its own that lead to leaves only.
    """

    def __init__(self, report: GraphReport, nodes: Mapping[int, GraphNode]) -> None:
        self._inner: dict[int, list[int]] = {}
        arriving = dict.fromkeys(nodes, 0)
        for number, node in nodes.items():
            targets = dict.fromkeys(e.node for e in node.edges if e.node is not None)
            self._inner[number] = [target for target in targets if not nodes[target].is_leaf]
            for target in targets:
                arriving[target] += 1
        for root in report.roots:
            if root.node is not None:
                arriving[root.node] += 1
        self._alone = {number for number, count in arriving.items() if count == 1}

    def found(self) -> Iterator[_Run]:
        """The runs, each with the twigs of its nodes."""
        following = {number: after for number in self._inner if (after := self._next(number)) is not None}
        later = set(following.values())
        for start in following:
            if start in later:
                continue
            line = [start]
            while line[-1] in following:
                line.append(following[line[-1]])
            if len(line) > _LONG:
                yield [(number, *self._twigs(number, following.get(number))) for number in line]

    def _next(self, number: int) -> int | None:
        """The node that follows in a run."""
        onward = self._onward(number)
        if len(onward) != 1 or onward[0] not in self._alone or len(self._onward(onward[0])) > 1:
            return None
        return onward[0]

    def _onward(self, number: int) -> list[int]:
        """What a node leads to besides leaves and twigs; its twigs if there is nothing else."""
        inner = self._inner[number]
        return [target for target in inner if not self._is_twig(target)] or inner

    def _twigs(self, number: int, after: int | None) -> list[int]:
        return [target for target in self._inner[number] if target != after and self._is_twig(target)]

    def _is_twig(self, number: int) -> bool:
        return not self._inner[number] and number in self._alone


def _bounded(owners: dict[int, str], report: GraphReport, nodes: Mapping[int, GraphNode]) -> dict[int, str]:
    """The owners with so many items at most: those that are nearest to the roots; the others are the rest."""
    if len(set(owners.values())) <= _MOST:
        return owners
    nearest = dict.fromkeys(owners[number] for number in _levels(report, nodes))
    kept = set(list(nearest)[: _MOST - 1])
    return {number: key if key in kept else REST for number, key in owners.items()}


def segments(names: Sequence[str]) -> tuple[Segment, ...]:
    """A row of names as patterns that repeat: `a b a b a c` is (a b) twice, then a, then c."""
    found: list[Segment] = []
    at = 0
    while at < len(names):
        length, times = 1, 1
        for candidate in range(1, _LONGEST_PATTERN + 1):
            count = _repeats(names, at, candidate)
            if count > 1 and count * candidate > length * times:
                length, times = candidate, count
        found.append(Segment(tuple(names[at : at + length]), times))
        at += length * times
    return tuple(found)


def _repeats(names: Sequence[str], at: int, length: int) -> int:
    """How often the names from a place on, so many of them, follow each other."""
    end = at + length
    while end < len(names) and names[end] == names[end - length]:
        end += 1
    return (end - at) // length
