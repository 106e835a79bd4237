"""Tables in Parquet and in Arrow's own format."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Final

from autodiff.rows.tables.arrow import Arrow, holds, library
from autodiff.rows.tables.formats import Place
from autodiff.rows.tables.lines import FileProblem, opened
from autodiff.rows.tables.piece import Piece, no_rows

__all__ = ["ArrowFile", "Parquet"]

_ROWS: Final = 1 << 17
"""Rows in a piece: large enough for the readers, small beside memory."""


class _Columnar:
    """What the two formats have in common."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.size: int | None = None if place.is_stream else _length(place.path)
        self._spooled: IO[bytes] | None = None
        arrow = library()
        try:
            schema = self._open()
        except (OSError, arrow.ArrowInvalid) as error:
            told = getattr(error, "strerror", None) or str(error).splitlines()[0]
            raise FileProblem(f"cannot read {place.path}: {told}") from error
        self.names: tuple[str, ...] = tuple(schema.names)
        kinds = dict(zip(schema.names, map(holds, schema.types), strict=True))
        self.numeric = tuple(name for name, kind in kinds.items() if kind != "others")
        self.floats = tuple(name for name, kind in kinds.items() if kind == "floats")
        self.rows: int | None = None

    def _open(self) -> Arrow:
        raise NotImplementedError

    def _source(self) -> Arrow:
        """The file, or a copy of the standard input: both formats may have to be read from their end."""
        if self.place.is_remote:
            self._spooled = opened(self.place)
            return library().PythonFile(self._spooled)
        if not self.place.is_stream:
            return self._local()
        self._spooled = TemporaryFile()  # noqa: SIM115 - see close
        copyfileobj(sys.stdin.buffer, self._spooled)
        self._spooled.seek(0)
        return library().PythonFile(self._spooled)

    def _local(self) -> Arrow:
        """A file of this machine, read as far as it is needed."""
        return library().OSFile(self.place.path)

    def _piece(self, batch: Arrow, columns: int) -> Piece:
        share = (self.size or 0) * batch.num_rows // self.rows if self.rows else 0
        return Piece(batch, 0, share if columns else 0)

    def close(self) -> None:
        """See Source."""
        if self._spooled is not None:
            self._spooled.close()


def _length(path: str) -> int | None:
    try:
        return Path(path).stat().st_size
    except OSError:
        return None  # opening it will say why


class Parquet(_Columnar):
    """A table in Parquet. Only the columns that are asked for are read."""

    def _open(self) -> Arrow:
        self._file = library("pyarrow.parquet").ParquetFile(self._source(), pre_buffer=False)
        return self._file.schema_arrow

    def groups(self) -> list[int]:
        """How many rows each group has."""
        whole = self._file.metadata
        return [whole.row_group(k).num_rows for k in range(whole.num_row_groups)]

    def pieces(self, wanted: Sequence[str], kept: Sequence[str]) -> Iterator[Callable[[], Piece]]:
        """See Source."""
        groups = self.place.groups
        whole = self._file.metadata
        self.rows = whole.num_rows if groups is None else sum(whole.row_group(k).num_rows for k in groups)
        names = list(dict.fromkeys([*wanted, *kept]))
        if not self.rows:
            yield lambda: no_rows(self._file.schema_arrow, names)
        for batch in self._file.iter_batches(_ROWS, columns=names, use_threads=False, row_groups=groups):
            yield lambda batch=batch: self._piece(batch.select(names), len(names))  # type: ignore[misc]


class ArrowFile(_Columnar):
    """A table in Arrow's format: a file of record batches, or a stream of them."""

    def _local(self) -> Arrow:
        """The file in the memory's addresses, since one batch may be the whole table."""
        return library().memory_map(self.place.path)

    def _open(self) -> Arrow:
        arrow = library()
        source = self._source()
        is_file = source.read(6) == b"ARROW1"
        source.seek(0)
        self._batches = arrow.ipc.open_file(source) if is_file else arrow.ipc.open_stream(source)
        self._is_file = is_file
        return self._batches.schema

    def pieces(self, wanted: Sequence[str], kept: Sequence[str]) -> Iterator[Callable[[], Piece]]:
        """See Source."""
        names = list(dict.fromkeys([*wanted, *kept]))
        reader = self._batches
        batches = (reader.get_batch(k) for k in range(reader.num_record_batches)) if self._is_file else reader
        yield lambda: no_rows(reader.schema, names)
        for whole in batches:
            batch = whole.select(names)
            for start in range(0, batch.num_rows, _ROWS):
                part = batch.slice(start, _ROWS)
                yield lambda part=part: self._piece(part, len(names))  # type: ignore[misc]
