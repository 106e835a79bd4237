"""Entries: where one of them ends when a program is given line by line, as Python's interactive prompt decides it."""

import re
from collections.abc import Callable
from typing import Final

__all__ = ["MORE", "PROMPT", "Entries", "Entry", "is_command", "is_complete"]

_BLOCKS: Final = frozenset({"if", "for", "while", "with", "try", "def", "class", "async", "match"})
"""What begins a block; the last three so that what the language refuses is refused whole."""
_GOES_ON: Final = frozenset({"elif", "else", "except", "finally"})
_PIECES: Final = re.compile(
    r"'''|\"\"\"|'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\]|\\.)*\"?|#.*|\w+|\\$|\S",
)
_QUOTED: Final = {quote: re.compile(rf"(?:[^\\]|\\.)*?{quote}", re.DOTALL) for quote in ("'''", '"""')}
PROMPT: Final = ">>> "
"""Before an entry, as Python has it; a pasted one is left out."""
MORE: Final = "... "
"""Before the lines that follow."""


class Entry:
    """The lines of an entry so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._depth = 0  # open brackets
        self._quote: str | None = None  # the quotes of a text of several lines
        self._continued = False
        self._block = False
        self._header = False  # the logical line begins a block, if it has a colon

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.lines)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is open: no bracket, no text, no block."""
        return not (self._depth or self._quote or self._continued or self._block)

    def add(self, line: str) -> None:
        """Take a line, without its end."""
        self.lines.append(line)
        begins = not (self._depth or self._quote or self._continued)
        if begins and not line.strip():
            self._block = False
            return
        if begins:
            word = _first_word(line)
            if not line[:1].isspace() and word not in _GOES_ON:
                self._block = False
            self._header = word in _BLOCKS | _GOES_ON or line.startswith("@")
            self._block |= line.startswith("@")
        self._scan(line)

    def ends_before(self, line: str) -> bool:
        """Whether this line, which is not blank, no longer belongs to the block: it stands at the margin."""
        within = self._depth or self._quote or self._continued or not self._block
        decorated = self.lines and self.lines[-1].startswith("@")
        return not (within or decorated or line[:1].isspace() or line[:1] == "#" or _first_word(line) in _GOES_ON)

    def _scan(self, line: str) -> None:
        """Note what the line opens and closes."""
        at = 0
        self._continued = False
        while True:
            if self._quote is not None:
                closed = _QUOTED[self._quote].match(line, at)
                if closed is None:
                    return
                at, self._quote = closed.end(), None
            piece = _PIECES.search(line, at)
            if piece is None:
                return
            at, word = piece.end(), piece[0]
            if word in _QUOTED:
                self._quote = word
            elif word in {"(", "[", "{"}:
                self._depth += 1
            elif word in {")", "]", "}"}:
                self._depth = max(self._depth - 1, 0)
            elif word == "\\":
                self._continued = True
            elif word == ":" and self._header and not self._depth:
                self._block = True


class Entries:
    """The entries of a text that comes line by line; `line` gives the next one, and is told whether it goes on."""

    def __init__(self, line: Callable[[bool], str | None]) -> None:
        self._line = line
        self._ahead: str | None = None
        self._ended = False

    def read(self) -> str | None:
        """The next entry; None at the end."""
        entry = Entry()
        while not self._ended:
            line = self._next(entry)
            if line is None:
                self._ended = True
            elif line.strip() and entry.ends_before(line):
                self._ahead = line
                return entry.text
            elif entry.lines or line.strip():
                entry.add(line)
                if entry.is_complete or is_command(entry.text):
                    return entry.text
        return entry.text if entry.lines else None

    def _next(self, entry: Entry) -> str | None:
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            return ahead
        asked = self._line(bool(entry.lines))
        return None if asked is None else asked.removeprefix(PROMPT)


def is_complete(text: str) -> bool:
    """Whether a text is whole entries."""
    entry = Entry()
    for line in text.split("\n"):
        entry.add(line)
    return entry.is_complete or is_command(text)


def is_command(text: str) -> bool:
    """Whether an entry is one of those that begin with a colon."""
    return text.startswith(":")


def _first_word(line: str) -> str:
    found = re.match(r"\s*(\w*)", line)
    return found[1] if found is not None else ""
