"""The deliberate errors, and every message text PyTorch 2.13.0 has for them.

    Deliberate                      said to the user on purpose; everything else is our own bug
    ├── SyntaxProblem               the expression does not parse (exit code 3)
    ├── TooLarge                    a bounded resource would be exceeded
    └── TorchError                  PyTorch raises the same text
        ├── TorchRuntimeError       is a RuntimeError, and is shown as one
        ├── TorchTypeError          ... TypeError
        ├── TorchValueError         ... ValueError
        ├── TorchIndexError         ... IndexError
        ├── TorchAttributeError     ... AttributeError
        ├── TorchNotImplementedError ... NotImplementedError
        ├── TorchAssertionError     ... AssertionError

A `Torch…Error` carries the builtin's own name, so that the last line of a traceback and
`type(error).__name__` read as in PyTorch.
"""

from __future__ import annotations

__all__ = [
    "Deliberate",
    "SyntaxProblem",
    "TooLarge",
    "TorchAssertionError",
    "TorchAttributeError",
    "TorchError",
    "TorchIndexError",
    "TorchNotImplementedError",
    "TorchRuntimeError",
    "TorchTypeError",
    "TorchValueError",
]


class Deliberate(Exception):  # noqa: N818 - the family's name, not one error's
    """Anything autodiff says on purpose; an exception outside this tree is a bug of ours."""

    hint: str | None = None


class SyntaxProblem(Deliberate):
    """The text is not an expression of the language.

    `line` and `column` count from 1; `source` is the line itself; `hint` is the right spelling.
    """

    def __init__(self, message: str, *, source: str, line: int, column: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.line = line
        self.column = column
        self.hint = hint


class TooLarge(Deliberate):
    """Plain-number arithmetic or a creation function would need more memory or time than a shell command may take."""


class TorchError(Deliberate):
    """An error PyTorch raises too, with PyTorch's text."""


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Builtin = TypeVar("_Builtin", bound=Exception)


def _shown_as(builtin: type[_Builtin]) -> type[_Builtin]:
    """A class inside our tree that Python prints under the builtin's own name."""
    doc = f"A {builtin.__name__} with PyTorch's text."
    return type(builtin.__name__, (TorchError, builtin), {"__module__": "builtins", "__doc__": doc})


TorchRuntimeError = _shown_as(RuntimeError)
TorchTypeError = _shown_as(TypeError)
TorchValueError = _shown_as(ValueError)
TorchIndexError = _shown_as(IndexError)
TorchAttributeError = _shown_as(AttributeError)
TorchNotImplementedError = _shown_as(NotImplementedError)
TorchAssertionError = _shown_as(AssertionError)
