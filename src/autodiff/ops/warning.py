"""Warnings that are given once only, as those PyTorch's C++ gives."""

import warnings
from contextvars import ContextVar
from typing import Final

__all__ = ["warn_once"]

_given: Final[ContextVar[frozenset[str]]] = ContextVar("warnings of operations given once", default=frozenset())


def warn_once(text: str) -> None:
    """Warn the caller of the operation, the first time only."""
    known = _given.get()
    if text not in known:
        _given.set(known | {text})
        warnings.warn(text, UserWarning, stacklevel=5)
