"""A text the grammar refuses, explained: what is wrong, where, and the right spelling where there is one.

First the table of known mistakes is asked (`known.py`), then brackets, then stock Lark, which says what could
have stood there. Only this module's callers on the error path import it, and only it imports Lark.
"""

import re

from autodiff.errors import SyntaxProblem
from autodiff.language.known import CHARACTERS, MISTAKES, OF_EXPRESSIONS, RESERVED
from autodiff.language.program import place

__all__ = ["PlacedProblem", "explain", "problem"]

_WINDOW = 200  # characters on either side that a known mistake may look at
_LONGEST_LINE = 120  # a longer line is shown in part
_LONGEST_EXPLAINED = 4000  # characters; Lark reads some 100 a millisecond
_HIDING = r"""#[^\r\n]*|'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'|"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"|[()\[\]]"""
_CLOSING = {"(": ")", "[": "]"}


class PlacedProblem(SyntaxProblem):
    """A problem whose `source` may be part of its line: `caret` counts from 1 in `source`, `column` in the line."""

    caret: int


def problem(text: str, offset: int, message: str, hint: str | None = None) -> PlacedProblem:
    """The error for the character at `offset`; a long line is cut around it, with dots where it is cut."""
    line, column = place(text, offset)
    begin = offset - column + 1
    end = min((at for at in (text.find("\n", begin), text.find("\r", begin)) if at >= 0), default=len(text))
    source, caret = text[begin:end], column
    if len(source) > _LONGEST_LINE:
        first = max(0, min(column - 1 - _LONGEST_LINE // 2, len(source) - _LONGEST_LINE))
        last = first + _LONGEST_LINE
        left, right = ("..." if first else ""), ("..." if last < len(source) else "")
        source = left + source[first:last] + right
        caret = column - first + len(left)
    # what a terminal would act on is shown as one character each, so that the caret stays under its own
    source = "".join(c if c.isprintable() else " " if c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in source)
    found = PlacedProblem(message, source=source, line=line, column=column, hint=hint)
    found.caret = caret
    return found


def explain(text: str, offset: int, *, in_program: bool = False) -> PlacedProblem:
    """The error for a text whose token at `offset` (its length: the end) cannot stand there.

    In a program, some of what is a mistake in an expression is none, and what could have stood there is not looked for.
    """
    opened, unmatched = _brackets(text, offset)
    if offset >= len(text.rstrip()) and not text[offset:].strip():
        return _explain_end(text, opened, in_program=in_program)
    if opened and _starts_line(text, opened[-1], offset):
        return _unclosed(text, opened[-1], len(text[:offset].rstrip()))
    if unmatched or (text[offset] in ")]" and opened and _CLOSING[text[opened[-1]]] != text[offset]):
        return _unmatched(text, opened, offset)
    word = re.compile(r"\w*").match(text, offset)
    if word and word[0] in RESERVED and not in_program:
        return problem(text, offset, f"'{word[0]}' is not part of the language", RESERVED[word[0]])
    before = text[max(0, offset - _WINDOW) : offset]
    here = text[offset : offset + _WINDOW]
    for mistake in MISTAKES:
        if in_program and mistake.label in OF_EXPRESSIONS:
            continue
        left = re.search(f"(?:{mistake.before})\\Z", before)
        right = re.match(mistake.here, here)
        if left and right:
            words = {name: word or "" for name, word in (left.groupdict() | right.groupdict()).items()}
            back = len(words.get("back", ""))
            hint = mistake.hint.format(**words) if mistake.hint else None
            return problem(text, offset - back, mistake.message.format(**words), hint)
    return _explain_token(text, offset, in_program=in_program)


def _brackets(text: str, offset: int) -> tuple[list[int], bool]:
    """Where the brackets still open at `offset` stand, and whether the one at `offset` closes none."""
    opened: list[int] = []
    for match in re.finditer(_HIDING, text[:offset]):
        if match[0] in _CLOSING:
            opened.append(match.start())
        elif match[0] in ")]" and opened:
            opened.pop()
    return opened, text[offset : offset + 1] in {")", "]"} and not opened


def _starts_line(text: str, opened: int, offset: int) -> bool:
    """Whether a new line begins between an open bracket and `offset`, with nothing else before `offset` on it."""
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return opened < line and not text[line:offset].strip() and text[offset] not in ")]"


def _unclosed(text: str, opened: int, offset: int) -> PlacedProblem:
    line, column = place(text, opened)
    where = f"at column {column}" if line == place(text, offset)[0] else f"in line {line}, column {column},"
    bracket = text[opened]
    return problem(text, offset, f"the '{bracket}' {where} is never closed", f"add '{_CLOSING[bracket]}'")


def _unmatched(text: str, opened: list[int], offset: int) -> PlacedProblem:
    if not opened:
        return problem(text, offset, f"'{text[offset]}' closes nothing", "leave it out, or open it before")
    bracket = text[opened[-1]]
    message = f"'{text[offset]}' does not close the '{bracket}' at column {place(text, opened[-1])[1]}"
    return problem(text, offset, message, f"write '{_CLOSING[bracket]}'")


def _explain_end(text: str, opened: list[int], *, in_program: bool) -> PlacedProblem:
    end = len(text.rstrip())
    if not re.sub(r"#[^\r\n]*", "", text).strip():
        return problem(text, end, "there is no expression", "write one, for example x**2 + 3*x")
    last = re.search(r"(\*\*=?|//=?|[-+*/%@&|~<>=!]=?|\.)\s*\Z", text[max(0, end - _WINDOW) : end])
    if last and last[1] == ".":
        return problem(text, end, "a name is missing after '.'", "write the attribute's name")
    if last:
        return problem(
            text, end, f"nothing follows '{last[1]}'", f"write what stands after '{last[1]}', or leave it out"
        )
    if opened:
        return _unclosed(text, opened[-1], end)
    return _explain_token(text, len(text), in_program=in_program)


def _explain_token(text: str, offset: int, *, in_program: bool) -> PlacedProblem:
    """What the table does not know: stray characters, and what Lark says could have stood there."""
    end = len(text.rstrip())
    found = re.compile(r"[^\W\d]\w*|[\r\n]|\*\*=?|//=?|[-+*/%@=!<>]=|[0-9][\w.]*|.", re.DOTALL).match(text, offset)
    word = found[0] if found else ""
    if word[:1] in CHARACTERS:
        return problem(text, offset, f"unexpected character '{word[0]}'", CHARACTERS[word[0]])
    if not word or word in "\r\n":
        message = "the expression ends too early" if not word and not in_program else "the line ends too early"
        hint = None if in_program else _expected(text, offset)
        return problem(text, min(offset, end) if not word else offset, message, hint)
    if not word[0].isprintable() or word[0].isspace():
        message = f"unexpected character U+{ord(word[0]):04X}"
        return problem(text, offset, message, "write a space" if word[0].isspace() else "leave it out")
    shown = word if len(word) < 40 else f"{word[:37]}..."
    return problem(text, offset, f"unexpected '{shown}'", None if in_program else _expected(text, offset))


def _expected(text: str, offset: int) -> str | None:
    """What stock Lark would have accepted at `offset`, in words; None for a text too long to ask."""
    if len(text) > _LONGEST_EXPLAINED:
        return None
    from lark import Lark, UnexpectedInput

    from autodiff.language.grammar import grammar_text
    from autodiff.language.parse import join_lines

    lark = Lark(grammar_text(), parser="lalr", lexer="basic")
    interactive = lark.parse_interactive(join_lines(text)[:offset])
    try:
        interactive.exhaust_lexer()
    except UnexpectedInput:
        return None
    values = {terminal.name: terminal.pattern.value for terminal in lark.terminals}
    accepted = {values.get(name, name) for name in interactive.accepts()}  # type: ignore[no-untyped-call]
    words = []
    if values["NUMBER"] in accepted:
        words.append("an expression")
    elif values["NAME"] in accepted:
        words.append("a name")
    if "*" in accepted:
        words.append("an operator")
    words += [
        f"'{sign}'" for sign in ("(", ")", "]", ",", ":", "=") if sign in accepted and not (sign == "(" and words)
    ]
    if not words:
        return None
    return "expected " + (", ".join(words[:-1]) + " or " if words[1:] else "") + words[-1]
