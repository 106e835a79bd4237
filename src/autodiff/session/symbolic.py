"""A program read as mathematics: its names are symbols, and its value is an expression.

The loop is that of evaluation; numbers stay numbers until they meet a symbol, so that `2/3` is a fraction.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from autodiff.errors import TorchAttributeError, TorchNotImplementedError, TorchTypeError
from autodiff.expression import Algebra, Expr, applied
from autodiff.language import Program
from autodiff.language.arithmetic import OPERATIONS
from autodiff.ops.op import REQUIRED, Op
from autodiff.ops.table import OVERLOADS
from autodiff.session.evaluate import Located, UnknownName

__all__ = ["Reading", "read_expression"]

_TENSORS: Final = frozenset({"Tensor", "Operand", "Mask"})
_CONSTANTS: Final = frozenset({"pi", "e"})
_NUMBERS: Final = {"inf": math.inf, "nan": math.nan}
_MODULES: Final = frozenset({"torch", "F", "math"})


class _Chain:
    """A sum being read term by term: making each partial sum would take time that grows with the square."""

    __slots__ = ("terms",)

    def __init__(self, terms: list[tuple[int, Any]]) -> None:
        self.terms = terms


class Reading:
    """What a program says: `values` by name in order, the last value, and the symbols it is made of."""

    def __init__(self, program: Program, algebra: Algebra) -> None:
        self.program = program
        self.algebra = algebra
        self.values: dict[str, Any] = {}
        self.result: Any = None
        self.symbols: dict[str, Expr] = {}

    def load(self, name: str) -> Any:  # noqa: ANN401
        """The value of a name: assigned before, a constant, or else a symbol."""
        if name in self.values:
            return self.values[name]
        if name in _NUMBERS:
            return _NUMBERS[name]
        symbol = self.algebra.symbol(name)
        if name not in _CONSTANTS:
            self.symbols[name] = symbol
        return symbol

    def run(self) -> None:
        """Read every instruction. Raises Located for what cannot be read as mathematics."""
        taken: dict[int, Any] = {}
        callees = {i.operands[0] for i in self.program.instructions if i.kind == "call"}
        for number, (kind, operands, payload, _, _) in enumerate(self.program.instructions):
            arguments = [taken.pop(operand) for operand in operands]
            if kind in ("add", "sub") and any(isinstance(a, (Expr, _Chain)) for a in arguments):
                taken[number] = self._longer(arguments, 1 if kind == "add" else -1)
                continue
            arguments = [self._summed(a) for a in arguments]
            try:
                taken[number] = self._step(kind, arguments, payload, callee=number in callees)
            except (TorchNotImplementedError, TorchTypeError, TorchAttributeError, UnknownName) as error:
                raise Located(error, self.program, number, arguments) from error

    def _longer(self, arguments: list[Any], sign: int) -> _Chain:
        """The sum of two values, of which the first may be a sum being read: a value is used once."""
        left, right = arguments
        if not isinstance(left, _Chain):
            left = _Chain([(1, left)])
        left.terms.append((sign, self._summed(right)))
        return left

    def _summed(self, value: Any) -> Any:  # noqa: ANN401
        if not isinstance(value, _Chain):
            return value
        return self.algebra.sum((sign, self.algebra.expression(term)) for sign, term in value.terms)

    def _step(self, kind: str, arguments: list[Any], payload: Any, *, callee: bool) -> Any:  # noqa: ANN401
        if kind == "number":
            return payload
        if kind == "name":
            return payload if callee or payload in _MODULES and payload not in self.values else self.load(payload)
        if kind == "attribute":
            return (arguments[0], payload)
        if kind == "call":
            return self._call(arguments, payload)
        if kind in ("list", "tuple"):
            return list(arguments)
        if kind in _STATEMENTS:
            return _STATEMENTS[kind](self, arguments, payload)
        if kind in ("constant", "string"):
            return payload
        operation = _OPERATORS.get(kind) if any(isinstance(a, Expr) for a in arguments) else OPERATIONS.get(kind)
        if operation is None:
            raise TorchNotImplementedError(f"{kind.replace('_', ' ')} is not part of what `diff` can write down")
        return operation(*arguments)

    def _call(self, arguments: list[Any], keywords: Any) -> Any:  # noqa: ANN401
        callee, *given = arguments
        first = len(given) - len(keywords)
        operands, named = list(given[:first]), dict(zip(keywords, given[first:], strict=True))
        if isinstance(callee, tuple):
            owner, name = callee
            if not isinstance(owner, str):
                operands.insert(0, owner)
        else:
            name = callee
        if name not in OVERLOADS:
            raise UnknownName(f"name '{name}' is not defined", "`autodiff ops` lists the functions")
        for op in OVERLOADS[name]:
            bound = _bound(op, operands, named)
            if bound is not None:
                tensors, attributes = bound
                if not any(isinstance(each, Expr) for each in (*tensors, *attributes.values())):
                    tensors = [self.algebra.expression(each) for each in tensors]
                return applied(op, tensors, attributes)
        raise TorchNotImplementedError(f"{name}() of these arguments is not a function of numbers")


def _bound(op: Op, operands: list[Any], named: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]] | None:
    """The operands of `op` and its attributes; None if they do not fit its signature."""
    values = dict(zip((p.name for p in op.signature if not p.keyword_only), operands, strict=False))
    if len(values) < len(operands) or values.keys() & named.keys():
        return None
    values |= {"self" if name == "input" else name: value for name, value in named.items()}
    if values.keys() - {p.name for p in op.signature}:
        return None
    tensors, attributes = [], {}
    for parameter in op.signature:
        value = values.get(parameter.name, parameter.default)
        if value is REQUIRED:
            return None
        if parameter.kind in _TENSORS:
            if value is not None and not isinstance(value, (Expr, int, float)):
                return None
            tensors.append(value)
        elif isinstance(value, Expr):
            return None
        else:
            attributes[parameter.name] = value
    return tensors, attributes


def _assign(reading: Reading, arguments: list[Any], name: Any) -> None:  # noqa: ANN401
    reading.values[name] = reading.result = arguments[0]


def _expression(reading: Reading, arguments: list[Any], _: object) -> None:
    reading.result = arguments[0]


def _augment(reading: Reading, arguments: list[Any], payload: Any) -> None:  # noqa: ANN401
    operation, name = payload
    _assign(reading, [_OPERATORS[operation](reading.load(name), arguments[0])], name)


_STATEMENTS: Final[Mapping[str, Callable[[Reading, list[Any], Any], None]]] = {
    "expression": _expression,
    "assign": _assign,
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
}


def read_expression(program: Program, algebra: Algebra) -> Reading:
    """The program as mathematics."""
    reading = Reading(program, algebra)
    reading.run()
    return reading
