"""Setting a scenario up: inputs become leaves, and the targets of its options are found in the program."""

from __future__ import annotations

from autodiff import dtypes
from autodiff.dtypes import set_default_dtype
from autodiff.engine import Tensor, tensor
from autodiff.errors import SyntaxProblem, TorchAttributeError, TorchTypeError
from autodiff.language import occurrences, parse
from autodiff.session.evaluate import Evaluation
from autodiff.session.facts import facts_of
from autodiff.session.scenario import DTYPES, UsageProblem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias

    from autodiff.language import Program
    from autodiff.session.evaluate import Observer
    from autodiff.session.report import Facts
    from autodiff.session.scenario import Scenario

__all__ = ["Inputs", "Setting", "is_name", "label", "value_of"]

_Action: TypeAlias = "Callable[[Any], Any]"


def is_name(text: str) -> bool:
    """Whether a text is one name of the language."""
    try:
        instructions = parse(text).instructions
    except SyntaxProblem:
        return False
    return [i.kind for i in instructions] == ["name", "expression"] and instructions[0].payload == text


def label(target: str) -> str:
    """What a target's gradient is listed under: `y`, but `(x**2)`."""
    target = target.strip()
    return target if is_name(target) or (target.startswith("(") and target.endswith(")")) else f"({target})"


