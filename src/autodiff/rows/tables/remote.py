"""Tables at addresses: whatever fsspec has a file system for."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from autodiff.rows.tables.formats import Place, suited
from autodiff.rows.tables.lines import FileProblem
from autodiff.session import UsageProblem

__all__ = ["Folder", "created_at", "opened_at", "parts_of"]

_PATTERN: Final = frozenset("*?[")
_ROWS: Final = 1_000_000
"""Rows in a part, if a file has more than one: much work beside the way to a worker, little memory."""


def _system(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it. Raises UsageProblem if there is none."""
    try:
        from fsspec.core import url_to_fs
    except ModuleNotFoundError as error:
        raise UsageProblem(f"'{address}' needs fsspec", "pip install 'autodiff-cli[dask]'") from error
    try:
        system, path = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise FileProblem(f"cannot read {address}: {error}") from error
    return system, path


def opened_at(address: str) -> Any:  # noqa: ANN401 - a file of bytes
    """The bytes at an address. Raises FileProblem."""
    system, path = _system(address)
    try:
        return system.open(path, "rb")
    except OSError as error:
        raise FileProblem(f"cannot read {address}: {error.strerror or error}") from error


def created_at(address: str) -> Any:  # noqa: ANN401 - a file of bytes
    """A new file at an address, which is there once it is closed. Raises FileProblem."""
    system, path = _system(address)
    try:
        return system.open(path, "wb")
    except OSError as error:
        raise FileProblem(f"cannot write {address}: {error.strerror or error}") from error


def parts_of(data: str, format: str | None) -> list[Place]:
    """The parts of a table: files of a folder or of a pattern, those of Parquet by groups of rows.

    Raises FileProblem if there are none, and UsageProblem if a name does not say its format.
    """
    system, path = _system(data)
    if system.isdir(path):
        found = [name for name in sorted(system.find(path)) if not name.rpartition("/")[2].startswith((".", "_"))]
    elif _PATTERN & set(path):
        found = sorted(system.glob(path))
    else:
        found = [path] if system.exists(path) else []
    if not found:
        raise FileProblem(f"there are no files at {data}")
    local = "file" in (system.protocol if isinstance(system.protocol, tuple) else (system.protocol,))
    places = [suited(name if local else system.unstrip_protocol(name), format, "--format") for name in found]
    return [part for place in places for part in _by_groups(place)]


def _by_groups(place: Place) -> Sequence[Place]:
    """A file of Parquet in parts of about as many rows; other files are one part."""
    if place.format != "parquet":
        return [place]
    from autodiff.rows.tables.columnar import Parquet

    parts: list[list[int]] = [[]]
    rows = 0
    for group, count in enumerate(Parquet(place).groups()):
        if rows and rows + count > _ROWS:
            parts.append([])
            rows = 0
        parts[-1].append(group)
        rows += count
    return [place._replace(groups=tuple(part)) for part in parts]


class Folder(NamedTuple):
    """A folder of parts that are written under another name until all are there."""

    address: str
    partial: str

    @classmethod
    def new(cls, address: str, number: int) -> "Folder":
        """The folder, not yet there. Raises UsageProblem if it is there and has something in it."""
        system, path = _system(address.rstrip("/"))
        if system.exists(path) and (not system.isdir(path) or system.ls(path)):
            raise UsageProblem(f"there is something at {address}", "--to names a new folder for the parts")
        partial = f"{address.rstrip('/')}.{number}.part"
        system.makedirs(_system(partial)[1], exist_ok=True)
        return cls(address.rstrip("/"), partial)

    def finish(self) -> None:
        """Give the folder its name, without what workers left behind that were lost while they wrote."""
        system, path = _system(self.address)
        for name in system.find(_system(self.partial)[1]):
            if name.rpartition("/")[2].startswith("."):
                system.rm_file(name)
        if system.exists(path):
            system.rmdir(path)
        system.mv(_system(self.partial)[1], path, recursive=True)

    def drop(self) -> None:
        """Leave nothing behind."""
        system, path = _system(self.partial)
        if system.exists(path):
            system.rm(path, recursive=True)
