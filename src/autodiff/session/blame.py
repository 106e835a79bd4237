"""Who let go, or changed, what a node had saved: a failed scenario is run once more, and watched."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from autodiff.engine import Node, Tensor
from autodiff.errors import Deliberate
from autodiff.language import Program
from autodiff.session.bind import Setting
from autodiff.session.named_nodes import NamedNodes
from autodiff.session.paths import shortened
from autodiff.session.scenario import Located, Scenario
from autodiff.session.trace.node_rules import held

__all__ = ["Blame", "blamed", "tensors_of"]

_LONGEST_PROGRAM: Final = 2_000  # instructions; all nodes are looked at after each that may be to blame


class Blame(NamedTuple):
    """A node that has lost what it had saved: the part of the text that made it, with its column, and who did it.

    `by` is an instruction; None for a backward call that an option asked for.
    """

    source: str
    column: int | None
    by: int | None


def blamed(scenario: Scenario, program: Program, *, in_text: bool) -> Blame | None:
    """The latest node that the failed backward needs and that has lost something; None if that cannot be told.

    `in_text`: the text itself called backward, rather than an option.
    """
    if len(program.instructions) > _LONGEST_PROGRAM:
        return None
    watch = _Losses(scenario, program)
    roots: Iterable[Any] = ()
    try:
        watch.nodes.run()
        if not in_text:
            output = watch.nodes.evaluation.result
            output = list(watch.nodes.evaluation.assigned.values())[-1] if output is None else output
            roots = (output,)
            output.sum().backward()
            watch.look(None)
    except Located as error:
        roots = tensors_of(error.arguments)
    except Deliberate:  # the text had freed it before
        pass
    lost = [node for node in _below(roots) if node.number in watch.lost]
    if not lost:
        return None
    last = max(lost, key=lambda node: int(node.number))
    named = watch.nodes.of(last)
    if named is None:
        return Blame(type(last).__name__, None, watch.lost[last.number])
    return Blame(shortened(named.source), named.column, watch.lost[last.number])


def tensors_of(arguments: Iterable[Any]) -> Iterator[Any]:
    """The tensors among what a call took, also in lists; of a method the one whose it is."""
    for each in arguments:
        if hasattr(each, "tabled"):  # the callee
            yield from tensors_of([getattr(each.function, "__self__", None)])
        elif isinstance(each, list | tuple):
            yield from tensors_of(each)
        elif isinstance(each, Tensor):
            yield each


def _below(roots: Iterable[Any]) -> list[Node]:
    """The nodes that lead to the roots."""
    found: list[Node] = []
    for root in roots:
        node = _node(root)
        found += [node] if node is not None else []
    seen = {node.number for node in found}
    for node in found:
        for after, _ in node.next_functions:
            if after is not None and after.number not in seen:
                seen.add(after.number)
                found.append(after)
    return found


def _node(value: Any) -> Node | None:  # noqa: ANN401
    try:
        return value.grad_fn if isinstance(value, Tensor) else None
    except Deliberate:
        return None


class _Losses:
    """Which nodes have lost something they had saved, and after which instruction that was first seen."""

    def __init__(self, scenario: Scenario, program: Program) -> None:
        self.program = program
        self.lost: dict[int, int | None] = {}
        self._had: dict[int, tuple[Node, int]] = {}
        self.nodes = NamedNodes(Setting(scenario, program), self._observe)

    def _observe(self, number: int, value: Any) -> None:  # noqa: ANN401
        instruction = self.program.instructions[number]
        if instruction.kind in {"augment", "augment_index", "assign_index", "assign_attribute", "call"}:
            self.look(number)
        payload: Any = instruction.payload
        changed = self.nodes.evaluation.assigned.get(payload[1]) if instruction.kind == "augment" else value
        for node in _below(tensors_of([changed])):
            if node.number not in self._had:
                self._had[node.number] = node, _count(node)

    def look(self, by: int | None) -> None:
        """Note down the nodes that have lost something since."""
        for number, (node, count) in self._had.items():
            if number not in self.lost and _count(node) < count:
                self.lost[number] = by


def _count(node: Any) -> int:  # noqa: ANN401 - a Node
    """How many of the values that a node has saved can be used."""
    if node.scalar and node.versions != node.saved_versions():
        return 0
    return len(held(node))
