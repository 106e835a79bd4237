# ruff: noqa: T201 - a script prints
"""Prints how far a module agrees with the recorded sessions, by theme.

    PYTHONPATH=src python -m tests.transcripts.score [THEME ...] [-v] [--find TEXT] [--module NAME]

With -v every differing statement in scope is shown, expected against got; --find keeps those whose block's title or
code contain the text. --write-not-yet removes from not_yet.txt what agrees by now; with --allow-new it also adds
what differs (for new transcripts).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict

from tests.transcripts.reader import Block, read, transcripts
from tests.transcripts.record import difference
from tests.transcripts.replay import Result, load, replay_all
from tests.transcripts.scope import AGREED, OUT_OF_SCOPE, REACHED, REGRESSED, Scope, not_yet, summary, write_not_yet


def main() -> int:
    """Replays and prints the score; the exit code is 1 when a statement fails that should not."""
    parser = argparse.ArgumentParser(description="Agreement with the recorded PyTorch sessions.")
    parser.add_argument("themes", nargs="*", metavar="THEME", help="names of transcripts (default: all)")
    parser.add_argument("-v", "--verbose", action="store_true", help="show every differing statement in scope")
    parser.add_argument("--find", default="", metavar="TEXT", help="only blocks or statements that contain the text")
    parser.add_argument("--module", default="autodiff", help="the module that takes the name torch")
    parser.add_argument("--write-not-yet", action="store_true", help="remove from not_yet.txt what agrees by now")
    parser.add_argument("--allow-new", action="store_true", help="with --write-not-yet: add what differs, too")
    options = parser.parse_args()
    names = {path.stem: path for path in transcripts()}
    unknown = [theme for theme in options.themes if theme not in names]
    if unknown:
        parser.error(f"no transcript {unknown[0]!r}; there are {', '.join(names)}")
    blocks = [block for name in options.themes or names for block in read(names[name])]
    results = replayed(blocks, options.module)
    scope = Scope()
    if options.write_not_yet:
        rewrite_not_yet(results, scope, allow_new=options.allow_new)
        scope = Scope()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        if options.find and options.find not in result.block.title and options.find not in result.statement.code:
            continue
        verdict = scope.verdict(result)
        counts[result.block.theme][verdict] += 1
        if options.verbose and verdict not in (AGREED, REACHED, OUT_OF_SCOPE):
            print(f"{result.block.theme}.txt:{result.statement.first}: [{result.block.title}]")
            print("\n".join(f"  {line}" for line in result.statement.code.split("\n")))
            print("\n".join(difference(result)))
    print("\n".join(summary(counts)))
    failing = sum((count[REGRESSED] for count in counts.values()), 0)
    if failing:
        print(f"{failing} statements differ that not_yet.txt does not list")
    return 1 if failing else 0


def replayed(blocks: list[Block], name: str) -> list[Result]:
    """The results of all statements, in the order of the files."""
    order = {(block.theme, block.title): place for place, block in enumerate(blocks)}
    found = [results for results in replay_all(blocks, load(name)) if results]
    found.sort(key=lambda results: order[results[0].block.theme, results[0].block.title])
    return [result for results in found for result in results]


def rewrite_not_yet(results: list[Result], scope: Scope, *, allow_new: bool) -> None:
    """Rewrites not_yet.txt for the replayed themes: drops what agrees or is gone; adds only with `allow_new`."""
    themes = {result.block.theme for result in results}
    listed = not_yet()
    differing = [each for each in results if not each.agreed and scope.verdict(each) != OUT_OF_SCOPE]
    kept = [result.key for result in differing if allow_new or result.key in scope.not_yet]
    others = [key for key in listed if key.split(" | ")[0] not in themes]
    write_not_yet(sorted([*kept, *others]))
    print(f"not_yet.txt: {len(listed)} -> {len(kept) + len(others)} statements")


if __name__ == "__main__":
    sys.exit(main())
