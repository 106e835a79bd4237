"""Reads transcripts: recorded PyTorch sessions as text, one statement a line with what it printed below it.

A transcript is Python source whose comments hold the answers:

    ## title                     begins a block; the lines before the first title are set-up shared by all blocks
    code                         a statement: a logical line with everything after its semicolons
    #> text                      one line of its output; a bare expression prints its value unless it is None
    #! Class: message            the exception that ended it, "#!   text" continues the message
    #w Category: message         a warning it raised, "#w   text" continues the message
    # ==== fresh                 from here every statement runs alone, from the state built above this line

A short answer may stand behind the code on the same line. Long messages are abbreviated: messages.toml.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
FRESH = "# ==== fresh"
TITLE = "## "
ANSWER = re.compile(r"#([>!w])(?: (.*)|)$", re.DOTALL)
ANSWER_COLUMN = 34  # short answers line up here, so that a page of them reads as two columns
SAME_LINE_WIDTH = 120


@dataclass(frozen=True)
class Outcome:
    """What a statement did: its warnings, the lines it printed, the exception that ended it."""

    output: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    exception: str | None = None


@dataclass(frozen=True)
class Statement:
    """One statement with its recorded outcome; `first` and `last` are its lines in the file, from 1."""

    code: str
    first: int
    last: int
    expected: Outcome
    occurrence: int = 1


@dataclass(frozen=True)
class Block:
    """Statements that share a state; with `fresh` every one of those runs alone, from the state of `setup`."""

    theme: str
    title: str
    shared: tuple[Statement, ...]
    setup: tuple[Statement, ...]
    fresh: tuple[Statement, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements of the block that count, in the order of the file."""
        return self.setup + self.fresh

    def key(self, statement: Statement) -> str:
        """The name of a statement that survives edits elsewhere: theme, title, code, and which repetition."""
        code = statement.code.replace("\n", " ⏎ ")
        again = f"  [{statement.occurrence}]" if statement.occurrence > 1 else ""
        return f"{self.theme} | {self.title} | {code}{again}"


def messages() -> dict[str, str]:
    """The long messages by the name that stands for them."""
    table: dict[str, str] = tomllib.loads((FOLDER / "messages.toml").read_text(encoding="utf-8"))
    return table


def expand(text: str, table: dict[str, str]) -> str:
    """The text with every abbreviation written out; KeyError names an unknown one."""
    return re.sub("⟦([A-Z]+)⟧", lambda match: table[match[1]], text)


def abbreviate(text: str, table: dict[str, str]) -> str:
    """The text with every long message replaced by its name, the longest first."""
    for name, message in sorted(table.items(), key=lambda item: -len(item[1])):
        text = text.replace(message, f"⟦{name}⟧")
    return text


def transcripts() -> list[Path]:
    """All transcript files, by name."""
    return sorted(path for path in FOLDER.glob("*.txt") if path.name != "not_yet.txt")


def read(path: Path) -> list[Block]:
    """The blocks of one transcript; a ValueError names the line that cannot be read."""
    lines = path.read_text(encoding="utf-8").split("\n")
    table = messages()
    starts = [index for index, line in enumerate(lines) if line.startswith(TITLE)]
    if len({lines[start] for start in starts}) < len(starts):
        raise ValueError(f"{path.name}: two blocks share a title")
    shared = _statements(path, lines, 0, starts[0] if starts else len(lines), table)
    blocks = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        marks = [index for index in range(start, end) if lines[index].startswith(FRESH)]
        statements = _statements(path, lines, start + 1, end, table)
        border = marks[0] + 1 if marks else end + 1
        setup = tuple(statement for statement in statements if statement.first < border)
        fresh = tuple(statement for statement in statements if statement.first > border)
        blocks.append(Block(path.stem, lines[start][len(TITLE) :].strip(), tuple(shared), setup, fresh))
    return blocks


