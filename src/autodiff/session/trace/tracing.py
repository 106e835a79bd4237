"""Tracing a scenario: it is run as `eval` runs it, and every node is watched by hooks, which change nothing.

Hooks are the engine's own, so a walk that nobody watches pays nothing. Gradients are bit for bit those of `eval`.
"""

from typing import Any

from autodiff.engine import AccumulateGrad, Node, Tensor, no_grad
from autodiff.engine.gradient import fitted
from autodiff.engine.hooks import register_hook, register_post_accumulate_grad_hook
from autodiff.engine.view import current_edge
from autodiff.errors import Deliberate
from autodiff.language import place
from autodiff.session.bind import Setting, label
from autodiff.session.evaluate import Evaluation
from autodiff.session.named_nodes import NamedNodes
from autodiff.session.report import Failure
from autodiff.session.running import Spectator, run
from autodiff.session.scenario import Scenario
from autodiff.session.trace.culprits import Search
from autodiff.session.trace.node_rules import kept, outgoing, saved_by, words_of
from autodiff.session.trace.quantities import quantity
from autodiff.session.trace.traced import Accumulation, Quantity, Recorded, Step, Trace, Walk

__all__ = ["Watch", "trace"]


def trace(scenario: Scenario, *, nan: bool = False) -> Trace:
    """Run a scenario and tell all that happened. With `nan`, look also for the first nodes that made a nan or inf."""
    watch = Watch(scenario, nan=nan)
    report = run(scenario, watch)
    watch.finish(report.error)
    culprits = () if watch.search is None else watch.search.found()
    return Trace(tuple(watch.events), report, culprits)


