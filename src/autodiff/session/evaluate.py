"""Evaluating a flat program: one loop, one value an instruction, nothing recursive.

Infix operators go through Python's own, so that reflection gives PyTorch's nodes: `1 - x` is RsubBackward1.
A value is let go as soon as the one instruction that uses it has run.
"""

from __future__ import annotations

import _operator as operator  # as in operator, without a file to load

from autodiff.engine import Tensor
from autodiff.errors import Deliberate, TooLarge, TorchTypeError
from autodiff.language import OPERATIONS, STATEMENTS
from autodiff.late import late_module
from autodiff.light import NamedTuple
from autodiff.session.prefix import Module
from autodiff.session.scenario import Located

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final, TypeAlias

    from autodiff.language import Program
    from autodiff.session import published, steps

    Observer: TypeAlias = Callable[[int, Any], None]
    """Told the number of an instruction and the value it gave."""
else:
    Observer = object
    published = late_module("autodiff.session.published")
    steps = late_module("autodiff.session.steps")

__all__ = ["Evaluation", "Observer"]

_SEQUENCES: Final = (list, tuple, str)
_MOST_ELEMENTS: Final = 1_000_000
_DEEPEST: Final = 100
_OF_TENSORS: Final = frozenset({(Tensor, Tensor), (Tensor, int), (Tensor, float), (int, Tensor), (float, Tensor)})
"""The classes of operands that an operator can be left to."""
_INFIX: Final = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
}
"""Python's operators: for tensors there is nothing to bound."""
_PYTHONS: Final = (TypeError, ValueError, ArithmeticError, IndexError, MemoryError)
"""What an operator or a function raises for arguments it cannot take."""


class _Callee(NamedTuple):
    """What a call calls: a function, the name it goes by, and whether that name is a function of the table."""

    function: Callable[..., Any]
    name: str
    tabled: bool


