# ruff: noqa: T201 - a script prints
"""How many recorded samples agree, and which do not.

    PYTHONPATH=src python -m tests.ops.score [-v] [--write-not-yet]

A sample may differ for two reasons only, each a list in samples/: `last_digit.txt` (a transcendental function rounds
differently in the last printed digit) and `not_yet.txt` (in scope, and still to be done: the list only shrinks).
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import autodiff
from tests.ops.answers import answer, names_of
from tests.ops.record_samples import read

if TYPE_CHECKING:
    from tests.ops.calls import Call

FOLDER: Final = Path(__file__).with_name("samples")
NOT_YET: Final = FOLDER / "not_yet.txt"
LAST_DIGIT: Final = FOLDER / "last_digit.txt"


def key(call: Call) -> str:
    """A call as one line of the language."""
    return "; ".join([*call.inputs, call.call])


def listed(path: Path) -> list[str]:
    """The calls in a list, without its comments."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line for line in lines if line and not line.startswith("#")]


@cache
def differences() -> dict[str, tuple[Call, dict[str, Any], dict[str, Any]]]:
    """The calls whose answer differs from PyTorch's, with both answers."""
    names = names_of(autodiff)
    compared = ((call, there, answer(call, names)) for call, there in read().items())
    return {key(call): (call, there, here) for call, there, here in compared if there != here}


def main() -> None:
    """Prints the score; -v every difference."""
    found = differences()
    for text, (_, there, here) in found.items() if "-v" in sys.argv else ():
        print(text)
        for fact in dict.fromkeys([*there, *here]):
            if there.get(fact) != here.get(fact):
                print(f"    {fact:<7} PyTorch {there.get(fact)}\n            ours    {here.get(fact)}")
    agreed = len(read()) - len(found)
    print(f"{agreed} of {len(read())} calls agree; {len(listed(LAST_DIGIT))} may differ in the last digit")
    if "--write-not-yet" in sys.argv:
        keys = [text for text in found if text not in set(listed(LAST_DIGIT))]
        NOT_YET.write_text(
            "# This list only shrinks: see tests/ops/score.py.\n" + "".join(f"{k}\n" for k in keys), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
