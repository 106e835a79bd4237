# ruff: noqa: ANN401 - values of a program are of any kind
"""Running a program with statements: one loop over its instructions, and a stack of frames of its own.

A value is used by one instruction, the next that can take it, so the values not used yet are a stack; between
statements it is empty. Nothing recurses, except that the engine calls hooks and functions the program defined.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autodiff.engine import Tensor
from autodiff.errors import Deliberate, TorchTypeError
from autodiff.language.draft import Script
from autodiff.session.program.budget import Account, Budget
from autodiff.session.program.builtin import printed
from autodiff.session.program.cells import ASSIGN, BINARY, CONSTANT, LOAD, QUICK, Code
from autodiff.session.program.instructions import compiled
from autodiff.session.program.parameters import bound
from autodiff.session.program.reach import builtin, member, published, unknown
from autodiff.session.program.unwinding import Frame, recovered
from autodiff.session.program.values import Closure, Function, Kind, Scope, type_name, weighed

__all__ = ["Machine"]

_DEEPEST: Final = 1000
"""Frames, as Python has."""
_DEEPEST_CALLS_BACK: Final = 20
"""Calls by the engine within calls by the engine: each takes several of Python's own frames."""
_MISSING: Final = object()
_PLAIN: Final = frozenset({bool, int, float, complex, str, range, type(None)})


class RecursionProblem(Deliberate, RecursionError):  # noqa: N818 - shown under Python's name for it
    """More functions have been called than may be at once."""


class Unbound(Deliberate, UnboundLocalError):  # noqa: N818 - shown under Python's name for it
    """A local name that nothing gave a value yet."""


RecursionProblem.__name__ = "RecursionError"
Unbound.__name__ = "UnboundLocalError"


