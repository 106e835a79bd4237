# ruff: noqa: ANN401 - the tables hold handlers, names and rows
"""Text to program: a scan by one regular expression and a walk over the LALR tables.

A reduction by a rule of one symbol depends on no more than the state on top and the one below, so everything that
happens between two tokens without popping the stack is worked out once and remembered: one dictionary look-up
for most tokens. Each pair of states has such a dictionary, its row, and an entry leads straight to the next row.
Nothing recurses, so nesting has no limit.
"""

from __future__ import annotations

from autodiff.language import tables
from autodiff.language.pattern import compiled_pattern
from autodiff.language.program import Program
from autodiff.language.structure import HANDLERS, Stacks, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType
    from typing import Any, TypeAlias

__all__ = ["KINDS", "Language", "join_lines", "parse", "walk"]

KINDS: Mapping[int, str] = {1: "name", 2: "number", 3: "string"}
"""The tokens that are patterns, by their numbers, and the instructions they become."""

# Brackets, ends of lines, and what may hide either: comments and strings.
_BREAKS = r"""[()\[\]]|[\r\n]|#[^\r\n]*|\\\r?\n|'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'|"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*\""""

_Row: TypeAlias = "dict[Any, Any]"


class Language:
    """A grammar's tables, and what the driver does at its rules.

    `kind` gives the token of a word, or None for a pattern's, which `firsts` tells by its first character; `kinds` are
    the instructions that tokens become, and `literal` gives their payload.
    """

    def __init__(
        self,
        tables: ModuleType,
        handlers: Mapping[str, Any],
        literal: Callable[[str], object],
        kinds: Mapping[int, str] = KINDS,
        kind: Callable[[str], int | None] | None = None,
    ) -> None:
        self.tables: Any = tables
        self.handlers = handlers
        self.literal = literal
        self.kinds = kinds
        self.kind: Callable[[str], int | None] = tables.TOKENS.get if kind is None else kind
        self._rows: dict[tuple[int, int], _Row] = {}
        self._over: dict[int, dict[int, _Row]] = {}
        self._scanner: Any = None

    @property
    def scan(self) -> Callable[..., Iterable[Any]]:
        """The matches of a text's tokens, each the first group."""
        if self._scanner is None:
            self._scanner = compiled_pattern(self.tables.PATTERN).finditer
        return self._scanner  # type: ignore[no-any-return] # of a compiled pattern

    def row(self, under: int, top: int) -> _Row:
        """The row of two adjacent states; it knows their numbers and fills itself as tokens come."""
        row = self._rows.get((under, top))
        if row is None:
            row = self._rows[under, top] = {"pair": (under, top)}
        return row

    def _rows_over(self, state: int) -> dict[int, _Row]:
        """For each left side of a rule: the row after its reduction, with `state` on top again."""
        rows = self._over.get(state)
        if rows is None:
            rows = self._over[state] = {left: self.row(state, top) for left, top in self.tables.GOTOS[state].items()}
        return rows

    def enter(self, row: _Row, token: int | None, text: str, offset: int) -> None:
        """Works out and remembers what `token` does after the two states of `row`.

        The entry: handlers of the rules of one symbol; then an operation, its number of operands, its rule's size and
        left side (a reduction), or the instruction a token becomes, the next row and what to push (a shift).
        """
        tables = self.tables
        under, top = row["pair"]
        handlers: list[Any] = []
        while (action := tables.ROWS[tables.ROW_OF_STATE[top]].get(-1 if token is None else token, 0)) < 0:
            left, size, alias = tables.RULES[-action - 1]
            operation = self.handlers.get(alias, _operator(alias)) if alias else None
            if size > 1:
                arity = 2 if size == 3 and alias and alias not in self.handlers else 0
                row[token] = (handlers or None, alias if arity else operation, arity, size, left, None, None)
                return
            if operation is not None:
                handlers.append(operation)
            top = tables.GOTOS[under][left]
        if action == 0 and not (token == 0 and top in tables.ENDS):
            raise self.problem(text, offset, token) from None
        following = self.row(top, action - 1 if action else top)
        row[token] = (handlers or None, self.kinds.get(token or 0), 0, 0, 0, following, self._rows_over(top))

    def problem(self, text: str, offset: int, token: int | None) -> Exception:  # noqa: ARG002 - a language's own
        """The error for a token that cannot stand where it does."""
        from autodiff.language.mistakes import explain

        return explain(text, offset)


_EXPRESSION = Language(tables, HANDLERS, literal)


def parse(text: str) -> Program:
    """The program of a text; SyntaxProblem if it is not in the language, TooLarge for thousands of digits."""
    stacks = Stacks(text)
    walk(_EXPRESSION, stacks, _EXPRESSION.scan(join_lines(text)), tables.STARTS["start"])
    return Program(text, stacks.instructions)


def walk(language: Language, stacks: Stacks, tokens: Iterable[Any], start: int) -> None:
    """Write down what `tokens`, matches of the scanner, mean; `start` is the parser's first state."""
    kind, literal, text = language.kind, language.literal, stacks.text
    firsts, ignored = language.tables.FIRSTS, language.tables.IGNORED
    instructions, values = stacks.instructions, stacks.values
    end, row = 0, language.row(start, start)
    # For each symbol on the parser's stack: where it begins, the rows that reductions to it lead to, what is below.
    stack: Any = ()
    for match in tokens:
        token = kind(word := match[1])
        if token is None:
            token = firsts.get(word[0])
            if token == ignored:
                continue
        while True:
            try:
                handlers, operation, arity, size, left, following, push = row[token]
            except KeyError:
                language.enter(row, token, text, match.start(1))
                continue
            if handlers is not None:
                for handler in handlers:
                    handler(stacks, stack[0], end, 1)
            if following is not None:
                row, end = following, match.end()
                stack = (end - len(word), push, stack)
                if operation is not None:
                    values.append(len(instructions))
                    instructions.append((operation, (), word if token == 1 else literal(word), stack[0], end))
                break
            stack = stack[2][2] if size == 3 else _first(stack, size)
            if arity == 2:  # most reductions by far: not worth a call
                right = values.pop()
                instructions.append((operation, (values[-1], right), None, stack[0], end))
                values[-1] = len(instructions) - 1
            elif operation is not None:
                operation(stacks, stack[0], end, size)
            row = stack[1][left]


def _first(stack: Any, size: int) -> Any:
    """The stack with the first of the last `size` symbols on top."""
    for _ in range(size - 1):
        stack = stack[2]
    return stack


def join_lines(text: str) -> str:
    """The text, as long as before, with blanks for the line breaks and comments inside brackets."""
    if "\n" not in text and "\r" not in text:
        return text
    pieces = []
    depth = done = 0
    import re

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


def _operator(kind: str) -> Any:
    """The handler of an operator with one operand."""
    return lambda stacks, start, end, _: stacks.gather(kind, 1, None, start, end)
