# ruff: noqa: ANN401 - values of a program are of any kind
"""What each kind of instruction does with errors: `try`, `except`, `finally`, `raise`, `assert`.

See `instructions.py` for what an operation is given and gives.
"""

from typing import TYPE_CHECKING, Any, Final

from autodiff.errors import TorchAssertionError, TorchRuntimeError, TorchTypeError
from autodiff.session.program.builtin import truth
from autodiff.session.program.unwinding import Block, Frame, left
from autodiff.session.program.values import Kind, spoken
from autodiff.session.scenario import Located

if TYPE_CHECKING:
    from autodiff.session.program.machine import Machine

__all__ = ["RAISING"]


def _try(_: "Machine", frame: Frame, target: int) -> None:
    frame.blocks.append(Block("try", target))


def _finally(_: "Machine", frame: Frame, target: int) -> None:
    frame.blocks.append(Block("finally", target))


def _end_try(_: "Machine", frame: Frame, target: int) -> int:
    frame.blocks.pop()
    return target


def _handled(frame: Frame) -> Located:
    error = frame.blocks[-1].error
    if error is None:
        raise AssertionError("no error is being handled")
    return error


def _match(_: "Machine", frame: Frame, target: int) -> int | None:
    kinds = frame.stack.pop()
    for kind in kinds if isinstance(kinds, tuple) else (kinds,):
        if not isinstance(kind, Kind) or not issubclass(kind.made_of, BaseException):
            raise TorchTypeError("catching classes that do not inherit from BaseException is not allowed")
        if isinstance(_handled(frame).cause, kind.made_of):
            return None
    return target


def _caught(_: "Machine", frame: Frame, __: Any) -> None:
    frame.stack.append(_handled(frame).cause)


def _end_handler(_: "Machine", frame: Frame, payload: tuple[int, str | None]) -> int:
    target, name = payload
    frame.blocks.pop()
    if name is not None:
        frame.scope.names.pop(name, None)
    return target


def _reraise(_: "Machine", frame: Frame, __: Any) -> None:
    raise frame.blocks.pop().error or AssertionError("no error is being handled")


def _end_attempt(_: "Machine", frame: Frame, __: Any) -> None:
    frame.blocks.pop()
    frame.pending.append(None)


def _resume(_: "Machine", frame: Frame, placed: tuple[int, None]) -> int | None:
    pending = frame.pending.pop()
    if pending is None:
        return None
    why, value = pending
    if why == "raise":
        raise value
    if why == "return":
        frame.stack.append(value)
        return len(frame.code.cells) - 1
    target = left(frame, why)
    return placed[0] + 1 if target is None else target


def _raise(machine: "Machine", frame: Frame, count: int) -> None:
    if count == 0:
        for each in reversed(machine.frames):
            for block in reversed(each.blocks):
                if block.error is not None:
                    raise block.error
        raise TorchRuntimeError("No active exception to reraise")
    if count == 2:
        frame.stack.pop()  # what it was raised from changes nothing of what is shown
    error = frame.stack.pop()
    if type(error) is Kind and error.make is not None and issubclass(error.made_of, BaseException):
        error = error.make()
    if not isinstance(error, Exception):
        raise TorchTypeError("exceptions must derive from BaseException")
    raise Located(error, frame.code.script, -1, ())


def _assert(_: "Machine", frame: Frame, __: Any) -> None:
    if not truth(frame.stack.pop()):
        raise TorchAssertionError


def _assert_with(_: "Machine", frame: Frame, __: Any) -> None:
    raise TorchAssertionError(spoken(frame.stack.pop()))


RAISING: Final[dict[str, Any]] = {
    "try": _try,
    "finally": _finally,
    "end_try": _end_try,
    "match": _match,
    "caught": _caught,
    "end_handler": _end_handler,
    "reraise": _reraise,
    "end_attempt": _end_attempt,
    "resume": _resume,
    "raise": _raise,
    "assert": _assert,
    "assert_with": _assert_with,
}
