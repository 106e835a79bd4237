# ruff: noqa: T201 - a script prints
"""Records the answers of all transcripts from a live PyTorch.

    python -m tests.transcripts.record [--check] [--fast] [FILE ...]

`--check` changes nothing, reports what differs from the files and exits with 1 when something does.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import warnings
from pathlib import Path

from tests.transcripts.reader import answer_lines, messages, read, rewrite, transcripts
from tests.transcripts.replay import Result, load, replay_all

VERSION = "2.13.0"


def main() -> int:
    """Records, or checks; the exit code."""
    parser = argparse.ArgumentParser(description="Record the transcripts' answers from PyTorch.")
    parser.add_argument("--check", action="store_true", help="report differences, change nothing")
    parser.add_argument(
        "--fast", action="store_true", help="fresh statements share a process: not for warnings shown once"
    )
    parser.add_argument("files", nargs="*", type=Path, help="transcripts (default: all)")
    options = parser.parse_args()
    torch = load("torch")
    if isinstance(torch, str):
        parser.error(torch)
    if str(torch.__version__).partition("+")[0] != VERSION:
        parser.error(f"the transcripts are recorded from PyTorch {VERSION}, this one is {torch.__version__}")
    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it loads on first use with a dozen warnings about itself
        importlib.import_module("torch._decomp.decompositions_for_jvp")
    paths = options.files or transcripts()
    blocks = [block for path in paths for block in read(path)]
    results: dict[str, list[Result]] = {path.stem: [] for path in paths}
    for replayed in replay_all(blocks, torch, isolate=not options.fast):
        results[replayed[0].block.theme] += replayed
    differing = sum(record(path, results[path.stem], check=options.check) for path in paths)
    print(f"{differing} statements {'differ' if options.check else 'changed'}")
    return 1 if options.check and differing else 0


def record(path: Path, results: list[Result], *, check: bool) -> int:
    """Writes one file's answers (or reports how they differ) and counts the statements that changed."""
    differing = sorted((result for result in results if not result.agreed), key=lambda result: result.statement.first)
    broken = [result for result in differing if result.got is None]
    for result in differing if check else broken:
        print(f"{path.name}:{result.statement.first}: {result.statement.code}")
        print("\n".join(difference(result)))
    if not check and not broken:
        outcomes = {result.statement.first: result.got for result in results if result.got is not None}
        path.write_text(rewrite(path, outcomes), encoding="utf-8")
    return len(differing)


def difference(result: Result) -> list[str]:
    """Expected and got of one statement, each line marked."""
    table = messages()
    got = answer_lines(result.got, table) if result.got is not None else []
    expected = [f"    expected  {line}" for line in answer_lines(result.statement.expected, table) or ["nothing"]]
    seen = [f"    got       {line}" for line in got or ([] if result.trouble else ["nothing"])]
    return expected + seen + ([f"    trouble   {result.trouble}"] if result.trouble else [])


if __name__ == "__main__":
    sys.exit(main())