class Machine:
    """A program's state: its names, its frames, what it has used of its budget.

    `write` is given what the program prints. `echo` is given the value of every expression that is a statement outside
    of functions. `stars` are the modules all of whose names were imported, `value` what the last function returned.
    """

    def __init__(
        self, write: Callable[[str], object], budget: Budget, echo: Callable[[Any], object] | None = None
    ) -> None:
        self.account = Account(budget)
        self.globals = Scope({})
        self.frames: list[Frame] = []
        self.stars: list[str] = []
        self.echo = echo
        self.value: Any = None
        self._called_back = 0
        self._code: Code | None = None
        self._print = Function("print", lambda *values, **keywords: write(printed(*values, **keywords)) and None)

    def run(self, script: Script, first: int = 0, last: int | None = None) -> None:
        """Run the instructions from `first` to before `last`. Raises Located for an error of the program's."""
        if self._code is None or self._code.script is not script:
            self._code = compiled(script)
        stop = len(script.instructions) if last is None else last
        self._execute(Frame(self._code, self.globals, first, stop))

    # -------------------------------------------------------------- the loop

    def _execute(self, frame: Frame) -> Any:
        """Run a frame to its end; the value it returns, if it is a function's."""
        base = len(self.frames)
        self.value = None
        self.frames.append(frame)
        while len(self.frames) > base:
            try:
                self._steps(self.frames[-1])
            except Exception as error:  # noqa: BLE001 - sorted out by what it is
                recovered(self, error, base)
        return self.value

    def _steps(self, frame: Frame) -> None:
        """The loop proper: until the frame ends, or another one is on top."""
        cells, stack, stop, at = frame.code.cells, frame.stack, frame.stop, frame.at
        try:
            while at != stop:
                operation, payload = cells[at]
                at += 1
                if operation is LOAD:
                    value = frame.scope.names.get(payload, _MISSING)
                    stack.append(self.load(frame.scope, payload) if value is _MISSING else value)
                elif operation is CONSTANT:
                    stack.append(payload)
                elif operation is BINARY:
                    right = stack.pop()
                    kinds = (type(stack[-1]), type(right))
                    value = payload[kinds not in QUICK](stack[-1], right)
                    stack[-1] = value
                    if type(value) is Tensor and value.ndim:
                        self.account.weigh(value.numel())
                elif operation is ASSIGN:
                    frame.scope.names[payload] = stack.pop()
                else:
                    target = operation(self, frame, payload)
                    if target is not None:
                        if target < 0:  # another frame is on top
                            return
                        at = target
        finally:
            frame.at = at
        self.frames.pop()
        self.value = None

    # -------------------------------------------------------------- names

    def load(self, scope: Scope, name: str) -> Any:
        """The value of a name. Raises NameError."""
        around: Scope | None = scope
        while around is not None:
            if name in around.names:
                return around.names[name]
            if name in around.assigned:
                message = f"cannot access local variable '{name}' where it is not associated with a value"
                raise Unbound(message)
            around = around.parent
        for path in self.stars:
            try:
                return member(path, name)
            except AttributeError:
                continue
        value = self._print if name == "print" else builtin(name)
        if value is None:
            raise unknown(name, scope)
        return value

    # -------------------------------------------------------------- calls

    def called(self, callee: Any, args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """The value of a function that the program did not define. Raises TypeError for what is no function."""
        if type(callee) is Function:
            function = callee.function
        elif type(callee) is Kind and callee.make is not None:
            function = callee.make
        elif type(callee) is Kind:
            raise TorchTypeError(f"cannot create '{callee.made_of.__name__}' instances")
        else:
            raise TorchTypeError(f"'{type_name(callee)}' object is not callable")
        given = [a if type(a) in _SIMPLE else self._given(a) for a in args]
        if keywords:
            keywords = {name: a if type(a) in _SIMPLE else self._given(a) for name, a in keywords.items()}
        try:
            value = function(*given, **keywords)
        except (AttributeError, TypeError) as error:
            own = f"{getattr(function, '__qualname__', '')}("
            if isinstance(error, TypeError) and str(error).startswith(own):
                raise TorchTypeError(f"{callee.__name__}({str(error).removeprefix(own)}") from error
            if isinstance(error, (Deliberate, TypeError)):
                raise
            kinds = ", ".join(map(type_name, given))  # a function of the engine's met what has no dtype, no shape ...
            raise TorchTypeError(f"{callee.__name__}() does not take these arguments: ({kinds})") from error
        if type(value) is Tensor:
            if value.ndim:
                self.account.weigh(value.numel())
        elif type(value) in (list, tuple):
            self.account.weigh(len(value))
            if any(map(callable, value)):
                value = type(value)([published(each, "function") for each in value])
        elif type(value) not in _PLAIN:
            return published(value, callee.__name__)
        return value

    def _given(self, value: Any) -> Any:
        """An argument as the engine may have it: no sequence too long to walk through, and Python's own types."""
        if isinstance(value, list | tuple):
            self.account.weigh(weighed(value))
        elif type(value) is Kind and value.made_of in _DTYPES:
            return value.made_of
        return value

    def entered(self, callee: Closure, args: Sequence[Any], keywords: Mapping[str, Any]) -> Frame:
        """A frame for a call of a function of the program's. Raises TypeError for arguments that do not fit it."""
        if len(self.frames) >= _DEEPEST:
            raise RecursionProblem("maximum recursion depth exceeded")
        self.account.spend(callee.definition.end - callee.start + 1)
        names = bound(callee, args, keywords)
        return Frame(callee.code, Scope(names, callee.scope, callee.definition.assigned), callee.start, -1)

    def call_back(self, callee: Closure, args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """The value of a function of the program's that the engine calls. Raises Located."""
        if self._called_back >= _DEEPEST_CALLS_BACK:
            raise RecursionProblem("maximum recursion depth exceeded")
        self._called_back += 1
        try:
            frame = self.entered(callee, args, keywords)
            frame.outermost = True
            return self._execute(frame)
        finally:
            self._called_back -= 1


_SIMPLE: Final = _PLAIN | {Tensor}
_DTYPES: Final = frozenset({bool, int, float, complex})
"""Python's types that PyTorch takes for dtypes."""
