"""What was entered in earlier sessions: a file of the user's own. A file that cannot be used is done without."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["History", "history_path"]

_MOST: Final = 5000
"""Entries that are kept."""
_LONGEST: Final = 100_000
"""Characters of an entry that is kept."""
_LARGEST: Final = 2_000_000
"""Bytes of a file that is tidied before it is used."""


def history_path(environment: Mapping[str, str]) -> Path | None:
    """AUTODIFF_HISTORY, or the place for state that XDG names; None if the first is empty, or there is no home."""
    own = environment.get("AUTODIFF_HISTORY")
    if own is not None:
        return Path(own) if own else None
    state = environment.get("XDG_STATE_HOME", "")
    if state.startswith("/"):  # others are to be ignored
        return Path(state, "autodiff", "history")
    with suppress(RuntimeError):
        return Path.home() / ".local" / "state" / "autodiff" / "history"
    return None


class History:
    """The entries in a file: each on lines that begin with `+`, with an empty line before it."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def load(self) -> list[str]:
        """The entries, the oldest first; none if there is no file that can be read."""
        if self.path is None:
            return []
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError):
            return []
        blocks = ("\n".join(line[1:] for line in block.split("\n") if line[:1] == "+") for block in text.split("\n\n"))
        entries = [block for block in blocks if block][-_MOST:]
        if len(text) > _LARGEST:
            self._tidy(entries[-_MOST // 2 :])
        return entries

    def append(self, entry: str) -> None:
        """Add an entry, in one piece, so that sessions side by side do not mix theirs."""
        if self.path is None or len(entry) > _LONGEST:
            return
        with suppress(OSError, ValueError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, _block(entry))
            finally:
                os.close(descriptor)

    def _tidy(self, entries: list[str]) -> None:
        """Keep only these. What is there stays if that fails."""
        if self.path is None:
            return
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with suppress(OSError):
            try:
                descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(b"".join(map(_block, entries)))
                beside.replace(self.path)
            finally:
                beside.unlink(missing_ok=True)


def _block(entry: str) -> bytes:
    lines = "".join(f"+{line}\n" for line in entry.split("\n"))
    return f"\n{lines}".encode("utf-8", "replace")
