# ruff: noqa: T201 - a script prints
"""How long the command line takes from nothing, beside a Python that does nothing.

    PYTHONPATH=src python -m tests.bench.cold_start [--runs 25]

Whole processes with their output piped, in turn, after one that writes the bytecode down. Medians of the processor
time, which other work on the machine changes less than the clock's.
"""

from __future__ import annotations

import argparse
from typing import Final

from tests.bench.processes import medians

_EVAL: Final = ["eval", "x**2+3*x+2", "x=3"]
COMMANDS: Final = {
    "python -c pass": ["-c", "pass"],
    "import runpy, as -m does": ["-c", "import runpy"],
    "autodiff eval": ["-m", "autodiff", *_EVAL],
    "the same as a console script": ["-c", "import sys; from autodiff.cli import main; sys.exit(main())", *_EVAL],
    "autodiff eval --json": ["-m", "autodiff", *_EVAL, "--json"],
    "autodiff eval --get x.grad": ["-m", "autodiff", *_EVAL, "--get", "x.grad"],
    "autodiff eval --rtol 1e-5 (Typer)": ["-m", "autodiff", *_EVAL, "--rtol", "1e-5"],
    "import typer, no collector": ["-c", "import gc; gc.disable(); import typer; gc.freeze()"],
    "autodiff diff": ["-m", "autodiff", "diff", "x**2+3*x+2"],
    "autodiff eval, a vector": ["-m", "autodiff", "eval", "sum(x**2)", "x=[1,2,3]"],
    "autodiff --version": ["-m", "autodiff", "--version"],
    "import autodiff; tensor(3.)": ["-c", "import autodiff; autodiff.tensor(3.)"],
}


def main() -> None:
    """Prints one line per command: milliseconds, and how often Python's own start fits in them."""
    parser = argparse.ArgumentParser(description="Time the command line's start.")
    parser.add_argument("--runs", type=int, default=25)
    found = medians(COMMANDS, parser.parse_args().runs)
    nothing = found["python -c pass"]
    for name, time_ in found.items():
        print(f"{name:<36}{time_:>8.1f} ms{time_ / nothing:>8.2f}")


if __name__ == "__main__":
    main()
