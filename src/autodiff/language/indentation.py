"""Lines and blocks: of the scanner's tokens, which line breaks end a line, and where a block begins and ends.

Blocks are marked as Lark's Indenter marks them: after the end of a line, one token for each block that begins or ends.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from autodiff.language import program_tables
from autodiff.language.draft import refused

__all__ = ["BLOCK_BEGINS", "BLOCK_ENDS", "blocks_marked", "on_one_line"]

BLOCK_BEGINS: Final = "> "
BLOCK_ENDS: Final = "< "
"""Words for tokens that no character stands for: the scanner never gives one with a blank."""
_LINE_ENDS: Final = "\n"
_TAB: Final = 8


class _Made:
    """A token that nobody wrote, in the shape of a match."""

    __slots__ = ("_at", "_word")

    def __init__(self, word: str, at: int) -> None:
        self._word = word
        self._at = at

    def __getitem__(self, _: int) -> str:
        return self._word

    def start(self, _: int = 0) -> int:
        return self._at

    def end(self) -> int:
        return self._at


def on_one_line(matches: Iterable[Any]) -> Iterator[Any]:
    """The tokens without ends of lines: those between brackets."""
    return (match for match in matches if match[1][:1] not in {"\r", "\n"})


def blocks_marked(matches: Iterable[Any], text: str) -> Iterator[Any]:
    """The tokens with blocks marked and a line end last. Raises SyntaxProblem for indentation that fits no block."""
    depth = 0
    widths = [(0, 0)]
    begins_line, empty = True, True
    number_ends = -1
    for match in matches:
        word = match[1]
        first = word[:1]
        if first in {"\r", "\n"}:
            if depth > 0 or (begins_line and not empty):
                continue
            begins_line, empty = True, False
            yield match
            continue
        if first == "#" or (first == "\\" and len(word) > 1):
            continue
        at = match.start(1)
        if at == number_ends and first.isidentifier() and word in program_tables.TOKENS:
            raise refused(text, at, "unexpected name after a number", "write a space between them, or *")
        number_ends = match.end() if first.isdigit() else -1
        if not word:
            if empty or not begins_line:
                yield _Made(_LINE_ENDS, at)
            yield from [*[_Made(BLOCK_ENDS, at)] * (len(widths) - 1), match]
            return  # after blanks the end is found twice
        if begins_line:
            yield from _changes(widths, text, at)
        depth += (first in {"(", "[", "{"}) - (first in {")", "]", "}"})
        begins_line = empty = False
        yield match


def _changes(widths: list[tuple[int, int]], text: str, at: int) -> list[_Made]:
    """What the line whose first token is at `at` begins or ends; `widths` are the open blocks' indentations."""
    begin = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    width = _width(text[begin:at])
    if width == widths[-1]:
        return []
    if all(own > block for own, block in zip(width, widths[-1], strict=True)):
        if begin == 0:
            raise refused(text, at, "unexpected indentation", "begin the first line at the margin")
        widths.append(width)
        return [_Made(BLOCK_BEGINS, at)]
    ended = 0
    while widths[-1][0] > width[0]:
        widths.pop()
        ended += 1
    if widths[-1] != width:
        if widths[-1][0] == width[0] or not ended:
            raise refused(text, at, "tabs and spaces are mixed in the indentation", "indent with spaces alone")
        hint = "indent it as the block it belongs to"
        raise refused(text, at, "the indentation matches that of no block around the line", hint)
    return [_Made(BLOCK_ENDS, at)] * ended


def _width(blanks: str) -> tuple[int, int]:
    """How wide an indentation is, with tabs of eight columns and with tabs of one: Python compares both."""
    wide = narrow = 0
    for blank in blanks:
        if blank not in " \t\f":
            break  # a line that is continued
        wide = 0 if blank == "\f" else wide + 1 if blank == " " else (wide // _TAB + 1) * _TAB
        narrow = 0 if blank == "\f" else narrow + 1
    return wide, narrow
