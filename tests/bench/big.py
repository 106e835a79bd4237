# ruff: noqa: T201 - a script prints
"""Big expressions, value and gradient: a sum of many terms, `sin` nested deep, many parentheses.

    PYTHONPATH=src python -m tests.bench.big [--largest 100000] [--peers PYTHON]

Processor time of whole processes that read the text from standard input, and the largest memory they had (at least
what this process has, whose copy they begin as). The last column is the ratio to the time of a tenth of the size.
The peers, where PYTHON or this interpreter has them, are PyTorch with Python's own `eval` and SymEngine, each with a
stack and a recursion limit as large as the system lets them have.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

X: Final = 0.5
SHAPES: Final[Mapping[str, Callable[[int], str]]] = {
    "sum": lambda size: "+".join(f"sin({k}*x)" for k in range(1, size + 1)),
    "sin": lambda size: f"{'sin(' * size}x{')' * size}",
    "parentheses": lambda size: f"{'(' * size}x{')' * size}",
}
"""The text of each size."""
SMALLEST: Final = 10_000
PEERS: Final = {
    "torch": "import torch; from torch import sin; x = torch.tensor(0.5, requires_grad=True);"
    " y = eval(text); y.backward(); print(y.item(), x.grad.item())",
    "symengine": "from symengine import Symbol, sympify; x = Symbol('x'); f = sympify(text);"
    " print(f.subs(x, 0.5), f.diff(x).subs(x, 0.5))",
}
"""What reads `text` and prints a value and a gradient."""
_BEFORE: Final = (
    "import resource, sys, threading; sys.setrecursionlimit(10**9); text = sys.stdin.read()\n"
    "hard = resource.getrlimit(resource.RLIMIT_STACK)[1]; resource.setrlimit(resource.RLIMIT_STACK, (hard, hard))\n"
)


class Used(NamedTuple):
    """What a process printed, None if it failed; seconds of processor time, and MiB of memory at most."""

    printed: str | None
    seconds: float
    memory: float


def used(command: list[str], text: str) -> Used:
    """Run a command that reads `text`, and count what it needs."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        try:
            running.stdin.write(text.encode())
            running.stdin.close()
        except BrokenPipeError:
            return Used(None, 0.0, 0.0)
        printed = running.stdout.read().decode()
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    failed = running.returncode != 0
    return Used(None if failed else printed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def ours(shape: str, size: int) -> Used:
    """One expression by the command line."""
    words = ["-m", "autodiff", "eval", "-", f"x={X}"]
    return used([sys.executable, *words], SHAPES[shape](size))


def main() -> None:
    """Prints a line for each expression."""
    parser = argparse.ArgumentParser(description="Time big expressions.")
    parser.add_argument("--largest", type=int, default=100_000)
    parser.add_argument("--peers", default=sys.executable, help="a Python that has torch or symengine")
    options = parser.parse_args()
    print(f"{'':<22}{'size':>9}{'seconds':>10}{'MiB':>8}{'ratio':>8}")
    for shape, text in SHAPES.items():
        before, size = None, SMALLEST
        while size <= options.largest:
            found = ours(shape, size)
            ratio = f"{found.seconds / before:>8.1f}" if before else ""
            print(f"{shape:<22}{size:>9}{found.seconds:>10.2f}{found.memory:>8.0f}{ratio}")
            for name, script in PEERS.items():
                theirs = used([options.peers, "-c", f"{_BEFORE}{script}"], text(size))
                told = f"{theirs.seconds:>10.2f}{theirs.memory:>8.0f}" if theirs.printed else f"{'does not':>10}"
                print(f"{f'  {name}':<22}{size:>9}{told}")
            before, size = found.seconds, size * 10


if __name__ == "__main__":
    main()
