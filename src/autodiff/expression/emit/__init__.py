"""Derivatives in other languages: each target is a function from expressions to text, in a file of its name.

All of them take `(label, expression)` pairs, the names of the inputs, the expression itself if its value is wanted too,
and whether what occurs several times is to be named (`share`). A target is imported when it is asked for.
"""

from collections.abc import Callable
from typing import Final

from autodiff.expression.emit.share import cse

__all__ = ["TARGETS", "Emitter", "cse", "emitter"]

TARGETS: Final = ("latex", "mathml", "python", "numpy", "torch", "c", "sql", "sympy")
Emitter = Callable[..., str]
"""`(named, inputs, value=None, *, share=False)` to text."""


def emitter(target: str) -> Emitter:
    """The function of a target, one of TARGETS."""
    from importlib import import_module

    function: Emitter = getattr(import_module(f"autodiff.expression.emit.{target}"), target)
    return function
