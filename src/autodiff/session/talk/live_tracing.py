# ruff: noqa: ANN401 - values of a program are of any kind
"""Tracing in a conversation: a statement while it runs, or what backward from a value would do, without doing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autodiff.engine import Node, no_grad
from autodiff.engine.view import current_edge
from autodiff.session.report import Failure, Report
from autodiff.session.scenario import Scenario
from autodiff.session.talk.live_nodes import LiveNodes, tensors_in
from autodiff.session.trace.traced import Recorded, Trace, Walk
from autodiff.session.trace.tracing import Watch

__all__ = ["LiveWatch"]


class LiveWatch(Watch):
    """What is seen of the nodes that values lead to, from now on. `close` ends it."""

    def __init__(self, nodes: LiveNodes) -> None:
        super().__init__(Scenario(""), nan=False)
        self._nodes = self._live = nodes
        self._visited: set[int] = set()
        self._old = 0  # nodes of before: these are told only if backward reaches them

    def watch(self, values: Any) -> None:
        """Watch what leads to these values, by name; what is made from now on is new."""
        for _, tensor in tensors_in(values):
            self._watch(tensor)
        self._old = len(self.events)

    def hear(self, entry: int, number: int, value: Any) -> None:
        """An instruction is done."""
        if self._open:
            self._close(self._live.program.source(self._live.program_number(entry, number)), None, None)
        self._live.add(value)
        for _, tensor in tensors_in({"": value}):
            self._watch(tensor)

    def rehearse(self, label: str, value: Any) -> None:
        """Call backward on a tensor, and leave every gradient and the graph as they were. Raises what it raises."""
        self.watch({label: value})
        source = f"{label}.backward(retain_graph=True), as a rehearsal"
        try:
            with self._gradients_kept():
                value.backward(retain_graph=True)
        finally:
            self._close(source, None, None)

    @contextmanager
    def _gradients_kept(self) -> Iterator[None]:
        held = [*self._leaves.values(), *(t for t in self._live.retained())]
        before = [(tensor, tensor.grad) for tensor in held]
        with no_grad():
            for tensor, gradient in before:
                tensor.grad = None if gradient is None else gradient.clone()  # what is added is added in place
        try:
            yield
        finally:
            for tensor, gradient in before:
                tensor.grad = gradient

    def _begin(self, node: Node, gradients: tuple[Any, ...]) -> None:
        self._visited.add(node.number)
        super()._begin(node, gradients)

    def _reach(self, leaf: Any, g: Any) -> None:
        node: Any = current_edge(leaf)
        self._visited.add(node.number)
        super()._reach(leaf, g)

    def close(self, error: Failure | None = None) -> Trace:
        """Watch no longer, and tell what was seen."""
        for hook in self.hooks:
            hook.remove()
        if self._open:
            self._close("backward", None, None)
        self.finish(None)
        untold = {at for at, node, _ in self._made if at < self._old and node.number not in self._visited}
        told: list[Recorded | Walk] = [event for at, event in enumerate(self.events) if at not in untold]
        return Trace(tuple(told), Report("", {}, {}, None, (), {}, error=error))
