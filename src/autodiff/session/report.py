"""What a run found out: facts, frozen, without a tensor among them. Renderers turn them into text.

Named tuples, since a dataclass would import `inspect` on every call of the command line.
"""

from __future__ import annotations

from types import MappingProxyType

from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = [
    "AGREES",
    "BUG",
    "DISAGREES",
    "EVALUATION",
    "SYNTAX",
    "UNDECIDED",
    "USAGE",
    "Check",
    "Comparison",
    "Derivative",
    "Differentiation",
    "Facts",
    "Failure",
    "Matrix",
    "Mismatch",
    "Operation",
    "Report",
    "Sampling",
    "Warned",
]

SYNTAX = "syntax"
"""The text does not parse."""
USAGE = "usage"
"""The request does not fit the text."""
EVALUATION = "evaluation"
"""What the text says cannot be done."""
BUG = "bug"
"""Our own mistake."""


class Facts(NamedTuple):
    """A value: a tensor, or a plain number, list or tuple, whose `dtype` is None.

    `value` is made of Python numbers and nested lists; a float of it has the digits of a double. `grad_fn` is the
    node's name.
    """

    value: Any
    dtype: str | None
    shape: tuple[int, ...]
    requires_grad: bool
    is_leaf: bool
    grad_fn: str | None
    repr: str


class Warned(NamedTuple):
    """One warning: its category's name, its text, and what to do about it in the user's words."""

    category: str
    message: str
    hint: str | None = None


class Failure(NamedTuple):
    """Why a run ended early.

    `kind` is SYNTAX, USAGE, EVALUATION or BUG. `line` and `column` count from 1. `source` is the line of a syntax
    error as it can be shown, and `caret` the place in it, from 1.
    """

    kind: str
    type: str
    message: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None
    source: str | None = None
    caret: int | None = None


class Matrix(NamedTuple):
    """Derivatives of the elements that name the rows by those that name the columns.

    `values` has a row of numbers for each of `rows`; `cells` are these as PyTorch writes the elements of a tensor.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    dtype: str
    cells: tuple[tuple[str, ...], ...]


class Report(NamedTuple):
    """One run.

    `values` are the lines in order, `output` names the one that backward starts from. `backward` has the gradients
    after each call that succeeded, by name; `grads` those at the end. A gradient that is None is None.
    `derivatives` are those that were asked for by their order, by label; `matrices` are `jacobian` and `hessian`.
    `hints` are what is worth knowing although nothing is wrong.
    """

    expression: str
    inputs: Mapping[str, Facts]
    values: Mapping[str, Facts]
    output: str | None
    backward: tuple[Mapping[str, Facts | None], ...]
    grads: Mapping[str, Facts | None]
    warnings: tuple[Warned, ...] = ()
    error: Failure | None = None
    derivatives: Mapping[str, Facts] = MappingProxyType({})
    matrices: Mapping[str, Matrix] = MappingProxyType({})
    hints: tuple[str, ...] = ()


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


AGREES = "agrees"
"""The derivatives are the same, or autograd's is one that a kink allows."""
DISAGREES = "disagrees"
"""They contradict each other."""
UNDECIDED = "undecided"
"""There is nothing to compare, or not sharply enough."""


class Comparison(NamedTuple):
    """One derivative, found in three ways.

    `wrt` are the elements it is taken by in turn; `output` counts those of several outputs from 0. `symbolic` is None
    if it is not written down. `difference` is the central difference and `uncertainty` how well it is known, None
    where there is no slope; then `left` and `right` are the slopes of the sides that have one. `relative_error` is the
    largest among those that were compared. `place` is one of those of `slopes`; `reason` explains the verdict.
    """

    label: str
    wrt: tuple[str, ...]
    output: int | None
    autograd: float
    symbolic: float | None
    difference: float | None
    uncertainty: float | None
    left: float | None
    right: float | None
    relative_error: float | None
    place: str
    verdict: str
    reason: str | None = None


class Sampling(NamedTuple):
    """Random points: the `seed` they come from, and how many of them were what.

    `kinks` are those with a kink or a jump at them, `undefined` those without a finite value around them.
    """

    samples: int
    seed: int
    agreeing: int
    disagreeing: int
    undecided: int
    kinks: int
    undefined: int


class Check(NamedTuple):
    """The derivatives of an expression at a point; with `sampling` the point is the worst of them.

    `at` has the inputs' values as texts. `unwritten` tells why there is no symbolic derivative.
    """

    expression: str
    order: int = 1
    at: tuple[tuple[str, str], ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    unwritten: str | None = None
    notes: tuple[str, ...] = ()
    sampling: Sampling | None = None
    error: Failure | None = None


class Mismatch(NamedTuple):
    """An expectation that does not hold; `difference` is None where there is none to compute."""

    name: str
    expected: str
    got: str
    difference: float | None


class Operation(NamedTuple):
    """One operation of the table: how it is called, what it does, and its node's name if it has one."""

    name: str
    signature: str
    doc: str
    node: str | None
    spellings: tuple[str, ...]
