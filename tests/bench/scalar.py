# ruff: noqa: T201 - a script prints
"""Microseconds per operation, forward and backward, and the ratio to PyTorch where it is installed.

    PYTHONPATH=src python -m tests.bench.scalar [--seconds 1]

Short runs in turn; of each, the fastest counts: what is left is the work, without the machine's noise.
"""

from __future__ import annotations

import argparse
import importlib
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from tests.bench.cases import CASES, Case, prepared

if TYPE_CHECKING:
    from collections.abc import Sequence

REPEATS: Final = 50


def fastest(case: Case, modules: Sequence[Any], seconds: float) -> list[tuple[float, float]]:
    """Microseconds per operation for each module: forward, and backward (with the graph's end)."""
    runs = [prepared(case, module, REPEATS) for module in modules]
    best = [(float("inf"), float("inf"))] * len(runs)
    for forward, backward in runs:  # the first time loads and compiles
        backward(forward())
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for k, (forward, backward) in enumerate(runs):
            start = time.process_time()
            y = forward()
            middle = time.process_time()
            backward(y)
            del y
            end = time.process_time()
            best[k] = (min(best[k][0], middle - start), min(best[k][1], end - middle))
    scale = 1e6 / (REPEATS * case.operations)
    return [(there * scale, back * scale) for there, back in best]


def main() -> None:
    """Prints one line per case."""
    parser = argparse.ArgumentParser(description="Time operations against PyTorch.")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each case is repeated")
    options = parser.parse_args()
    modules = [importlib.import_module("autodiff")]
    if find_spec("torch") is not None:
        modules.append(importlib.import_module("torch"))
        modules[-1].set_num_threads(1)
    print(f"{'us per operation':<16}{'forward':>9}{'backward':>10}{'PyTorch':>10}{'backward':>10}{'ratio':>8}")
    for case in CASES:
        (forward, backward), *oracle = fastest(case, modules, options.seconds)
        line = f"{case.name:<16}{forward:>9.2f}{backward:>10.2f}"
        for there, back in oracle:
            line += f"{there:>10.2f}{back:>10.2f}{(forward + backward) / (there + back):>8.2f}"
        print(line)


if __name__ == "__main__":
    main()
