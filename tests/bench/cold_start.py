# ruff: noqa: T201 - a script prints
"""How long the command line takes from nothing, beside a Python that does nothing.

    PYTHONPATH=src python -m tests.bench.cold_start [--runs 21]

Whole processes with their output piped, in turn; medians.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from typing import Final

COMMANDS: Final = {
    "python -c pass": ["-c", "pass"],
    "autodiff eval": ["-m", "autodiff", "eval", "x**2+3*x+2", "x=3"],
    "autodiff eval, a vector": ["-m", "autodiff", "eval", "sum(x**2)", "x=[1,2,3]"],
    "autodiff --version": ["-m", "autodiff", "--version"],
    "import autodiff; tensor(3.)": ["-c", "import autodiff; autodiff.tensor(3.)"],
}


def milliseconds(arguments: list[str]) -> float:
    """One process from start to end. Raises CalledProcessError if it fails."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return (time.perf_counter() - started) * 1e3


def medians(runs: int) -> dict[str, float]:
    """The median time of each command, all of them run in turn."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, arguments in COMMANDS.items():
            times[name].append(milliseconds(arguments))
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    """Prints one line per command."""
    parser = argparse.ArgumentParser(description="Time the command line's start.")
    parser.add_argument("--runs", type=int, default=21)
    found = medians(parser.parse_args().runs)
    nothing = found["python -c pass"]
    for name, time_ in found.items():
        print(f"{name:<30}{time_:>8.1f} ms{time_ / nothing:>8.2f}")


if __name__ == "__main__":
    main()
