"""Finding the first nan or infinity: which part of the text made it in the forward pass, which node in backward."""

from typing import Any, Final

from autodiff.engine import Node, Tensor
from autodiff.language import STATEMENTS, place
from autodiff.session.named_nodes import Named, NamedNodes
from autodiff.session.paths import shortened
from autodiff.session.trace.node_rules import formula_at, held, operands_of, words_of
from autodiff.session.trace.quantities import element, not_finite, quantity, said
from autodiff.session.trace.traced import Culprit, Outgoing, Saved, Words

__all__ = ["Search"]

_MAKES_NOTHING: Final = frozenset({"name", "attribute"})
"""Of these values that an instruction gives, none is new: `x.grad` was made by backward."""


class Search:
    """The first culprits so far, told of everything as it happens."""

    def __init__(self) -> None:
        self._culprits: dict[str, list[Culprit]] = {"forward": [], "backward": []}
        self._values: dict[int, Any] = {}
        self._nodes: NamedNodes | None = None
        self._held: dict[str, Any] = {}
        self._gradient: Any = None

    def found(self) -> tuple[Culprit, ...]:
        """Those of the forward pass, then those of backward: an infinity, and the nan that came of it."""
        return tuple(self._culprits["forward"] + self._culprits["backward"])

    def _new(self, phase: str, value: Any) -> tuple[int, ...] | None:  # noqa: ANN401
        """The index of what makes `value` a culprit: the first element that is not finite; later the first nan."""
        known = self._culprits[phase]
        if not isinstance(value, Tensor) or not value.dtype.is_differentiable or any(c.made == "nan" for c in known):
            return None
        return not_finite(value, only_nan=bool(known))

    # -------------------------------------------------------------- forward

    def start(self, nodes: NamedNodes) -> None:
        """The inputs are there, and may be what is not finite themselves."""
        self._nodes = nodes
        for name, leaf in nodes.setting.leaves.items():
            index = self._new("forward", leaf)
            if index is not None:
                words = Words(name, name, None, None)
                self._culprits["forward"].append(Culprit("forward", said(leaf, index), None, words, index, None, ()))

    def observe(self, number: int, value: Any) -> None:  # noqa: ANN401
        """An instruction gave a value."""
        self._values[number] = value
        nodes = self._nodes
        if nodes is None or nodes.program.instructions[number].kind in _MAKES_NOTHING:
            return
        for each in value if isinstance(value, list | tuple) else (value,):
            index = self._new("forward", each)
            if index is not None:
                self._culprits["forward"].append(self._made_by(nodes, number, each, index))

    def _made_by(self, nodes: NamedNodes, number: int, value: Any, index: tuple[int, ...]) -> Culprit:  # noqa: ANN401
        program = nodes.program
        source = shortened(program.source(number))
        line, column = place(program.text, program.instructions[number].start)
        inputs = []
        if program.instructions[number].kind not in STATEMENTS:
            for operand in operands_of(nodes, Named(None, source, line, column, number)):
                given = self._values.get(operand)
                if isinstance(given, Tensor):
                    inputs.append((shortened(program.source(operand)), quantity(element(given, index)).text))
        node = value.grad_fn
        kind = None if node is None else type(node).__name__
        words = Words(source, source, line, column)
        return Culprit("forward", said(value, index), kind, words, index, None, tuple(inputs))

    # -------------------------------------------------------------- backward

    def begin(self, node: Node, g: Any) -> None:  # noqa: ANN401 - a Tensor, or a list of them
        """A node is about to run: what it has saved is still there."""
        self._held, self._gradient = held(node), g

    def passed(self, node: Node, outgoing: Outgoing, gradient: Any, saved: tuple[Saved, ...]) -> None:  # noqa: ANN401
        """A node has passed on a gradient."""
        index = self._new("backward", gradient)
        nodes = self._nodes
        if index is None or nodes is None:
            return
        formula = formula_at(node, outgoing.input, self._held, self._gradient, index)
        inputs = [] if isinstance(self._gradient, list) else [("g", _digits(self._gradient, index))]
        for each in saved:
            text = _digits(self._held[each.name], index)
            inputs += [] if each.label == text else [(each.label or each.name, text)]
        kind, words = type(node).__name__, words_of(nodes, node)
        found = Culprit("backward", said(gradient, index), kind, words, index, formula, tuple(inputs))
        self._culprits["backward"].append(found)


def _digits(value: Any, index: tuple[int, ...]) -> str:  # noqa: ANN401 - a Tensor
    return quantity(element(value, index)).text
