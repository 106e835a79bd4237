"""The flat program: what a text means, as a list of instructions in the order they are evaluated.

An instruction refers to earlier ones by their number and carries its span in the text. Its operands are the last
values that no instruction used yet, in order, and every value is used once. The kinds are

    kind                operands                    payload
    number              -                           int, float or complex
    string              -                           str
    constant            -                           True, False, None or Ellipsis
    name                -                           the name
    attribute           object                      the attribute's name
    index               object, index               None
    slice               those given                 three bools: are start, stop, step given
    list, tuple         the elements                None
    call                callee, then arguments      names of the last arguments, those given by keyword
    add, neg ...        left, right or one operand  None
    expression          value                       None
    assign              value                       the name
    assign_attribute    object, value               the attribute's name
    assign_index        object, index, value        None
    assign_tuple        value                       the names, a tuple
    augment             value                       (operator, name)
    augment_attribute   object, value               (operator, the attribute's name)
    augment_index       object, index, value        (operator, None)

The last eight are the statements. A callee is a `name` or an `attribute`; an operator is named as in the
grammar: add sub mul div floor_divide remainder pow matmul, neg positive bitwise_not, eq ne lt le gt ge,
bitwise_and bitwise_or. A span leaves out the parentheses around an expression, but not those of a tuple.
"""

from __future__ import annotations

from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, TypeAlias

__all__ = ["STATEMENTS", "Instruction", "Program", "occurrences", "place"]

STATEMENTS = frozenset(
    {
        "expression",
        "assign",
        "assign_attribute",
        "assign_index",
        "assign_tuple",
        "augment",
        "augment_attribute",
        "augment_index",
    }
)
"""The kinds that are whole statements; every other kind gives a value to a later instruction."""


class Instruction(NamedTuple):
    """One step of a program: `text[start:end]` is its source, in characters."""

    kind: str
    operands: tuple[int, ...]
    payload: object
    start: int
    end: int


Step: TypeAlias = "tuple[str, tuple[int, ...], object, int, int]"
"""An instruction as a plain tuple, which Python takes apart sooner."""


class _Instructions:
    """Steps as instructions, each made when it is asked for: a long program has many, and few are looked at."""

    __slots__ = ("_steps",)

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[Instruction]:
        return map(Instruction._make, self._steps)

    def __getitem__(self, number: int | slice) -> Any:  # noqa: ANN401 - an instruction, or a list of them
        if isinstance(number, slice):
            return [Instruction._make(step) for step in self._steps[number]]
        return Instruction._make(self._steps[number])


class Program:
    """A text and its instructions: the `steps` are the same as plain tuples, for who reads them all."""

    __slots__ = ("steps", "text")

    def __init__(self, text: str, steps: Sequence[Step]) -> None:
        self.text = text
        self.steps = steps

    @property
    def instructions(self) -> Sequence[Instruction]:
        """The steps, with names for their parts."""
        return _Instructions(self.steps)  # type: ignore[return-value] # as far as anybody needs one

    def __repr__(self) -> str:
        return f"<Program of {len(self.steps)} instructions>"

    def source(self, number: int) -> str:
        """The text of one instruction."""
        instruction = self.instructions[number]
        return self.text[instruction.start : instruction.end]


def place(text: str, offset: int) -> tuple[int, int]:
    """The line and the column of a character, both counted from 1."""
    before = text[:offset].replace("\r\n", " \n").replace("\r", "\n")
    return before.count("\n") + 1, offset - before.rfind("\n")


def occurrences(program: Program, target: Program) -> list[int]:
    """The numbers of the instructions that compute what the one expression of `target` says.

    Whitespace, comments and redundant parentheses do not matter; a number matches by type and value.
    ValueError if `target` is not one expression.
    """
    if [i.kind for i in target.instructions if i.kind in STATEMENTS] != ["expression"]:
        raise ValueError("the target must be one expression")
    classes: dict[object, int] = {}
    wanted = _classify(target, classes)[-2]
    return [number for number, found in enumerate(_classify(program, classes)) if found == wanted]


def _classify(program: Program, classes: dict[object, int]) -> list[int]:
    """A number per instruction; two instructions have the same if and only if they say the same."""
    found: list[int] = []
    for kind, operands, payload, _, _ in program.steps:
        # 1, 1.0 and True are equal for Python, so the payload's type tells them apart
        key = (kind, type(payload), payload, *[found[operand] for operand in operands])
        found.append(classes.setdefault(key, len(classes)))
    return found
