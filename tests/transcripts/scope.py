"""What the replay is held against: statements out of scope (with reasons), and statements not reached yet."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.transcripts.reader import FOLDER, Block, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.transcripts.replay import Result

NOT_YET = FOLDER / "not_yet.txt"
HEADER = """\
# Statements in scope whose answer is still another one: theme | title | code  [which repetition].
# This list only shrinks: a statement here that agrees fails the tests until it is removed with
#     python -m tests.transcripts.score --write-not-yet
"""
AGREED, NOT_REACHED, OUT_OF_SCOPE, REGRESSED, REACHED = "agreed", "not yet", "out of scope", "differs", "reached"


@dataclass(frozen=True)
class Exclusion:
    """One entry of out_of_scope.toml; an empty field matches everything."""

    reason: str
    theme: str = ""
    title: str = ""
    code: str = ""

    def matches(self, block: Block, statement: Statement) -> bool:
        """True when the statement is one of those this entry excludes."""
        return (
            self.theme in ("", block.theme)
            and self.title in ("", block.title)
            and re.search(self.code, statement.code) is not None
        )


def exclusions() -> list[Exclusion]:
    """The entries of out_of_scope.toml."""
    table = tomllib.loads((FOLDER / "out_of_scope.toml").read_text(encoding="utf-8"))
    return [Exclusion(**entry) for entry in table["out"]]


def not_yet() -> list[str]:
    """The keys of the statements that are listed as not reached, in the order of the file."""
    if not NOT_YET.exists():
        return []
    return [line for line in NOT_YET.read_text(encoding="utf-8").split("\n") if line and not line.startswith("# ")]


def write_not_yet(keys: Iterable[str]) -> None:
    """Writes the list of statements that are not reached."""
    NOT_YET.write_text(HEADER + "".join(f"{key}\n" for key in keys), encoding="utf-8")


class Scope:
    """Sorts results into agreed, not yet, out of scope, and the two that fail: differs and reached."""

    def __init__(self) -> None:
        self.exclusions = exclusions()
        self.not_yet = frozenset(not_yet())

    def reason(self, block: Block, statement: Statement) -> str | None:
        """Why a statement is out of scope, or None."""
        return next((entry.reason for entry in self.exclusions if entry.matches(block, statement)), None)

    def verdict(self, result: Result) -> str:
        """The kind of a result; `reached` is a statement that agrees although it is listed as not reached."""
        if self.reason(result.block, result.statement) is not None:
            return OUT_OF_SCOPE
        listed = result.key in self.not_yet
        if result.agreed:
            return REACHED if listed else AGREED
        return NOT_REACHED if listed else REGRESSED


def summary(counts: dict[str, Counter[str]]) -> list[str]:
    """A table of the counted verdicts: a line per theme, then their sum."""
    lines = [f"{'theme':<26}{'agreed':>8}{'in scope':>10}{'':>7}{'out of scope':>14}"]
    for theme, count in [*sorted(counts.items()), ("all", sum(counts.values(), Counter[str]()))]:
        agreed = count[AGREED] + count[REACHED]
        scope = count.total() - count[OUT_OF_SCOPE]
        share = f"{agreed / scope:.0%}" if scope else ""
        lines.append(f"{theme:<26}{agreed:>8}{scope:>10}{share:>7}{count[OUT_OF_SCOPE] or '':>14}")
    return lines
