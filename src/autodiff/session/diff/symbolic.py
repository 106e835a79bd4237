"""A program read as mathematics: its names are symbols, and its value is an expression.

The loop is that of evaluation; numbers stay numbers until they meet a symbol, so that `2/3` is a fraction.
"""

from __future__ import annotations

import math

from autodiff.errors import Deliberate, TorchNotImplementedError, TorchTypeError, TorchValueError
from autodiff.expression import Expr, Unwritten
from autodiff.expression.number import exact, is_fraction
from autodiff.language.arithmetic import OPERATIONS
from autodiff.late import late_module
from autodiff.session.scenario import Located

TYPE_CHECKING = False
if TYPE_CHECKING:
    import fractions
    from collections.abc import Callable, Mapping
    from typing import Any, Final

    from autodiff.expression import Algebra
    from autodiff.language import Program
    from autodiff.session.diff import functions
else:
    fractions = late_module("fractions")
    functions = late_module("autodiff.session.diff.functions")

__all__ = ["CONSTANTS", "Chain", "Reading", "read_expression"]

CONSTANTS: Final = frozenset({"pi", "e", "inf", "nan"})
"""Names that stand for numbers."""
_CHAINED: Final = {"add": (True, 1), "sub": (True, -1), "mul": (False, 1), "div": (False, -1), "neg": (False, 1)}
"""What makes a sum or a product longer, and with which sign."""
_NUMBERS: Final = {"inf": math.inf, "nan": math.nan}
_PYTHONS: Final = (TypeError, ValueError, ArithmeticError, IndexError)
_TENSORS_ONLY: Final = {
    "index": "indexing", "slice": "slicing", "matmul": "@", "assign_index": "assigning to an element",
    "augment_index": "assigning to an element", "assign_attribute": "assigning to an attribute",
    "augment_attribute": "assigning to an attribute",
}  # fmt: skip
"""What is done with tensors that have dimensions, in words."""


class Chain:
    """A sum or a product being read part by part, each with a sign: that of a term, or that of an exponent.

    Making each partial one would take time that grows with the square, and lose how it was said. `shape` is that of
    arrays (see array_reading.py).
    """

    __slots__ = ("is_sum", "parts", "shape")

    def __init__(self, parts: list[tuple[int, Any]], *, is_sum: bool) -> None:
        self.parts = parts
        self.is_sum = is_sum
        self.shape: tuple[int, ...] = ()


class Reading:
    """What a program says: `values` by name in order, the last value, and the symbols it is made of.

    `places` has the first instruction that applies an operation, by the operation's name.
    """

    def __init__(self, program: Program, algebra: Algebra) -> None:
        self.program = program
        self.algebra = algebra
        self.values: dict[str, Any] = {}
        self.result: Any = None
        self.symbols: dict[str, Expr] = {}
        self.places: dict[str, int] = {}
        self._callees = {i.operands[0] for i in program.instructions if i.kind == "call"}
        self._owners = {i.operands[0] for i in program.instructions if i.kind == "attribute"}

    @property
    def outputs(self) -> list[Expr]:
        """The last value, or those in it if it is a list."""
        values = self.result if isinstance(self.result, list) else [self.result]
        return [self.algebra.expression(value) for value in values]

    def shape(self, value: Any) -> tuple[int, ...]:  # noqa: ANN401, ARG002
        """The shape of a value: here all are numbers."""
        return ()

    def load(self, name: str) -> Any:  # noqa: ANN401
        """The value of a name: assigned before, a constant, or else a symbol."""
        if name in self.values:
            return self.values[name]
        if name in _NUMBERS:
            return _NUMBERS[name]
        symbol = self.algebra.symbol(name)
        if name not in CONSTANTS:
            self.symbols[name] = symbol
        return symbol

    def run(self) -> None:
        """Read every instruction. Raises Located for what cannot be read as mathematics."""
        taken: dict[int, Any] = {}
        number = 0
        arguments: list[Any] = []
        try:
            for number, (kind, operands, payload, _, _) in enumerate(self.program.instructions):
                arguments = [taken.pop(operand) for operand in operands]
                if kind in _CHAINED and any(isinstance(a, (Expr, Chain)) for a in arguments):
                    taken[number] = self.longer(kind, arguments)
                    continue
                arguments = [self.made(a) for a in arguments]
                taken[number] = self.step(number, kind, arguments, payload)
            self._check()
        except Deliberate as error:
            raise Located(error, self.program, number, arguments) from error
        except _PYTHONS as error:
            if not any(isinstance(a, (int, float, complex, list, str)) or is_fraction(a) for a in arguments):
                raise
            raise Located(error, self.program, number, arguments) from error

    def _check(self) -> None:
        values = self.result if isinstance(self.result, list) else [self.result]
        for value in values:
            if isinstance(value, list):
                raise TorchNotImplementedError("lists in a list are not what `diff` can differentiate: write one list")
            if not (isinstance(value, (Expr, int, float)) or is_fraction(value)):
                raise TorchTypeError(f"a value of type {type(value).__name__} has no derivative")

    def longer(self, kind: str, arguments: list[Any]) -> Chain:
        """The sum or product of the values, of which the first may be one being read: a value is used once."""
        is_sum, sign = _CHAINED[kind]
        for each in arguments:
            _refuse_sequence(each, kind)
        if kind == "neg":
            arguments = [arguments[0], -1]
        left, right = arguments
        if not isinstance(left, Chain) or left.is_sum != is_sum:
            left = Chain([(1, self.made(left))], is_sum=is_sum)
        left.parts.append((sign, self.made(right)))
        return left

    def made(self, value: Any) -> Any:  # noqa: ANN401
        """The value; a sum or a product that was being read is made."""
        if not isinstance(value, Chain):
            return value
        parts = [(sign, self.algebra.expression(part)) for sign, part in value.parts]
        if value.is_sum:
            return self.algebra.sum(parts)
        return self.algebra.product(part if sign > 0 else part.reciprocal for sign, part in parts)

    # -------------------------------------------------------------- one instruction

    def step(self, number: int, kind: str, arguments: list[Any], payload: Any) -> Any:  # noqa: ANN401
        """The value of one instruction."""
        if kind == "number" or kind in ("constant", "string"):
            return payload
        if kind == "name":
            return self._name(number, payload)
        if kind == "attribute":
            return self.attribute(number, arguments[0], payload)
        if kind == "call":
            return self.call(number, arguments, payload)
        if kind in ("list", "tuple"):
            return list(arguments)
        if kind in _STATEMENTS:
            return _STATEMENTS[kind](self, arguments, payload)
        if kind in _TENSORS_ONLY and not (kind == "index" and _is_element(*arguments)):
            error = TorchNotImplementedError(
                f"{_TENSORS_ONLY[kind]} needs tensors with dimensions, and `diff` writes derivatives of numbers"
            )
            from autodiff.session.published import hinted

            raise hinted(error, "give the names shapes, as in A:2x3 x:3" if kind == "matmul" else None)
        return self.operate(kind, arguments, number)

    def call(self, number: int, arguments: list[Any], keywords: Any) -> Any:  # noqa: ANN401
        """A function or method of the arguments after it; the last of them are given by keyword."""
        callee, *given = arguments
        return functions.apply(callee, given, keywords, self.algebra, lambda name: self.places.setdefault(name, number))

    def operate(self, kind: str, arguments: list[Any], number: int) -> Any:  # noqa: ANN401
        """An operator of its operands."""
        if kind == "index":
            return arguments[0][arguments[1]]
        if not any(isinstance(a, Expr) for a in arguments):
            return _of_numbers(kind, arguments)
        for each in arguments:
            _refuse_sequence(each, kind)
        self.places.setdefault(kind, number)
        found = _OPERATORS.get(kind)
        if found is None:
            return functions.apply(kind, arguments, (), self.algebra)
        return found(*(self.algebra.expression(each) for each in arguments))

    def _name(self, number: int, name: str) -> Any:  # noqa: ANN401
        if name in self.values:
            return self.values[name]
        if number in self._owners and functions.of_module(name) is not None:
            return functions.of_module(name)
        return name if number in self._callees else self.load(name)

    def is_called(self, number: int) -> bool:
        """Whether what an instruction gives is called."""
        return number in self._callees

    def attribute(self, number: int, owner: Any, name: str) -> Any:  # noqa: ANN401
        """What stands behind a dot: an owner and a name if it is called, else a constant or a module."""
        if number in self._callees:
            return (owner, name)
        found = functions.constant(owner, name)
        return self.load(found) if isinstance(found, str) else found


