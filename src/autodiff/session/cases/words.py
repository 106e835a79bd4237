"""The words of a case, split as a shell splits them, and what they ask for: the words of `autodiff eval`."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from autodiff.session.published import guess
from autodiff.session.scenario import FLAGS, UsageProblem, each_once

__all__ = ["OPTIONS", "fields_of", "split_words"]

# ------------------------------------------------------------------ words

_PIECE: Final = re.compile(r"""[^ \t\r'"\\]+|\\.|'[^']*'|"(?:[^"\\]|\\.)*\"""")
_ESCAPED: Final = re.compile(r'\\([\\"$`])')  # in double quotes a shell takes other backslashes as they are


def split_words(lines: Sequence[str], start: int) -> tuple[list[str], int]:
    r"""The words of the line at index `start`, and the index of the line after it: a line that ends in `\` goes on.

    Quotes, backslashes and `#` mean what they mean to a shell; everything else is itself. Raises UsageProblem for a
    quotation that is not closed on its line.
    """
    words: list[str] = []
    number, column, word = start, 0, None
    while column < len(lines[number]):
        line, here = lines[number], lines[number][column]
        if here in " \t\r":
            words += [] if word is None else [word]
            column, word = column + 1, None
        elif here == "#" and word is None:
            break
        elif here == "\\" and column + 1 == len(line) and number + 1 < len(lines):
            number, column = number + 1, 0
        else:
            piece = _PIECE.match(line, column)
            if piece is None:
                raise _unfinished(here, number - start + 1, column + 1)
            word = (word or "") + _unquoted(piece[0])
            column = piece.end()
    return [*words, *([] if word is None else [word])], number + 1


def _unquoted(piece: str) -> str:
    if piece[0] == "'":
        return piece[1:-1]
    if piece[0] == '"':
        return _ESCAPED.sub(r"\1", piece[1:-1])
    return piece[1:] if piece[0] == "\\" else piece


def _unfinished(sign: str, line: int, column: int) -> UsageProblem:
    where = f"column {column}" if line == 1 else f"column {column} of line {line} of the case"
    if sign == "\\":
        return UsageProblem(f"nothing follows the backslash in {where}")
    hint = "a program of several lines stands indented below the line of its inputs"
    return UsageProblem(f"the quotation that begins in {where} does not end on this line", hint)


# ------------------------------------------------------------------ what they ask for


def _names(_: str, word: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in word.split(",") if name.strip())


def _count(option: str, word: str) -> int:
    if not word.strip().isdecimal():
        raise UsageProblem(f"{option} is a whole number from 0, not '{word}'")
    return int(word)


def _number(option: str, word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise UsageProblem(f"{option} is a number, not '{word}'") from None


def _pair(option: str, word: str) -> tuple[str, str]:
    name, sign, value = word.partition("=")
    if not sign or not name.strip():
        raise UsageProblem(f"{option}: expected NAME=VALUE, got '{word}'")
    return name.strip(), value


_ONCE: Final[Mapping[str, Callable[[str, str], Any]]] = {
    "--wrt": _names,
    "--dtype": lambda _, word: word,
    "--backward": _count,
    "--order": _count,
    "--gradient": lambda _, word: word,
    "--rtol": _number,
    "--atol": _number,
}
_REPEATED: Final[Mapping[str, Callable[[str, str], Any]]] = {
    **dict.fromkeys(("--detach", "--detach-inplace", "--retain-grad", "--expect-error"), lambda _, word: word),
    "--expect": _pair,
}
_FLAGS: Final = tuple(f"--{flag.replace('_', '-')}" for flag in FLAGS)
_OF_OUTPUT: Final = ("--get", "--format", "--json", "--help")
OPTIONS: Final = (*_ONCE, *_REPEATED, *_FLAGS)
"""The options that a case may have: those of `eval`, apart from those that say what it prints."""
_LIKE_AN_OPTION: Final = re.compile(r"--[a-z][a-z-]*[a-z](=.*)?", re.DOTALL)


def fields_of(words: Iterable[str], program: str | None = None) -> dict[str, Any]:
    """The fields that the words give: those of `Scenario`, and `expect`, `expect_error`, `rtol` and `atol`.

    The first word is the expression, unless there is a `program`. Raises UsageProblem.
    """
    fields: dict[str, Any] = {}
    others: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            others += left
        elif _LIKE_AN_OPTION.fullmatch(word):
            _take(word, left, fields)
        else:
            others.append(word)
    if program is None:
        if not others:
            raise UsageProblem("there is no expression", "a line begins with it, or has it indented below")
        program, others = others[0], others[1:]
    return {**fields, "expression": program, "inputs": each_once(map(_input, others))}


def _take(word: str, left: Iterable[str], fields: dict[str, Any]) -> None:
    """Add what an option says to the fields; its value is behind a `=`, or the next of the words that are left."""
    option, sign, value = word.partition("=")
    name = option.removeprefix("--").replace("-", "_")
    if option in _FLAGS:
        if sign:
            raise UsageProblem(f"{option} takes no value")
        fields[name] = True
        return
    if option not in OPTIONS:
        close = guess(option, OPTIONS)
        hint = f"did you mean {close}?" if close else None
        raise UsageProblem(f"a case has no option {option}", "nothing is printed" if option in _OF_OUTPUT else hint)
    if not sign:
        following = next(iter(left), None)
        if following is None:
            raise UsageProblem(f"{option} needs a value")
        value = following
    if option in _ONCE:
        fields[name] = _ONCE[option](option, value)
    else:
        fields[name] = (*fields.get(name, ()), _REPEATED[option](option, value))


def _input(word: str) -> tuple[str, str]:
    name, sign, value = word.partition("=")
    if not sign or not name.strip():
        hint = "a case is what follows `autodiff eval`: quote the expression, and give inputs as x=3"
        raise UsageProblem(f"expected NAME=VALUE, got '{word}'", hint)
    return name.strip(), value
