"""Why no gradient flows: a failed scenario is run once more, and watched."""

from contextlib import suppress
from typing import Any, Final, NamedTuple

from autodiff.engine import Tensor
from autodiff.language import Program
from autodiff.session.bind import Setting
from autodiff.session.scenario import Located, Scenario

__all__ = ["Cuts", "cuts", "shortened"]

_LONGEST_PROGRAM: Final = 20_000  # instructions; a hint is not worth more than the run itself
_LONGEST_SOURCE: Final = 40


class Cuts(NamedTuple):
    """What the path from an output back to its inputs runs into.

    `at` are texts of the user's at which a gradient stops, `live` the inputs behind them that require one, `dead`
    the inputs that do not, each with what it is.
    """

    at: list[str]
    live: list[str]
    dead: dict[str, Any]
    whole: bool  # whether the output itself is where it stops


class _Watch:
    """One more run of a scenario: the value of each instruction, and whether it required a gradient when made."""

    def __init__(self, scenario: Scenario, program: Program) -> None:
        self.program = program
        self.scenario = scenario
        self.values: dict[int, Any] = {}
        self.needs: dict[int, bool] = {}
        self.setting = setting = Setting(scenario, program)
        self.leaf_needs: dict[str, bool] = {name: leaf.requires_grad for name, leaf in setting.leaves.items()}
        self.evaluation = setting.evaluation(self._observe)
        with suppress(Located):  # what has been seen until then explains it
            setting.run(self.evaluation)
        self.sources = _definitions(program)

    def _observe(self, number: int, value: Any) -> None:  # noqa: ANN401
        self.values[number] = value
        self.needs[number] = _needs(value)

    def origins(self, number: int) -> list[int | str]:
        """Where the value of an instruction comes from: instructions, or the name of an input."""
        instruction = self.program.instructions[number]
        if instruction.kind == "name":
            origin = self.sources.get(number, str(instruction.payload))
            return [origin] if isinstance(origin, int) or origin in self.leaf_needs else []
        found: list[int | str] = []
        for operand in instruction.operands:
            inner = self.program.instructions[operand]
            if instruction.kind == "call" and operand == instruction.operands[0]:
                found += inner.operands  # a method's tensor; a function's name is no origin
            else:
                found.append(operand)
        return found

    def live(self, origin: int | str) -> bool:
        """Whether what a value comes from required a gradient when it was used."""
        if isinstance(origin, str):
            return self.leaf_needs[origin]
        return self.needs.get(origin, False) and origin not in self.setting.detached

    def output(self) -> int:
        """The instruction whose value the output is."""
        return self.program.instructions[-1].operands[-1]


def _needs(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, list | tuple):
        return any(isinstance(element, Tensor) and element.requires_grad for element in value)
    return isinstance(value, Tensor) and value.requires_grad


def _definitions(program: Program) -> dict[int, int]:
    """For each use of a name, the instruction whose value was last assigned to it."""
    last: dict[Any, int] = {}
    found: dict[int, int] = {}
    for number, (kind, operands, payload, _, _) in enumerate(program.instructions):
        if kind == "name" and payload in last:
            found[number] = last[payload]
        elif kind == "assign":
            last[payload] = operands[0]
        elif kind == "assign_tuple":
            last.update(dict.fromkeys(payload, operands[0]))  # type: ignore[call-overload] # names
    return found


def cuts(scenario: Scenario, program: Program, start: int | None = None) -> Cuts | None:
    """Where the gradient of the output stops, or that of the value of `start`; None if that cannot be told."""
    if len(program.instructions) > _LONGEST_PROGRAM:
        return None
    watch = _Watch(scenario, program)
    found = Cuts([], [], {}, whole=False)
    first = watch.output() if start is None else start
    todo: list[tuple[int | str, bool]] = [(first, False)]  # and whether a cut lies between it and the output
    seen = set(todo)
    while todo:
        origin, behind = todo.pop()
        if isinstance(origin, str):
            _note_input(watch, found, origin)
            continue
        before = watch.origins(origin)
        stops = not behind and (_replaced(watch, origin) or any(watch.live(each) for each in before))
        if stops and _described(watch, origin) not in found.at:
            found.at.append(_described(watch, origin))
            found = found._replace(whole=found.whole or origin == first)
        for each in reversed(before):
            step = (each, behind or stops)
            if step not in seen:
                seen.add(step)
                todo.append(step)
    return found


def _note_input(watch: _Watch, found: Cuts, name: str) -> None:
    if watch.leaf_needs[name]:
        if name not in found.live:
            found.live.append(name)
    else:
        found.dead[name] = watch.setting.leaves[name]


def _replaced(watch: _Watch, number: int) -> bool:
    """Whether an option took the gradient from the value of an instruction, which required one when it was made."""
    return watch.needs.get(number, False) and number in watch.setting.detached


def _described(watch: _Watch, number: int) -> str:
    """The user's words for the place where a gradient stops."""
    instruction = watch.program.instructions[number]
    text = shortened(watch.program.source(number))
    if instruction.kind == "name" or _replaced(watch, number):
        in_place = any(_same(text, target) for target in watch.scenario.detach_inplace)
        asked = any(_same(text, target) for target in watch.scenario.detach)
        method = ".detach()" if asked and not in_place else ".detach_()"
        return (text if instruction.kind == "name" else f"({text})") + method
    value = watch.values.get(number)
    if isinstance(value, Tensor) and not value.dtype.is_differentiable:
        return f"{text}, which is {value.dtype}"
    return text


def _same(text: str, target: str) -> bool:
    return "".join(text.split()) == "".join(target.split()).strip("()")


def shortened(text: str) -> str:
    """The text on one line, cut if it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SOURCE else f"{line[: _LONGEST_SOURCE - 3]}..."
