"""What was found of a graph: the forward program's steps, the nodes, and the edges between them; frozen facts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from autodiff.session.report import Facts, Failure, Warned

__all__ = [
    "CHANGED",
    "FREED",
    "KEPT",
    "ForwardStep",
    "GraphEdge",
    "GraphNode",
    "GraphOutput",
    "GraphReport",
    "GraphRoot",
    "SavedValue",
]

KEPT = "kept"
"""The value is there."""
FREED = "freed"
"""A backward call let the value go."""
CHANGED = "changed"
"""The value cannot be used any more: its memory was changed in place, or its tensor detached in place."""


class ForwardStep(NamedTuple):
    """An input, or one instruction of the program, with the value it gave.

    `number` is the instruction's, None for an input; `kind` is the instruction's or `input`. `source` is the text,
    cut if it is long; `line` and `column` count from 1. `operands` are the instructions it takes values from. `name` is
    what the value was called by this step. `node` and `output` tell which output of the graph the value is.
    """

    number: int | None
    kind: str
    source: str
    line: int | None
    column: int | None
    operands: tuple[int, ...]
    name: str | None
    value: Facts
    node: int | None = None
    output: int = 0


class SavedValue(NamedTuple):
    """What PyTorch shows as `_saved_NAME`: its value, or None and in which `state` it is: KEPT, FREED or CHANGED."""

    name: str
    value: Facts | None
    state: str = KEPT


class GraphEdge(NamedTuple):
    """One of a node's `next_functions`: the node, None for an input that needs no gradient, and its output."""

    node: int | None
    output: int


class GraphOutput(NamedTuple):
    """One result of the operation of a node.

    `name` is the user's; `value` is what the result was when it was made, None if no step of the program gave it;
    `gradient` what it keeps, None if it has none. `dtype` and `shape` are those that its gradient must have.
    """

    shape: tuple[int, ...]
    dtype: str
    name: str | None = None
    value: Facts | None = None
    gradient: Facts | None = None


class GraphNode(NamedTuple):
    """One node as PyTorch holds it.

    `number` counts from 1 as the nodes are met from the roots. `source` is the text of the instruction that made the
    node, cut if it is long; None for an input's, and for one that backward made. `whole` tells whether the result is
    that text's value, rather than a step on the way to it.
    """

    number: int
    name: str
    is_leaf: bool
    edges: tuple[GraphEdge, ...]
    outputs: tuple[GraphOutput, ...]
    saved: tuple[SavedValue, ...]
    source: str | None = None
    line: int | None = None
    column: int | None = None
    whole: bool = True


class GraphRoot(NamedTuple):
    """A value whose graph it is, by its name; `node` is None if it has none."""

    name: str
    value: Facts
    node: int | None
    output: int = 0


class GraphReport(NamedTuple):
    """One program and the graph it leaves.

    `roots` are the output, then what else has a graph that the output's does not contain: values with other names, and
    gradients that were made with `create_graph`. `backward` tells how many calls succeeded.
    """

    expression: str
    steps: tuple[ForwardStep, ...] = ()
    nodes: tuple[GraphNode, ...] = ()
    roots: tuple[GraphRoot, ...] = ()
    backward: int = 0
    gradients: Mapping[str, Facts | None] = MappingProxyType({})
    warnings: tuple[Warned, ...] = ()
    error: Failure | None = None
