# ruff: noqa: T201 - a script prints
"""Elementwise work on arrays: time forward and backward, and peak memory, with the ratio to PyTorch if it is there.

    PYTHONPATH=src python -m tests.bench.arrays [--size 1000000] [--seconds 1] [--only NAME ...] [--memory]

Short runs in turn; of each, the fastest counts: what is left is the work, without the machine's noise.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["CASES", "Case", "Times", "fastest", "peak", "prepared"]

SMALL: Final = 3
FEW: Final = 1000
"""Below so many elements an array is small."""
IN_A_ROW: Final = 5
"""Runs of one implementation before the other's turn, so that each finds its own memory again."""
CASES: Final = {
    "add": "x + w",
    "sub": "x - w",
    "mul": "x * w",
    "div": "x / w",
    "add number": "x + 2",
    "mul number": "x * 2.5",
    "number - x": "1 - x",
    "number / x": "1 / x",
    "neg": "-x",
    "abs": "x.abs()",
    "square": "x ** 2",
    "cube": "x ** 3",
    "sqrt": "x.sqrt()",
    "rsqrt": "x.rsqrt()",
    "reciprocal": "x.reciprocal()",
    "maximum": "torch.maximum(x, w)",
    "clamp": "x.clamp(0.5, 1.5)",
    "relu": "x.relu()",
    "where": "torch.where(c, x, w)",
    "compare": "x > w",
    "sum": "x.sum()",
    "mean": "x.mean()",
    "sum of rows": "x.sum(0)",
    "polynomial": "(x * 2 + 1) * x",
    "squared error": "((x - w) ** 2).mean()",
    "exp": "x.exp()",
    "log": "x.log()",
    "sin": "x.sin()",
    "cos": "x.cos()",
    "tanh": "x.tanh()",
    "sigmoid": "x.sigmoid()",
    "softplus": "torch.nn.functional.softplus(x)",
    "power": "x ** w",
}
"""What is timed, of x and w (which want gradients) and c (a mask)."""


class Case(NamedTuple):
    """One run: what makes the result, and what walks back from it (None if it has no gradient)."""

    forward: Callable[[], Any]
    backward: Callable[[Any], None] | None


class Times(NamedTuple):
    """Seconds."""

    forward: float
    backward: float

    @property
    def both(self) -> float:
        """Forward and backward."""
        return self.forward + self.backward


def prepared(text: str, torch: Any, size: int) -> Case:  # noqa: ANN401 - a module
    """The run of one expression on leaves of `size` elements between 0.1 and 2.1; several at once of small ones."""
    x, w = ((torch.arange(size) * step % 1000 / 500 + 0.1).requires_grad_() for step in (7, 11))
    known = {"torch": torch, "x": x, "w": w, "c": x > w}
    once = eval(f"lambda: {text}", known)  # noqa: S307 - the texts above
    repeats = range(repeated(size))
    y = once()
    seeds = [torch.ones(y.shape) for _ in repeats]

    def forward() -> list[Any]:
        return [once() for _ in repeats]

    def backward(results: list[Any]) -> None:
        torch.autograd.backward(results, seeds)
        x.grad = w.grad = None

    return Case(forward, backward if y.requires_grad else None)


def repeated(size: int) -> int:
    """How many results one walk goes back from: what a walk costs by itself is not what is measured."""
    return 50 if size < FEW else 1


def fastest(cases: Sequence[Case], seconds: float) -> list[Times]:
    """The shortest times of each, some runs of one after some of the other, for so many seconds (at least once)."""
    best = [Times(float("inf"), float("inf"))] * len(cases)
    until = time.perf_counter() + seconds
    while True:
        for k, case in enumerate(cases):
            for _ in range(IN_A_ROW if seconds else 1):
                start = time.perf_counter()
                y = case.forward()
                middle = time.perf_counter()
                if case.backward is not None:
                    case.backward(y)
                end = time.perf_counter()
                del y
                best[k] = Times(min(best[k].forward, middle - start), min(best[k].backward, end - middle))
        if time.perf_counter() >= until:
            return best


PEAK: Final = "(x * 2 + 1) * x"
_SCRIPT: Final = """
import importlib, resource, sys

def most():
    try:  # what the process that started this one took does not count here
        with open("/proc/self/status") as status:
            return int(status.read().partition("VmHWM:")[2].split()[0])
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most // 1024 if sys.platform == "darwin" else most  # which counts bytes

torch = importlib.import_module({module!r})
(torch.ones(2, requires_grad=True) * 2).sum().backward()  # what is imported and cached on first use
x = torch.ones({size}, requires_grad=True)
before = most()
y = {text}
y.sum().backward()
print(most() - before)
"""


def peak(module: str, size: int, text: str = PEAK) -> int:
    """By how many KiB the memory of a process of its own grows over its leaf of `size` elements."""
    script = _SCRIPT.format(module=module, size=size, text=text)
    return int(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout)


def _line(text: str, modules: Sequence[Any], size: int, seconds: float) -> str:
    """Times in ms (us for small arrays) forward and backward, and the ratio of both together."""
    scale = 1e6 / repeated(size) if size < FEW else 1e3
    times = fastest([prepared(text, module, size) for module in modules], seconds)
    line = "".join(f"{t.forward * scale:>10.3f}{t.backward * scale:>10.3f}" for t in times)
    return line if len(times) == 1 else f"{line}{times[0].both / times[1].both:>8.2f}"


def main() -> None:
    """Prints the peak memory, then one line per case for arrays of three and of many elements."""
    parser = argparse.ArgumentParser(description="Time work on arrays against PyTorch.")
    parser.add_argument("--size", type=int, default=1_000_000, help="how many elements a large array has")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long each case is repeated")
    parser.add_argument("--only", nargs="*", default=list(CASES), help="which cases")
    parser.add_argument("--memory", action="store_true", help="measure only the peak memory")
    options = parser.parse_args()
    names = ["autodiff"] + ["torch"] * (find_spec("torch") is not None)
    peaks = ", ".join(f"{n} {peak(n, 10_000_000) // 1024}" for n in names)  # before this process is large itself
    print(f"MiB that {PEAK} and its gradient take at 1e7 elements, without the leaf: {peaks}")
    if options.memory:
        return
    modules = [importlib.import_module(name) for name in names]
    if len(modules) > 1:
        modules[1].set_num_threads(1)
    for size in (SMALL, options.size):
        unit = "us" if size < FEW else "ms"
        head = "   forward  backward" * len(modules) + "   ratio" * (len(modules) > 1)
        print(f"{unit}, {size:<10}{head}")
        for name in options.only:
            print(f"{name:<14}{_line(CASES[name], modules, size, options.seconds)}", flush=True)


if __name__ == "__main__":
    main()
