"""String literals of programs: escapes, prefixes, and the pieces and fields of an f-string.

A field's expression is read by the same parser, in its place in the text; its end is found as Python before 3.12 finds
it, so an f-string's quotes cannot stand in its fields.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from autodiff.language.draft import Draft, refused

__all__ = ["decoded", "prefixed"]


def _lazily(pattern: str, flags: int = 0) -> Callable[[], "re.Pattern[str]"]:
    """The compiled pattern, when it is first asked for: few programs need all of them."""
    return lambda: re.compile(pattern, flags)


_SIMPLE: Final = {
    "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip
_ESCAPE: Final = _lazily(
    r"\\(?:(?P<line>\r?\n|\r)|(?P<octal>[0-7]{1,3})|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})"
    r"|U(?P<U>[0-9a-fA-F]{8})|N\{(?P<N>[^{}]*)\}|(?P<other>.))",
    re.DOTALL,
)
_PREFIX: Final = _lazily(r"[a-zA-Z]*")
_LITERAL: Final = _lazily(r"\{\{|\}\}|[{}]|\\N\{[^{}]*\}|\\.|[^{}\\]+", re.DOTALL)
_IN_FIELD: Final = _lazily(
    r"'''.*?'''|\"\"\".*?\"\"\"|'[^'\r\n]*'|\"[^\"\r\n]*\"|[([{]|[)\]}]|[!=<>]=|[!:=#\\]", re.DOTALL
)
_CONVERSION: Final = _lazily(r"!([A-Za-z_]*)")
_DEEPEST: Final = 2
"""How deep fields may stand in format specifications: Python's own limit."""


class _Literal(NamedTuple):
    """A string literal without its prefix and quotes: from `first` to before `last` of the text."""

    prefix: str
    first: int
    last: int


def _literal(text: str, start: int, end: int) -> _Literal:
    prefix = _PREFIX().match(text, start)
    begin = start if prefix is None else prefix.end()
    quotes = 3 if end - begin >= 6 and text[begin : begin + 3] in {"'''", '"""'} else 1
    return _Literal(text[start:begin].lower(), begin + quotes, end - quotes)


def decoded(draft: Draft, start: int, end: int) -> str:
    """The value of the literal without fields from `start` to before `end`. Raises SyntaxProblem for a bad escape."""
    prefix, first, last = _literal(draft.text, start, end)
    return _unescaped(draft.text, first, last, raw="r" in prefix)


def _unescaped(text: str, first: int, last: int, *, raw: bool) -> str:
    source = text[first:last]
    if raw or "\\" not in source:
        return source.replace("\r\n", "\n").replace("\r", "\n")

    def character(match: "re.Match[str]") -> str:
        kind, given = match.lastgroup, match[match.lastgroup or 0]
        if kind == "line":
            return ""
        if kind == "other":
            if given in "xuUN":
                hint = f"write \\\\{given} for a backslash"
                raise refused(text, first + match.start(), f"an incomplete escape: \\{given}", hint)
            return _SIMPLE.get(given, match[0])
        if kind == "N":
            return _named(text, first + match.start(), given)
        code = int(given, 8 if kind == "octal" else 16)
        if code > 0x10FFFF:
            raise refused(text, first + match.start(), "there is no such character", "the last one is \\U0010ffff")
        return chr(code)

    return _ESCAPE().sub(character, source).replace("\r\n", "\n")


def _named(text: str, offset: int, name: str) -> str:
    import unicodedata  # few programs need it

    try:
        return unicodedata.lookup(name)
    except KeyError:
        raise refused(text, offset, f"there is no character called '{name}'", "write the character itself") from None


def prefixed(draft: Draft, start: int, end: int, read: Any) -> None:  # noqa: ANN401 - reads a field
    """The literal with a prefix that was just shifted: a text, or an f-string, whose fields `read` reads."""
    draft.instructions.pop()
    draft.values.pop()
    literal = _literal(draft.text, start, end)
    if "f" not in literal.prefix:
        draft.gather("string", 0, decoded(draft, start, end), start, end)
        return
    if "\\N{" in draft.text[literal.first : literal.last] and "r" in literal.prefix:
        raise refused(draft.text, start, "a raw f-string has no named characters", "write the character itself")
    _Pieces(draft, literal, read).pieces(start, end, depth=0)


