# ruff: noqa: ANN401 - values of a program are of any kind
"""What a program's values are besides tensors, numbers, texts and sequences: functions, types, modules, scopes."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from autodiff.engine import Tensor
from autodiff.errors import TooLarge
from autodiff.language.draft import Definition

if TYPE_CHECKING:
    from autodiff.session.program.cells import Code
    from autodiff.session.program.machine import Machine

__all__ = [
    "MOST_ELEMENTS",
    "Closure",
    "Function",
    "Kind",
    "Scope",
    "kind_of",
    "represented",
    "spoken",
    "type_name",
    "weighed",
]

MOST_ELEMENTS: Final = 1_000_000
"""Elements of a sequence, those of its sequences included."""
_DEEPEST: Final = 100


class Function:
    """A function of the table of what can be reached, or a method of a value."""

    __slots__ = ("__name__", "function")

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.__name__ = name
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """For the engine, which is given functions to call."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<built-in function {self.__name__}>"


Function.__name__ = "builtin_function_or_method"
Function.__module__ = "builtins"


class Scope:
    """Names and their values, and the scope around; `assigned` are the names that are never looked for around it."""

    __slots__ = ("assigned", "names", "parent")

    def __init__(
        self, names: dict[str, Any], parent: "Scope | None" = None, assigned: frozenset[str] = frozenset()
    ) -> None:
        self.names = names
        self.parent = parent
        self.assigned = assigned


class Closure:
    """A function the program defined: its code, the scope around it, the values its parameters have by default."""

    __slots__ = ("__name__", "code", "defaults", "definition", "machine", "scope", "start")

    def __init__(
        self, definition: Definition, code: "Code", start: int, defaults: Mapping[str, Any], machine: "Machine"
    ) -> None:
        self.definition = definition
        self.code = code
        self.start = start
        self.defaults = defaults
        self.scope = machine.frames[-1].scope
        self.machine = machine
        self.__name__ = definition.name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """For the engine, which is given functions to call."""
        return self.machine.call_back(self, args, kwargs)

    def __repr__(self) -> str:
        return f"<function {self.__name__} at {id(self):#x}>"


Closure.__name__ = "function"
Closure.__module__ = "builtins"


class Kind:
    """A type, as a value: what `type(x)` gives and `isinstance` asks for. `make` is what calling it does, if it can."""

    __slots__ = ("made_of", "make")

    def __init__(self, made_of: type, make: Callable[..., Any] | None = None) -> None:
        self.made_of = made_of
        self.make = make

    @property
    def __name__(self) -> str:
        return self.made_of.__name__

    def __repr__(self) -> str:
        return repr(self.made_of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kind) and other.made_of is self.made_of

    def __hash__(self) -> int:
        return hash(self.made_of)


Kind.__name__ = "type"  # type: ignore[method-assign, assignment] # the class has one of its own
Kind.__module__ = "builtins"


@cache
def kind_of(made_of: Any) -> Kind:
    """The type as a value; nothing can be made of it."""
    return Kind(made_of)


# ------------------------------------------------------------------ text


def weighed(value: Any) -> int:
    """How many elements and characters a value has, parts that are shared counted wherever they occur.

    Raises TooLarge for more than a million, so also for a sequence that contains itself.
    """
    if isinstance(value, str):
        return len(value)
    if not isinstance(value, list | tuple):
        return 1
    count, todo = 0, [(value, 1)]
    while todo:
        sequence, depth = todo.pop()
        if depth > _DEEPEST:
            raise TooLarge(f"sequences are nested more than {_DEEPEST} deep")
        count += len(sequence) + 1
        for each in sequence:
            if isinstance(each, list | tuple):
                todo.append((each, depth + 1))
            elif isinstance(each, str):
                count += len(each)
        if count > MOST_ELEMENTS + 1:
            raise TooLarge(f"the sequence has more than {MOST_ELEMENTS} elements")
    return count


def spoken(value: Any) -> str:
    """The value as `print` shows it. Raises TooLarge for a sequence of more than a million elements."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        weighed(value)
    return str(value)


def represented(value: Any) -> str:
    """The value as the interactive prompt shows it. Raises TooLarge for a sequence of more than a million elements."""
    if isinstance(value, list | tuple):
        weighed(value)
    return repr(value)


def type_name(value: Any) -> str:
    """The name of a value's type, as Python's messages have it."""
    return "Tensor" if isinstance(value, Tensor) else type(value).__name__
