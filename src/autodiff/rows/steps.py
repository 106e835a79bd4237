"""A program over rows: one list of steps, each a function of columns and numbers, equal steps only once.

What is simplified here changes no bit of any result: a factor of one, where a sign stands, the order of summands.
Nothing else that algebra allows is the same in floating point.
"""

from collections.abc import Sequence
from math import copysign
from typing import Any, Final, NamedTuple

__all__ = ["BOOLEAN", "Fixed", "Operand", "Program", "Step"]

BOOLEAN: Final = frozenset(
    {
        "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isnan", "isinf", "isfinite", "signbit",
        "logical_and", "logical_or", "logical_xor", "logical_not",
    }
)  # fmt: skip
"""The functions whose results are truth values."""
_COMMUTATIVE: Final = frozenset({"add", "multiply"})
_SIGNED: Final = frozenset({"add", "subtract", "multiply", "divide"})


class Fixed(NamedTuple):
    """A number that is the same in all rows."""

    value: Any


Operand = int | Fixed
"""The number of a step, or a number."""


class Step(NamedTuple):
    """One function of earlier steps and of numbers; `further` are arguments that are neither.

    `function` is the name of a NumPy function, `column` (of which `further` has the name), `where`, `cast`, or an
    operation of the table after a colon. `kind` is the name of the result's dtype.
    """

    function: str
    operands: tuple[Operand, ...]
    kind: str
    further: tuple[Any, ...] = ()


class Program:
    """Steps, of which no two are equal; `kind` is the dtype that is computed in."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.steps: list[Step] = []
        self._known: dict[Any, int] = {}

    def column(self, name: str) -> int:
        """The values of a column of the table."""
        return self._step(Step("column", (), self.kind, (name,)))

    def add(self, function: str, *operands: Operand, kind: str | None = None, further: Sequence[Any] = ()) -> Operand:
        """The result of a function, which may be one that is known already, or a number."""
        simpler = self._simpler(function, operands)
        if simpler is not None:
            return simpler
        if function in _COMMUTATIVE:
            operands = tuple(sorted(operands, key=_order))
        found = "bool" if function in BOOLEAN else kind or self.kind
        return self._step(Step(function, tuple(operands), found, tuple(further)))

    def _simpler(self, function: str, operands: Sequence[Operand]) -> Operand | None:
        """What gives the same bits without a step of its own."""
        if function in _SIGNED:
            found = self._without_signs(function, operands[0], operands[1])
            return _neutral(function, operands) if found is None else found
        if function == "negative":
            inner = operands[0]
            return Fixed(-inner.value) if isinstance(inner, Fixed) else self._opposite(inner)
        if function == "where":
            condition, yes, no = operands
            if isinstance(condition, Fixed):
                return yes if condition.value else no
            return yes if isinstance(yes, int) and yes == no else None
        return None

    def _opposite(self, operand: Operand) -> Operand | None:
        """What the operand is the opposite of."""
        if isinstance(operand, int) and self.steps[operand].function == "negative":
            return self.steps[operand].operands[0]
        return None

    def _without_signs(self, function: str, a: Operand, b: Operand) -> Operand | None:
        """The same with a sign less, or outside: products are rounded alike for both signs.

        Sums are, too, but a sum of zero is +0 either way, and its opposite is not.
        """
        if function in ("multiply", "divide"):
            for k, operand in enumerate((a, b)):
                inner = self._opposite(operand)
                if inner is not None:
                    return self.add("negative", self.add(function, *((inner, b) if k == 0 else (a, inner))))
                if _is(operand, -1.0):
                    return self.add("negative", self.add(function, *((Fixed(1.0), b) if k == 0 else (a, Fixed(1.0)))))
            return None
        first, second = self._opposite(a), self._opposite(b)
        if function == "add" and first is not None and first == second:  # twice the same is never +0 and -0
            return self.add("negative", self.add("add", first, first))
        if second is not None:
            return self.add("subtract" if function == "add" else "add", a, second)
        return self.add("subtract", b, first) if function == "add" and first is not None else None

    def _step(self, step: Step) -> int:
        key = (*step[:1], *(repr(o) for o in step.operands), *step[2:])  # 0.0 and -0.0 are equal, but not the same
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.steps)
            self.steps.append(step)
        return number

    def needed(self, outputs: Sequence[Operand]) -> list[int]:
        """The numbers of the steps that the outputs need, in order."""
        wanted = {each for each in outputs if isinstance(each, int)}
        for number in range(len(self.steps) - 1, -1, -1):
            if number in wanted:
                wanted.update(each for each in self.steps[number].operands if isinstance(each, int))
        return sorted(wanted)


def _neutral(function: str, operands: Sequence[Operand]) -> Operand | None:
    """The other operand of a one; what zero is subtracted from (adding it would lose the sign of another zero)."""
    a, b = operands
    if function == "multiply":
        return b if _is(a, 1.0) else a if _is(b, 1.0) else None
    if function == "divide":
        return a if _is(b, 1.0) else None
    return a if function == "subtract" and _is(b, 0.0) and copysign(1.0, b.value) > 0 else None  # type: ignore[union-attr]


def _is(operand: Operand, number: float) -> bool:
    return isinstance(operand, Fixed) and bool(operand.value == number)


def _order(operand: Operand) -> tuple[bool, Any]:
    return (False, operand) if isinstance(operand, int) else (True, 0)
