# ruff: noqa: E501 - a row of the table is read as one line
"""A program the grammar refuses, explained: what PyTorch's snippets have and this language has not, and what instead.

What an expression gets wrong a program gets wrong too, so `mistakes.py` has the last word.
"""

import re
from typing import Final, NamedTuple

from autodiff.language import program_tables
from autodiff.language.draft import refused
from autodiff.language.indentation import BLOCK_BEGINS, BLOCK_ENDS

__all__ = ["REFUSED", "Refused", "explain_in_program"]


class Refused(NamedTuple):
    """Something of Python that is not part of the language: how it begins, what to say, a sample."""

    here: str
    message: str
    hint: str | None
    samples: tuple[str, ...]


REFUSED: Final[tuple[Refused, ...]] = (
    Refused(r"class\b", "classes are not part of the language",
            "write functions of the parameters: def model(x, w, b): return x @ w + b", ("class F(torch.nn.Module):\n    pass",)),
    Refused(r"@\s*\w", "decorators are not part of the language", "write `with torch.no_grad():` in the function",
            ("@torch.no_grad()\ndef f(): pass",)),
    Refused(r"(?:async|await)\b", "asynchronous code is not part of the language", "leave 'async' and 'await' out",
            ("async def f(): pass", "await f()")),
    Refused(r"yield\b", "generators are not part of the language", "gather the values in a list", ("def f():\n    yield 1",)),
    Refused(r"(?P<word>global|nonlocal)\b", "'{word}' is not part of the language", "return the value, or change a list in place",
            ("def f():\n    global x", "def f():\n    nonlocal x")),
    Refused(r"match\s+\w", "'match' is not part of the language", "write if, elif and else", ("match x:\n    case 1: pass",)),
    Refused(r"!(?!=)", "'!' is not part of the language", "write not", ("if !x: pass",)),
    Refused(r":=", "':=' is not part of the language", "give the value its name on a line of its own", ("if (n := 3): pass",)),
    Refused(r"->", "annotations are not part of the language", "leave out '->' and what follows it",
            ("def f(x) -> int:\n    pass",)),
    Refused(r"\*\*?\s*\w+\s*[,)=]", "'*' for several arguments or values is not part of the language", "write them one by one",
            ("f(*x)", "a, *b = x", "def f(*args): pass", "f(**options)")),
    Refused(r"\{", "dictionaries and sets are not part of the language", "use a list, or a name for each value",
            ("x = {'a': 1}", "x = {1, 2}")),
    Refused(r"(?:\^|<<|>>)", "bitwise operators other than &, | and ~ are not part of the language",
            "write ** for a power, or torch.bitwise_xor(a, b)", ("x ^ 2", "x << 1")),
    Refused(r"[&|^]=", "this assignment is not part of the language", "write x = x & y", ("x &= y", "x |= y")),
    Refused(r"&&", "'&&' is no operator", "write and", ("x && y",)),
    Refused(r"\|\|", "'||' is no operator", "write or", ("x || y",)),
    Refused(r"\}", "unexpected '}'", "complete the expression before it", ("x = f'{1 +}'", "x = }")),
    Refused(r"(?P<quotes>'''|\"\"\")", "a string is never closed", "add {quotes}", ("x = '''abc", 'x = """abc')),
    Refused(r"[bB][rR]?['\"]", "bytes are not part of the language", "leave the b out", ("x = b'a'",)),
    Refused(r"(?P<word>exec|print)\s+['\"\w]", "'{word}' is called with parentheses", "write {word}(...)", ("print 'a'",)),
)  # fmt: skip
"""What Python has and the language has not, in the order in which it is looked for."""

_ANNOTATION: Final = re.compile(r"(?:^|[\r\n;])[ \t]*[\w.]+[ \t]*\Z|def\s+\w+\s*\([^()]*\w\s*\Z")
_COMPOUND: Final = re.compile(r"(?:^|[\r\n])[ \t]*(?:if|elif|else|for|while|with|try|except|finally|def)\b[^\r\n]*\Z")
_WINDOW: Final = 300


def explain_in_program(text: str, offset: int, token: int | None) -> Exception:
    """The error for a text whose token at `offset` (its length: the end) cannot stand there."""
    if token == program_tables.TOKENS[BLOCK_BEGINS]:
        return refused(text, offset, "unexpected indentation", "begin the line where the one before it begins")
    begins_line = not text[_line(text, offset) : offset].strip()
    if token == program_tables.TOKENS[BLOCK_ENDS] or (begins_line and _opens_block(text, offset)):
        return _no_block(text, offset)
    before, here = text[max(0, offset - _WINDOW) : offset], text[offset : offset + _WINDOW]
    known = _known(text, offset, before)
    if known is not None:
        return known
    if here[:1] == ":" and _ANNOTATION.search(before):
        return refused(text, offset, "annotations are not part of the language", "leave out ':' and the type")
    if here[:1] in {"\r", "\n", "#", ""} and _COMPOUND.search(before):
        if before.rstrip().endswith(":"):
            return _no_block(text, offset)
        return refused(text, offset, "a ':' is missing at the end of the line", "add ':'")
    from autodiff.language.mistakes import explain

    return explain(text, offset, in_program=True)


def _known(text: str, offset: int, before: str) -> Exception | None:
    """The error for something of Python that begins at `offset`, or with the sign or the word before it."""
    word = re.search(r"\w+\s*\Z|[&|<>]\Z", before)
    ends = text[offset : offset + 1] in {"", "\r", "\n"}
    for place in [offset] if word is None or ends else [offset, offset - len(word[0])]:
        for entry in REFUSED:
            found = re.match(entry.here, text[place : place + _WINDOW])
            if found is not None and place + found.end() > offset:
                words = found.groupdict()
                hint = entry.hint.format(**words) if entry.hint and words else entry.hint
                return refused(text, place, entry.message.format(**words) if words else entry.message, hint)
    return None


def _line(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _opens_block(text: str, offset: int) -> bool:
    """Whether the line of code before the one at `offset` ends with a colon, and this one is not indented more."""
    begin = _line(text, offset)
    lines = [re.sub(r"#.*", "", line).rstrip() for line in text[:begin].splitlines()[-20:]]
    before = next((line for line in reversed(lines) if line.strip()), "")
    return before.endswith(":") and offset - begin <= len(before) - len(before.lstrip())


def _no_block(text: str, offset: int) -> Exception:
    return refused(text, offset, "an indented block is missing", "indent the lines that belong to it, or write pass")
