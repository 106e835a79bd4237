"""The facts of a graph: a scenario is run and watched, then the graph is walked from what it left. Nothing recurses."""

from collections.abc import Iterator
from contextvars import Context, copy_context
from typing import Any, Final

from autodiff.engine import Node, Tensor
from autodiff.session.bind import Setting
from autodiff.session.evaluate import Evaluation
from autodiff.session.graph.nodes import LONGEST_SOURCE, Description, FactsOnce, Texts, gradient_of, key_of
from autodiff.session.graph.report import ForwardStep, GraphReport, GraphRoot
from autodiff.session.named_nodes import NamedNodes
from autodiff.session.report import Facts, Report
from autodiff.session.running import Spectator, run
from autodiff.session.scenario import Scenario

__all__ = ["graph", "numbered"]

_IN_PLACE: Final = frozenset({"assign_index", "augment_index", "assign_attribute", "augment_attribute"})
_NO_VALUE: Final = frozenset({"expression", "assign", "assign_tuple"})


def graph(scenario: Scenario) -> GraphReport:
    """Run a scenario and report its graph. Errors of the user's are in it; another exception is a bug of ours."""
    watch = _Watch(scenario)
    report = run(scenario, watch)
    if watch.context is None:  # it does not parse, or an input is wrong
        return GraphReport(scenario.expression, warnings=report.warnings, error=report.error)
    return watch.context.run(watch.told, report)  # under the default dtype of the scenario, which texts depend on


class _Watch(Spectator):
    """What is seen while a scenario runs: the steps, and what each output of a node was when it was made."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.context: Context | None = None
        self.steps: list[ForwardStep] = []
        self.facts = FactsOnce()
        self.values: dict[tuple[int, int], Facts] = {}
        self._keys: list[tuple[Node, int] | None] = []  # of the steps' values
        self._changed: dict[int, Any] = {}  # the tensors that a later statement changes, by their instruction

    def evaluation(self, setting: Setting) -> Evaluation:
        """The evaluation, watched."""
        self.context = copy_context()
        self.setting = setting
        self.program = program = setting.program
        self.texts = Texts(program)
        self._callees = {i.operands[0] for i in program.instructions if i.kind == "call"}
        self._targets = {i.operands[0] for i in program.instructions if i.kind in _IN_PLACE}
        self._step_of: dict[int, int] = {}
        texts = dict(self.scenario.inputs)
        for name, leaf in setting.leaves.items():
            self._add(
                ForwardStep(None, "input", texts[name][:LONGEST_SOURCE], None, None, (), name, self.facts.of(leaf)),
                leaf,
            )
            self._detach_name(name, leaf)
        self.nodes = NamedNodes(setting, self._observe)
        return self.nodes.evaluation

    # -------------------------------------------------------------- the forward program

    def _observe(self, number: int, value: Any) -> None:  # noqa: ANN401
        kind, operands, payload, _, _ = self.program.instructions[number]
        if kind == "assign":
            self._name(operands[0], str(payload))
        if number in self._callees or kind in _NO_VALUE:
            return
        if kind == "augment":
            value = self.nodes.evaluation.assigned.get(payload[1])  # type: ignore[index] # an operator and a name
        elif kind in _IN_PLACE:
            value = self._changed.pop(operands[0], None)
        elif number in self._targets:
            self._changed[number] = value
        source, line, column = self.texts.of(number)
        name = str(payload[1]) if kind == "augment" else None  # type: ignore[index] # an operator and a name
        self._step_of[number] = len(self.steps)
        self._add(ForwardStep(number, kind, source, line, column, operands, name, self.facts.of(value)), value)
        if number in self.setting.detached:
            self._detach(f"({source}){self._method(source)}", value)
        elif name is not None:
            self._detach_name(name, value)

    def _add(self, step: ForwardStep, value: Any) -> None:  # noqa: ANN401
        key = key_of(value)
        self.steps.append(step)
        self._keys.append(key)
        if key is not None:
            self.values.setdefault((key[0].number, key[1]), step.value)
        for each in value if isinstance(value, list | tuple) else ():
            key = key_of(each)
            if key is not None:
                self.values.setdefault((key[0].number, key[1]), self.facts.of(each))

    def _name(self, number: int, name: str) -> None:
        """An instruction's value is given a name; as an option says, what goes by that name from now on is detached."""
        at = self._step_of.get(number)
        if at is not None:
            self.steps[at] = self.steps[at]._replace(name=name)
        self._detach_name(name, self.nodes.evaluation.assigned.get(name))

    def _detach_name(self, name: str, value: Any) -> None:  # noqa: ANN401
        if any(name == target.strip() for target in (*self.scenario.detach, *self.scenario.detach_inplace)):
            self._detach(f"{name}{self._method(name)}", value)

    def _method(self, target: str) -> str:
        asked = any("".join(each.split()) == "".join(target.split()) for each in self.scenario.detach)
        return ".detach()" if asked else ".detach_()"

    def _detach(self, source: str, value: Any) -> None:  # noqa: ANN401
        if isinstance(value, Tensor):
            detached = value.detach()
            self._add(ForwardStep(None, "option", source, None, None, (), None, self.facts.of(detached)), detached)

    # -------------------------------------------------------------- the graph

    def told(self, report: Report) -> GraphReport:
        """All of it, after the run."""
        numbers: dict[Node, int] = {}
        roots: list[GraphRoot] = []
        for name, value, always in self._candidates(report.output):
            key = key_of(value)
            if always or (key is not None and key[0] not in numbers):
                numbered(key, numbers)
                roots.append(GraphRoot(name, self.facts.of(value), *_place(key, numbers)))
        steps = (
            step._replace(node=numbers[key[0]], output=key[1]) if key is not None and key[0] in numbers else step
            for step, key in zip(self.steps, self._keys, strict=True)
        )
        described = Description(self.nodes, numbers, self.values, self.facts)
        return GraphReport(
            report.expression,
            tuple(steps),
            tuple(described.node(node) for node in numbers),
            tuple(roots),
            len(report.backward),
            report.grads,
            report.warnings,
            report.error,
        )

    def _candidates(self, output: str | None) -> Iterator[tuple[str, Any, bool]]:
        """What may have a graph, by name, and whether it is a root whatever it has."""
        evaluation = self.nodes.evaluation
        named = dict(evaluation.assigned)
        if output is not None:
            last = self.program.instructions[-1].kind == "expression"
            value = evaluation.result if last else named.pop(output, evaluation.names.get(output))
            several = isinstance(value, list | tuple) and any(isinstance(each, Tensor) for each in value)
            for name, each in ((f"{output}[{k}]", e) for k, e in enumerate(value)) if several else [(output, value)]:
                yield name, each, True
        for name, holder in {**self.setting.leaves, **named, **self.setting.retained}.items():
            gradient = gradient_of(holder)
            if gradient is not None and gradient.grad_fn is not None:
                yield f"{name}.grad", gradient, False
        for name, value in reversed(named.items()):  # the latest may contain the others' graphs
            yield name, value, False


def numbered(root: tuple[Node, int] | None, numbers: dict[Node, int]) -> None:
    """Number the nodes below a root from where the numbers stand: each before what it leads to, first edge first."""
    waiting = [] if root is None else [root[0]]
    while waiting:
        node = waiting.pop()
        if node not in numbers:
            numbers[node] = len(numbers) + 1
            waiting += [after for after, _ in reversed(node.next_functions) if after is not None]


def _place(key: tuple[Node, int] | None, numbers: dict[Node, int]) -> tuple[int | None, int]:
    return (None, 0) if key is None else (numbers[key[0]], key[1])
