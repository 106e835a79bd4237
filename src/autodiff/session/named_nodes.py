"""Nodes of the graph in the user's words: the name a result was given, or the part of the text that made it."""

from bisect import bisect_left
from typing import Any, Final, NamedTuple

from autodiff.engine import AccumulateGrad, Node, Tensor
from autodiff.engine.graph import next_number
from autodiff.errors import Deliberate
from autodiff.language import place
from autodiff.session.bind import Setting
from autodiff.session.evaluate import Evaluation, Observer
from autodiff.session.paths import shortened

__all__ = ["Named", "NamedNodes"]

_NAMING: Final = frozenset({"assign", "assign_tuple", "augment"})


class Named(NamedTuple):
    """The user's words for one output of a node.

    `name` is what the result was first called, or the input's name; None if it has none. `source` is the part of the
    text that made the node, as it stands there; of an input its name. `line` and `column` count from 1, and
    `instruction` is the number in the program; all three are None for an input. `whole` tells whether the
    result is the value of `source`, rather than a step on the way to it.
    """

    name: str | None
    source: str
    line: int | None = None
    column: int | None = None
    instruction: int | None = None
    whole: bool = True

    @property
    def label(self) -> str:
        """The name, or else the text on one line, shortened."""
        return self.name or shortened(self.source)


class NamedNodes:
    """One evaluation of a scenario that remembers which instruction made which node.

    `evaluation` is the evaluation, which `run` runs. A further observer is told the same as this one, afterwards.
    What is kept holds on to the tensors, and so to the graph: nothing for a plain `eval`.
    """

    def __init__(self, setting: Setting, observer: Observer | None = None) -> None:
        self.setting = setting
        self.program = setting.program
        self._observer = observer
        self._first = next_number()
        self._ends: list[int] = []  # node numbers: those made by a step of the evaluation are below its end
        self._steps: list[int] = []  # the instruction of each step, which blocks may repeat
        self._names: dict[tuple[int, int], str] = {}
        self._tensors: dict[tuple[int, int], Any] = {}
        self._leaves: dict[int, tuple[Any, str | None]] = {id(t): (t, name) for name, t in setting.leaves.items()}
        self.evaluation: Evaluation = setting.evaluation(self._observe)

    def run(self) -> None:
        """Evaluate the program. Raises Located for an error of the user's."""
        self.setting.run(self.evaluation)

    # -------------------------------------------------------------- while it is evaluated

    def _observe(self, number: int, value: Any) -> None:  # noqa: ANN401
        for each in value if isinstance(value, list | tuple) else (value,):
            self._note(each, None)
        instruction = self.program.instructions[number]
        if instruction.kind in _NAMING:
            payload: Any = instruction.payload
            names = payload if instruction.kind == "assign_tuple" else (payload,)
            for name in (payload[1],) if instruction.kind == "augment" else names:
                self._note(self.evaluation.assigned.get(name), name)
        self._ends.append(next_number())
        self._steps.append(number)
        if self._observer is not None:
            self._observer(number, value)

    def _note(self, value: Any, name: str | None) -> None:  # noqa: ANN401
        if not isinstance(value, Tensor):
            return
        node = _node(value)
        if node is None:
            kept, known = self._leaves.get(id(value), (value, None))
            self._leaves[id(value)] = kept, known or name
            return
        key = node.number, value.output_nr
        self._tensors.setdefault(key, value)
        if name is not None:
            self._names.setdefault(key, name)

    # -------------------------------------------------------------- what was learnt

    def of(self, node: Node, output: int = 0) -> Named | None:
        """The words for a node's output; None for a node that was not made by the text, such as backward's own."""
        name = self.name(node, output)
        number = self.instruction(node)
        if number is None:
            return None if name is None else Named(name, name)
        line, column = place(self.program.text, self.program.instructions[number].start)
        return Named(name, self.program.source(number), line, column, number, self.is_whole(node, output))

    def name(self, node: Node, output: int = 0) -> str | None:
        """What a node's output was first called; None if it has no name."""
        variable = node.variable if isinstance(node, AccumulateGrad) else None
        _, name = self._leaves.get(id(variable), (None, None))
        return name or self._names.get((node.number, output))

    def instruction(self, node: Node) -> int | None:
        """The number of the instruction that made a node; None if none did."""
        step = bisect_left(self._ends, node.number)
        return None if node.number < self._first or step == len(self._ends) else self._steps[step]

    def is_whole(self, node: Node, output: int = 0) -> bool:
        """Whether a node's output was the value of an instruction, rather than a step on the way to it."""
        leaf = isinstance(node, AccumulateGrad) and node.variable is not None
        return leaf or (node.number, output) in self._tensors

    def label(self, node: Node, output: int = 0) -> str:
        """The shortest words for a node's output; the node's own name if the user has none for it."""
        named = self.of(node, output)
        return type(node).__name__ if named is None else named.label

    def tensor(self, node: Node, output: int = 0) -> Tensor | None:
        """The value a node's output was when an instruction gave it; None if no instruction did.

        A leaf's node gives the leaf. Memory that was changed in place since has its new value.
        """
        if isinstance(node, AccumulateGrad):
            return node.variable  # type: ignore[return-value] # leaves are Tensors
        return self._tensors.get((node.number, output))


def _node(value: Any) -> Node | None:  # noqa: ANN401 - a Tensor
    """The node of a tensor; None for a leaf, and for a view that may not be made anew."""
    try:
        return value.grad_fn  # type: ignore[no-any-return]
    except Deliberate:
        return None
