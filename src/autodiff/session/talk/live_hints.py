"""Hints below the errors of a conversation, in the user's names: what to enter instead."""

from collections.abc import Callable
from typing import Any, Final

from autodiff.errors import Deliberate
from autodiff.session.paths import shortened
from autodiff.session.scenario import Located

__all__ = ["hint_about", "hint_of"]

_SIGNS: Final = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "floor_divide": "//", "remainder": "%", "pow": "**", "matmul": "@",
}  # fmt: skip


def hint_of(error: Located) -> str | None:
    """One line that helps, or None."""
    return hint_about(error.cause, _start(error), error)


def hint_about(cause: Exception, start: str, error: Located | None = None) -> str | None:
    """The same for an error of backward from `start`, a text, which may be in no entry."""
    message = str(cause)
    for fragment, explain in _KNOWN:
        if fragment in message:
            return explain(start, error)
    return cause.hint if isinstance(cause, Deliberate) else None


def _start(error: Located) -> str:
    """The text of the value that a call of `backward` or `grad` starts from."""
    instructions = error.program.instructions
    call = instructions[error.number]
    if call.kind != "call":
        return "it"
    owner = instructions[call.operands[0]].operands
    is_method = owner and instructions[owner[0]].payload not in {"torch", "autograd"}
    is_inner = owner and instructions[owner[0]].kind == "attribute" and instructions[owner[0]].payload == "autograd"
    if is_method and not is_inner:
        return shortened(error.program.source(owner[0]))
    return shortened(error.program.source(call.operands[1])) if len(call.operands) > 1 else "it"


def _twice(start: str, _: Located | None) -> str:
    return f"the backward before freed what {start} needs: give that one retain_graph=True, or compute {start} anew"


def _several(start: str, _: Located | None) -> str:
    return f"{start} has several elements: write {start}.sum().backward(), or pass gradient=torch.ones_like({start})"


def _no_path(start: str, _: Located | None) -> str:
    return f"nothing that {start} is computed from requires a gradient, or the path to it was cut; :graph shows {start}"


def _in_place(_: str, error: Located | None) -> str:
    way = "or change it under: with torch.no_grad():"
    instruction = None if error is None else error.program.instructions[error.number]
    if error is None or instruction is None or instruction.kind != "augment":
        return f"compute a new tensor, {way}"
    payload: Any = instruction.payload
    operation, name = payload
    other = shortened(error.program.source(instruction.operands[0]))
    return f"write {name} = {name} {_SIGNS[operation]} {other}, {way}"


def _modified(start: str, _: Located | None) -> str:
    return f"something that {start} needs was changed in place: compute a new tensor instead, and {start} anew"


_KNOWN: Final[tuple[tuple[str, Callable[[str, Located | None], str]], ...]] = (
    ("does not require grad and does not have a grad_fn", _no_path),
    ("backward through the graph a second time", _twice),
    ("implicitly created only for scalar outputs", _several),
    ("that requires grad is being used in an in-place operation", _in_place),
    ("modified by an inplace operation", _modified),
    ("can require gradients", lambda _, __: "write the numbers with a point, 3. instead of 3"),
)