class Watch(Spectator):
    """What is seen while a scenario runs.

    `_open` are the steps of the walk that is under way, `_head` what an option called it. `hooks` are what was
    registered.
    """

    def __init__(self, scenario: Scenario, *, nan: bool) -> None:
        self.scenario = scenario
        self.events: list[Recorded | Walk] = []
        self.search: Search | None = Search() if nan else None
        self._nodes: NamedNodes | None = None
        self._known: dict[int, Node] = {}  # the nodes that are watched, by number
        self._leaves: dict[int, Any] = {}
        self._made: list[tuple[int, Node, Recorded]] = []
        self._open: list[Step] = []
        self._head: tuple[str, bool] | None = None
        self._walks = 0
        self._arrived: dict[tuple[int, int], list[Quantity]] = {}
        self._before: dict[tuple[int, int], Quantity | None] = {}
        self.hooks: list[Any] = []

    @property
    def nodes(self) -> NamedNodes:
        """The words for nodes. There are none before the evaluation."""
        assert self._nodes is not None  # noqa: S101 - hooks are there only afterwards
        return self._nodes

    # -------------------------------------------------------------- while the text is evaluated

    def evaluation(self, setting: Setting) -> Evaluation:
        """The evaluation, watched."""
        self._nodes = nodes = NamedNodes(setting, self._observe)
        for leaf in setting.leaves.values():
            self._watch_leaf(leaf)
        if self.search is not None:
            self.search.start(nodes)
        return nodes.evaluation

    def _observe(self, number: int, value: Any) -> None:  # noqa: ANN401
        if self._open:
            line, column = place(self.nodes.program.text, self.nodes.program.instructions[number].start)
            self._close(self.nodes.program.source(number), line, column)
        instruction = self.nodes.program.instructions[number]
        if instruction.kind == "augment":
            payload: Any = instruction.payload
            value = self.nodes.evaluation.assigned.get(payload[1])
        for each in value if isinstance(value, list | tuple) else (value,):
            if isinstance(each, Tensor):
                self._watch(each)
        if self.search is not None:
            self.search.observe(number, value)

    def _watch(self, tensor: Any) -> None:  # noqa: ANN401 - a Tensor
        """Watch the nodes that lead to a tensor, and note down those that are new."""
        try:
            root = tensor.grad_fn
        except Deliberate:  # a view that may not be made anew
            return
        if root is None:
            self._watch_leaf(tensor)
            return
        found = [] if root.number in self._known else [root]
        self._known[root.number] = root
        for node in found:
            for after, _ in node.next_functions:
                if after is not None and after.number not in self._known:
                    self._known[after.number] = after
                    found.append(after)
        for node in sorted(found, key=lambda node: int(node.number)):
            if isinstance(node, AccumulateGrad):
                self._watch_leaf(node.variable)
            else:
                self._watch_node(node)

    def _watch_leaf(self, leaf: Any) -> None:  # noqa: ANN401 - a Tensor or None
        if not isinstance(leaf, Tensor) or not leaf.requires_grad or id(leaf) in self._leaves:
            return
        self._leaves[id(leaf)] = leaf
        self.hooks.append(register_hook(leaf, lambda g: self._reach(leaf, g)))
        self.hooks.append(register_post_accumulate_grad_hook(leaf, self._accumulate))

    def _watch_node(self, node: Node) -> None:
        tensor = self.nodes.tensor(node)
        value = None if tensor is None else quantity(tensor)
        made = Recorded(type(node).__name__, words_of(self.nodes, node), value, saved_by(self.nodes, node))
        self._made.append((len(self.events), node, made))
        self.events.append(made)
        for output in range(len(node.output_metas())):
            kept_by = self.nodes.tensor(node, output)
            if kept_by is not None and kept_by.requires_grad:
                self.hooks.append(register_hook(kept_by, lambda _, output=output: self._note_before(node, output)))
        self.hooks.append(node.register_prehook(lambda gradients: self._begin(node, gradients)))
        self.hooks.append(node.register_hook(lambda pulled, _: self._end(node, pulled)))

    # -------------------------------------------------------------- while backward walks

    def calls_backward(self, call: int, output: Any) -> None:  # noqa: ANN401, ARG002
        """The scenario is about to call backward: the call's number from 1."""
        self._flush()
        scenario = self.scenario
        given = {"gradient": scenario.gradient, "retain_graph": scenario.retain_graph or None}
        given |= {"create_graph": scenario.create_graph or None}
        arguments = ", ".join(f"{name}={value}" for name, value in given.items() if value is not None)
        self._head = (f".backward({arguments})", call > 1 and scenario.zero_grad)

    def _note_before(self, node: Node, output: int) -> None:
        """A tensor hook: what a tensor that retains its gradient had before."""
        tensor: Any = self.nodes.tensor(node, output)
        gradient = tensor.grad if tensor.retains_grad else None
        self._before[node.number, output] = None if gradient is None else quantity(gradient)

    def _begin(self, node: Node, gradients: tuple[Any, ...]) -> None:
        parts = [self._arrived.pop((node.number, k), []) for k in range(len(gradients))]
        incoming = tuple(None if g is None else quantity(g) for g in gradients)
        several = len(gradients) > 1
        self._open.append(
            Step(
                type(node).__name__,
                words_of(self.nodes, node),
                incoming,
                tuple(parts[0]) if not several and len(parts[0]) > 1 else (),
                tuple(outgoing(self.nodes, node, list(gradients) if several else gradients[0])),
                saved_by(self.nodes, node),
                tuple(self._retained(node, incoming, parts)),
                failed=True,  # until it ends
            )
        )
        if self.search is not None:
            self.search.begin(node, list(gradients) if several else gradients[0])

    def _retained(
        self, node: Node, incoming: tuple[Quantity | None, ...], parts: list[list[Quantity]]
    ) -> list[Accumulation]:
        found = []
        for k, arrived in enumerate(incoming):
            tensor: Any = self.nodes.tensor(node, k)
            if arrived is None or tensor is None or not tensor.retains_grad or tensor.grad_fn is not node:
                continue
            before = self._before.get((node.number, k))
            after = None if tensor.grad is None else quantity(tensor.grad)
            words = words_of(self.nodes, node, k)
            found.append(Accumulation(label(words.label), before, tuple(parts[k]) or (arrived,), after))
        return found

    def _end(self, node: Node, pulled: tuple[Any, ...]) -> None:
        step = self._open[-1]
        given = list(step.outgoing)
        targets = [k for k, (after, _) in enumerate(node.next_functions) if after is not None]
        for place_among, k in enumerate(targets):
            after, output = node.next_functions[k]
            gradient = pulled[k] if k < len(pulled) else None
            if gradient is None or after is None:
                continue
            meta = after.output_metas()[output]
            with no_grad():
                fit = fitted(gradient.detach() if isinstance(gradient, Tensor) else gradient, meta)
            arrives = quantity(fit)
            self._arrived.setdefault((after.number, output), []).append(arrives)
            summed = meta.shape if isinstance(gradient, Tensor) and tuple(gradient.shape) != meta.shape else None
            given[place_among] = given[place_among]._replace(gradient=arrives, summed=summed)
            if self.search is not None:
                self.search.passed(node, given[place_among], fit, step.saved)
        saved = tuple(kept(node, each) for each in step.saved)
        self._open[-1] = step._replace(outgoing=tuple(given), saved=saved, failed=False)

    def _reach(self, leaf: Any, g: Any) -> None:  # noqa: ANN401 - tensors
        """A tensor hook of a leaf: a gradient has arrived."""
        node: Any = current_edge(leaf)
        parts = self._arrived.pop((node.number, 0), [])
        named = words_of(self.nodes, node)
        arrived = quantity(g)
        before = None if leaf.grad is None else quantity(leaf.grad)
        change = Accumulation(label(named.label), before, tuple(parts) or (arrived,), None)
        several = tuple(parts) if len(parts) > 1 else ()
        self._open.append(Step("AccumulateGrad", named, (arrived,), several, accumulated=(change,)))

    def _accumulate(self, leaf: Any) -> None:  # noqa: ANN401 - a Tensor
        """A hook of a leaf: its gradient has been added up."""
        step = self._open[-1]
        (change,) = step.accumulated
        self._open[-1] = step._replace(accumulated=(change._replace(after=quantity(leaf.grad)),))

    # -------------------------------------------------------------- one walk after the other

    def finish(self, error: Failure | None) -> None:
        """The run has ended: close the last walk, and call nodes by the names they were given after they were made."""
        if self._open and self._head is None:
            self._close(*self._failed_call(error))
        self._flush()
        for at, node, made in self._made:
            self.events[at] = made._replace(words=words_of(self.nodes, node))

    def _failed_call(self, error: Failure | None) -> tuple[str, int | None, int | None]:
        """The call in the text that raised the error, and its place."""
        if error is not None and error.line is not None:
            program = self.nodes.program
            for number, (kind, _, _, start, _) in reversed(list(enumerate(program.instructions))):
                if kind == "call" and place(program.text, start) == (error.line, error.column):
                    return program.source(number), error.line, error.column
        return "backward", None, None

    def _flush(self) -> None:
        """End the walk that an option asked for."""
        if self._open and self._head is not None:
            text, cleared = self._head
            last = self.nodes.program.instructions[-1]
            name = str(last.payload) if last.kind == "assign" else "out"
            self._close(f"{name}{text}", None, None, cleared=cleared)

    def _close(self, source: str, line: int | None, column: int | None, *, cleared: bool = False) -> None:
        self._walks += 1
        self.events.append(Walk(self._walks, source, line, column, tuple(self._open), cleared))
        self._open = []
        self._arrived.clear()
