"""The light stand-ins behave as what they stand for."""

from __future__ import annotations

import copy
import pickle
import typing
from typing import TYPE_CHECKING, Any

import pytest

from autodiff.light import NamedTuple, cache, cached_property

if TYPE_CHECKING:
    from collections.abc import Callable


class Light(NamedTuple):
    """Two fields, one with a default."""

    name: str
    size: int = 3

    @property
    def twice(self) -> int:
        """Two times the size."""
        return 2 * self.size


class Usual(typing.NamedTuple):
    """The same."""

    name: str
    size: int = 3


CALLS: list[Callable[[Any], Any]] = [
    lambda kind: tuple(kind("a")),
    lambda kind: tuple(kind("a", 1)),
    lambda kind: tuple(kind(size=1, name="a")),
    lambda kind: tuple(kind("a")._replace(size=7)),
    lambda kind: tuple(kind._make(["a", 4])),
    lambda kind: kind("a")._asdict(),
    lambda kind: (kind._fields, kind._field_defaults, kind.__match_args__),
    lambda kind: repr(kind("a")).partition("(")[2],
    lambda kind: (kind("a").size, kind("a").name, kind("a") == ("a", 3), hash(kind("a")), len(kind("a"))),
    lambda kind: tuple(copy.deepcopy(kind("a", [1]))),
    lambda kind: type(copy.copy(kind("a"))) is kind,
    lambda kind: tuple(pickle.loads(pickle.dumps(kind("a")))),  # noqa: S301 - our own
]
MISTAKES: list[Callable[[Any], Any]] = [
    lambda kind: kind(),
    lambda kind: kind("a", 1, 2),
    lambda kind: kind("a", name="b"),
    lambda kind: kind("a", colour=1),
    lambda kind: kind("a")._replace(colour=1),
]


@pytest.mark.parametrize("call", CALLS)
def test_a_light_tuple_is_as_the_usual_one(call: Callable[[Any], Any]) -> None:
    """Whatever is asked of it has the answer that one of `typing` gives."""
    assert call(Light) == call(Usual)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_does_not_fit_is_refused(mistake: Callable[[Any], Any]) -> None:
    """Too many, too few and unknown fields are errors."""
    with pytest.raises((TypeError, ValueError)):
        mistake(Usual)
    with pytest.raises(TypeError, match="takes name, size"):
        mistake(Light)


def test_a_light_tuple_has_methods_and_cannot_change() -> None:
    """A property is one, and neither a field nor a new name can be assigned."""
    assert Light("a", 4).twice == 8
    made: Any = Light("a")
    for name in ("size", "colour"):
        with pytest.raises(AttributeError):
            setattr(made, name, 1)


def test_a_function_is_computed_once_for_its_arguments() -> None:
    """Other arguments are computed, the same ones are remembered."""
    seen = []

    @cache
    def double(x: int) -> int:
        """Two times x."""
        seen.append(x)
        return 2 * x

    assert [double(1), double(2), double(1)] == [2, 4, 2]
    assert seen == [1, 2]
    assert double.__name__ == "double"
    assert double.__doc__ == "Two times x."


def test_a_property_is_computed_once_for_each_object() -> None:
    """Then it is an attribute."""
    seen = []

    class Thing:
        """A thing with a number."""

        def __init__(self, number: int) -> None:
            self.number = number

        @cached_property
        def double(self) -> int:
            """Two times the number."""
            seen.append(self.number)
            return 2 * self.number

    first, second = Thing(1), Thing(2)
    assert [first.double, second.double, first.double] == [2, 4, 2]
    assert seen == [1, 2]
