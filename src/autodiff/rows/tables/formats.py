"""The formats of tables, by the ends of file names; nothing is opened here."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from autodiff.session import UsageProblem

__all__ = ["FORMATS", "Place", "suited"]

_SUFFIXES: Final[Mapping[str, str]] = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet",
    ".pq": "parquet", ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow", ".npy": "npy", ".npz": "npz",
}  # fmt: skip
FORMATS: Final = tuple(dict.fromkeys(_SUFFIXES.values()))
"""The formats that are read and written."""


class Place(NamedTuple):
    """Where a table is, `-` for a standard stream, and its format; of Parquet perhaps only some row `groups`."""

    path: str
    format: str
    groups: tuple[int, ...] | None = None

    @property
    def is_stream(self) -> bool:
        """Whether it is standard input or output."""
        return self.path == "-"

    @property
    def is_remote(self) -> bool:
        """Whether it is an address, as in `s3://bucket/table.parquet`."""
        return "://" in self.path


def suited(path: str, asked: str | None, option: str) -> Place:
    """The place with the format that is asked for with an option, or else the one its suffix names.

    A standard stream is CSV. Raises UsageProblem if neither says which.
    """
    if asked is not None and asked not in FORMATS:
        raise UsageProblem(f"{option}: there is no format '{asked}'", f"choose one of {', '.join(FORMATS)}")
    name = path.lower().rpartition("/")[2]
    suffix = name[name.rfind(".") :] if "." in name else ""
    found = asked or _SUFFIXES.get(suffix) or ("csv" if path == "-" else None)
    if found is None:
        hint = f"say it with {option}: {', '.join(FORMATS)}"
        raise UsageProblem(f"the name '{path}' does not say what format it has", hint)
    return Place(path, found)
