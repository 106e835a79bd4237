"""A program over rows, run block by block: every step is one call of NumPy that writes into memory it was given.

A block is small enough that the results of all steps stay in the processor's cache, and large enough that calling NumPy
costs little. A step's memory is used again as soon as its result was used for the last time.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from autodiff.numbers.array import Values, np
from autodiff.rows.steps import Fixed, Operand, Program, Step

__all__ = ["BLOCK", "Kernel"]

BLOCK: Final = 16_384
"""Rows in a block: measured, see tests/bench/rows.py."""
_CACHE: Final = 1 << 22
_FEWEST: Final = 256
"""Bytes that all values of a block should not exceed, and rows that a block has nevertheless."""


class _Call(NamedTuple):
    """One step: a function of some registers that writes into the last."""

    function: Callable[..., Any]
    registers: tuple[int, ...]


class Kernel:
    """The steps that some outputs need, with a register for each value.

    The registers are those of the columns, then of the outputs, then of numbers, then memory that is used again.
    `columns` are the names of the columns that are needed, in order, `block` how many rows are computed together.
    """

    def __init__(self, program: Program, outputs: Sequence[Operand]) -> None:
        steps, needed = program.steps, program.needed(outputs)
        self.kind = program.kind
        self.columns = [steps[number].further[0] for number in needed if steps[number].function == "column"]
        self.kinds = [steps[o].kind if isinstance(o, int) else _kind_of(o, self.kind) for o in outputs]
        self._numbers: list[Values] = []
        self._memory: list[str] = []  # the dtype of each register that is used again
        self._places: dict[int, int] = {}
        self._calls: list[_Call] = []
        self._plan(steps, needed, outputs)
        values = len(self.columns) + len(outputs) + len(self._memory)
        self.block = max(_FEWEST, min(BLOCK, _CACHE // (8 * max(values, 1))))

    # -------------------------------------------------------------- the plan

    def _plan(self, steps: Sequence[Step], needed: Sequence[int], outputs: Sequence[Operand]) -> None:
        first = len(self.columns)
        homes: dict[int, int] = {}
        for k, output in enumerate(outputs):
            if isinstance(output, int) and steps[output].function != "column":
                homes.setdefault(output, first + k)
        last = {o: number for number in needed for o in steps[number].operands if isinstance(o, int)}
        free: dict[str, list[int]] = {}
        pending: list[tuple[Callable[..., Any], list[Any], Any]] = []
        columns = iter(range(first))
        for number in needed:
            step = steps[number]
            if step.function == "column":
                self._places[number] = next(columns)
                continue
            operands = [self._places[o] if isinstance(o, int) else self._number(o, step) for o in step.operands]
            ending = {o for o in step.operands if isinstance(o, int) and last[o] == number}
            early = step.function != "where" and step.function[0] != ":"  # it reads an element before it writes there
            if early:
                self._release(ending, steps, free, homes, first)
            place = homes.get(number)
            self._places[number] = self._take(step.kind, free) if place is None else place
            if not early:
                self._release(ending, steps, free, homes, first)
            pending.append((_function(step), operands, self._places[number]))
        for k, output in enumerate(outputs):
            source = self._places[output] if isinstance(output, int) else self._number(output, None)
            if source != first + k:
                pending.append((_copy, [source], first + k))
        self._calls = [
            _Call(f, tuple(self._settled(r, len(outputs)) for r in (*given, to))) for f, given, to in pending
        ]

    def _release(
        self, ending: set[int], steps: Sequence[Step], free: dict[str, list[int]], homes: Mapping[int, int], first: int
    ) -> None:
        for number in sorted(ending):
            if number not in homes and self._places[number] < 0 and self._places[number] >= first - _FAR:
                free.setdefault(steps[number].kind, []).append(self._places[number])

    def _take(self, kind: str, free: dict[str, list[int]]) -> int:
        """Memory for a result: negative numbers from -_FAR on, until it is known how many numbers there are."""
        if free.get(kind):
            return free[kind].pop()
        self._memory.append(kind)
        return len(self._memory) - 1 - _FAR

    def _number(self, operand: Fixed, step: Step | None) -> tuple[int]:
        """A number's register, as a tuple of its index among the numbers."""
        value = operand.value
        kind = "bool" if isinstance(value, bool) else self.kind
        if step is not None and step.kind.startswith(("int", "uint")) and isinstance(value, int):
            kind = step.kind
        self._numbers.append(np.asarray(value, dtype=kind))
        return (len(self._numbers) - 1,)

    def _settled(self, register: Any, outputs: int) -> int:  # noqa: ANN401 - see _number and _take
        base = len(self.columns) + outputs
        if isinstance(register, tuple):
            return base + int(register[0])
        return int(register) if register >= 0 else base + len(self._numbers) + register + _FAR

    # -------------------------------------------------------------- running it

    def run(self, columns: Sequence[Values], outputs: Sequence[Values], block: int | None = None) -> None:
        """Compute the outputs, arrays of the columns' length, in place."""
        rows = len(outputs[0])
        block = block or self.block
        memory = [np.empty(min(block, rows), kind) for kind in self._memory]
        calls = [(f, *r) if len(r) == 3 else (f, r) for f, r in self._calls]
        with np.errstate(all="ignore"):
            for start in range(0, rows, block):
                end = min(start + block, rows)
                if end - start < block and start:
                    memory = [each[: end - start] for each in memory]
                registers = [
                    *[c[start:end] for c in columns],
                    *[o[start:end] for o in outputs],
                    *self._numbers,
                    *memory,
                ]
                for call in calls:
                    if len(call) == 4:
                        function, a, b, c = call
                        function(registers[a], registers[b], registers[c])
                    else:
                        function, places = call
                        function(*[registers[k] for k in places])

    def new_outputs(self, rows: int) -> list[Values]:
        """Memory for the outputs of so many rows."""
        return [np.empty(rows, kind) for kind in self.kinds]

    def of_row(self, row: Mapping[str, float]) -> list[Any]:
        """The outputs of one row."""
        outputs = self.new_outputs(1)
        self.run([np.asarray([row[name]], dtype=self.kind) for name in self.columns], outputs)
        return [each[0].item() for each in outputs]


_FAR: Final = 1 << 40


def _kind_of(operand: Fixed, kind: str) -> str:
    return "bool" if isinstance(operand.value, bool) else kind


def _copy(source: Values, target: Values) -> None:
    np.copyto(target, source, casting="unsafe")


def _where(condition: Values, yes: Values, no: Values, target: Values) -> None:
    np.copyto(target, no, casting="unsafe")
    np.copyto(target, yes, where=condition, casting="unsafe")


def _function(step: Step) -> Callable[..., Any]:
    """What computes a step: it gets the operands, and then where to write."""
    if step.function == "where":
        return _where
    if step.function == "cast":
        return _copy
    if step.function in ("maximum", "minimum"):  # whose third argument may mean something else one day
        extreme = getattr(np, step.function)
        return lambda a, b, target: extreme(a, b, out=target)
    if not step.function.startswith(":"):
        return getattr(np, step.function)  # type: ignore[no-any-return] # a ufunc
    op, *further = step.further
    function = getattr(np, op.array) if isinstance(op.array, str) else op.array

    def compute(*operands: Values) -> None:
        given, target = iter(operands[:-1]), operands[-1]
        _copy(function(*(next(given) if each is ... else each for each in further)), target)

    return compute
