"""A program with statements while it is read: jumps to places not known yet, and parts that change their places.

Instructions are written down in the order of the text. Where Python evaluates in another order (`a if c else b` begins
with c) the parts are linked in the order of evaluation, and `laid_out` puts all instructions into that order at the
end. A `Label` is the place after an instruction, so it need not know where that will be.
"""

from bisect import bisect_right
from typing import Any, NamedTuple

from autodiff.language.program import Instruction, Program
from autodiff.language.structure import Stacks

__all__ = ["Definition", "Draft", "Label", "Script", "Statement", "laid_out", "refused"]


def refused(text: str, offset: int, message: str, hint: str | None = None) -> Exception:
    """The SyntaxProblem for the character at `offset`."""
    from autodiff.language.mistakes import problem  # only a mistake needs it

    return problem(text, offset, message, hint)


class Label:
    """The place after an instruction."""

    __slots__ = ("after",)

    def __init__(self) -> None:
        self.after = -1


class Definition:
    """A function the program defines.

    `parameters` are names, and whether each has a default value; `assigned` are the names local to it. Its body
    begins after the instruction that has this payload and ends before `end`.
    """

    __slots__ = ("assigned", "end", "label", "name", "number", "parameters")

    def __init__(self, name: str) -> None:
        self.name = name
        self.parameters: list[tuple[str, bool]] = []
        self.assigned: frozenset[str] = frozenset()
        self.number = 0  # of the instruction, while it is read
        self.label = Label()
        self.end = 0


class Statement(NamedTuple):
    """A statement outside of blocks: the numbers of its instructions, `first` to before `last`, and its place."""

    first: int
    last: int
    start: int
    end: int


class Script(Program):
    """A program with statements: see `script.py` for its instructions."""

    __slots__ = ("statements",)

    def __init__(self, text: str, instructions: list[Instruction], statements: list[Statement]) -> None:
        super().__init__(text, instructions)
        self.statements = statements


class Draft(Stacks):
    """What has been read, and what is still open.

    `open` are blocks, functions and comprehensions, the innermost last; `marks` parts of expressions that wait for
    their end; `scopes` the names assigned in the program and in each open function; `loops` how many loops are open
    in each; `patterns` and `names` what was read to be given a value, `modules` what to be imported.
    """

    __slots__ = (
        "after", "chains", "depth", "entry", "items", "loops", "marks", "modules", "names", "open", "paths", "patterns",
        "scopes", "statements",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.after: dict[int, int] = {}
        self.entry: dict[int, int] = {}
        self.open: list[Any] = []
        self.marks: list[Any] = []
        self.chains: dict[int, Label] = {}
        self.scopes: list[set[str]] = [set()]
        self.loops: list[int] = [0]
        self.patterns: list[Any] = []
        self.names: list[Any] = []
        self.paths: list[str] = []
        self.modules: list[tuple[str, str | None]] = []
        self.items = 0
        self.depth = 0
        self.statements: list[Statement] = []

    def put(self, kind: str, operands: tuple[int, ...], payload: object, start: int, end: int) -> int:
        """Write an instruction down and give its number; its value, if it has one, is not noted among `values`."""
        self.instructions.append((kind, operands, payload, start, end))
        return len(self.instructions) - 1

    def first(self, start: int) -> int:
        """The number of the first instruction for the text that begins at `start` and reaches to here."""
        return bisect_right(self.instructions, start, key=lambda instruction: instruction[4])

    def begin(self, number: int) -> int:
        """What is evaluated first of the part written down from `number` on."""
        return self.entry.get(number, number)

    def bind(self, *names: str) -> None:
        """Note that these names are given a value here."""
        self.scopes[-1].update(names)

    def finish(self, start: int, end: int) -> None:
        """A statement ends."""
        self.values.clear()
        if self.depth == 0:
            first = self.statements[-1].last if self.statements else 0
            self.statements.append(Statement(first, len(self.instructions), start, end))


def laid_out(draft: Draft) -> Script:
    """The program of a draft, in the order of evaluation, with labels as numbers of instructions."""
    count = len(draft.instructions)
    order = list(range(count))
    if draft.after:
        number = draft.begin(0)
        for place in range(count):
            order[place] = number
            number = draft.after.get(number, draft.begin(number + 1))
    places = [0] * count
    for place, number in enumerate(order):
        places[number] = place
    instructions = []
    for number in order:
        kind, operands, payload, start, end = draft.instructions[number]
        operands = tuple([places[operand] for operand in operands])
        instructions.append(Instruction(kind, operands, _resolved(payload, places), start, end))
    return Script(draft.text, instructions, draft.statements)


def _resolved(payload: object, places: list[int]) -> object:
    """The payload with the numbers that its labels stand for."""
    if isinstance(payload, Label):
        return places[payload.after] + 1
    if isinstance(payload, Definition):
        payload.end = places[payload.label.after] + 1
    elif isinstance(payload, tuple) and any(isinstance(each, Label) for each in payload):
        return tuple([_resolved(each, places) for each in payload])
    return payload
