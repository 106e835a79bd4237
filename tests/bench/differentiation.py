# ruff: noqa: T201 - a script prints
"""How long derivatives take to be written down: beside evaluating, growing with the expression, and from nothing.

    PYTHONPATH=src python -m tests.bench.differentiation [--runs 15] [--terms 2000]

In one process: `diff` of a polynomial beside `eval` of it, and nested sines (time and length of the text). Whole
processes in turn, by the processor time they use: `autodiff diff` beside `autodiff eval`, and beside SymPy where it is
installed. Medians.
"""

from __future__ import annotations

import argparse
import statistics
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

from autodiff.session.diff.derivatives import Wanted
from autodiff.session.diff.differentiation import differentiate
from autodiff.session.running import run
from autodiff.session.scenario import Scenario
from tests.bench.processes import medians

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXPRESSION: Final = "x**2+3*x+2"
COMMANDS: Final = {
    "autodiff eval": ["-m", "autodiff", "eval", EXPRESSION, "x=3"],
    "autodiff diff": ["-m", "autodiff", "diff", EXPRESSION],
}
SYMPY: Final = [
    "-c",
    f"import sympy; x = sympy.Symbol('x'); print(sympy.diff(sympy.parse_expr('{EXPRESSION}', {{'x': x}}), x))",
]


class Growth(NamedTuple):
    """Sines in one another, the milliseconds their derivative takes, and the characters it has."""

    depth: int
    milliseconds: float
    characters: int


def polynomial(terms: int) -> str:
    """A sum of so many different powers of x, each with a coefficient."""
    return " + ".join(f"{k % 7 + 2}*x**{k + 1}" for k in range(terms))


def nested(depth: int) -> str:
    """sin(sin(...x...))."""
    return "sin(" * depth + "x" + ")" * depth


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """The median time of the work."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e3


def of_polynomial(terms: int, runs: int) -> tuple[float, float]:
    """Milliseconds of eval (value and gradient) and of diff."""
    text = polynomial(terms)
    scenario = Scenario(text, inputs=(("x", "0.5"),))
    for report in (run(scenario), differentiate(Wanted(text))):
        if report.error is not None:
            raise RuntimeError(report.error)
    return milliseconds(lambda: run(scenario), runs), milliseconds(lambda: differentiate(Wanted(text)), runs)


def growth(depths: Sequence[int], runs: int) -> list[Growth]:
    """What nested sines cost."""
    found = []
    for depth in depths:
        wanted = Wanted(nested(depth))
        characters = len(differentiate(wanted).derivatives[0].text)
        found.append(Growth(depth, milliseconds(lambda wanted=wanted: differentiate(wanted), runs), characters))  # type: ignore[misc]
    return found


def main() -> None:
    """Prints one line per figure."""
    parser = argparse.ArgumentParser(description="Time derivatives in writing.")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--terms", type=int, default=2000)
    options = parser.parse_args()
    evaluated, differentiated = of_polynomial(options.terms, options.runs)
    print(f"a polynomial of {options.terms} terms: eval {evaluated:.1f} ms, diff {differentiated:.1f} ms, ", end="")
    print(f"{differentiated / evaluated:.2f} times")
    for each in growth((100, 200, 300), options.runs):
        print(f"{each.depth} nested sines: {each.milliseconds:.1f} ms, {each.characters} characters")
    commands = {**COMMANDS, **({"SymPy's diff": SYMPY} if find_spec("sympy") else {})}
    found = medians(commands, options.runs)
    for name, taken in found.items():
        print(f"{name:<16}{taken:>8.1f} ms{taken / found['autodiff diff']:>8.2f} times diff")


if __name__ == "__main__":
    main()
