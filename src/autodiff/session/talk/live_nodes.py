# ruff: noqa: ANN401 - values of a program are of any kind
"""The graph of a conversation as it is now: its nodes in the user's words, and the facts of all of it."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from autodiff.engine import Node, Tensor
from autodiff.engine.graph import AccumulateGrad
from autodiff.language import Program
from autodiff.language.program import Instruction
from autodiff.session.facts import facts_of
from autodiff.session.graph.facts import numbered
from autodiff.session.graph.nodes import Description, FactsOnce, key_of
from autodiff.session.graph.report import ForwardStep, GraphReport, GraphRoot
from autodiff.session.named_nodes import Named, NamedNodes
from autodiff.session.report import Facts
from autodiff.session.talk.listening import ListeningMachine

__all__ = ["LiveNodes", "graph_of", "holders", "tensors_in"]

_MOST_PARTS: Final = 1000
"""Elements of a list that are looked at."""


def tensors_in(names: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The tensors among the names and in their lists, called `w` and `layers[0]`."""
    waiting = [(name, value, 0) for name, value in reversed(list(names.items()))]
    while waiting:
        name, value, depth = waiting.pop()
        if isinstance(value, Tensor):
            yield name, value
        elif isinstance(value, list | tuple) and depth < 3:
            parts = [(f"{name}[{k}]", part, depth + 1) for k, part in enumerate(value[:_MOST_PARTS])]
            waiting += reversed(parts)


def holders(names: Mapping[str, Any]) -> dict[str, Facts | None]:
    """The gradient of everything that can have one, leaves and what retains it, each under its first name."""
    found: dict[int, tuple[str, Any]] = {}
    for name, tensor in tensors_in(names):
        if (tensor.is_leaf and (tensor.requires_grad or tensor.grad is not None)) or tensor.retains_grad:
            found.setdefault(id(tensor), (name, tensor))
    return {name: None if tensor.grad is None else facts_of(tensor.grad) for name, tensor in found.values()}


class LiveNodes(NamedNodes):
    """The nodes there are now. Places are left out: the lines of a conversation have no numbers."""

    def __init__(self, machine: ListeningMachine) -> None:
        self._first = 0
        self._ends = machine.ends
        self._entries = machine.steps
        self._results = machine.results
        self._steps = []
        self._names = {}
        self._tensors = {}
        self._leaves = {}
        self.program, self._begins = _joined(machine)
        for name, tensor in tensors_in(machine.own_names()):
            self._note(tensor, name)
        for number, value in enumerate(machine.recent):
            for _, tensor in tensors_in({str(number): value}):
                self._note(tensor, None)

    def of(self, node: Node, output: int = 0) -> Named | None:
        """The words for a node's output; None for a node that no entry made."""
        found = super().of(node, output)
        return None if found is None else found._replace(line=None, column=None)

    def instruction(self, node: Node) -> int | None:
        """The number of the instruction that made a node; None if none did, as for a leaf."""
        if isinstance(node, AccumulateGrad):
            return None
        place = self.place_of(node)
        step = self._entries[place] if place is not None else None
        return None if step is None else self._begins[step[0]] + step[1]

    def is_whole(self, node: Node, output: int = 0) -> bool:
        """Whether a node's output was the value of an instruction."""
        return (node.number, output) in self._results or super().is_whole(node, output)

    def place_of(self, node: Node) -> int | None:
        """The place among the steps of the one that made a node."""
        place = bisect_left(self._ends, node.number)
        return place if place < len(self._ends) else None

    def program_number(self, entry: int, number: int) -> int:
        """The number, in the program that has all entries, of an instruction of one of them."""
        return self._begins[entry] + number

    def add(self, value: Any, name: str | None = None) -> None:
        """Note a value that has been made since."""
        for _, tensor in tensors_in({"": value}):
            self._note(tensor, name)

    def retained(self) -> list[Any]:
        """The tensors besides leaves that keep their gradients."""
        return [tensor for tensor in self._tensors.values() if tensor.retains_grad]

    def values(self, facts: FactsOnce) -> dict[tuple[int, int], Facts]:
        """What is known of the values of outputs."""
        return {key: facts.of(tensor) for key, tensor in self._tensors.items()}


def _joined(machine: ListeningMachine) -> tuple[Program, list[int]]:
    """All entries as one program, and where each of them begins in it."""
    instructions: list[Instruction] = []
    begins, texts, length = [], [], 0
    for script in machine.scripts:
        first = len(instructions)
        begins.append(first)
        for kind, operands, payload, start, end in script.instructions:
            moved = tuple([first + operand for operand in operands])
            instructions.append(Instruction(kind, moved, payload, start + length, end + length))
        texts.append(script.text)
        length += len(script.text) + 1
    return Program("\n".join(texts), instructions), begins


def graph_of(nodes: LiveNodes, candidates: Sequence[tuple[str, Any]], *, all_of_them: bool) -> GraphReport:
    """The graph of some values by name: each is a root, or only those that no other one's graph contains."""
    numbers: dict[Node, int] = {}
    roots: list[GraphRoot] = []
    facts = FactsOnce()
    for name, value in candidates:
        key = key_of(value)
        if all_of_them or (key is not None and key[0] not in numbers):
            numbered(key, numbers)
            roots.append(GraphRoot(name, facts.of(value), *((None, 0) if key is None else (numbers[key[0]], key[1]))))
    described = Description(nodes, numbers, nodes.values(facts), facts)
    graph_nodes = tuple(described.node(node) for node in numbers)
    return GraphReport("", tuple(_steps(nodes, numbers, facts)), graph_nodes, tuple(roots))


def _steps(nodes: LiveNodes, numbers: Mapping[Node, int], facts: FactsOnce) -> Iterator[ForwardStep]:
    """The named values of the graph in the order in which they were made, leaves first."""
    found = []
    for node, number in numbers.items():
        for output in range(len(node.output_metas())):
            name, tensor = nodes.name(node, output), nodes.tensor(node, output)
            if name is None or tensor is None:
                continue
            made = nodes.of(node, output)
            source = made.source if made is not None and made.whole else name
            leaf = isinstance(node, AccumulateGrad)
            step = ForwardStep(
                None, "input" if leaf else "call", name if leaf else source, None, None, (),
                None if leaf or source == name or source.startswith(f"{name} ") else name, facts.of(tensor),
                None if leaf else number, output,
            )  # fmt: skip
            found.append(((not leaf, node.number), step))
    return (step for _, step in sorted(found, key=lambda each: each[0]))
