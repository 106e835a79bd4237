"""What is known of single nodes and values of a graph, as facts: their texts, what they save, their gradients."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any, Final

from autodiff.engine import AccumulateGrad, Node, Tensor
from autodiff.engine.messages import BACKWARD_TWICE
from autodiff.errors import Deliberate
from autodiff.language import Program
from autodiff.session.facts import facts_of
from autodiff.session.graph.report import CHANGED, FREED, GraphEdge, GraphNode, GraphOutput, SavedValue
from autodiff.session.named_nodes import NamedNodes
from autodiff.session.report import Facts

__all__ = ["LONGEST_SOURCE", "Description", "FactsOnce", "Texts", "gradient_of", "key_of"]

LONGEST_SOURCE: Final = 120
"""Characters of a step's text; the steps of a deeply nested expression contain each other."""
_MOST_ELEMENTS: Final = 1000
"""Of a larger tensor only the text is kept, which PyTorch shortens."""


class Description:
    """Nodes as facts: under their `numbers`, with the user's words, and what each output was when it was made."""

    def __init__(
        self,
        nodes: NamedNodes,
        numbers: Mapping[Node, int],
        values: Mapping[tuple[int, int], Facts],
        facts: "FactsOnce",
    ) -> None:
        self._nodes = nodes
        self._numbers = numbers
        self._values = values
        self._facts = facts
        self._texts = Texts(nodes.program)
        self._saved: dict[type, tuple[str, ...]] = {}  # the names of what is saved, by class

    def node(self, node: Node) -> GraphNode:
        """The facts of one node."""
        edges = tuple(GraphEdge(None if n is None else self._numbers[n], k) for n, k in node.next_functions)
        outputs = tuple(self._output(node, k, meta) for k, meta in enumerate(node.output_metas()))
        saved = tuple(self._saved_value(node, name) for name in self._saved_names(node))
        facts = GraphNode(
            self._numbers[node], type(node).__name__, isinstance(node, AccumulateGrad), edges, outputs, saved
        )
        number = self._nodes.instruction(node)
        if number is None:
            return facts
        source, line, column = self._texts.of(number)
        whole = any(self._nodes.is_whole(node, k) for k in range(len(outputs)))
        return facts._replace(source=source, line=line, column=column, whole=whole)

    def _output(self, node: Node, output: int, meta: Any) -> GraphOutput:  # noqa: ANN401 - a Meta
        tensor = self._nodes.tensor(node, output)
        if isinstance(node, AccumulateGrad):
            value = None if tensor is None else self._facts.of(tensor)
            gradient = node.grad
        else:
            value = self._values.get((node.number, output))
            own = isinstance(tensor, Tensor) and tensor.retains_grad and key_of(tensor) == (node, output)
            gradient = gradient_of(tensor) if own else None
        kept = None if gradient is None else self._facts.of(gradient)
        return GraphOutput(tuple(meta.shape), meta.dtype.name, self._nodes.name(node, output), value, kept)

    def _saved_value(self, node: Node, name: str) -> SavedValue:
        shown = name.removeprefix("_saved_")
        try:
            return SavedValue(shown, self._facts.of(getattr(node, name)))
        except Deliberate as error:
            return SavedValue(shown, None, FREED if str(error) == BACKWARD_TWICE else CHANGED)

    def _saved_names(self, node: Node) -> tuple[str, ...]:
        kind = type(node)
        if kind not in self._saved:
            self._saved[kind] = tuple(name for name in dir(node) if name.startswith("_saved_"))
        return self._saved[kind]


class Texts:
    """The text and the place of each instruction, without a look at the whole text for each."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._lines = [0, *(found.end() for found in re.finditer("\r\n|\r|\n", program.text))]

    def of(self, number: int) -> tuple[str, int, int]:
        """The text of an instruction, cut if it is long, its line and its column."""
        _, _, _, start, end = self._program.instructions[number]
        cut = start + LONGEST_SOURCE - 3
        text = self._program.text[start:end] if end - start <= LONGEST_SOURCE else f"{self._program.text[start:cut]}..."
        line = bisect_right(self._lines, start)
        return text, line, start - self._lines[line - 1] + 1


def key_of(value: Any) -> tuple[Node, int] | None:  # noqa: ANN401 - any value of the language
    """The node and the number of its output that a value is; None for a leaf, and for a view that cannot be remade."""
    if not isinstance(value, Tensor):
        return None
    try:
        node = value.grad_fn
    except Deliberate:
        return None
    return None if node is None else (node, value.output_nr)


def gradient_of(value: Any) -> Any:  # noqa: ANN401 - a Tensor or None
    """The gradient a tensor keeps; asked only of those that keep one, since others would warn."""
    return value.grad if isinstance(value, Tensor) and (value.is_leaf or value.retains_grad) else None


class FactsOnce:
    """The facts of values; those of a tensor that is met again are not found anew unless it has changed."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, int, bool, Facts]] = {}  # the tensor, so that its id stays its own

    def of(self, value: Any) -> Facts:  # noqa: ANN401 - any value of the language
        """The facts of a value; of a large tensor without its elements."""
        if not isinstance(value, Tensor):
            return facts_of(value)
        known = self._known.get(id(value))
        if known is not None and known[1:3] == (value._version, value.requires_grad):  # noqa: SLF001 - PyTorch's name
            return known[3]
        facts = facts_of(value) if value.numel() <= _MOST_ELEMENTS else _of_large(value)
        self._known[id(value)] = value, value._version, value.requires_grad, facts  # noqa: SLF001
        return facts


def _of_large(value: Any) -> Facts:  # noqa: ANN401 - a Tensor
    key = key_of(value)
    name = None if key is None else type(key[0]).__name__
    dtype, shape = value.dtype.name, tuple(value.shape)
    return Facts(None, dtype, shape, value.requires_grad, value.is_leaf, name, repr(value))
