"""Tables in CSV and TSV: Arrow reads them; where it refuses, Python's own reader says which line is to blame."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from autodiff.rows.tables.arrow import Arrow, holds, library
from autodiff.rows.tables.formats import Place
from autodiff.rows.tables.lines import Chunk, FileProblem, chunks, opened, size_of
from autodiff.rows.tables.piece import BadRow, Piece

__all__ = ["Csv"]

_MISSING: Final = frozenset({"", "nan", "NaN", "NA", "N/A", "null", "NULL", "n/a", "-nan", "-NaN", "#N/A", "#NA"})
"""What stands for a missing value (Arrow has more, of the same kind)."""


class Csv:
    """A table of lines with a header."""

    rows: int | None = None

    def __init__(self, place: Place, *, skip_bad: bool = False) -> None:
        self.place = place
        self.delimiter = "\t" if place.format == "tsv" else ","
        self.skip_bad = skip_bad
        self.size = size_of(place)
        self._file = opened(place)
        self._chunks = chunks(self._file, quoted=True)
        try:
            header, self._first = self._split(next(self._chunks, Chunk(b"", 1)))
            self.names = self._named(header)
            self._types = self._inferred()
        except BaseException:
            self.close()
            raise
        self.numeric = tuple(name for name, kind in self._types.items() if _counts(kind) or self._begins(name))
        self.floats = self.numeric  # a text does not say whether 3 is a float

    @property
    def _where(self) -> str:
        return "the standard input" if self.place.is_stream else self.place.path

    def _split(self, chunk: Chunk) -> tuple[list[str], Chunk]:
        """The header, and the lines after it."""
        text = chunk.text.removeprefix(b"\xef\xbb\xbf")
        try:
            start = len(text) - len(text.lstrip(b"\r\n"))
            end = text.find(b"\n", start) + 1 or len(text)
            header = next(csv.reader([text[start:end].decode()], delimiter=self.delimiter), [])
        except UnicodeDecodeError as error:
            raise FileProblem(f"{self._where} is not a text in UTF-8") from error
        return header, Chunk(text[end:], chunk.line + text.count(b"\n", 0, end))

    def _inferred(self) -> dict[str, Arrow]:
        """The types of the columns, as the first lines have them."""
        arrow = library()
        if not self._first.text.strip():
            return {name: arrow.float64() for name in self.names}
        try:
            table = self._read(self._first.text, self.names, {})
        except arrow.ArrowInvalid:  # a bad row among them, which will be told when it is reached
            kept, _ = self._good_rows(self._first, (), strict=False)
            text = io.StringIO()
            csv.writer(text, delimiter=self.delimiter).writerows(kept)
            table = self._read(text.getvalue().encode(), self.names, {})
        return {field.name: arrow.float64() if str(field.type) == "null" else field.type for field in table.schema}

    def _named(self, header: Sequence[str]) -> tuple[str, ...]:
        names = tuple(name.strip() for name in header)
        if not any(names):
            raise FileProblem(f"{self._where} has no header")
        return names

    def _begins(self, name: str) -> bool:
        """Whether a column begins with a number, so that what is none is bad."""
        place = self.names.index(name)
        cells = (row[place].strip() for row in self._rows(self._first) if place < len(row))
        return _is_number(next((cell for cell in cells if cell not in _MISSING), ""))

    # -------------------------------------------------------------- pieces

    def pieces(self, wanted: Sequence[str], kept: Sequence[str]) -> Iterator[Callable[[], Piece]]:
        """See Source."""
        arrow = library()
        types = {**{n: self._types[n] for n in kept}, **dict.fromkeys(wanted, arrow.float64())}

        def reader(chunk: Chunk) -> Callable[[], Piece]:
            return lambda: self._piece(chunk, tuple(wanted), types)

        yield reader(self._first)
        for chunk in self._chunks:
            yield reader(chunk)

    def _piece(self, chunk: Chunk, wanted: Sequence[str], types: dict[str, Arrow]) -> Piece:
        arrow = library()
        try:
            if not chunk.text.strip():
                return Piece(_batch(arrow.schema(types.items()).empty_table()), 0, len(chunk.text))
            return Piece(_batch(self._read(chunk.text, tuple(types), types)), 0, len(chunk.text))
        except arrow.ArrowInvalid as error:
            rows, bad = self._good_rows(chunk, wanted, strict=not self.skip_bad)
            if not bad:
                raise BadRow(f"{self._where}, line {chunk.line} and after", _told(error)) from error
            text = io.StringIO()
            csv.writer(text, delimiter=self.delimiter).writerows(rows)
            try:
                table = self._read(text.getvalue().encode(), tuple(types), types)
            except arrow.ArrowInvalid as other:  # a kept column changed its type
                raise BadRow(f"{self._where}, line {chunk.line} and after", _told(other)) from other
            return Piece(_batch(table), bad, len(chunk.text))

    def _read(self, text: bytes, names: Sequence[str], types: dict[str, Arrow]) -> Arrow:
        """The lines as a table of the columns `names`."""
        reader = library("pyarrow.csv")
        return reader.read_csv(
            library().BufferReader(text),
            reader.ReadOptions(column_names=self.names, block_size=len(text) + 1, use_threads=False),
            reader.ParseOptions(delimiter=self.delimiter, newlines_in_values=True),
            reader.ConvertOptions(column_types=types, include_columns=list(names)),
        )

    def _good_rows(self, chunk: Chunk, wanted: Sequence[str], *, strict: bool) -> tuple[list[list[str]], int]:
        """The rows of a piece that are as they should be, and how many are not. Raises BadRow if it is `strict`."""
        places = [(name, self.names.index(name)) for name in wanted]
        reader = self._rows(chunk)
        good, bad = [], 0
        for row in reader:
            wrong = self._fault(row, places)
            if wrong is None:
                good.append(row)
            elif strict:
                raise BadRow(f"{self._where}, line {chunk.line + reader.line_num - 1}", wrong)
            elif row:
                bad += 1
        return good, bad

    def _rows(self, chunk: Chunk) -> Any:  # noqa: ANN401 - Python's reader
        return csv.reader(io.StringIO(chunk.text.decode(errors="replace"), newline=""), delimiter=self.delimiter)

    def _fault(self, row: Sequence[str], places: Sequence[tuple[str, int]]) -> str | None:
        """What is wrong with a row, if anything is."""
        if len(row) != len(self.names):
            return f"{len(row)} cells where the header has {len(self.names)}" if row else None
        for name, place in places:
            text = row[place].strip()
            if text not in _MISSING and not _is_number(text):
                return f"'{text}' in column {name} is not a number"
        return None

    def close(self) -> None:
        """See Source."""
        if not self.place.is_stream:
            self._file.close()


def _counts(kind: Arrow) -> bool:
    """Whether a column was read as numbers; what was read as true and false is text here, as in JSON."""
    return holds(kind) != "others" and str(kind) != "bool"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text and not text.startswith("+")


def _batch(table: Arrow) -> Arrow:
    """A table as one record batch."""
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else library().RecordBatch.from_pylist([], schema=table.schema)


def _told(error: Exception) -> str:
    return str(error).splitlines()[0]
