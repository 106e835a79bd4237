# ruff: noqa: ANN401 - values of a program are of any kind
"""What each kind of instruction does with values: names, attributes, sequences, texts, assignments.

An operation is given the machine, the frame and its payload; it takes its operands from the frame's stack and puts its
value there. It gives a number to go on from, -1 when another frame is on top, or None. Control is in `control.py`.
"""

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from autodiff.engine import Tensor
from autodiff.errors import Deliberate, TooLarge, TorchAttributeError, TorchTypeError, TorchValueError
from autodiff.language import OPERATIONS
from autodiff.language.draft import Script
from autodiff.language.program import Instruction
from autodiff.session.prefix import Module
from autodiff.session.program.builtin import iterated, truth
from autodiff.session.program.cells import ASSIGN, BINARY, COMPARISONS, CONSTANT, LOAD, Code, fast, watched
from autodiff.session.program.control import CONTROL, PLACED, return_
from autodiff.session.program.formatting import formatted
from autodiff.session.program.reach import attribute, member, settable
from autodiff.session.program.unwinding import Frame
from autodiff.session.program.values import MOST_ELEMENTS, type_name
from autodiff.session.published import UnknownName, hinted
from autodiff.session.steps import IN_PLACE

if TYPE_CHECKING:
    from autodiff.session.program.machine import Machine

__all__ = ["compiled"]


class ImportProblem(Deliberate, ImportError):  # noqa: N818 - shown under Python's name for it
    """A module has no such name."""


ImportProblem.__name__ = "ImportError"


def compiled(script: Script) -> Code:
    """The program, ready to run."""
    cells = [_cell(number, instruction) for number, instruction in enumerate(script.instructions)]
    return Code(script, [*cells, (return_, None)])


def _cell(number: int, instruction: Instruction) -> tuple[Any, Any]:
    kind, operands, payload, _, _ = instruction
    if kind in {"number", "string", "constant"}:
        return CONSTANT, payload
    if kind == "name":
        return LOAD, payload
    if kind == "assign":
        return ASSIGN, payload
    if kind in COMPARISONS or (kind in OPERATIONS and len(operands) == 2):
        return BINARY, (fast(kind), watched(kind))
    if kind in OPERATIONS:
        return _unary, OPERATIONS[kind]
    if kind == "call":
        return CONTROL[kind], (len(operands) - 1, payload)
    if kind in {"list", "tuple", "join", "raise"}:
        return {**_STEPS, **CONTROL}[kind], len(operands)
    if kind == "format":
        return _format, (payload, len(operands) == 2)
    if kind in PLACED:
        return CONTROL[kind], (number, payload)
    return _STEPS.get(kind) or CONTROL[kind], payload


# ------------------------------------------------------------------ values


def _unary(_: "Machine", frame: Frame, operation: Any) -> None:
    frame.stack[-1] = operation(frame.stack[-1])


def _not(_: "Machine", frame: Frame, __: Any) -> None:
    frame.stack[-1] = not truth(frame.stack[-1])


def _attribute(_: "Machine", frame: Frame, name: str) -> None:
    frame.stack[-1] = attribute(frame.stack[-1], name)


def _index(machine: "Machine", frame: Frame, _: Any) -> None:
    key = frame.stack.pop()
    frame.stack[-1] = _item(machine, frame.stack[-1], key)


def _item(machine: "Machine", value: Any, key: Any) -> Any:
    if not isinstance(value, Tensor | list | tuple | str | range):
        raise TorchTypeError(f"'{type_name(value)}' object is not subscriptable")
    found = value[key]
    machine.account.weigh(found.numel() if isinstance(found, Tensor) else len(found) if isinstance(found, list) else 1)
    return found


def _slice(_: "Machine", frame: Frame, given: Any) -> None:
    bounds = iter(_taken(frame.stack, sum(given)))
    frame.stack.append(slice(*[next(bounds) if each else None for each in given]))


def _list(_: "Machine", frame: Frame, count: int) -> None:
    frame.stack.append(_taken(frame.stack, count))


def _tuple(_: "Machine", frame: Frame, count: int) -> None:
    frame.stack.append(tuple(_taken(frame.stack, count)))


def _taken(stack: list[Any], count: int) -> list[Any]:
    first = len(stack) - count
    taken = stack[first:]
    del stack[first:]
    return taken


def _join(_: "Machine", frame: Frame, count: int) -> None:
    texts = _taken(frame.stack, count)
    if sum(map(len, texts)) > MOST_ELEMENTS:
        raise TooLarge(f"the text would have more than {MOST_ELEMENTS} characters")
    frame.stack.append("".join(texts))


def _format(_: "Machine", frame: Frame, payload: tuple[str, bool]) -> None:
    conversion, specified = payload
    specification = frame.stack.pop() if specified else ""
    frame.stack[-1] = formatted(frame.stack[-1], conversion, specification)


def _expression(machine: "Machine", frame: Frame, _: Any) -> None:
    value = frame.stack.pop()
    if machine.echo is not None and frame.home is machine.globals:
        machine.echo(value)


# ------------------------------------------------------------------ assignments


def _assign_tuple(machine: "Machine", frame: Frame, pattern: Any) -> None:
    _give(frame, pattern, frame.stack.pop())
    machine.account.spend(1)


