"""What a run found out: facts, frozen, without a tensor among them. Renderers turn them into text.

Named tuples, since a dataclass would import `inspect` on every call of the command line.
"""

from __future__ import annotations

from autodiff.light import MappingProxyType, NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = [
    "BUG",
    "EVALUATION",
    "SYNTAX",
    "USAGE",
    "Facts",
    "Failure",
    "Matrix",
    "Mismatch",
    "Operation",
    "Report",
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
