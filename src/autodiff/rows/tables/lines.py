"""Text as pieces of whole lines, cut where a row ends, so that each can be read in any thread."""

from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from autodiff.rows.tables.formats import Place
from autodiff.session import UsageProblem

__all__ = ["Chunk", "chunks", "opened", "size_of"]

_SIZE: Final = 1 << 22
_FIRST: Final = 1 << 16
"""The first piece is small: what a table is made of is seen soon, also in a stream that comes slowly."""


class Chunk(NamedTuple):
    """Some whole lines, and the number of the first."""

    text: bytes
    line: int


def opened(place: Place) -> Any:  # noqa: ANN401 - a file of bytes, buffered or not
    """The bytes of a table. Raises FileProblem."""
    if place.is_stream:
        return FileIO(0, closefd=False)  # unbuffered: a thread that waits here holds no lock that Python's end needs
    if place.is_remote:
        from autodiff.rows.tables.remote import opened_at

        return opened_at(place.path)
    try:
        return Path(place.path).open("rb")
    except OSError as error:
        raise FileProblem(f"cannot read {place.path}: {error.strerror or error}") from error


class FileProblem(UsageProblem):
    """A file that cannot be read, or is not what its format says."""


def size_of(place: Place) -> int | None:
    """How many bytes there are, if it is known."""
    path = Path(place.path)
    return path.stat().st_size if not place.is_stream and path.is_file() else None


def chunks(source: Any, *, quoted: bool) -> Iterator[Chunk]:  # noqa: ANN401
    """The lines in pieces of some megabytes; if they may be `quoted`, a line break between quotes ends no row."""
    rest, line, size = b"", 1, _FIRST
    while True:
        more = _filled(source, size)
        text = rest + more
        if not more:
            if text:
                yield Chunk(text, line)
            return
        end = text.rfind(b"\n") + 1
        while quoted and end and text.count(b'"', 0, end) % 2:  # inside a quoted cell: look further ahead
            end = text.rfind(b"\n", 0, text.rfind(b'"', 0, end)) + 1
        if not end:
            rest = text
            continue
        yield Chunk(text[:end], line)
        line += text.count(b"\n", 0, end)
        rest, size = text[end:], _SIZE


def _filled(source: Any, size: int) -> bytes:  # noqa: ANN401 - a file of bytes
    """The next `size` bytes, or those that are left: a pipe gives few at a time."""
    parts, missing = [], size
    while missing > 0 and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