def _of_numbers(kind: str, numbers: list[Any]) -> Any:  # noqa: ANN401
    """An operator of plain numbers; a quotient of integers stays exact."""
    if kind == "div" and all(type(n) is int for n in numbers) and numbers[1]:
        return exact(fractions.Fraction(*numbers))
    exactly = all(type(n) is int or is_fraction(n) for n in numbers)
    if exactly and numbers[-1] and kind in ("add", "sub", "mul", "div", "neg"):
        return exact(OPERATIONS[kind](*numbers))
    return OPERATIONS[kind](*[float(n) if is_fraction(n) else n for n in numbers])


def _is_element(owner: Any, index: Any) -> bool:  # noqa: ANN401
    return isinstance(owner, list) and isinstance(index, int)


def _refuse_sequence(value: Any, operator: str) -> None:  # noqa: ANN401
    if isinstance(value, (list, str)):
        raise Unwritten(f"{operator} of a {type(value).__name__} is not a function of numbers", operator)


# ------------------------------------------------------------------ statements and operators


def _assign(reading: Reading, arguments: list[Any], name: Any) -> None:  # noqa: ANN401
    reading.values[name] = reading.result = arguments[0]


def _assign_tuple(reading: Reading, arguments: list[Any], names: Any) -> None:  # noqa: ANN401
    if not isinstance(arguments[0], list) or len(arguments[0]) != len(names):
        raise TorchValueError(f"expected {len(names)} values to unpack")
    for name, value in zip(names, arguments[0], strict=True):
        _assign(reading, [value], name)


def _expression(reading: Reading, arguments: list[Any], _: object) -> None:
    reading.result = arguments[0]


def _augment(reading: Reading, arguments: list[Any], payload: Any) -> None:  # noqa: ANN401
    operator, name = payload
    _assign(reading, [reading.operate(operator, [reading.load(name), arguments[0]], 0)], name)


_STATEMENTS: Final[Mapping[str, Callable[[Reading, list[Any], Any], None]]] = {
    "expression": _expression,
    "assign": _assign,
    "assign_tuple": _assign_tuple,
    "augment": _augment,
}
_OPERATORS: Final[Mapping[str, Callable[..., Any]]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "neg": lambda a: -a,
    "positive": lambda a: a,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "bitwise_and": lambda a, b: a & b,
    "bitwise_or": lambda a, b: a | b,
    "bitwise_not": lambda a: a.algebra.function("logical_not", a),
}


def read_expression(program: Program, algebra: Algebra) -> Reading:
    """The program as mathematics. Raises Located for what cannot be read so."""
    reading = Reading(program, algebra)
    reading.run()
    return reading
