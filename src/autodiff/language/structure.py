"""What the driver notes at a reduction that is no operator: literals, calls, brackets, targets, statements.

A handler is named by an alias of the grammar. It gets the stacks, the span of what is reduced and the number of
symbols in it. `values` holds the numbers of the instructions whose value nobody used yet, `counts` the lengths
of the lists being read, `keywords` and `targets` the names seen before `=`.
"""

from __future__ import annotations

from autodiff.errors import TooLarge
from autodiff.language.arithmetic import MAXIMUM_DIGITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

__all__ = ["HANDLERS", "Stacks", "literal"]

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}  # the others, \\ \' \", mean the character itself


class Stacks:
    """The program so far and what is still open."""

    __slots__ = ("counts", "instructions", "keywords", "targets", "text", "values")

    def __init__(self, text: str) -> None:
        self.text = text
        self.instructions: list[tuple[str, tuple[int, ...], object, int, int]] = []
        self.values: list[int] = []
        self.counts: list[int] = []
        self.keywords: list[str] = []
        self.targets: list[tuple[str, int, object]] = []

    def gather(self, kind: str, count: int, payload: object, start: int, end: int) -> None:
        """Replaces the last `count` values by one instruction that uses them."""
        first = len(self.values) - count
        operands = tuple(self.values[first:])
        self.values[first:] = [len(self.instructions)]
        self.instructions.append((kind, operands, payload, start, end))

    def take_name(self) -> str:
        """Takes back the last instruction, the load of a name that turned out to be none."""
        self.values.pop()
        return self.instructions.pop()[2]  # type: ignore[return-value]  # a NAME was shifted just before


_Handler: TypeAlias = "Callable[[Stacks, int, int, int], None]"


def literal(token: str) -> object:
    """The value of a NUMBER or STRING token; TooLarge for thousands of digits."""
    if token[0] in "'\"":
        import re

        return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), token[1:-1])
    if len(token) > MAXIMUM_DIGITS:
        raise TooLarge(f"a number of {len(token)} characters is longer than {MAXIMUM_DIGITS}")
    if token.isdigit():
        return int(token)
    if token[-1] in "jJ":
        return complex(token)
    if "." in token or "e" in token or "E" in token:
        return float(token)
    return int(token)


def _refused(text: str, offset: int, message: str, hint: str) -> Exception:
    from autodiff.language.mistakes import problem  # only a mistake needs the table of mistakes

    return problem(text, offset, message, hint)


def _constant(value: object) -> _Handler:
    return lambda stacks, start, end, _: stacks.gather("constant", 0, value, start, end)


def _first(stacks: Stacks, _start: int, _end: int, _size: int) -> None:
    stacks.counts.append(1)


def _pair(stacks: Stacks, _start: int, _end: int, _size: int) -> None:
    stacks.counts.append(2)


def _more(stacks: Stacks, _start: int, _end: int, _size: int) -> None:
    stacks.counts[-1] += 1


def _positional_only(stacks: Stacks, _start: int, _end: int, _size: int) -> None:
    stacks.counts.append(0)


def _keywords_only(stacks: Stacks, _start: int, _end: int, _size: int) -> None:
    stacks.counts.insert(-1, 0)


def _keyword(stacks: Stacks, _start: int, _end: int, _size: int) -> None:
    stacks.keywords.append(stacks.take_name())


def _call(stacks: Stacks, start: int, end: int, size: int) -> None:
    names: tuple[str, ...] = ()
    count = 1
    if size == 4:
        keywords = stacks.counts.pop()
        count += stacks.counts.pop() + keywords
        first = len(stacks.keywords) - keywords
        names = tuple(stacks.keywords[first:])
        del stacks.keywords[first:]
        if len(set(names)) < keywords:
            repeated = next(name for i, name in enumerate(names) if name in names[:i])
            raise _refused(stacks.text, start, f"the keyword {repeated} is given twice", "leave one out")
    stacks.gather("call", count, names, start, end)


