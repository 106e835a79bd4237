"""Tables in JSON Lines: Arrow reads them; where it refuses, Python's own reader says which line is to blame."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from typing import IO, Any, Final

from autodiff.rows.tables.arrow import Arrow, holds, library
from autodiff.rows.tables.formats import Place
from autodiff.rows.tables.lines import Chunk, FileProblem, chunks, opened, size_of
from autodiff.rows.tables.piece import BadRow, Piece

__all__ = ["JsonLines", "write_lines"]

_WORDS: Final = frozenset({"nan", "inf", "-inf"})
"""How JSON, which has no words for them, gets numbers that are not finite."""


class JsonLines:
    """A table of objects, one a line; what a line does not have is missing."""

    rows: int | None = None

    def __init__(self, place: Place, *, skip_bad: bool = False) -> None:
        self.place = place
        self.skip_bad = skip_bad
        self.size = size_of(place)
        self._file = opened(place)
        self._chunks = chunks(self._file, quoted=False)
        self._first = next(self._chunks, Chunk(b"", 1))
        try:
            schema = self._inferred()
        except BaseException:
            self.close()
            raise
        self._types = dict(zip(schema.names, schema.types, strict=True))
        self.names = tuple(schema.names)
        self.numeric = tuple(name for name, kind in self._types.items() if holds(kind) != "others")
        self.floats = self.numeric

    @property
    def _where(self) -> str:
        return "the standard input" if self.place.is_stream else self.place.path

    def _inferred(self) -> Arrow:
        """The columns and their types, as the first lines have them."""
        arrow = library()
        if not self._first.text.strip():
            raise FileProblem(f"{self._where} is empty, and has no columns")
        try:
            return self._read(self._first.text, None).schema
        except arrow.ArrowInvalid:
            rows, _ = self._good_rows(self._first, (), strict=False)
        if not rows:
            raise FileProblem(f"{self._where} has no objects, one a line")
        names = dict.fromkeys(name for row in rows for name in row)
        return arrow.schema([(name, _type_of([row[name] for row in rows if name in row])) for name in names])

    def pieces(self, wanted: Sequence[str], kept: Sequence[str]) -> Iterator[Callable[[], Piece]]:
        """See Source."""
        arrow = library()
        types = {**{n: self._types[n] for n in kept}, **dict.fromkeys(wanted, arrow.float64())}
        schema = arrow.schema([*((n, types[n]) for n in wanted), *((n, types[n]) for n in kept if n not in wanted)])

        def reader(chunk: Chunk) -> Callable[[], Piece]:
            return lambda: self._piece(chunk, tuple(wanted), schema)

        yield reader(self._first)
        for chunk in self._chunks:
            yield reader(chunk)

    def _piece(self, chunk: Chunk, wanted: Sequence[str], schema: Arrow) -> Piece:
        arrow = library()
        size = len(chunk.text)
        if not chunk.text.strip():
            return Piece(arrow.RecordBatch.from_pylist([], schema=schema), 0, size)
        try:
            table = self._read(chunk.text, schema)
            return Piece(table.combine_chunks().to_batches()[0].select(schema.names), 0, size)
        except arrow.ArrowInvalid:
            rows, bad = self._good_rows(chunk, wanted, strict=not self.skip_bad)
        try:
            return Piece(arrow.RecordBatch.from_pylist(rows, schema=schema), bad, size)
        except (arrow.ArrowInvalid, arrow.ArrowTypeError) as error:  # a kept column changed its type
            told = str(error).splitlines()[0]
            raise BadRow(f"{self._where}, line {chunk.line} and after", told) from error

    def _read(self, text: bytes, schema: Arrow | None) -> Arrow:
        reader = library("pyarrow.json")
        return reader.read_json(
            library().BufferReader(text),
            reader.ReadOptions(block_size=len(text) + 1, use_threads=False),
            reader.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior="infer" if schema is None else "ignore"
            ),
        )

    def _good_rows(self, chunk: Chunk, wanted: Sequence[str], *, strict: bool) -> tuple[list[dict[str, Any]], int]:
        """The objects that are as they should be, and how many lines are not. Raises BadRow if it is `strict`."""
        good, bad = [], 0
        for number, line in enumerate(chunk.text.splitlines(), chunk.line):
            if not line.strip():
                continue
            row, wrong = _object(line, wanted)
            if wrong is None:
                good.append(row)
            elif strict:
                raise BadRow(f"{self._where}, line {number}", wrong)
            else:
                bad += 1
        return good, bad

    def close(self) -> None:
        """See Source."""
        if not self.place.is_stream:
            self._file.close()


def _type_of(values: Sequence[Any]) -> Arrow:
    """The type of a column; of one of several kinds, that of its first value, so that the others are bad."""
    arrow = library()
    present = [value for value in values if value is not None]
    try:
        return arrow.array(present).type
    except (arrow.ArrowInvalid, arrow.ArrowTypeError):
        return arrow.float64() if isinstance(present[0], (int, float)) else arrow.string()


def _object(line: bytes, wanted: Sequence[str]) -> tuple[dict[str, Any], str | None]:
    """A line as an object with numbers in the wanted columns, and what is wrong with it, if anything is."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {}, f"not JSON: {error}"
    if not isinstance(row, dict):
        return {}, "not an object"
    for name in wanted:
        value = row.get(name)
        if isinstance(value, str) and value in _WORDS:
            row[name] = float(value)
        elif isinstance(value, bool) or not isinstance(value, (int, float, type(None))):
            return {}, f"{json.dumps(value)[:40]} in column {name} is not a number"
        elif value is not None:
            row[name] = float(value)
    return row, None


def write_lines(columns: Mapping[str, Sequence[Any]], file: IO[bytes]) -> None:
    """Write rows as objects, one a line; what is missing is null."""
    encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
    members = ", ".join(f"{encode(name)}: ".replace("%", "%%") + "%s" for name in columns)
    line = f"{{{members}}}\n"
    texts = [[_text(value, encode) for value in values] for values in columns.values()]
    file.write("".join([line % row for row in zip(*texts, strict=True)]).encode())


def _text(value: Any, encode: Callable[[Any], str]) -> str:  # noqa: ANN401 - a value of a cell
    """The value in JSON, which has a word for what is no finite number."""
    if value.__class__ is float:  # most of them by far
        return repr(value) if isfinite(value) else f'"{value}"'
    return encode(value.decode("utf-8", "replace") if isinstance(value, bytes) else value)