class Evaluation:
    """A program being evaluated.

    `names` is what the program starts from and what it assigns. `assigned` has each assigned name's value as it was
    assigned. `replace` is asked for every value of the instructions in `watched`, and `rename` for every value
    that is given a name; what they return is used from then on.
    """

    def __init__(
        self,
        program: Program,
        names: dict[str, Any],
        *,
        replace: Callable[[int, Any], Any] | None = None,
        rename: Callable[[str, Any], Any] | None = None,
        observe: Observer | None = None,
    ) -> None:
        self.program = program
        self.names = names
        self.assigned: dict[str, Any] = {}
        self.result: Any = None
        self._replace = replace
        self._rename = rename
        self._observe = observe
        self._nested: dict[int, tuple[Any, int, int]] = {}  # nested sequences: themselves, their elements, their depth
        self._tabled: dict[str, _Callee] = {}  # functions that were called by their name
        self._callees = {operands[0] for kind, operands, _, _, _ in program.steps if kind == "call"}

    def run(self) -> None:
        """Evaluate every instruction. Raises Located for an error of the user's; any other exception is our bug."""
        values: list[Any] = []  # those that nobody used yet: operands are always the last
        names, callees, observe, replace, take = self.names, self._callees, self._observe, self._replace, values.pop
        for number, (kind, operands, payload, _, _) in enumerate(self.program.steps):
            arguments: list[Any] = []
            try:
                if kind == "number":
                    value = payload
                elif kind == "name" and number not in callees:
                    value = names[payload] if payload in names else self.load(payload)  # type: ignore[arg-type] # a name
                else:
                    if len(operands) == 2:
                        arguments = [take(-2), take()]
                    elif operands:
                        first = len(values) - len(operands)
                        arguments = values[first:]
                        del values[first:]
                    if kind in _INFIX and (arguments[0].__class__, arguments[1].__class__) in _OF_TENSORS:
                        value = _INFIX[kind](arguments[0], arguments[1])  # most operations by far
                    elif kind == "call":
                        value = self.call(arguments, payload)
                    else:
                        value = self._step(number, kind, arguments, payload)
            except Deliberate as error:
                raise Located(error, self.program, number, arguments) from error
            except _PYTHONS as error:
                if kind not in steps.APPLYING and kind not in OPERATIONS:
                    raise
                raise Located(error, self.program, number, arguments) from error
            if observe is not None:
                observe(number, value)
            if replace is not None:
                value = replace(number, value)
            if kind not in STATEMENTS:
                values.append(value)

    def _step(self, number: int, kind: str, arguments: list[Any], payload: Any) -> Any:  # noqa: ANN401 - by kind
        """The value of an instruction of any kind but a number or a call."""
        if kind in OPERATIONS:
            return self.operate(kind, arguments)
        if kind == "expression":
            return self.conclude(*arguments)
        if number in self._callees:
            return self._callee(kind, arguments, payload)
        return steps.STEPS[kind](self, arguments, payload)

    # -------------------------------------------------------------- operators and calls

    def operate(self, kind: str, arguments: list[Any]) -> Any:  # noqa: ANN401
        """An operator of its operands."""
        if kind == "mul" and isinstance(arguments[0], _SEQUENCES) != isinstance(arguments[1], _SEQUENCES):
            arguments = [_count(a) for a in arguments]
        value = OPERATIONS[kind](*arguments)
        return self.measured(value) if isinstance(value, _SEQUENCES) else value

    def _callee(self, kind: str, arguments: list[Any], name: Any) -> _Callee:  # noqa: ANN401 - a name
        if kind == "attribute":
            value = arguments[0]
            return _Callee(published.method(value, name), name, tabled=isinstance(value, Module))
        if name in self._tabled and name not in self.names:
            return self._tabled[name]
        found = published.function(name)
        if name in self.names or (found is None and published.known(name) is not None):
            value = self.names.get(name, published.known(name))
            raise TorchTypeError(f"'{type(value).__name__}' object is not callable")
        if found is None:
            raise self._unknown(name, "`autodiff ops` lists the functions")
        callee = self._tabled[name] = _Callee(found, name, tabled=True)
        return callee

    def call(self, arguments: list[Any], keywords: Any) -> Any:  # noqa: ANN401
        """A function or method of the arguments after it."""
        if len(arguments) == 2 and arguments[1].__class__ is Tensor and not keywords:
            value = arguments[0].function(arguments[1])  # most calls by far
        else:
            value = self._called(*arguments, keywords=keywords)
        return self.measured(value) if isinstance(value, _SEQUENCES) else value

    def _called(self, callee: _Callee, *args: Any, keywords: Sequence[str]) -> Any:  # noqa: ANN401
        first = len(args) - len(keywords)
        kwargs = dict(zip(keywords, args[first:], strict=True))
        args = args[:first]
        numbers = callee.tabled and not (args and isinstance(args[0], Tensor))
        plain = published.of_numbers(callee.name, [*args], kwargs) if numbers else None
        try:
            return (plain or callee.function)(*args, **kwargs)
        except (AttributeError, TypeError):
            if plain is None:
                raise
            return callee.function(*args, **kwargs)  # it takes tensors only, and PyTorch has the words for that

    # -------------------------------------------------------------- names

    def load(self, name: str) -> Any:  # noqa: ANN401
        """The value of a name."""
        if name in self.names:
            return self.names[name]
        value = published.known(name)
        if value is None:
            raise self._unknown(name)
        return value

    def _unknown(self, name: str, advice: str | None = None) -> Exception:
        if published.function(name) is not None:
            return published.hinted(TorchTypeError(f"{name} is a function, not a value"), f"call it: {name}(...)")
        from autodiff.engine import language_functions

        close = published.guess(name, [*self.names, *language_functions()])
        hint = f"did you mean {close}?" if close else advice or f"give it a value: {name}=..."
        return published.UnknownName(f"name '{name}' is not defined", hint)

    def conclude(self, value: Any) -> None:  # noqa: ANN401
        """Let a value be the program's, so far."""
        if isinstance(value, Module):
            raise TorchTypeError(f"'{value.path}' is a module, not a value")
        self.result = value

    def store(self, name: str, value: Any) -> Any:  # noqa: ANN401
        """Give a value a name."""
        if isinstance(value, Module):
            raise TorchTypeError(f"'{value.path}' is a module, not a value")
        self.assigned.pop(name, None)  # a name stands where it was last assigned
        self.assigned[name] = value
        self.names[name] = value if self._rename is None else self._rename(name, value)
        return value

    # -------------------------------------------------------------- sequences

    def measured(self, value: Any) -> Any:  # noqa: ANN401
        """The sequence, unless parts it shares with others would make it long to walk through, or it is too deep."""
        total, depth = len(value), 1
        for element in value if not isinstance(value, str) else ():
            if isinstance(element, list | tuple):
                _, size, below = self._nested.get(id(element), (None, len(element), 1))
                total += size
                depth = max(depth, below + 1)
        if total > _MOST_ELEMENTS:
            raise TooLarge(f"the sequence would have more than {_MOST_ELEMENTS} elements")
        if depth > _DEEPEST:
            raise TooLarge(f"sequences are nested more than {_DEEPEST} deep")
        if depth > 1:
            self._nested[id(value)] = (value, total, depth)
        return value


def _count(value: Any) -> Any:  # noqa: ANN401
    """How often a sequence is repeated, as a plain integer: its bound is checked on those."""
    if isinstance(value, Tensor) and not value.dtype.is_differentiable and value.numel() == 1:
        return int(value.item())
    return value
