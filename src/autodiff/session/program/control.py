# ruff: noqa: ANN401 - values of a program are of any kind
"""What each kind of instruction does with the course of a program: jumps, loops, calls, `with`.

See `instructions.py` for what an operation is given and gives.
"""

from typing import TYPE_CHECKING, Any, Final

from autodiff.errors import TooLarge, TorchTypeError
from autodiff.language.draft import Definition
from autodiff.session.program.builtin import iterated, truth
from autodiff.session.program.cells import watched
from autodiff.session.program.raising import RAISING
from autodiff.session.program.reach import published
from autodiff.session.program.unwinding import Block, Frame, left
from autodiff.session.program.values import MOST_ELEMENTS, Closure, Function, Scope, type_name

if TYPE_CHECKING:
    from autodiff.session.program.machine import Machine

__all__ = ["CONTROL", "PLACED", "return_"]

_MISSING: Final = object()
_SWITCHED: Final = -1


# ------------------------------------------------------------------ jumps


def _pass(_: "Machine", __: Frame, ___: Any) -> None:
    """Nothing."""


def _jump(_: "Machine", __: Frame, target: int) -> int:
    return target


def _jump_if_false(_: "Machine", frame: Frame, target: int) -> int | None:
    return None if truth(frame.stack.pop()) else target


def _jump_if_true(_: "Machine", frame: Frame, target: int) -> int | None:
    return target if truth(frame.stack.pop()) else None


def _and(_: "Machine", frame: Frame, target: int) -> int | None:
    if not truth(frame.stack[-1]):
        return target
    frame.stack.pop()
    return None


def _or(_: "Machine", frame: Frame, target: int) -> int | None:
    if truth(frame.stack[-1]):
        return target
    frame.stack.pop()
    return None


def _link(_: "Machine", frame: Frame, payload: tuple[str, int]) -> int | None:
    """A comparison within a chain: its right side stays for the next, unless it does not hold."""
    kind, target = payload
    right = frame.stack.pop()
    holds = watched(kind)(frame.stack[-1], right)
    frame.stack[-1] = right
    if truth(holds):
        return None
    frame.stack[-1] = holds
    return target


# ------------------------------------------------------------------ loops


def _repeat(machine: "Machine", _: Frame, placed: tuple[int, int]) -> int:
    number, target = placed
    machine.account.spend(number - target + 1)
    return target


def _while(_: "Machine", frame: Frame, targets: tuple[int, int]) -> None:
    frame.blocks.append(Block("loop", targets[0], again=targets[1]))


def _loop(_: "Machine", frame: Frame, targets: tuple[int, int]) -> None:
    frame.blocks.append(Block("loop", targets[0], again=targets[1], iterator=iterated(frame.stack.pop())))


def _next(_: "Machine", frame: Frame, done: int) -> int | None:
    value = next(frame.blocks[-1].iterator, _MISSING)  # type: ignore[arg-type] # a `for` has one
    if value is _MISSING:
        frame.blocks.pop()
        return done
    frame.stack.append(value)
    return None


def _leave(_: "Machine", frame: Frame, __: Any) -> None:
    frame.blocks.pop()


def _break(_: "Machine", frame: Frame, __: Any) -> int | None:
    return left(frame, "break")


def _continue(machine: "Machine", frame: Frame, placed: tuple[int, None]) -> int | None:
    target = left(frame, "continue")
    machine.account.spend(max(placed[0] - (target or 0), 0) + 1)
    return target


def _open(_: "Machine", frame: Frame, __: Any) -> None:
    iterator = iterated(frame.stack.pop())
    frame.scope = Scope({}, frame.scope)
    frame.stack.append([])
    frame.blocks.append(Block("loop", iterator=iterator))


def _append(_: "Machine", frame: Frame, __: Any) -> None:
    value = frame.stack.pop()
    if len(frame.stack[-1]) >= MOST_ELEMENTS:
        raise TooLarge(f"the sequence would have more than {MOST_ELEMENTS} elements")
    frame.stack[-1].append(value)


def _close(_: "Machine", frame: Frame, __: Any) -> None:
    frame.scope = frame.scope.parent or frame.home


# ------------------------------------------------------------------ functions


def _function(machine: "Machine", frame: Frame, placed: tuple[int, Definition]) -> int:
    number, definition = placed
    optional = [name for name, given in definition.parameters if given]
    first = len(frame.stack) - len(optional)
    defaults = dict(zip(optional, frame.stack[first:], strict=True))
    del frame.stack[first:]
    frame.stack.append(Closure(definition, frame.code, number + 1, defaults, machine))
    return definition.end


def _call(machine: "Machine", frame: Frame, payload: tuple[int, tuple[str, ...]]) -> int | None:
    count, names = payload
    stack = frame.stack
    first = len(stack) - count
    args = stack[first:]
    keywords = {}
    if names:
        keywords = dict(zip(names, args[-len(names) :], strict=True))
        del args[-len(names) :]
    del stack[first:]
    callee = stack.pop()
    if type(callee) is Closure:
        machine.frames.append(machine.entered(callee, args, keywords))
        return _SWITCHED
    stack.append(machine.called(callee, args, keywords))
    return None


def return_(machine: "Machine", frame: Frame, _: Any) -> int:
    """End the function with the value on top, by way of every `finally` that is open."""
    value = frame.stack.pop()
    target = left(frame, "return", value)
    if target is not None:
        return target
    machine.frames.pop()
    if frame.outermost:
        machine.value = value
    else:
        machine.frames[-1].stack.append(value)
    return _SWITCHED


# ------------------------------------------------------------------ with


def _enter(_: "Machine", frame: Frame, __: Any) -> None:
    manager = frame.stack.pop()
    if isinstance(manager, Function | Closure) or not hasattr(type(manager), "__enter__"):
        raise TorchTypeError(f"'{type_name(manager)}' object does not support the context manager protocol")
    frame.stack.append(published(manager.__enter__(), "manager"))
    frame.blocks.append(Block("with", manager=manager))


def _drop(_: "Machine", frame: Frame, __: Any) -> None:
    frame.stack.pop()


def _leave_with(_: "Machine", frame: Frame, __: Any) -> None:
    frame.blocks.pop().manager.__exit__(None, None, None)


PLACED: Final = frozenset({"repeat", "continue", "function", "resume"})
"""The kinds whose operations are told the number of their instruction, too."""

CONTROL: Final[dict[str, Any]] = {
    "pass": _pass,
    "jump": _jump,
    "choose": _jump,
    "chosen": _pass,
    "jump_if_false": _jump_if_false,
    "jump_if_true": _jump_if_true,
    "and": _and,
    "or": _or,
    "link": _link,
    "repeat": _repeat,
    "while": _while,
    "loop": _loop,
    "next": _next,
    "leave": _leave,
    "break": _break,
    "continue": _continue,
    "open": _open,
    "append": _append,
    "close": _close,
    "function": _function,
    "call": _call,
    "return": return_,
    "enter": _enter,
    "drop": _drop,
    "leave_with": _leave_with,
    **RAISING,
}
