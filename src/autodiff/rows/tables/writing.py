"""Writing a table: whole or not at all, in a file beside the one it becomes, or to the standard output."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

from autodiff.rows.tables.arrow import Arrow, holds, library
from autodiff.rows.tables.formats import Place
from autodiff.rows.tables.lines import FileProblem

__all__ = ["Output"]


class Output:
    """A table being written. It takes its place when all of it is written; otherwise nothing is left of it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._writer: Any = None
        self._partial: Path | None = None
        self._target = Path(place.path)
        self._file: Any = None

    def __enter__(self) -> Self:
        """Open the file that is to be written."""
        if self.place.is_stream:
            self._file = TemporaryFile() if self.place.format in ("npy", "npz") else sys.stdout.buffer
            return self
        if self.place.is_remote:
            from autodiff.rows.tables.remote import created_at

            self._file = created_at(self.place.path)
            return self
        path = Path(self.place.path)
        if path.exists() and not path.is_file():  # a pipe or a device: there is nothing to replace
            self._file = self._opened(path, "wb")
            return self
        target = path.resolve()  # what a link leads to is replaced, not the link
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        self._file = self._opened(partial, "xb")
        self._partial, self._target = partial, target
        if self.place.format not in ("npy", "npz"):  # Arrow writes by itself what need not be bytes of Python first
            self._file.close()
            self._file = library().OSFile(str(partial), "wb")
        return self

    def _opened(self, path: Path, mode: str) -> IO[Any]:
        try:
            return path.open(mode)
        except OSError as error:
            raise FileProblem(f"cannot write {self.place.path}: {error.strerror or error}") from error

    def write(self, batch: Arrow) -> None:
        """Add rows; all have the columns of the first."""
        if self._writer is None:
            self._writer = self._writers()(self._file, batch.schema, self.place.format)
        self._writer.write(batch)

    def finish(self) -> None:
        """End the table and let it take its place."""
        if self._writer is not None:
            self._writer.close()
        if self._file is None:
            return
        if self.place.is_stream:
            if self._file is not sys.stdout.buffer:
                self._file.seek(0)
                copyfileobj(self._file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        self._file.close()
        if self._partial is not None:
            self._partial.replace(self._target)
            self._partial = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind that is not finished."""
        if self._writer is not None:
            self._writer.drop()
        if self._partial is not None:
            if self._file is not None:
                self._file.close()
            with suppress(OSError):
                self._partial.unlink()

    def _writers(self) -> Any:  # noqa: ANN401 - a class
        if self.place.format in ("npy", "npz"):
            from autodiff.rows.tables.arrays import ArrayWriter

            return ArrayWriter
        return {"csv": _Delimited, "tsv": _Delimited, "jsonl": _Lines, "parquet": _Parquet, "arrow": _Arrow}[
            self.place.format
        ]


class _Writer:
    """What writes the rows of a table into a file."""

    def drop(self) -> None:
        """Let go what is kept outside the file: nothing, usually."""


class _Parquet(_Writer):
    """Numbers that are computed rarely occur twice: a dictionary of them takes 15 times as long, and more space."""

    def __init__(self, file: IO[bytes], schema: Arrow, _: str) -> None:
        words = [field.name for field in schema if holds(field.type) == "others"]
        writer = library("pyarrow.parquet").ParquetWriter
        self._writer = writer(file, schema, use_dictionary=words or False, write_statistics=True)

    def write(self, batch: Arrow) -> None:
        """Add rows."""
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Write the end."""
        self._writer.close()


class _Arrow(_Writer):
    """A file of record batches."""

    def __init__(self, file: IO[bytes], schema: Arrow, _: str) -> None:
        self._writer = library().ipc.new_file(file, schema)

    def write(self, batch: Arrow) -> None:
        """Add rows."""
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Write the end."""
        self._writer.close()


class _Delimited(_Writer):
    """CSV or TSV: names and texts stand in quotes only where they need them."""

    def __init__(self, file: IO[bytes], schema: Arrow, format: str) -> None:
        import csv
        import io

        self._file = file
        self._csv = library("pyarrow.csv")
        delimiter = "\t" if format == "tsv" else ","
        self._options = self._csv.WriteOptions(include_header=False, delimiter=delimiter, quoting_style="needed")
        header = io.StringIO()
        csv.writer(header, delimiter=delimiter, lineterminator="\n").writerow(schema.names)
        file.write(header.getvalue().encode())

    def write(self, batch: Arrow) -> None:
        """Add rows."""
        self._csv.write_csv(batch, self._file, self._options)

    def close(self) -> None:
        """Nothing follows the last row."""


class _Lines(_Writer):
    """JSON Lines."""

    def __init__(self, file: IO[bytes], _: Arrow, __: str) -> None:
        self._file = file

    def write(self, batch: Arrow) -> None:
        """Add rows."""
        from autodiff.rows.tables.json_lines import write_lines

        write_lines({name: batch.column(name).to_pylist() for name in batch.schema.names}, self._file)

    def close(self) -> None:
        """Nothing follows the last row."""
