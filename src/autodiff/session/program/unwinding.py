# ruff: noqa: ANN401 - values of a program are of any kind
"""Frames and their blocks, and how they are left: by `break`, `continue`, `return`, or an error."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from autodiff.errors import Deliberate, TooLarge
from autodiff.session.program.values import Scope
from autodiff.session.scenario import Located

if TYPE_CHECKING:
    from autodiff.session.program.cells import Code
    from autodiff.session.program.machine import Machine

__all__ = ["Block", "Frame", "left", "recovered"]

_PYTHONS: Final = (TypeError, ValueError, ArithmeticError, IndexError, MemoryError)
"""What an operator or a function raises for arguments it cannot take."""
_OWN: Final = frozenset({"jump", "repeat", "while", "leave", "break", "continue", "try", "finally", "pass", "return"})
"""The kinds of instructions that use no value of the program's: an error there is ours."""


class Block:
    """Something that is open: a `loop`, a `try`, a `finally`, a `handler` of an error, or a `with`.

    `target` is where its end is, `again` where a loop's next turn is.
    """

    __slots__ = ("again", "error", "iterator", "kind", "manager", "target")

    def __init__(
        self,
        kind: str,
        target: int = -1,
        *,
        again: int = -1,
        iterator: Iterator[Any] | None = None,
        manager: Any = None,
        error: Located | None = None,
    ) -> None:
        self.kind = kind
        self.target = target
        self.again = again
        self.iterator = iterator
        self.manager = manager
        self.error = error


class Frame:
    """A call of a function, or the program itself.

    `home` is the scope of its names, `scope` the one inside it that a comprehension may have opened, `stack` the values
    not used yet, `at` the next instruction and `stop` where to end, `pending` how each open `finally` was reached. The
    frame is `outermost` if it was the engine that called the function.
    """

    __slots__ = ("at", "blocks", "code", "home", "outermost", "pending", "scope", "stack", "stop")

    def __init__(self, code: "Code", scope: Scope, at: int, stop: int) -> None:
        self.code = code
        self.home = self.scope = scope
        self.stack: list[Any] = []
        self.blocks: list[Block] = []
        self.pending: list[tuple[str, Any] | None] = []
        self.at = at
        self.stop = stop
        self.outermost = False


def left(frame: Frame, why: str, value: Any = None) -> int | None:
    """Where `break`, `continue` or `return` leads: to a `finally` on the way, or to the loop's end or next turn.

    None if nothing is left between here and the end of the function.
    """
    while frame.blocks:
        block = frame.blocks[-1]
        if block.kind == "loop" and why == "continue":
            return block.again
        frame.blocks.pop()
        if block.kind == "loop" and why == "break":
            return block.target
        if block.kind == "with":
            block.manager.__exit__(None, None, None)
        elif block.kind == "finally":
            frame.pending.append((why, value))
            return block.target
    return None


def recovered(machine: "Machine", error: Exception, base: int) -> None:
    """Go on in a handler or a `finally` after an error. Frames without one are left.

    Raises Located if there is none in the frames above `base`, and the error itself if it is our own mistake.
    """
    frames = machine.frames
    located = _located(frames[-1], error)
    if isinstance(located.cause, TooLarge):
        del frames[base:]
        raise located
    while True:
        frame = frames[-1]
        frame.stack.clear()
        frame.scope = frame.home
        while frame.blocks:
            block = frame.blocks.pop()
            if block.kind == "with":
                located = _exited(frame, block, located)
            elif block.kind in {"try", "finally"}:
                if block.kind == "try":
                    frame.blocks.append(Block("handler", error=located))
                else:
                    frame.pending.append(("raise", located))
                located.__traceback__ = located.cause.__traceback__ = located.__context__ = None
                frame.at = block.target
                return
        frames.pop()
        if len(frames) == base:
            raise located


def _located(frame: Frame, error: Exception) -> Located:
    """The error with its place. Raises the error itself if it is none of the program's."""
    script, number = frame.code.script, frame.at - 1
    if isinstance(error, Located):
        if error.number < 0:
            error.number = number
        return error
    if not isinstance(error, Deliberate) and (
        not isinstance(error, _PYTHONS) or script.instructions[number].kind in _OWN
    ):
        raise error
    return Located(error, script, number, ())


def _exited(frame: Frame, block: Block, located: Located) -> Located:
    """Leave a `with` because of an error; the error it goes on with."""
    try:
        block.manager.__exit__(type(located.cause), located.cause, None)
    except Exception as error:  # noqa: BLE001 - sorted out by what it is
        return _located(frame, error)
    return located