def _statements(path: Path, lines: list[str], start: int, end: int, table: dict[str, str]) -> list[Statement]:
    """The statements of lines[start:end]; top-level nodes that share a line are one statement."""
    try:
        nodes = ast.parse("\n".join(lines[start:end])).body
    except SyntaxError as error:
        raise ValueError(f"{path.name}:{start + (error.lineno or 0)}: {error.msg}") from error
    groups: list[list[ast.stmt]] = []
    for node in nodes:
        if groups and node.lineno <= (groups[-1][-1].end_lineno or 0):
            groups[-1].append(node)
        else:
            groups.append([node])
    borders = [start + _first_line(group[0]) - 1 for group in groups] + [end]
    seen: dict[str, int] = {}
    statements = []
    for group, border, following in zip(groups, borders, borders[1:], strict=False):
        last = start + (group[-1].end_lineno or 0)
        code, trailing = _split(lines[last - 1], group[-1].end_col_offset or 0)
        code = "\n".join([*lines[border : last - 1], code])
        seen[code] = seen.get(code, 0) + 1
        answers = [trailing, *lines[last:following]] if trailing else lines[last:following]
        statements.append(Statement(code, border + 1, last, _outcome(answers, table), seen[code]))
    return statements


def _first_line(node: ast.stmt) -> int:
    """The first line of a statement, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _split(line: str, end: int) -> tuple[str, str]:
    """A statement's last line as (code, answer behind it); `end` is where the code ends, in UTF-8 bytes."""
    encoded = line.encode()
    rest = encoded[end:].decode()
    answer = re.match(r"\s*;?\s*(#[>!w](?: .*)?)$", rest)
    return (encoded[:end].decode(), answer[1]) if answer else (line.rstrip(), "")


def _outcome(lines: list[str], table: dict[str, str]) -> Outcome:
    """The outcome that answer lines describe; other lines are comments."""
    output: list[str] = []
    warned: list[str] = []
    raised: list[str] = []
    for line in lines:
        match = ANSWER.match(line)
        if match is None:
            continue
        kind, text = match[1], match[2] or ""
        if kind == ">":
            output.append(text)
        elif kind == "!":
            raised.append(text[2:] if raised else text)
        elif warned and (text.startswith("  ") or not text):
            warned[-1] += "\n" + text[2:]
        else:
            warned.append(text)
    return Outcome(
        tuple(expand("\n".join(output), table).split("\n")) if output else (),
        tuple(expand(text, table) for text in warned),
        expand("\n".join(raised), table) if raised else None,
    )


def answer_lines(outcome: Outcome, table: dict[str, str]) -> list[str]:
    """The answer lines that describe an outcome: the inverse of reading them."""
    lines = []
    for text in outcome.warnings:
        first, *rest = abbreviate(text, table).split("\n")
        lines += [f"#w {first}", *(f"#w   {line}" if line else "#w" for line in rest)]
    for text in outcome.output:
        lines.append(f"#> {abbreviate(text, table)}" if text else "#>")
    if outcome.exception is not None:
        first, *rest = abbreviate(outcome.exception, table).split("\n")
        lines += [f"#! {first}", *(f"#!   {line}" if line else "#!" for line in rest)]
    return lines


def rewrite(path: Path, outcomes: dict[int, Outcome]) -> str:
    """The transcript's text with new outcomes, by the first line of their statements; comments stay."""
    table = messages()
    lines = path.read_text(encoding="utf-8").split("\n")
    statements = {statement.first: statement for block in read(path) for statement in block.statements}
    written: list[str] = []
    position = 1
    while position <= len(lines):
        statement = statements.get(position)
        if statement is None:
            if not ANSWER.match(lines[position - 1]):
                written.append(lines[position - 1])
            position += 1
            continue
        answers = answer_lines(outcomes[position], table)
        code = statement.code.split("\n")
        beside = f"{code[-1]:<{ANSWER_COLUMN}} {answers[0]}" if len(code) == len(answers) == 1 else ""
        if beside and len(beside) <= SAME_LINE_WIDTH:
            written.append(beside)
        else:
            written += [*code, *answers]
        position = statement.last + 1
    return "\n".join(written)
