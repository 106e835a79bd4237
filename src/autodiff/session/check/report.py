"""What `check` found: each derivative, found in three ways, and how they agree; frozen."""

from __future__ import annotations

from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autodiff.session.report import Failure

__all__ = ["AGREES", "DISAGREES", "UNDECIDED", "Check", "Comparison", "Sampling"]

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
