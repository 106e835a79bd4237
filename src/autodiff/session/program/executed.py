"""What a statement of a program did: facts, frozen."""

from collections.abc import Mapping
from typing import NamedTuple

from autodiff.session.report import Facts, Failure, Warned

__all__ = ["Executed"]


class Executed(NamedTuple):
    """One statement that was run: where it begins, what it printed, what it changed.

    `value` is how the prompt shows an expression's value, None if it is None or there is none; `names` are those it
    gave a value outside of functions.
    """

    line: int
    text: str
    output: str
    value: str | None
    names: Mapping[str, Facts]
    warnings: tuple[Warned, ...]
    error: Failure | None