class _Pieces:
    """The pieces of an f-string, being written down from left to right."""

    def __init__(self, draft: Draft, literal: _Literal, read: Any) -> None:  # noqa: ANN401 - reads a field
        self.draft = draft
        self.text = draft.text
        self.raw = "r" in literal.prefix
        self.at = literal.first
        self.last = literal.last
        self._read = read

    def pieces(self, start: int, end: int, depth: int) -> None:
        """Write down the pieces from here on, and their joining; in a specification, up to the brace that ends it."""
        draft = self.draft
        before = len(draft.values)
        said: list[str] = []
        begin = self.at
        while self.at < self.last:
            found = _LITERAL().match(self.text, self.at, self.last)
            if found is None or (depth and found[0][0] == "}"):
                break
            if found[0] == "{" or (depth and found[0] == "{{"):
                self._say(said, begin)
                self._field(depth)
                said, begin = [], self.at
                continue
            if found[0] == "}":
                raise refused(self.text, self.at, "a single '}' in an f-string", "write }} for the character itself")
            self.at = found.end()
            double = found[0] in {"{{", "}}"}
            raw = self.raw or double
            said.append(found[0][0] if double else _unescaped(self.text, found.start(), found.end(), raw=raw))
        self._say(said, begin)
        count = len(draft.values) - before
        if count == 0:
            draft.gather("string", 0, "", start, end)
        elif count > 1 or depth == 0:
            draft.gather("join", count, None, start, end)

    def _say(self, said: list[str], begin: int) -> None:
        if said:
            self.draft.gather("string", 0, "".join(said), begin, self.at)

    def _field(self, depth: int) -> None:
        """One field, from its opening brace to its closing one."""
        draft, opening = self.draft, self.at
        if depth >= _DEEPEST:
            raise refused(self.text, opening, "fields are nested too deeply in an f-string", "give the value a name")
        first = opening + 1
        stop = self._end_of_expression(first)
        if not self.text[first:stop].strip():
            raise refused(self.text, opening, "no expression stands in the braces", "write {{}} for the characters")
        self.at = stop
        shows_source = self._sign() == "="
        if shows_source:
            self.at += 1
            while self._sign().isspace():
                self.at += 1
            draft.gather("string", 0, self.text[first : self.at], first, self.at)
        self._read(draft, first, stop)
        conversion = self._conversion()
        specified = self._sign() == ":"
        if specified:
            self.at += 1
            self.pieces(self.at, self.at, depth + 1)
        if self._sign() != "}":
            raise refused(self.text, opening, "the '{' is never closed", "add '}', or write {{ for the character")
        self.at += 1
        if shows_source and not conversion and not specified:
            conversion = "r"
        draft.gather("format", 1 + specified, conversion, opening, self.at)

    def _sign(self) -> str:
        return self.text[self.at] if self.at < self.last else ""

    def _conversion(self) -> str:
        if self._sign() != "!":
            return ""
        found = _CONVERSION().match(self.text, self.at, self.last)
        if found is None or found[1] not in {"r", "s", "a"}:
            raise refused(self.text, self.at, "a conversion is !r, !s or !a", "write !r for what repr() gives")
        self.at = found.end()
        return found[1]

    def _end_of_expression(self, first: int) -> int:
        """Where a field's expression ends: before a sign outside of brackets that no expression can have there."""
        depth = 0
        for found in _IN_FIELD().finditer(self.text, first, self.last):
            sign = found[0]
            if sign in {"#", "\\"}:
                message = f"'{sign}' stands in a field of an f-string"
                raise refused(self.text, found.start(), message, "give the value a name first")
            if sign in {"(", "[", "{"}:
                depth += 1
            elif sign in {")", "]"} or (sign == "}" and depth):
                depth -= 1
            elif not depth and sign in {"!", ":", "=", "}"}:
                return found.start()
        raise refused(self.text, first - 1, "the '{' is never closed", "add '}', or write {{ for the character itself")
