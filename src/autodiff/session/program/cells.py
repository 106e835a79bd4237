# ruff: noqa: ANN401 - values of a program are of any kind
"""What instructions become before they run: an operation each, with what it needs to know; and the operators."""

import operator
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from autodiff.engine import Tensor
from autodiff.errors import TooLarge, TorchTypeError
from autodiff.language import OPERATIONS
from autodiff.language.draft import Script
from autodiff.session.program.values import Kind, type_name
from autodiff.session.published import hinted

__all__ = ["ASSIGN", "BINARY", "COMPARISONS", "CONSTANT", "LOAD", "QUICK", "Code", "fast", "watched"]

Operation = Callable[..., Any]


class Code(NamedTuple):
    """A program's cells: one for each instruction, and one more that returns the value on top."""

    script: Script
    cells: list[tuple[Operation, Any]]


def LOAD(*_: Any) -> None:  # noqa: N802 - this and the next three are marks: the loop knows what to do
    """Load a name."""


def CONSTANT(*_: Any) -> None:  # noqa: N802
    """A number, a text, True, False, None or Ellipsis."""


def BINARY(*_: Any) -> None:  # noqa: N802
    """An operator of two operands."""


def ASSIGN(*_: Any) -> None:  # noqa: N802
    """Give a value a name."""


_SEQUENCES: Final = (list, tuple, str)
_NUMBERS: Final = (Tensor, float, int, bool)
QUICK: Final = frozenset(
    {(float, float), *((Tensor, other) for other in _NUMBERS), *((other, Tensor) for other in _NUMBERS)}
)
"""Pairs of types whose operators need no watching: nothing they give grows without bounds."""


def watched(kind: str) -> Operation:
    """A kind's operator for any two values: it raises Python's errors, and TooLarge for what would grow too large."""
    return _WATCHED[kind]


def fast(kind: str) -> Operation:
    """A kind's operator for two values whose types are in QUICK."""
    return _FAST[kind]


def _mul(left: Any, right: Any) -> Any:
    if isinstance(left, _SEQUENCES) != isinstance(right, _SEQUENCES):
        left, right = _count(left), _count(right)
    return OPERATIONS["mul"](left, right)


def _remainder(left: Any, right: Any) -> Any:
    if isinstance(left, str):
        error = TorchTypeError("texts cannot be formatted with %")
        raise hinted(error, "write an f-string, such as f'{x:.2f}'")
    return OPERATIONS["remainder"](left, right)


def _count(value: Any) -> Any:
    """How often a sequence is repeated, as a plain integer: its bound is checked on those."""
    if isinstance(value, Tensor) and not value.dtype.is_differentiable and value.numel() == 1:
        return int(value.item())
    return value


def _is(left: Any, right: Any) -> bool:
    return left is right or (type(left) is Kind and left == right)


def _in(left: Any, right: Any) -> bool:
    if not isinstance(right, (list, tuple, str, range, Tensor)):
        raise TorchTypeError(f"argument of type '{type_name(right)}' is not iterable")
    if isinstance(right, list | tuple) and isinstance(left, list | tuple) and any(map(_nests, right)):
        raise TooLarge("nested sequences cannot be compared: make them tensors")
    return left in right


def _nests(value: Any) -> bool:
    return isinstance(value, list | tuple)


COMPARISONS: Final[dict[str, Operation]] = {
    "is": _is,
    "is_not": lambda left, right: not _is(left, right),
    "in": _in,
    "not_in": lambda left, right: not _in(left, right),
}
"""What operations of the language do not have."""

_NAMES: Final = {
    "add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "floor_divide": "floordiv", "remainder": "mod",
    "pow": "pow", "matmul": "matmul", "bitwise_and": "and_", "bitwise_or": "or_",
    "eq": "eq", "ne": "ne", "lt": "lt", "le": "le", "gt": "gt", "ge": "ge",
}  # fmt: skip
_FAST: Final[dict[str, Operation]] = {
    **{kind: getattr(operator, name) for kind, name in _NAMES.items()},
    **COMPARISONS,
}
_WATCHED: Final[dict[str, Operation]] = {
    **OPERATIONS,
    **COMPARISONS,
    "mul": _mul,
    "remainder": _remainder,
}
