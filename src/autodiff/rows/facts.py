"""What became of a table, as frozen facts."""

from typing import NamedTuple

from autodiff.session.report import Failure

__all__ = ["Mapped", "Progress"]


class Progress(NamedTuple):
    """How far a run is: rows, bytes of the table, and how much of both there is in all (None: nobody knows)."""

    rows: int
    size: int
    all_rows: int | None
    all_size: int | None
    seconds: float


class Mapped(NamedTuple):
    """A run over a table.

    `rows` were read, of which `missing` had a value missing; `skipped` were bad and left out. `totals` are the sums of
    the outputs, if those were asked for.
    """

    expression: str
    rows: int = 0
    missing: int = 0
    skipped: int = 0
    seconds: float = 0.0
    totals: tuple[tuple[str, float | None], ...] | None = None
    error: Failure | None = None
