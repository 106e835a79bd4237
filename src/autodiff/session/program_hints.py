"""The hint below an error of a program: the line, and what to do about it, in the program's own names."""

from collections.abc import Callable
from typing import Any, Final

from autodiff.errors import Deliberate
from autodiff.language.program import Program, place
from autodiff.session.scenario import Located

__all__ = ["hint_in_program"]

_LONGEST: Final = 60


def hint_in_program(error: Located) -> str:
    """One line that begins with the line of the error."""
    line = _line(error.program, error.number)
    own = error.cause.hint if isinstance(error.cause, Deliberate) else None
    if own is None:
        explain = next((explain for fragment, explain in _KNOWN.items() if fragment in str(error.cause)), _part)
        own = explain(error)
    return f"line {line}: {own}"


def _line(program: Program, number: int) -> int:
    return place(program.text, program.instructions[number].start)[0]


def _text(program: Program, number: int) -> str:
    source = " ".join(program.source(number).split())
    return source if len(source) <= _LONGEST else f"{source[: _LONGEST - 3]}..."


def _part(error: Located) -> str:
    return f"in {_text(error.program, error.number)}"


def _owner(error: Located) -> int | None:
    """The number of what a method was called on: `y` of `y.backward()`; the first argument of a function."""
    instructions = error.program.instructions
    called = instructions[error.number]
    if called.kind != "call":
        return None
    callee = instructions[called.operands[0]]
    if callee.kind == "attribute" and instructions[callee.operands[0]].payload not in {"torch", "autograd"}:
        return callee.operands[0]
    return called.operands[1] if len(called.operands) > 1 else None


def _origin(error: Located, owner: int) -> str:
    """Where the value was given its name, if it is one."""
    program = error.program
    name: Any = program.instructions[owner].payload
    if program.instructions[owner].kind != "name":
        return ""
    before = range(min(error.number, len(program.instructions)) - 1, -1, -1)
    for number in before:
        kind, _, payload, *_ = program.instructions[number]
        if kind == "assign" and payload == name:
            return f", which is given by {_text(program, number)} in line {_line(program, number)}"
    return ""


def _no_path(error: Located) -> str:
    owner = _owner(error)
    if owner is None:
        return f"{_part(error)}: no path leads back to a tensor that requires a gradient"
    said = f"{_text(error.program, owner)}{_origin(error, owner)}"
    return f"no path leads back from {said}, to a tensor that requires a gradient"


def _twice(error: Located) -> str:
    return f"{_part(error)}: an earlier backward freed the graph; give that one retain_graph=True, or compute it again"


def _several(error: Located) -> str:
    owner = _owner(error)
    said = "it" if owner is None else _text(error.program, owner)
    return f"{said} has several elements: write {said}.sum().backward(), or give backward() a gradient of that shape"


def _leaf(error: Located) -> str:
    return f"{_part(error)} would change a leaf that requires a gradient: put it under `with torch.no_grad():`"


def _modified(error: Located) -> str:
    """The statements before the error that act in place."""
    program = error.program
    found = []
    for number, (kind, operands, _, *_) in enumerate(program.instructions[: error.number]):
        callee = program.instructions[operands[0]] if kind == "call" else None
        in_place = callee is not None and callee.kind == "attribute" and str(callee.payload).endswith("_")
        if kind.startswith("augment") or kind == "assign_index" or in_place:
            found.append(f"{_text(program, number)} (line {_line(program, number)})")
    said = " or ".join(found[-3:]) or "something before it"
    return f"{said} changed a value that backward needs: compute a new one instead, as in x = x + 1"


def _integers(_: Located) -> str:
    return "write the numbers with a point, 3. instead of 3, or add dtype=torch.float32"


_KNOWN: Final[dict[str, Callable[[Located], str]]] = {
    "does not require grad and does not have a grad_fn": _no_path,
    "backward through the graph a second time": _twice,
    "implicitly created only for scalar outputs": _several,
    "that requires grad is being used in an in-place operation": _leaf,
    "modified by an inplace operation": _modified,
    "can require gradients": _integers,
}
"""What PyTorch's messages say in part, and what helps."""
