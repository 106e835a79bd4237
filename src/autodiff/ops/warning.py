"""Warnings that are given once only, as those PyTorch's C++ gives."""

import warnings
from contextvars import ContextVar
from typing import Final

__all__ = ["DISCARDED", "GIVEN", "warn_once"]

DISCARDED: Final = (
    "Casting complex values to real discards the imaginary part (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/Copy.cpp:307.)"
)

GIVEN: Final[ContextVar[frozenset[str]]] = ContextVar("warnings given once", default=frozenset())
"""What was said already."""


def warn_once(text: str, stacklevel: int = 5) -> None:
    """Warn the caller of the operation, the first time only."""
    known = GIVEN.get()
    if text not in known:
        GIVEN.set(known | {text})
        warnings.warn(text, UserWarning, stacklevel=stacklevel)
