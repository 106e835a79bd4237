"""Shapes as users write them: `x:3` is a vector, `A:2x3` a matrix, and a name without a shape is a number."""

from collections.abc import Sequence
from typing import Any

from autodiff.session.scenario import UsageProblem

__all__ = ["is_shape", "read_shapes", "shape_of"]

_HINT = "write x:3 for a vector, A:2x3 for a matrix; a name without a shape is a number"


def is_shape(word: str) -> bool:
    """Whether a word of the command line is meant to give a name a shape."""
    name, sign, _ = word.partition(":")
    return bool(sign) and name.strip().isidentifier() and "=" not in word


def read_shapes(words: Sequence[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Names and shapes of words such as `A:2x3`. Raises UsageProblem."""
    found: dict[str, tuple[int, ...]] = {}
    for word in words:
        name, _, text = word.partition(":")
        lengths = [part.strip() for part in text.replace(",", "x").split("x")]
        if not all(part.isdecimal() for part in lengths):
            raise UsageProblem(f"'{word}' does not give {name.strip()} a shape", _HINT)
        shape = shape_of(name.strip(), [int(part) for part in lengths])
        if found.setdefault(name.strip(), shape) != shape:
            raise UsageProblem(f"{name.strip()} is given two shapes", "give each name one")
    return tuple(found.items())


def shape_of(name: str, lengths: Any) -> tuple[int, ...]:  # noqa: ANN401 - a number, or a sequence of them
    """The shape of a name, as a library's user or a request writes it: 3, or [2, 3]. Raises UsageProblem."""
    found = [lengths] if isinstance(lengths, int) else lengths
    if not isinstance(found, (list, tuple)) or not all(type(n) is int and n > 0 for n in found):
        raise UsageProblem(f"the shape of {name} is made of whole numbers from 1, not {lengths}", _HINT)
    return tuple(found)
