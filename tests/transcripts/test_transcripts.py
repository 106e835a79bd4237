"""Replays every recorded PyTorch session on autodiff, and holds the bookkeeping to its promises."""

from __future__ import annotations

import os
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from tests.transcripts.reader import ANSWER, TITLE, Block, Outcome, answer_lines, messages, read, rewrite, transcripts
from tests.transcripts.record import difference
from tests.transcripts.replay import load, replay
from tests.transcripts.scope import REACHED, REGRESSED, Exclusion, Scope, not_yet

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

BLOCKS = [block for path in transcripts() for block in read(path)]
SCOPE = Scope()
MODULE = load("autodiff")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a block is replayed in a forked process")
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"{block.theme}: {block.title}")
def test_block_prints_what_pytorch_printed(block: Block, counts: dict[str, Counter[str]]) -> None:
    """Every statement in scope agrees byte for byte, unless not_yet.txt lists it; what agrees is not listed."""
    complaints = []
    for result in replay(block, MODULE):
        verdict = SCOPE.verdict(result)
        counts[block.theme][verdict] += 1
        if verdict == REGRESSED:
            complaints += [f"line {result.statement.first}: {result.statement.code}", *difference(result)]
        elif verdict == REACHED:
            complaints.append(f"agrees, remove it from not_yet.txt (score --write-not-yet): {result.key}")
    assert not complaints, "\n".join(complaints)


def test_every_statement_has_one_verdict() -> None:
    """Statements in and out of scope add up to all, keys are unique, and not_yet.txt lists only some in scope."""
    statements = [(block, statement) for block in BLOCKS for statement in block.statements]
    keys = [block.key(statement) for block, statement in statements]
    outside = {block.key(statement) for block, statement in statements if SCOPE.reason(block, statement)}
    inside = set(keys) - outside
    assert len(set(keys)) == len(keys) == len(inside) + len(outside)
    listed = not_yet()
    assert len(set(listed)) == len(listed)
    assert set(listed) <= inside, sorted(set(listed) - inside)[:5]


@pytest.mark.parametrize("entry", SCOPE.exclusions, ids=lambda entry: entry.reason)
def test_every_exclusion_excludes_something(entry: Exclusion) -> None:
    """An entry of out_of_scope.toml that matches no statement is an error."""
    assert any(entry.matches(block, statement) for block in BLOCKS for statement in block.statements)


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
def test_reading_drops_nothing(path: Path) -> None:
    """Each answer line and each title of a file is carried by a block, and writing the file again changes nothing."""
    text = path.read_text(encoding="utf-8")
    blocks = read(path)
    lines = text.split("\n")
    assert sum(line.startswith(TITLE) for line in lines) == len(blocks)
    assert not any(statement.expected != Outcome() for block in blocks for statement in block.shared)
    outcomes = {statement.first: statement.expected for block in blocks for statement in block.statements}
    assert rewrite(path, outcomes) == text
    beside = sum(not line.startswith("#") and ANSWER.search(line) is not None for line in lines)
    below = sum(ANSWER.match(line) is not None for line in lines)
    assert sum(len(answer_lines(outcome, messages())) for outcome in outcomes.values()) == beside + below


def test_replay_sees_hangs_crashes_and_differences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that never ends, kills its process or answers otherwise fails alone; the others agree."""
    monkeypatch.setattr("tests.transcripts.replay.CPU_SECONDS", 0.2)
    transcript = tmp_path / "sample.txt"
    transcript.write_text(SAMPLE, encoding="utf-8")
    fresh, sequence = (replay(block, ModuleType("empty")) for block in read(transcript))
    assert [result.agreed for result in fresh] == [True, True, False, False, False, True, True]
    assert [result.trouble for result in fresh[2:4]] == ["ran into the time limit", "crashed: SIGKILL"]
    assert [result.agreed for result in sequence] == [True, False, False]
    assert sequence[2].trouble == "not reached: 'while True: pass' ran into the time limit"


SAMPLE = """\
import os, signal

## fresh statements
a = 1
# ==== fresh
a = 2; a                           #> 2
while True: pass
os.kill(os.getpid(), signal.SIGKILL)
a                                  #> 2
a, None                            #> (1, None)
warnings.warn('x'); print('p'); int('y')
#w UserWarning: x
#> p
#! ValueError: invalid literal for int() with base 10: 'y'

## a sequence
b = 1
while True: pass
b                                  #> 1
"""
