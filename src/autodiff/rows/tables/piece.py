"""What tables are made of while they are read: pieces, and where they come from."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from autodiff.errors import Deliberate
from autodiff.rows.tables.arrow import Arrow, library

__all__ = ["BadRow", "Piece", "Source", "no_rows"]


class BadRow(Deliberate, ValueError):  # noqa: N818 - shown under Python's name for it
    """A row that is not what its table says it is; `place` says which."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.hint = "--skip-bad leaves such rows out and counts them"


BadRow.__name__ = "ValueError"


class Piece(NamedTuple):
    """Some rows as a record batch of Arrow, how many were left out among them, and how many bytes they took."""

    batch: Arrow
    skipped: int = 0
    size: int = 0


class Source(Protocol):
    """A table that is read once, from its beginning.

    `names` are its columns, of which `floats` hold floating-point numbers and `numeric` numbers of any kind. `rows` and
    `size` (in bytes) are how much there is in all, if that is known.
    """

    names: tuple[str, ...]
    floats: tuple[str, ...]
    numeric: tuple[str, ...]
    rows: int | None
    size: int | None

    def pieces(self, wanted: Sequence[str], kept: Sequence[str]) -> Iterator[Callable[[], Piece]]:
        """What reads each piece in turn: the wanted columns, which are numbers, then those that are kept.

        A piece may be read in any thread. Raises BadRow.
        """
        ...

    def close(self) -> None:
        """Let the file go."""
        ...


def no_rows(schema: Arrow, names: Sequence[str]) -> Piece:
    """A piece without rows, which still says what the columns are."""
    return Piece(library().RecordBatch.from_pylist([], schema=library().schema([schema.field(name) for name in names])))
