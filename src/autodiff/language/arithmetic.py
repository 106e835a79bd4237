# ruff: noqa: ANN401 - any plain number or sequence
"""Python's arithmetic on plain numbers, with sizes bounded: `9**9**9` is refused at once.

An operation gives what Python gives, its ZeroDivisionError and OverflowError included. TooLarge is raised for
an integer of more than `MAXIMUM_BITS` bits and for a sequence of more than `MAXIMUM_LENGTH` elements, before
either is computed.
"""

from __future__ import annotations

import _operator as operator  # as in operator, without a file to load

from autodiff.errors import TooLarge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["MAXIMUM_BITS", "MAXIMUM_DIGITS", "MAXIMUM_LENGTH", "OPERATIONS"]

MAXIMUM_BITS = 4096
MAXIMUM_DIGITS = 1233  # of a literal: those of 2**4096, so that every result can be written again
MAXIMUM_LENGTH = 1_000_000


def _bounded(result: Any) -> Any:
    """The result, unless it is an integer of too many bits."""
    if isinstance(result, int) and result.bit_length() > MAXIMUM_BITS:
        raise _too_many_bits()
    return result


def _too_many_bits() -> TooLarge:
    return TooLarge(f"the integer would have more than {MAXIMUM_BITS} bits")


def _check_length(length: int) -> None:
    if length > MAXIMUM_LENGTH:
        raise TooLarge(f"the sequence would have more than {MAXIMUM_LENGTH} elements")


def add(left: Any, right: Any) -> Any:
    """left + right, of numbers or of sequences."""
    if isinstance(left, list | tuple | str) and isinstance(right, list | tuple | str):
        _check_length(len(left) + len(right))
    return _bounded(left + right)


def sub(left: Any, right: Any) -> Any:
    """left - right."""
    return _bounded(left - right)


def mul(left: Any, right: Any) -> Any:
    """left * right, of numbers, or of a sequence and how often it is repeated."""
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > MAXIMUM_BITS + 1:
            raise _too_many_bits()
    elif isinstance(left, list | tuple | str) and isinstance(right, int):
        _check_length(len(left) * right)
    elif isinstance(right, list | tuple | str) and isinstance(left, int):
        _check_length(len(right) * left)
    return _bounded(left * right)


def remainder(left: Any, right: Any) -> Any:
    """left % right, of numbers alone: Python formats a string that way, to any width."""
    if isinstance(left, str):
        raise TypeError(f"unsupported operand type(s) for %: 'str' and '{type(right).__name__}'")
    return left % right


def pow(left: Any, right: Any) -> Any:
    """left ** right."""
    if (
        isinstance(left, int)
        and isinstance(right, int)
        and right > 0
        and (left.bit_length() - 1) * right > MAXIMUM_BITS  # |left| is at least 2**(bits - 1)
    ):
        raise _too_many_bits()
    return _bounded(left**right)


def bitwise_not(value: Any) -> Any:
    """~value; of a boolean too, where Python 3.12 begins to warn."""
    return ~int(value) if isinstance(value, bool) else ~value


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A comparison that does not descend into nested sequences: they may share parts, and time would double a level."""

    def compared(left: Any, right: Any) -> Any:
        for value in (left, right):
            if isinstance(value, list | tuple) and any(isinstance(element, list | tuple) for element in value):
                raise TooLarge("nested sequences cannot be compared: make them tensors")
        return compare(left, right)

    return compared


OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": remainder,
    "pow": pow,
    "matmul": operator.matmul,
    "neg": operator.neg,
    "positive": operator.pos,
    "bitwise_not": bitwise_not,
    "eq": _comparison(operator.eq),
    "ne": _comparison(operator.ne),
    "lt": _comparison(operator.lt),
    "le": _comparison(operator.le),
    "gt": _comparison(operator.gt),
    "ge": _comparison(operator.ge),
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
}
"""The operators by their kind in a program; each takes plain numbers, and some take sequences."""
