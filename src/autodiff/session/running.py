"""Running a scenario: evaluate, call backward, and report what was found, also what was found before an error."""

from __future__ import annotations

import warnings
from _contextvars import copy_context  # as in contextvars, without a file to load

from autodiff.engine import Tensor, tensor
from autodiff.errors import Deliberate, TorchAttributeError
from autodiff.language import parse
from autodiff.session.bind import Setting, value_of
from autodiff.session.facts import facts_of, gradient_of
from autodiff.session.report import Report, Warned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autodiff.language import Program
    from autodiff.session.bind import Inputs
    from autodiff.session.evaluate import Evaluation
    from autodiff.session.report import Facts, Failure, Matrix
    from autodiff.session.scenario import Scenario

__all__ = ["Spectator", "run"]


class Spectator:
    """Who may watch a run: this one watches nothing."""

    def evaluation(self, setting: Setting) -> Evaluation:
        """The evaluation that is to be run."""
        return setting.evaluation()

    def calls_backward(self, call: int, output: Any) -> None:  # noqa: ANN401 - any value of the language
        """The scenario is about to call backward: the call's number from 1, and what it starts from."""


def run(scenario: Scenario, spectator: Spectator | None = None, inputs: Inputs | None = None) -> Report:
    """The report of a scenario. Errors of the user's are in it; any exception that comes out is a bug of ours.

    `inputs` are those of the scenario, if other runs have them, too.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        session = _Session(scenario, spectator or Spectator(), inputs)
        error = copy_context().run(session.attempt)  # a copy: the default dtype is this scenario's alone
    warned = dict.fromkeys(Warned(each.category.__name__, str(each.message)) for each in caught)
    report = Report(
        scenario.expression,
        session.inputs,
        session.values,
        session.output,
        tuple(session.backward),
        session.final or session.gradients(),
        tuple(warned),
        error,
        session.derivatives,
        session.matrices,
    )
    program = session.program
    often = program is not None and spectator is None and error is None and _called(program, "backward") > 1
    if program is None or not (warned or often):
        return report
    from autodiff.session.advice import with_advice  # only who needs it pays for it

    return with_advice(report, scenario, program, sums=often)


class _Session:
    """What has been found so far."""

    def __init__(self, scenario: Scenario, spectator: Spectator, inputs: Inputs | None) -> None:
        self.scenario = scenario
        self.spectator = spectator
        self._inputs = inputs
        self.inputs: dict[str, Facts] = {}
        self.values: dict[str, Facts] = {}
        self.output: str | None = None
        self.backward: list[dict[str, Facts | None]] = []
        self.program: Program | None = None
        self.setting: Setting | None = None
        self.derivatives: dict[str, Facts] = {}
        self.matrices: dict[str, Matrix] = {}
        self.final: dict[str, Facts | None] = {}  # after backward: what retains its gradient may go on adding to it
        self._holders: dict[str, Any] = {}

    def attempt(self) -> Failure | None:
        """Do it all; the failure if it ends early."""
        try:
            self.program = parse(self.scenario.expression)
            self.setting = setting = Setting(self.scenario, self.program, self._inputs)
            self.inputs = setting.inputs.facts(setting.leaves)
            self._holders = {name: leaf for name, leaf in setting.leaves.items() if leaf.requires_grad}
            output = self._evaluate(setting)
            if self.scenario.is_higher:
                self._differentiate(output, setting)
            else:
                self._walk_back(output)
        except Deliberate as error:
            from autodiff.session.failing import failure_of

            return failure_of(error, self.scenario, self.program, self.output, self.values, len(self.backward))
        return None

    # -------------------------------------------------------------- evaluation

    def _evaluate(self, setting: Setting) -> Any:  # noqa: ANN401 - any value of the language
        evaluation = self.spectator.evaluation(setting)
        try:
            setting.run(evaluation)
            self.output = _output_name(setting.program, evaluation)
        finally:
            lines = dict(evaluation.assigned)
            output = evaluation.names.get(self.output or "")
            if self.output == "out" and setting.program.instructions[-1].kind == "expression":
                lines.pop("out", None)
                lines["out"] = output = evaluation.result
            self.values = {name: facts_of(value) for name, value in lines.items()}
            self._add_holders(evaluation.assigned, setting)
        return output

    def _add_holders(self, assigned: dict[str, Any], setting: Setting) -> None:
        """Besides the inputs: leaves made by the text, and what retains its gradient."""
        for name, value in assigned.items():
            if isinstance(value, Tensor) and ((value.is_leaf and value.requires_grad) or value.retains_grad):
                self._holders.setdefault(name, value)
        for name, value in setting.retained.items():
            self._holders.setdefault(name, value)

    # -------------------------------------------------------------- backward

    def _walk_back(self, output: Any) -> None:  # noqa: ANN401 - any value of the language
        scenario = self.scenario
        calls = self._calls(output)
        for call in range(calls):
            if call > 0 and scenario.zero_grad:
                for holder in self._holders.values():
                    holder.grad = None
            if not isinstance(output, Tensor):
                raise TorchAttributeError(f"'{type(output).__name__}' object has no attribute 'backward'")
            seed = self._gradient(output)
            self.spectator.calls_backward(call + 1, output)
            output.backward(
                seed,
                retain_graph=scenario.retain_graph or (scenario.is_higher and call == calls - 1) or None,
                create_graph=scenario.create_graph,
            )
            self.backward.append(self.gradients())
        self.final = self.backward[-1] if calls else self.gradients()

    def _differentiate(self, output: Any, setting: Setting) -> None:  # noqa: ANN401 - any value of the language
        """Higher derivatives, after backward, which leaves them the graph."""
        from autodiff.session.higher_order import Output, check, derivatives, matrices  # only who asks pays for it

        scenario = self.scenario
        leaves = {name: t for name, t in self._holders.items() if t.is_leaf and t.requires_grad}
        subject = Output(self.output or "out", output, setting.program, leaves)
        check(scenario, subject)
        self._walk_back(output)
        if scenario.order is not None:
            self.derivatives.update(derivatives(subject, scenario.order, self._gradient(output)))
        self.matrices.update(matrices(subject, scenario))

    def _calls(self, output: Any) -> int:  # noqa: ANN401 - any value of the language
        """How often backward is called: once unless told otherwise, or there is nothing to differentiate."""
        if self.scenario.backward is not None or self.scenario.jacobian:
            return self.scenario.backward or 0
        wanted = bool(self.scenario.inputs) or (isinstance(output, Tensor) and output.requires_grad)
        possible = isinstance(output, (Tensor, int, float, complex))
        own = self.program is None or _called(self.program, "backward", "grad")  # the text sees to it
        return 1 if wanted and possible and not own else 0

    def _gradient(self, output: Any) -> Any:  # noqa: ANN401 - a Tensor or None
        if self.scenario.gradient is None:
            return None
        from autodiff.engine import no_grad

        leaves = {} if self.setting is None else self.setting.leaves
        with no_grad():
            value = value_of(self.scenario.gradient, {**leaves, self.output or "out": output})
        return value if isinstance(value, Tensor) or value is None else tensor(value, dtype=output.dtype)

    def gradients(self) -> dict[str, Facts | None]:
        """The gradients as they are now, by name."""
        return {name: gradient_of(holder) for name, holder in self._holders.items()}


def _called(program: Program, *names: str) -> int:
    """How often the text calls functions of these names itself."""
    if not any(name in program.text for name in names):  # most texts by far: not worth a look at all instructions
        return 0
    calls = [operands[0] for kind, operands, _, _, _ in program.steps if kind == "call"]
    return sum(program.instructions[callee].payload in names for callee in calls)


def _output_name(program: Program, evaluation: Evaluation) -> str | None:
    """The name the output bears: that of the last statement, or `out`. None if that statement only does something."""
    last = program.instructions[-1]
    if last.kind == "assign":
        return str(last.payload)
    if last.kind == "assign_tuple":
        return str(last.payload[-1])  # type: ignore[index] # names
    if last.kind == "augment":
        return str(last.payload[1])  # type: ignore[index] # an operator and a name
    if last.kind == "expression":
        procedure = program.instructions[last.operands[0]].kind == "call" and evaluation.result is None
        return None if procedure else "out"
    changed = program.instructions[last.operands[0]]
    return str(changed.payload) if changed.kind == "name" else None