def _attribute(stacks: Stacks, start: int, end: int, _size: int) -> None:
    stacks.gather("attribute", 1, stacks.take_name(), start, end)


def _index(stacks: Stacks, start: int, end: int, _size: int) -> None:
    stacks.gather("index", 2, None, start, end)


def _range(bounds: int) -> _Handler:
    return lambda stacks, _start, _end, _size: stacks.counts.append(bounds)


def _slice(stacks: Stacks, start: int, end: int, size: int) -> None:
    bounds = stacks.counts.pop()
    given = (bounds & 1 > 0, bounds & 2 > 0, size == 3)
    stacks.gather("slice", sum(given), given, start, end)


def _sequence(kind: str, count: int | None = None) -> _Handler:
    def handler(stacks: Stacks, start: int, end: int, _size: int) -> None:
        stacks.gather(kind, stacks.counts.pop() if count is None else count, None, start, end)

    return handler


def _target_name(stacks: Stacks, _start: int, _end: int, _size: int) -> None:
    stacks.targets.append(("", 0, stacks.take_name()))


def _target_attribute(stacks: Stacks, _start: int, _end: int, _size: int) -> None:
    stacks.targets.append(("_attribute", 1, stacks.take_name()))


def _target_index(stacks: Stacks, _start: int, _end: int, _size: int) -> None:
    stacks.targets.append(("_index", 2, None))


def _target_tuple(stacks: Stacks, start: int, _end: int, _size: int) -> None:
    count = stacks.counts.pop()
    first = len(stacks.instructions) - count
    if first < 0 or any(instruction[0] != "name" for instruction in stacks.instructions[first:]):
        raise _refused(stacks.text, start, "only names can be assigned together", "write one assignment for each")
    names = tuple(instruction[2] for instruction in stacks.instructions[first:])
    del stacks.instructions[first:], stacks.values[-count:]
    stacks.targets.append(("_tuple", 0, names))


def _assign(stacks: Stacks, start: int, end: int, _size: int) -> None:
    suffix, count, payload = stacks.targets.pop()
    stacks.gather("assign" + suffix, count + 1, payload, start, end)
    stacks.values.clear()


def _augment(operator: str) -> _Handler:
    def handler(stacks: Stacks, start: int, end: int, _size: int) -> None:
        suffix, count, payload = stacks.targets.pop()
        stacks.gather("augment" + suffix, count + 1, (operator, payload), start, end)
        stacks.values.clear()

    return handler


def _expression(stacks: Stacks, start: int, end: int, _size: int) -> None:
    stacks.gather("expression", 1, None, start, end)
    stacks.values.clear()


_AUGMENTED = ("add", "sub", "mul", "div", "floor_divide", "remainder", "pow", "matmul")
HANDLERS: dict[str, Any] = {
    "name": None,  # the driver writes names and literals down when it meets them
    "number": None,
    "string": None,
    "true": _constant(True),
    "false": _constant(False),
    "none": _constant(None),
    "ellipsis": _constant(...),
    "first": _first,
    "pair": _pair,
    "more": _more,
    "positional_only": _positional_only,
    "keywords_only": _keywords_only,
    "keyword": _keyword,
    "call": _call,
    "attribute": _attribute,
    "index": _index,
    "range_all": _range(0),
    "range_from": _range(1),
    "range_to": _range(2),
    "range_between": _range(3),
    "slice": _slice,
    "slice_step": _slice,
    "tuple": _sequence("tuple"),
    "tuple_of_one": _sequence("tuple", 1),
    "empty_tuple": _sequence("tuple", 0),
    "list": _sequence("list"),
    "empty_list": _sequence("list", 0),
    "target_name": _target_name,
    "target_attribute": _target_attribute,
    "target_index": _target_index,
    "target_tuple": _target_tuple,
    "assign": _assign,
    **{f"augment_{operator}": _augment(operator) for operator in _AUGMENTED},
    "expression": _expression,
}
