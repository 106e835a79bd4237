# ruff: noqa: T201 - a script prints
"""Compares random programs with a live PyTorch, character by character.

    PYTHONPATH=src python -m tests.oracle.compare [--count 1000] [--seed 1] [--arrays | --memory] [--session]

Every statement's printed value, warnings and error are compared. A program that differs is shrunk to the statements
and the expressions it takes to differ. `--session` runs the text through the language as the command line does.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
import time
from collections import Counter, defaultdict
from random import Random
from typing import TYPE_CHECKING, Any

from tests.oracle.memory_programs import memory_program
from tests.oracle.programs import program
from tests.oracle.shrink import shrunk
from tests.oracle.spoken import by_pytorch, by_session
from tests.oracle.verdict import AGREED, SMALL, UNIT, WRONG, verdict, worst
from tests.transcripts.replay import attribute, run_statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from tests.transcripts.reader import Outcome

Statements = tuple[str, ...]
FEW = 5
"""So many of a kind are shrunk; the shortest is shown."""


def names_of(module: ModuleType) -> dict[str, Any]:
    """What a program of the language sees: torch's functions and constants, and the functional ones."""
    functional = attribute(module, "nn.functional")
    found = {name: getattr(functional, name) for name in dir(functional) if not name.startswith("_")}
    found |= {name: getattr(module, name) for name in dir(module) if not name.startswith("_")}
    return found | {"torch": module, "__name__": "__main__"}


class Comparison:
    """The two implementations side by side."""

    def __init__(self, *, spoken: bool = False) -> None:
        self.spoken = spoken
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        self.oracle = names_of(torch)
        self.ours = names_of(importlib.import_module("autodiff"))

    def outcomes(self, statements: Statements) -> list[tuple[str, Outcome, Outcome]]:
        """Each statement with what it did there, and here, up to the first that differs for good."""
        if self.spoken:
            return [("; ".join(statements), by_pytorch(statements, self.oracle), by_session(statements))]
        there, here = dict(self.oracle), dict(self.ours)
        found = []
        for statement in statements:
            found.append((statement, run_statement(statement, there), run_statement(statement, here)))
            if verdict(*found[-1][1:]) == WRONG:
                break
        return found


def complaint(outcomes: list[tuple[str, Outcome, Outcome]]) -> list[str]:
    """What differs, line by line."""
    lines = []
    for statement, there, here in outcomes:
        lines.append(f"    {statement}")
        if there != here:
            theirs, own = _lines(there), _lines(here)
            lines += [f"        PyTorch  {text}" for text in theirs if text not in own]
            lines += [f"        ours     {text}" for text in own if text not in theirs]
    return lines


def _lines(outcome: Outcome) -> list[str]:
    error = [] if outcome.exception is None else [outcome.exception]
    return [*outcome.output, *outcome.warnings, *error] or ["nothing"]


def kind_of(comparison: Comparison, statements: Statements) -> str:
    """A name for the way a program differs; shrinking keeps it, and reports of one kind are shown once."""
    if not statements:
        return ""
    outcomes = [(verdict(there, here), there, here) for _, there, here in comparison.outcomes(statements)]
    found = worst(each[0] for each in outcomes)
    _, there, here = next(each for each in outcomes if each[0] == found)
    said: tuple[str | None, ...] = (there.exception, here.exception)
    if there.exception == here.exception:
        said = tuple("; ".join((*outcome.warnings, *outcome.output)) for outcome in (there, here))
    return found + ": " + " / ".join(re.sub(r"[^a-zA-Z:<>'= ]", "", text or "no error")[:70] for text in said)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compares, prints the table and the shortest programs that differ; 1 if any is wrong."""
    parser = argparse.ArgumentParser(description="Compare random programs with PyTorch.")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--arrays", action="store_true", help="vectors and matrices, too")
    parser.add_argument("--show", type=int, default=20, help="how many kinds of differences to show")
    parser.add_argument("--all", action="store_true", help="show small differences, too")
    parser.add_argument("--session", action="store_true", help="through the language, as the command line does")
    parser.add_argument("--memory", action="store_true", help="views, in-place changes and detaching instead")
    options = parser.parse_args(arguments)
    if options.memory and options.session:
        parser.error("the language has no words for some of the statements about memory")
    comparison, counts = Comparison(spoken=options.session), Counter[str]()
    differing: dict[str, list[Statements]] = defaultdict(list)
    started = time.perf_counter()
    for number in range(options.count):
        random = Random(f"{options.seed}/{number}")  # noqa: S311 - reproducible
        if options.memory:
            statements = memory_program(random, blocks=not options.session)
        else:
            statements = program(random, arrays=options.arrays)
        outcomes = comparison.outcomes(statements)
        found = worst(verdict(there, here) for _, there, here in outcomes)
        counts[found] += 1
        if found == WRONG or (options.all and found != AGREED):
            kind = kind_of(comparison, statements)
            if kind.startswith(AGREED):
                print("differed the first time, and agreed the second:", *complaint(outcomes), "", sep="\n")
                continue
            if len(differing[kind]) < FEW:
                statements = shrunk(statements, lambda s: kind_of(comparison, s) == kind)  # noqa: B023 - called at once
            differing[kind].append(statements)
    for kind, programs in sorted(differing.items(), key=lambda item: -len(item[1]))[: options.show]:
        print(f"{len(programs)} x {kind}")
        print("\n".join(complaint(comparison.outcomes(min(programs, key=lambda p: sum(map(len, p)))))), "\n")
    print(f"{options.count} programs, seed {options.seed}, {time.perf_counter() - started:.0f} s")
    for name in (AGREED, UNIT, SMALL, WRONG):
        print(f"{counts[name]:>7}  {name}")
    return 1 if counts[WRONG] else 0


if __name__ == "__main__":
    sys.exit(main())
