# ruff: noqa: ANN401 - the tables hold handlers, names and rows
"""Text to program: a scan by one regular expression and a walk over the LALR tables.

A reduction by a rule of one symbol depends on no more than the state on top and the one below, so everything that
happens between two tokens without popping the stack is worked out once and remembered: one dictionary look-up
for most tokens. Each pair of states has such a dictionary, its row, and an entry leads straight to the next row.
Nothing recurses, so nesting has no limit.
"""

import re
from functools import cache
from itertools import repeat
from typing import Any

from autodiff.language import tables
from autodiff.language.program import Instruction, Program
from autodiff.language.structure import HANDLERS, Stacks, literal

__all__ = ["join_lines", "parse"]

# Tokens that are patterns.
_KINDS = {1: "name", 2: "number", 3: "string"}
_IGNORED = 5

# Brackets, ends of lines, and what may hide either: comments and strings.
_BREAKS = r"""[()\[\]]|[\r\n]|#[^\r\n]*|\\\r?\n|'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'|"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*\""""

_Row = dict[Any, Any]


def parse(text: str) -> Program:
    """The program of a text; SyntaxProblem if it is not in the language, TooLarge for thousands of digits."""
    kinds, firsts = tables.TOKENS, tables.FIRSTS
    below: list[dict[int, _Row]] = []  # for each state under the top one: the rows its reductions lead to
    starts: list[int] = []  # for each symbol on the parser's stack: where it begins
    stacks = Stacks(text)
    instructions, values = stacks.instructions, stacks.values
    end, row = 0, _row(0, 0)
    for match in _scanner()(join_lines(text)):
        token = kinds.get(word := match[1])
        if token is None:
            token = firsts.get(word[0])
            if token == _IGNORED:
                continue
        while True:
            try:
                handlers, operation, arity, size, left, following, push = row[token]
            except KeyError:
                _enter(row, token, text, match.start(1))
                continue
            if handlers is not None:
                for handler in handlers:
                    handler(stacks, starts[-1], end, 1)
            if following is not None:
                row, end = following, match.end()
                below.append(push)
                starts.append(end - len(word))
                if token in _KINDS:
                    values.append(len(instructions))
                    instructions.append((_KINDS[token], (), word if token == 1 else literal(word), starts[-1], end))
                break
            if arity == 2:  # most reductions by far: not worth a call
                right = values.pop()
                instructions.append((operation, (values[-1], right), None, starts[-3], end))
                values[-1] = len(instructions) - 1
            elif operation is not None:
                operation(stacks, starts[-size], end, size)
            del below[1 - size :], starts[1 - size :]
            row = below[-1][left]
    return Program(text, list(map(tuple.__new__, repeat(Instruction), instructions)))


def join_lines(text: str) -> str:
    """The text, as long as before, with blanks for the line breaks and comments inside brackets."""
    if "\n" not in text and "\r" not in text:
        return text
    pieces = []
    depth = done = 0
    for match in re.finditer(_BREAKS, text):
        first = text[match.start()]
        if first in "([":
            depth += 1
        elif first in ")]":
            depth -= 1
        elif depth > 0 and first in "\r\n#":
            pieces += [text[done : match.start()], " " * (match.end() - match.start())]
            done = match.end()
    return "".join([*pieces, text[done:]])


@cache
def _scanner() -> Any:
    return re.compile(tables.PATTERN).finditer


@cache
def _row(under: int, top: int) -> _Row:
    """The row of two adjacent states; it knows their numbers and fills itself as tokens come."""
    return {"pair": (under, top)}


@cache
def _rows_over(state: int) -> dict[int, _Row]:
    """For each left side of a rule: the row after its reduction, with `state` on top again."""
    return {left: _row(state, top) for left, top in tables.GOTOS[state].items()}


def _enter(row: _Row, token: int | None, text: str, offset: int) -> None:
    """Works out and remembers what `token` does after the two states of `row`.

    The entry: handlers of the rules of one symbol; then an operation, its number of operands, its rule's size and
    left side (a reduction), or the next row and what to push (a shift).
    """
    under, top = row["pair"]
    handlers: list[Any] = []
    while (action := tables.ROWS[tables.ROW_OF_STATE[top]].get(-1 if token is None else token, 0)) < 0:
        left, size, alias = tables.RULES[-action - 1]
        operation = HANDLERS.get(alias, _operator(alias)) if alias else None
        if size > 1:
            arity = 2 if size == 3 and alias and alias not in HANDLERS else 0
            row[token] = (handlers or None, alias if arity else operation, arity, size, left, None, None)
            return
        if operation is not None:
            handlers.append(operation)
        top = tables.GOTOS[under][left]
    if action == 0 and not (token == 0 and top == tables.END):
        from autodiff.language.mistakes import explain

        raise explain(text, offset) from None
    row[token] = (handlers or None, None, 0, 0, 0, _row(top, max(action - 1, 0)), _rows_over(top))


def _operator(kind: str) -> Any:
    """The handler of an operator with one operand."""
    return lambda stacks, start, end, _: stacks.gather(kind, 1, None, start, end)
