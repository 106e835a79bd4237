"""Whole processes, by the processor time they take: other work on the machine changes it less than the clock's."""

from __future__ import annotations

import os
import statistics
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["medians", "processor_time"]


def processor_time(arguments: Sequence[str], python: str = sys.executable) -> float:
    """Milliseconds of the processor that a Python process with these arguments takes. Raises RuntimeError."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    nothing = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, nothing, 1)]
    process = os.posix_spawn(python, [python, *arguments], environment, file_actions=actions)
    os.close(nothing)
    _, status, usage = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"{arguments} ended with {status}")
    return (usage.ru_utime + usage.ru_stime) * 1e3


def medians(
    commands: Mapping[str, Sequence[str]], runs: int, pythons: Mapping[str, str] | None = None
) -> dict[str, float]:
    """The median milliseconds of each command, all of them run in turn after a round that writes the bytecode down.

    `pythons` has the interpreters of those that another one runs.
    """
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, arguments in commands.items():
            taken = processor_time(arguments, (pythons or {}).get(name, sys.executable))
            if number:
                times[name].append(taken)
    return {name: statistics.median(found) for name, found in times.items()}