def _assign_all(_: "Machine", frame: Frame, patterns: Any) -> None:
    value = frame.stack.pop()
    for pattern in patterns:
        _give(frame, pattern, value)


def _give(frame: Frame, pattern: Any, value: Any) -> None:
    """Give a value to a name, or its elements to a tuple of patterns."""
    todo = [(pattern, value)]
    while todo:
        pattern, value = todo.pop()
        if isinstance(pattern, str):
            frame.scope.names[pattern] = value
        else:
            todo += reversed(list(zip(pattern, _unpacked(value, len(pattern)), strict=True)))


def _unpacked(value: Any, count: int) -> list[Any]:
    try:
        elements = iterated(value)
    except TypeError:
        raise TorchTypeError(f"cannot unpack non-iterable {type_name(value)} object") from None
    values = list(islice(elements, count + 1))
    if len(values) < count:
        raise TorchValueError(f"not enough values to unpack (expected {count}, got {len(values)})")
    if len(values) > count:
        raise TorchValueError(f"too many values to unpack (expected {count})")
    return values


def _changed(kind: str, value: Any, other: Any) -> Any:
    """`value op= other`: in place for a tensor and a list, a new value otherwise."""
    if isinstance(value, Tensor):
        return IN_PLACE[kind](value, other)  # type: ignore[no-untyped-call] # operators of any operands
    if kind == "add" and isinstance(value, list):
        value.extend(islice(iterated(other), MOST_ELEMENTS + 1 - len(value)))
        if len(value) > MOST_ELEMENTS:
            raise TooLarge(f"the sequence would have more than {MOST_ELEMENTS} elements")
        return value
    try:
        return watched(kind)(value, other)
    except TypeError as error:  # Python names the operator as it is written
        message = re.sub(r"(unsupported operand type\(s\) for \S+):", r"\1=:", str(error))
        raise hinted(TorchTypeError(message), _hint(error)) from None


def _augment(machine: "Machine", frame: Frame, payload: tuple[str, str]) -> None:
    kind, name = payload
    other = frame.stack.pop()
    frame.scope.names[name] = _changed(kind, machine.load(frame.scope, name), other)


def _set_item(value: Any, key: Any, new: Any) -> None:
    if not isinstance(value, Tensor | list):
        raise TorchTypeError(f"'{type_name(value)}' object does not support item assignment")
    if isinstance(value, list) and isinstance(key, slice):
        raise TorchTypeError("a part of a list cannot be assigned: assign its elements one by one")
    value[key] = new


def _assign_index(_: "Machine", frame: Frame, __: Any) -> None:
    _set_item(*_taken(frame.stack, 3))


def _augment_index(machine: "Machine", frame: Frame, payload: tuple[str, None]) -> None:
    value, key, other = _taken(frame.stack, 3)
    _set_item(value, key, _changed(payload[0], _item(machine, value, key), other))


def _set_attribute(value: Any, name: str, new: Any) -> None:
    if not settable(value, name):
        raise TorchAttributeError(f"attribute '{name}' of '{type_name(value)}' objects is not writable")
    setattr(value, name, new)


def _assign_attribute(_: "Machine", frame: Frame, name: str) -> None:
    value, new = _taken(frame.stack, 2)
    _set_attribute(value, name, new)


def _augment_attribute(_: "Machine", frame: Frame, payload: tuple[str, str]) -> None:
    kind, name = payload
    value, other = _taken(frame.stack, 2)
    _set_attribute(value, name, _changed(kind, attribute(value, name), other))


def _delete(machine: "Machine", frame: Frame, names: tuple[str, ...]) -> None:
    for name in names:
        if name not in frame.scope.names:
            if name in frame.scope.assigned:
                machine.load(frame.scope, name)
            raise UnknownName(f"name '{name}' is not defined")
        del frame.scope.names[name]


# ------------------------------------------------------------------ modules


def _import(_: "Machine", frame: Frame, payload: tuple[str, str]) -> None:
    path, name = payload
    frame.scope.names[name] = Module(path)


def _import_from(_: "Machine", frame: Frame, payload: tuple[str, tuple[tuple[str, str], ...]]) -> None:
    path, members = payload
    for name, alias in members:
        try:
            frame.scope.names[alias] = member(path, name)
        except TorchAttributeError as error:
            raise hinted(ImportProblem(f"cannot import name '{name}' from '{path}'"), _hint(error)) from None


def _hint(error: Exception) -> str | None:
    return error.hint if isinstance(error, Deliberate) else None


def _import_all(machine: "Machine", _: Frame, path: str) -> None:
    machine.stars.insert(0, path)


_STEPS: Final[dict[str, Any]] = {
    "not": _not,
    "attribute": _attribute,
    "index": _index,
    "slice": _slice,
    "list": _list,
    "tuple": _tuple,
    "join": _join,
    "format": _format,
    "expression": _expression,
    "assign_tuple": _assign_tuple,
    "assign_all": _assign_all,
    "augment": _augment,
    "assign_index": _assign_index,
    "augment_index": _augment_index,
    "assign_attribute": _assign_attribute,
    "augment_attribute": _augment_attribute,
    "delete": _delete,
    "import": _import,
    "import_from": _import_from,
    "import_all": _import_all,
}
