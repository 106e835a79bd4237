"""What became of a table, as frozen facts."""

from typing import NamedTuple

from autodiff.rows.total import Total
from autodiff.session.report import Failure

__all__ = ["Mapped", "Progress", "together"]


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
    totals: tuple[tuple[str, Total | None], ...] | None = None
    error: Failure | None = None

    @property
    def sums(self) -> dict[str, float | None]:
        """The totals as numbers, by name."""
        return {name: None if total is None else total.value for name, total in self.totals or ()}


def together(first: Mapped, second: Mapped) -> Mapped:
    """Two runs over parts of a table as one; an error of either is one of both."""
    pairs = zip(first.totals or (), second.totals or (), strict=False)
    totals = tuple((name, None if a is None or b is None else a.merged(b)) for (name, a), (_, b) in pairs)
    return first._replace(
        rows=first.rows + second.rows,
        missing=first.missing + second.missing,
        skipped=first.skipped + second.skipped,
        seconds=max(first.seconds, second.seconds),
        totals=None if first.totals is None else totals,
        error=first.error or second.error,
    )
