"""What an expression can reach: functions, constants, `torch` as a prefix, and the attributes of values.

Everything else is refused, so that no Python object leaks: a name that is not published does not exist.
"""

from __future__ import annotations

from autodiff import engine
from autodiff.dtypes import dtype
from autodiff.errors import Deliberate, TorchAttributeError, TorchTypeError
from autodiff.language import OPERATIONS
from autodiff.light import NamedTuple, cache
from autodiff.ops.op import Structural
from autodiff.ops.signature import REQUIRED
from autodiff.ops.table import OVERLOADS
from autodiff.session.prefix import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, Final

__all__ = ["UnknownName", "attribute", "function", "guess", "hinted", "known", "method", "of_numbers"]

_PLAIN: Final = (int, float, complex)
_MODULES: Final = ("torch", "torch.nn", "torch.nn.functional", "torch.autograd", "torch.linalg", "torch.special")
_PLACES: Final = {"torch.nn.functional": "functional", "torch.linalg": "linalg", "torch.special": "special"}
_ALIASES: Final = {"F": "torch.nn.functional"}


class UnknownName(Deliberate, NameError):  # noqa: N818 - shown under Python's name for it
    """A name that nothing gave a value; shown as Python's NameError."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


UnknownName.__name__ = "NameError"


def hinted(error: Exception, hint: str | None) -> Exception:
    """The deliberate error, with a hint."""
    if isinstance(error, Deliberate):
        error.hint = hint
    return error


def _members(path: str) -> Mapping[str, Any]:
    """The functions of a module, by name."""
    if path == "torch.autograd":
        return {"grad": engine.grad, "backward": engine.backward}
    if path in _PLACES:
        return engine.functions_in(_PLACES[path])
    return {} if path == "torch.nn" else engine.language_functions()


def known(name: str) -> Any:  # noqa: ANN401 - a constant, a dtype or a module; None if there is none
    """The constant or module called `name`."""
    path = _ALIASES.get(name, name)
    return Module(path) if path in _MODULES else engine.CONSTANTS.get(name)


def function(name: str, path: str = "torch") -> Callable[..., Any] | None:
    """The published function `name` of a module, or None."""
    return _members(path).get(name)


_HABITS: Final = {
    "tg": "tan", "arctg": "atan", "sh": "sinh", "ch": "cosh", "th": "tanh", "ln": "log", "lg": "log10", "sqr": "square",
}  # fmt: skip
"""What functions are called elsewhere."""


def guess(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that was probably meant."""
    candidates = list(candidates)
    if _HABITS.get(name) in candidates:
        return _HABITS[name]
    if len(name) < 2 or name.startswith("__"):
        return None  # one letter is as near to any other
    from difflib import get_close_matches  # only a mistake needs it

    close = get_close_matches(name, [c for c in candidates if c != name], n=1, cutoff=0.6)
    return close[0] if close else None


# ------------------------------------------------------------------ attributes and methods


class _Public(NamedTuple):
    """What may follow the dot after a value of some kind."""

    attributes: frozenset[str]
    methods: frozenset[str]


_NOTHING: Final = _Public(frozenset(), frozenset())


@cache
def _published() -> tuple[tuple[type, _Public], ...]:
    return (
        (engine.Tensor, _Public(engine.ATTRIBUTES - {"values", "indices"}, engine.tensor_methods())),
        (engine.Node, _Public(frozenset({"next_functions"}), frozenset({"name"}))),
        (engine.Size, _Public(frozenset(), frozenset({"numel"}))),
        (dtype, _Public(frozenset({"is_floating_point", "is_complex", "itemsize"}), frozenset())),
        (tuple, _Public(frozenset({"values", "indices"}), frozenset())),  # of `max` along a dimension
        (complex, _Public(frozenset({"real", "imag"}), frozenset())),
    )


def _public(value: object) -> _Public:
    return next((public for kind, public in _published() if isinstance(value, kind)), _NOTHING)


def attribute(value: Any, name: str) -> Any:  # noqa: ANN401 - any value of the language
    """`value.name`. Raises AttributeError for what is not published."""
    if isinstance(value, Module):
        return _of_module(value.path, name)
    public = _public(value)
    if name in public.attributes:
        return getattr(value, name)
    if name in public.methods:
        raise TorchTypeError(f"'{name}' is a method: call it with parentheses, as in .{name}()")
    raise _no_attribute(value, name, public)


def method(value: Any, name: str) -> Callable[..., Any]:  # noqa: ANN401 - any value of the language
    """The function that `value.name(...)` calls. Raises AttributeError for what is not published."""
    if isinstance(value, Module):
        found = function(name, value.path)
        if found is None:
            raise _no_member(value.path, name)
        return found
    public = _public(value)
    if name in public.methods and hasattr(type(value), name):
        return getattr(value, name)  # type: ignore[no-any-return] # a method
    if name in public.attributes:
        raise TorchTypeError(f"'{name}' is not a function: write it without parentheses")
    raise _no_attribute(value, name, public)


def _of_module(path: str, name: str) -> Any:  # noqa: ANN401 - a constant or a module
    inner = f"{path}.{name}"
    if inner in _MODULES:
        return Module(inner)
    if path == "torch" and name in engine.CONSTANTS:
        return engine.CONSTANTS[name]
    if name in _members(path):
        raise TorchTypeError(f"'{name}' is a function: call it with parentheses")
    raise _no_member(path, name)


def _no_member(path: str, name: str) -> Exception:
    close = guess(name, [*_members(path), *(engine.CONSTANTS if path == "torch" else ())])
    hint = f"did you mean {path}.{close}?" if close else None
    return hinted(TorchAttributeError(f"module '{path}' has no attribute '{name}'"), hint)


def _no_attribute(value: object, name: str, public: _Public) -> Exception:
    close = guess(name, [*public.attributes, *public.methods])
    hint = f"did you mean .{close}{'()' if close in public.methods else ''}?" if close else None
    return hinted(TorchAttributeError(f"'{type(value).__name__}' object has no attribute '{name}'"), hint)


# ------------------------------------------------------------------ plain numbers


def of_numbers(name: str, args: list[Any], kwargs: Mapping[str, Any]) -> Callable[..., Any] | None:
    """How a function of the table is computed on plain numbers; None if the arguments are not all plain numbers."""
    if name not in OVERLOADS or not args or not all(isinstance(a, _PLAIN) for a in args):
        return None
    if any(not isinstance(v, (*_PLAIN, str)) for v in kwargs.values()):
        return None
    op = OVERLOADS[name][0]
    given = {*(p.name for p in op.signature[: len(args)]), *kwargs}
    if len(args) > len(op.signature) or any(p.default is REQUIRED and p.name not in given for p in op.signature):
        return None  # PyTorch has the words for that
    return OPERATIONS.get(op.name) or (None if isinstance(op, Structural) else op.of_numbers)
