"""What `diff` found: derivatives as texts, frozen."""

from __future__ import annotations

from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autodiff.session.report import Failure

__all__ = ["Derivative", "Differentiation"]


class Derivative(NamedTuple):
    """One derivative: its `label` (`d/dx`), the names it is taken by in turn, and its text in the language.

    `component` counts the outputs of a list from 0; None if there is one. `value` is that at the point asked for: a
    number, or nested lists of them if the derivative has a `shape`. `of_array`: what is differentiated is an array.
    """

    label: str
    wrt: tuple[str, ...]
    component: int | None
    text: str
    value: Any = None
    shape: tuple[int, ...] = ()
    of_array: bool = False


class Differentiation(NamedTuple):
    """The derivatives of an expression.

    `named` are texts that come first, under names that the derivatives use. `at` is the point, as it was given.
    `emitted` is all of it in the language `target`, if one was asked for.
    """

    expression: str
    derivatives: tuple[Derivative, ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    at: tuple[tuple[str, str], ...] = ()
    target: str | None = None
    emitted: str | None = None
    error: Failure | None = None