def value_of(text: str, names: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - any value of the language
    """The value of a text that is an expression, such as an option's. Raises SyntaxProblem, UsageProblem, Located."""
    return _value(_expression(text), dict(names or {}))


def _expression(text: str) -> Program:
    program = parse(text)
    if [i.kind for i in program.instructions][-1:] != ["expression"]:
        raise UsageProblem(f"'{text}' is not a value", "write an expression, for example 3 or [1, 2]")
    return program


def _value(program: Program, names: dict[str, Any]) -> Any:  # noqa: ANN401 - any value of the language
    evaluation = Evaluation(program, names)
    evaluation.run()
    return evaluation.result


class Inputs:
    """The inputs of a scenario, as leaves of its own for every run.

    A text that names nothing says the same every time: it is read once, for all runs of a stream.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._asked = (scenario.inputs, scenario.wrt, scenario.dtype)
        self._constants: dict[str, Any] = {}
        self._facts: dict[str, Facts] = {}

    def are_of(self, scenario: Scenario) -> bool:
        """Whether a scenario has the same inputs."""
        return self._asked == (scenario.inputs, scenario.wrt, scenario.dtype)

    def leaves(self) -> dict[str, Any]:
        """New Tensors by name. Raises UsageProblem for what cannot be one, and what reading its text raises."""
        return {name: self._leaf(name, text) for name, text in self._asked[0]}

    def facts(self, leaves: Mapping[str, Any]) -> dict[str, Facts]:
        """The facts of leaves that are as they were made."""
        found = {name: self._facts.get(name) or facts_of(leaf) for name, leaf in leaves.items()}
        self._facts = {name: found[name] for name in self._constants}
        return found

    def _leaf(self, name: str, text: str) -> Any:  # noqa: ANN401 - a Tensor
        wrt, dtype = self._asked[1:]
        value = self._constants.get(name)
        if value is None:
            value = self._read(name, text)
        if isinstance(value, Tensor):
            if wrt is not None:
                value.requires_grad_(name in wrt)
            return value
        if not isinstance(value, int | float | complex | list | tuple):
            raise TorchTypeError(f"an input is a number, a list or a tensor, and {name} is {type(value).__name__}")
        kind = getattr(dtypes, dtype)
        if _has_complex(value) and not kind.is_complex:
            kind = dtypes.default_complex_dtype()
        return tensor(value, dtype=kind, requires_grad=wrt is None or name in wrt)

    def _read(self, name: str, text: str) -> Any:  # noqa: ANN401 - any value of the language
        if not is_name(name):
            raise UsageProblem(f"'{name}' cannot be the name of an input", "a name has letters, digits and _")
        program = _expression(text)
        value = _value(program, {})
        if not any(i.kind in {"name", "assign", "augment"} for i in program.instructions):
            self._constants[name] = value
        return value


class Setting:
    """A scenario made ready.

    `inputs` gives the leaves, `leaves` are those by name, `retained` the tensors asked to keep a gradient, `detached`
    the numbers of the instructions whose values are detached.
    """

    def __init__(self, scenario: Scenario, program: Program, inputs: Inputs | None = None) -> None:
        self.scenario = scenario
        self.program = program
        self.retained: dict[str, Any] = {}
        if scenario.dtype not in DTYPES:
            raise UsageProblem(f"there is no dtype '{scenario.dtype}' to choose", f"choose one of {', '.join(DTYPES)}")
        if scenario.order is not None and scenario.order < 1:
            hint = "--order 2 gives the first derivative and the second"
            raise UsageProblem(f"the order is a whole number from 1, not {scenario.order}", hint)
        parts = {"complex64": dtypes.float32, "complex128": dtypes.float64}
        set_default_dtype(parts.get(scenario.dtype) or getattr(dtypes, scenario.dtype))
        for name in scenario.wrt or ():
            if name not in dict(scenario.inputs):
                raise _no_input(name, scenario)
        self.inputs = inputs or Inputs(scenario)
        self.leaves = self.inputs.leaves()
        self._by_name: dict[str, list[_Action]] = {}
        self._by_number: dict[int, list[_Action]] = {}
        self.detached: set[int] = set()
        self._find_targets()

    # -------------------------------------------------------------- targets of options

    def _find_targets(self) -> None:
        """Note down what is done to which name or instruction: retain first, while there is a graph to keep."""
        scenario = self.scenario
        for target in scenario.retain_grad:
            self._note(target, self._retain(label(target)))
        for target in scenario.detach_inplace:
            self._note(target, lambda value: _tensor(value, "detach_").detach_())
        for target in scenario.detach:
            self._note(target, lambda value: _tensor(value, "detach").detach())

    def _retain(self, name: str) -> _Action:
        def retain(value: Any) -> Any:  # noqa: ANN401
            _tensor(value, "retain_grad").retain_grad()
            self.retained[name] = value
            return value

        return retain

    def _note(self, target: str, action: _Action) -> None:
        if is_name(target.strip()):
            name = target.strip()
            if name not in self.leaves and name not in _assigned(self.program):
                raise self._no_target(target, [*self.leaves, *_assigned(self.program)])
            self._by_name.setdefault(name, []).append(action)
            return
        try:
            numbers = occurrences(self.program, parse(target))
        except ValueError:
            raise UsageProblem(f"'{target}' is not one expression") from None
        if not numbers:
            raise self._no_target(target, [])
        for number in numbers:
            self._by_number.setdefault(number, []).append(action)
        if target not in self.scenario.retain_grad:
            self.detached.update(numbers)

    def _no_target(self, target: str, names: list[str]) -> UsageProblem:
        from autodiff.session.published import guess

        close = guess(target, names)
        hint = f"did you mean {close}?" if close else "name an input, an assigned name, or a part of the expression"
        return UsageProblem(f"'{target}' does not occur in the expression", hint)

    # -------------------------------------------------------------- evaluation

    def evaluation(self, observe: Observer | None = None) -> Evaluation:
        """The program, about to be evaluated under this scenario."""
        names = {name: self._renamed(name, leaf) for name, leaf in self.leaves.items()}
        return Evaluation(
            self.program,
            names,
            replace=self._replaced if self._by_number else None,
            rename=self._renamed if self._by_name else None,
            observe=observe,
        )

    def run(self, evaluation: Evaluation) -> None:
        """Evaluate, under `no_grad` if the scenario says so."""
        if self.scenario.no_grad:
            from autodiff.engine import no_grad

            with no_grad():
                evaluation.run()
        else:
            evaluation.run()

    def _renamed(self, name: str, value: Any) -> Any:  # noqa: ANN401
        for action in self._by_name.get(name, ()):
            value = action(value)
        return value

    def _replaced(self, number: int, value: Any) -> Any:  # noqa: ANN401
        for action in self._by_number.get(number, ()):
            value = action(value)
        return value


def _tensor(value: Any, method: str) -> Any:  # noqa: ANN401
    if not isinstance(value, Tensor):
        raise TorchAttributeError(f"'{type(value).__name__}' object has no attribute '{method}'")
    return value


def _no_input(name: str, scenario: Scenario) -> UsageProblem:
    from autodiff.session.published import guess

    names = [each for each, _ in scenario.inputs]
    close = guess(name, names)
    hint = f"did you mean {close}?" if close else f"the inputs are {', '.join(names)}" if names else None
    return UsageProblem(f"--wrt: there is no input '{name}'", hint)


def _assigned(program: Program) -> list[str]:
    """The names a program assigns, in order."""
    found: list[Any] = []
    for instruction in program.instructions:
        if instruction.kind == "assign":
            found.append(instruction.payload)
        elif instruction.kind == "assign_tuple":
            found.extend(instruction.payload)  # type: ignore[arg-type] # names
        elif instruction.kind == "augment":
            found.append(instruction.payload[1])  # type: ignore[index] # an operator and a name
    return found


def _has_complex(value: Any) -> bool:  # noqa: ANN401 - numbers in sequences
    if isinstance(value, list | tuple):
        return any(_has_complex(element) for element in value)
    return isinstance(value, complex) or (isinstance(value, Tensor) and value.dtype.is_complex)
