# ruff: noqa: ANN401 - values of a program are of any kind
"""A machine that listens: it knows which step made which node, and finds names of `torch` that were not imported."""

from collections import deque
from collections.abc import Callable
from typing import Any, Final

from autodiff.engine import Tensor
from autodiff.engine.graph import next_number
from autodiff.errors import TorchAttributeError
from autodiff.language.draft import Script
from autodiff.language.program import STATEMENTS
from autodiff.session.graph.nodes import key_of
from autodiff.session.prefix import Module
from autodiff.session.program.budget import Account, Budget
from autodiff.session.program.cells import ASSIGN, BINARY, CONSTANT, LOAD, Code
from autodiff.session.program.instructions import compiled
from autodiff.session.program.machine import Machine
from autodiff.session.program.reach import member
from autodiff.session.program.values import Scope
from autodiff.session.published import UnknownName

__all__ = ["Heard", "ListeningMachine"]

Heard = Callable[[int, int, Any], None]
"""Told an entry's place, the number of an instruction of it, and the value that gave; None if it gives none."""

_KEPT: Final = 200
_MARKS: Final = frozenset({LOAD, CONSTANT, ASSIGN})
_SILENT: Final = STATEMENTS | {"delete", "assign_all"}
_MODULES: Final = {"F": "torch.nn.functional", "math": "math"}


class ListeningMachine(Machine):
    """A machine for one entry after the other.

    `scripts` are the entries so far. `ends` are numbers of nodes: those below one of them, and above the one before it,
    were made by the step at the same place in `steps`, which is an entry's place and an instruction's number.
    `results` are the outputs of nodes, by the nodes' numbers, that were the value of a step; `recent` are values that
    the last entry gave. `borrowed` has what was found in `torch` without an import. `heard` is told of every step.
    """

    def __init__(self, write: Callable[[str], object], echo: Callable[[Any], object]) -> None:
        super().__init__(write, Budget(), echo)
        self.scripts: list[Script] = []
        self.ends: list[int] = []
        self.steps: list[tuple[int, int] | None] = []
        self.results: set[tuple[int, int]] = set()
        self.recent: deque[Any] = deque(maxlen=_KEPT)
        self.borrowed: dict[str, Any] = {}
        self.heard: Heard | None = None
        self._latest = next_number()

    def begin(self, script: Script, budget: Budget) -> None:
        """The next entry is this one, with a budget of its own."""
        self.account = Account(budget)
        self.recent.clear()
        self.scripts.append(script)
        self._note(None)
        code, entry = compiled(script), len(self.scripts) - 1
        cells = [_listening(entry, number, cell, script) for number, cell in enumerate(code.cells[:-1])]
        self._code = Code(script, [*cells, code.cells[-1]])

    def hear(self, entry: int, number: int, value: Any) -> None:
        """An instruction is done."""
        if self._note((entry, number)):
            key = key_of(value)
            if key is not None:
                self.results.add((key[0].number, key[1]))
        if isinstance(value, Tensor | list | tuple):
            self.recent.append(value)
        if self.heard is not None:
            self.heard(entry, number, value)

    def _note(self, step: tuple[int, int] | None) -> bool:
        """Note that nodes have been made since the last time, by this step. Whether there are any."""
        number = next_number()
        made = number != self._latest + 1
        if made:
            self.ends.append(number)
            self.steps.append(step)
        self._latest = number
        return made

    def load(self, scope: Scope, name: str) -> Any:
        """The value of a name; one that means nothing is looked for in `torch`, as if it had been imported."""
        try:
            return super().load(scope, name)
        except UnknownName:
            try:
                value = Module(_MODULES[name]) if name in _MODULES else member("torch", name)
            except TorchAttributeError:
                pass
            else:
                self.globals.names[name] = self.borrowed[name] = value
                return value
            raise

    def own_names(self) -> dict[str, Any]:
        """The names the user gave, with their values."""
        borrowed = self.borrowed
        return {
            name: value
            for name, value in self.globals.names.items()
            if not (name in borrowed and borrowed[name] is value) and type(value) is not Module
        }


def _listening(entry: int, number: int, cell: tuple[Any, Any], script: Script) -> tuple[Any, Any]:
    """The cell of an instruction, which tells when it is done."""
    operation, payload = cell
    if operation in _MARKS:
        return cell
    instruction = script.instructions[number]
    if operation is BINARY:
        operation = _binary
    silent = instruction.kind in _SILENT
    name = str(instruction.payload[1]) if instruction.kind == "augment" else None  # type: ignore[index]

    def listening(machine: ListeningMachine, frame: Any, given: Any) -> int | None:
        target: int | None = operation(machine, frame, given)
        if target is None:
            nothing = silent or not frame.stack
            value = frame.scope.names.get(name) if name else None if nothing else frame.stack[-1]
            machine.hear(entry, number, value)
        return target

    return listening, payload


def _binary(machine: Machine, frame: Any, operations: Any) -> None:
    right = frame.stack.pop()
    value = operations[1](frame.stack[-1], right)
    frame.stack[-1] = value
    if type(value) is Tensor and value.ndim:
        machine.account.weigh(value.numel())
