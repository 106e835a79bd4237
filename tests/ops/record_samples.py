# ruff: noqa: T201 - a script prints
"""Records what PyTorch answers to every sample in the table.

    PYTHONPATH=src python -m tests.ops.record_samples [--check]

`--check` changes nothing and exits with 1 if the file would change.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.ops.answers import DTYPES, answer, names_of
from tests.ops.calls import Call, calls, unique_ops

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDED: Final = Path(__file__).with_name("samples") / "recorded.jsonl"
VERSION: Final = "2.13.0"


def every_call() -> Iterator[Call]:
    """The samples of all public operations, in every dtype."""
    for op in unique_ops():
        for dtype in DTYPES:
            yield from calls(op, dtype)


def read() -> dict[Call, dict[str, Any]]:
    """The recorded answers by call."""
    found = {}
    for line in RECORDED.read_text(encoding="utf-8").splitlines():
        inputs, call, leaves, op, facts = json.loads(line)
        found[Call(op, tuple(inputs), call, tuple(leaves))] = facts
    return found


def main() -> int:
    """Records, or checks; the exit code."""
    torch = importlib.import_module("torch")
    if str(torch.__version__).partition("+")[0] != VERSION:
        print(f"the samples are recorded from PyTorch {VERSION}, this one is {torch.__version__}")
        return 2
    torch.set_num_threads(1)
    names = names_of(torch)
    recorded = {call: answer(call, names) for call in every_call()}
    lines = [json.dumps([c.inputs, c.call, c.leaves, c.op, facts], ensure_ascii=False) for c, facts in recorded.items()]
    text = "\n".join(lines) + "\n"
    same = RECORDED.exists() and RECORDED.read_text(encoding="utf-8") == text
    if "--check" not in sys.argv:
        RECORDED.write_text(text, encoding="utf-8")
    print(f"{len(lines)} calls, {'unchanged' if same else 'changed'}")
    return 0 if same or "--check" not in sys.argv else 1


if __name__ == "__main__":
    sys.exit(main())
