"""Tables in NumPy's files: `.npz` has an array for each column, `.npy` one with fields, or one without names."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final
from zipfile import BadZipFile, ZipFile

from autodiff.numbers.array import Values, np
from autodiff.rows.tables.arrow import Arrow, column, holds, library
from autodiff.rows.tables.formats import Place
from autodiff.rows.tables.lines import FileProblem
from autodiff.rows.tables.piece import Piece

__all__ = ["ArrayWriter", "Arrays"]

_ROWS: Final = 1 << 17


class Arrays:
    """Columns from a file of NumPy's; the columns of an array without names are x, or x0, x1 ..."""

    def __init__(self, place: Place) -> None:
        self.place = place
        if place.is_stream:
            raise FileProblem(f"{place.format} is not read from the standard input")
        try:
            self._readers = _members(place.path) if place.format == "npz" else _fields(place.path)
        except (OSError, ValueError, BadZipFile) as error:
            raise FileProblem(f"cannot read {place.path}: {getattr(error, 'strerror', None) or error}") from error
        self.names = tuple(self._readers)
        kinds = {name: (reader.dtype.kind, reader.rows) for name, reader in self._readers.items()}
        lengths = {rows for _, rows in kinds.values()}
        if len(lengths) > 1:
            raise FileProblem(f"the arrays in {place.path} have different lengths: {sorted(lengths)}")
        self.rows: int | None = lengths.pop() if lengths else 0
        self.size: int | None = Path(place.path).stat().st_size
        self.floats = tuple(name for name, (kind, _) in kinds.items() if kind == "f")
        self.numeric = tuple(name for name, (kind, _) in kinds.items() if kind in "fiub")

    def pieces(self, wanted: Sequence[str], kept: Sequence[str]) -> Iterator[Callable[[], Piece]]:
        """See Source."""
        names = list(dict.fromkeys([*wanted, *kept]))
        streams = [self._readers[name].blocks() for name in names]
        total = self.rows or 0
        if not total:
            yield lambda: Piece(_batch(names, [np.empty(0, self._readers[name].dtype) for name in names]))
        for _ in range(0, total, _ROWS):
            blocks = [next(stream) for stream in streams]
            size = (self.size or 0) * len(blocks[0]) // total
            yield lambda blocks=blocks, size=size: Piece(_batch(names, blocks), 0, size)  # type: ignore[misc]

    def close(self) -> None:
        """See Source."""


def _batch(names: Sequence[str], blocks: Sequence[Values]) -> Arrow:
    return library().RecordBatch.from_arrays([column(np.ascontiguousarray(b)) for b in blocks], names=list(names))


class _Member:
    """A column read from its beginning, some rows at a time."""

    def __init__(self, dtype: Any, rows: int, blocks: Callable[[], Iterator[Values]]) -> None:  # noqa: ANN401 - NumPy's
        self.dtype, self.rows, self.blocks = dtype, rows, blocks


def _members(path: str) -> Mapping[str, _Member]:
    """The arrays of one dimension in an archive, by name."""
    found = {}
    with ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as file:
                shape, dtype = _header(file)
            if len(shape) == 1 and dtype.kind in "fiub":
                found[name.removesuffix(".npy")] = _Member(dtype, shape[0], _reading(path, name, shape[0], dtype))
    return found


def _reading(path: str, name: str, rows: int, dtype: Any) -> Callable[[], Iterator[Values]]:  # noqa: ANN401 - NumPy's
    def blocks() -> Iterator[Values]:
        with ZipFile(path) as archive, archive.open(name) as file:
            _header(file)
            for start in range(0, rows, _ROWS):
                size = min(_ROWS, rows - start) * dtype.itemsize
                yield np.frombuffer(file.read(size), dtype).astype(dtype.newbyteorder("="))

    return blocks


def _header(file: Any) -> tuple[tuple[int, ...], Any]:  # noqa: ANN401 - a file
    """The shape and the dtype of an array. Raises ValueError for what is none, or has objects in it."""
    read = np.lib.format
    version = read.read_magic(file)
    shape, fortran, dtype = (read.read_array_header_1_0 if version == (1, 0) else read.read_array_header_2_0)(file)
    if dtype.hasobject or (fortran and len(shape) > 1):
        raise ValueError("arrays of objects, or by columns, are not read")
    return shape, dtype


def _fields(path: str) -> Mapping[str, _Member]:
    """The columns of one array."""
    values = np.load(path, mmap_mode="r", allow_pickle=False)
    if values.dtype.names:
        columns = {name: values[name] for name in values.dtype.names}
    elif values.ndim == 1:
        columns = {"x": values}
    elif values.ndim == 2:
        columns = {f"x{k}": values[:, k] for k in range(values.shape[1])}
    else:
        raise ValueError("a table has one dimension, or two")

    def slices(array: Values) -> Callable[[], Iterator[Values]]:
        return lambda: (np.array(array[k : k + _ROWS]) for k in range(0, len(array), _ROWS))

    return {name: _Member(array.dtype, len(array), slices(array)) for name, array in columns.items()}


class ArrayWriter:
    """Writes columns as arrays; what is missing is nan. The columns wait on disk until the number of rows is known."""

    def __init__(self, file: IO[bytes], _: Arrow, format: str) -> None:
        self._file, self._format = file, format
        self._columns: dict[str, tuple[Any, IO[bytes]]] = {}
        self._rows = 0

    def write(self, batch: Arrow) -> None:
        """Add rows."""
        for name, values in zip(batch.schema.names, batch.columns, strict=True):
            if holds(values.type) == "others":
                raise FileProblem(f"column {name} has no numbers, and a file of NumPy's has nothing else")
            array = values.to_numpy(zero_copy_only=False)
            array = array.astype(float) if array.dtype.kind == "O" else array  # truth values, of which some are missing
            if name not in self._columns:
                self._columns[name] = (array.dtype, TemporaryFile())  # noqa: SIM115 - see drop
            dtype, file = self._columns[name]
            file.write(array.astype(dtype).tobytes())
        self._rows += batch.num_rows

    def drop(self) -> None:
        """Let the columns that wait on disk go."""
        for _, file in self._columns.values():
            file.close()

    def close(self) -> None:
        """Write the arrays, now that their length is known."""
        write = np.lib.format.write_array_header_1_0
        for _, file in self._columns.values():
            file.seek(0)
        if self._format == "npy":
            kind = np.dtype([(name, dtype) for name, (dtype, _) in self._columns.items()])
            write(self._file, {"descr": kind.descr, "fortran_order": False, "shape": (self._rows,)})
            for count in _counts(self._rows):
                rows = np.empty(count, kind)
                for name, (dtype, file) in self._columns.items():
                    rows[name] = np.frombuffer(file.read(count * dtype.itemsize), dtype)
                self._file.write(rows.tobytes())
            return
        with ZipFile(self._file, "w") as archive:
            for name, (dtype, file) in self._columns.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    write(member, {"descr": dtype.str, "fortran_order": False, "shape": (self._rows,)})
                    for count in _counts(self._rows):
                        member.write(file.read(count * dtype.itemsize))


def _counts(rows: int) -> Iterator[int]:
    for start in range(0, rows, _ROWS):
        yield min(_ROWS, rows - start)
