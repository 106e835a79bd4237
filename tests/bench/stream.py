# ruff: noqa: T201 - a script prints
"""Many short expressions, one a line: `autodiff eval - --json` beside PyTorch with Python's `eval` and `json`.

    PYTHONPATH=src python -m tests.bench.stream [--lines 5000] [--torch PYTHON]

Processor time for each line, the whole process of ours with its start, PyTorch's without; the fastest of a few runs.
The facts are the same. PyTorch is run by the interpreter PYTHON, this one if it has it. Beside them: how long parsing
takes, in times of Python's own `ast.parse`.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import os
import random
import resource
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

INPUTS: Final = {"x": 1.5, "y": 0.5}
FUNCTIONS: Final = ("sin", "cos", "exp", "tanh", "sigmoid")
RUNS: Final = 3


def expressions(count: int) -> list[str]:
    """Distinct expressions of x and y, the same at every call, that PyTorch takes, too."""
    chosen = random.Random(1)  # noqa: S311 - no secret

    def part(depth: int) -> str:
        if depth == 0:
            return chosen.choice(["x", "y", "x", "y", "2.5", "3.5", "1.25"])
        if chosen.random() < 0.6:
            return f"({part(depth - 1)}{chosen.choice('+-*/')}{part(depth - 1)})"
        return f"{chosen.choice(FUNCTIONS)}(x*{part(depth - 1)})"

    return [f"x*{number}+{part(2)}*y" for number in range(1, count + 1)]


# ------------------------------------------------------------------ ours


def streamed(lines: Sequence[str]) -> tuple[float, list[str]]:
    """Seconds of processor time for the whole process, and what it printed. Raises CalledProcessError if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = ["-m", "autodiff", "eval", "-", *(f"{name}={value}" for name, value in INPUTS.items()), "--json"]
    done = subprocess.run([sys.executable, *words], check=True, capture_output=True, text=True, input="\n".join(lines))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout.splitlines()


def parsing(lines: Sequence[str]) -> float:
    """How long parsing takes, in times of `ast.parse`."""
    from autodiff.language import parse

    return _fastest(parse, lines) / _fastest(ast.parse, lines)


def _fastest(act: Callable[[str], Any], lines: Sequence[str]) -> float:
    best = float("inf")
    for _ in range(5 * RUNS):
        started = time.process_time()
        for line in lines:
            act(line)
        best = min(best, time.process_time() - started)
    return best


# ------------------------------------------------------------------ PyTorch's


def looped(torch: Any, lines: Sequence[str], write: Callable[[str], Any]) -> float:  # noqa: ANN401 - a module
    """Seconds of processor time for the same with a library in a loop; what it found is written line by line."""
    names = {name: getattr(torch, name) for name in FUNCTIONS}
    started = time.process_time()
    for line in lines:
        inputs = {name: torch.tensor(value, requires_grad=True) for name, value in INPUTS.items()}
        shown = {name: _facts(tensor) for name, tensor in inputs.items()}
        out = eval(line, {**names, **inputs})  # noqa: S307 - the texts above
        values = {"out": _facts(out)}
        out.backward()
        grads = {name: None if t.grad is None else _facts(t.grad) for name, t in inputs.items()}
        found = {
            "schema": "autodiff/1",
            "expression": line,
            "inputs": shown,
            "values": values,
            "backward": [{"grads": grads}],
            "grads": grads,
            "warnings": [],
            "error": None,
        }
        write(f"{json.dumps(found)}\n")
    return time.process_time() - started


def _facts(tensor: Any) -> dict[str, Any]:  # noqa: ANN401 - a tensor
    node = tensor.grad_fn
    return {
        "value": tensor.tolist(),
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "requires_grad": tensor.requires_grad,
        "is_leaf": tensor.is_leaf,
        "grad_fn": None if node is None else type(node).__name__,
        "repr": repr(tensor),
    }


def _peer(count: int) -> None:
    """Prints PyTorch's seconds; for a process of its own."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        print(looped(torch, expressions(count), lambda text: (nowhere.write(text), nowhere.flush())))


def main() -> None:
    """Prints a line for each of both, and one for parsing."""
    parser = argparse.ArgumentParser(description="Time a stream of expressions against PyTorch.")
    parser.add_argument("--lines", type=int, default=5000)
    parser.add_argument("--torch", default=sys.executable if find_spec("torch") else None, help="a Python that has it")
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        _peer(options.lines)
        return
    lines = expressions(options.lines)
    command = [options.torch, "-m", "tests.bench.stream", "--peer", "--lines", str(options.lines)]
    ours, theirs = [], []
    for _ in range(RUNS):
        ours.append(streamed(lines)[0])
        if options.torch:
            theirs.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    scale = 1e6 / len(lines)
    print(f"{'autodiff eval - --json':<32}{min(ours) * scale:>8.0f} us a line")
    if theirs:
        print(f"{'PyTorch, eval and json':<32}{min(theirs) * scale:>8.0f} us a line{min(theirs) / min(ours):>8.2f}")
    print(f"{'parsing / ast.parse':<32}{parsing(lines[:1000]):>8.2f}")


if __name__ == "__main__":
    main()
