# ruff: noqa: T201 - a script prints
"""Many random expressions: what is written, what backward finds and central differences are one number.

    PYTHONPATH=src python -m tests.expression.many [--count 2000] [--seed 0]

Each expression is looked at where everything in it is defined and the difference is known well enough; there the three
agree within a relative 1e-6 in float64, every fifth expression to second order. Prints those that disagree, and counts.
"""

from __future__ import annotations

import argparse
from collections import Counter
from math import isfinite
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import autodiff as torch
from autodiff.errors import Deliberate
from autodiff.expression import write
from autodiff.language import parse
from autodiff.session.diff.derivatives import Derivation, Wanted
from autodiff.session.evaluate import Evaluation
from autodiff.session.scenario import Located
from tests.expression.differences import slope
from tests.expression.programs import expressions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autodiff.language.program import Program

RELATIVE: Final = 1e-6
POINTS: Final = 12
"""How many points are tried before an expression is skipped."""
_SECOND: Final = 5
"""Each so-manieth expression is looked at to second order."""


class Verdict(NamedTuple):
    """What was found for an expression: `agreed`, `skipped` or `disagreed`, and why."""

    kind: str
    why: str = ""


class Seen(NamedTuple):
    """A value, nan if there is none, and the largest number on the way to it, infinite if anything is undefined."""

    value: float
    largest: float


def seen(program: Program, values: dict[str, float]) -> Seen:
    """What the program gives for these numbers in float64."""
    sizes = [0.0]

    def observe(_: int, value: Any) -> None:  # noqa: ANN401 - of the language
        number = value.item() if isinstance(value, torch.Tensor) else value
        if isinstance(number, (int, float, complex)) and not isinstance(number, bool):
            sizes.append(abs(number) if not isinstance(number, complex) else float("inf"))

    leaves: dict[str, Any] = {name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()}
    evaluation = Evaluation(program, leaves, observe=observe)
    try:
        evaluation.run()
    except Deliberate:
        return Seen(float("nan"), float("inf"))
    result = evaluation.result
    found = result.item() if isinstance(result, torch.Tensor) else result
    value = float("nan") if isinstance(found, complex) else float(found)
    defined = isfinite(value) and all(map(isfinite, sizes))
    return Seen(value, max(sizes) if defined else float("inf"))


def backward(program: Program, values: dict[str, float], names: Sequence[str]) -> float:
    """The derivative by the names in turn that autograd finds; nan if there is none."""
    leaves: dict[str, Any] = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in values.items()
    }
    evaluation = Evaluation(program, dict(leaves))
    evaluation.run()
    found: Any = evaluation.result
    for name in names:
        if not isinstance(found, torch.Tensor) or not found.requires_grad:
            return 0.0
        try:
            (found,) = torch.autograd.grad(found, [leaves[name]], create_graph=True, allow_unused=True)
        except Deliberate:  # it has no second derivative
            return float("nan")
        if found is None:
            return 0.0
    return float(found.item())


def judged(text: str, random: Random, order: int, point: dict[str, float] | None = None) -> Verdict:
    """The verdict on the derivatives of a text at a point, or else at one of several random ones."""
    program = parse(text)
    try:
        derivation = Derivation(Wanted(text))
        names = tuple(derivation.reading.symbols)
        paths = [(name,) * k for name in names for k in range(1, order + 1)]
        written = {path: parse(write(derivation.expression(0, path))) for path in paths}
    except Located as error:
        return Verdict("skipped", f"it has no derivative: {error}")
    for _ in range(1 if point else POINTS):
        values = point or {name: random.uniform(-2, 3) for name in names}
        here = seen(program, values)
        if not isfinite(here.largest):
            continue
        reasons = [_compared(program, written, values, path, here.largest) for path in paths]
        if None not in reasons:
            wrong = [reason for reason in reasons if reason]
            return Verdict("disagreed", "; ".join(wrong)) if wrong else Verdict("agreed")
    return Verdict("skipped", "there is no point at which all is defined and the differences are good")


def _compared(
    program: Program,
    written: dict[tuple[str, ...], Program],
    values: dict[str, float],
    path: tuple[str, ...],
    largest: float,
) -> str | None:
    """What does not agree there, if anything; None if the difference tells nothing."""
    name, before = path[-1], path[:-1]

    def moved(number: float) -> float:
        there = {**values, name: number}
        found = seen(program, there)
        if not isfinite(found.largest):
            return float("nan")
        return backward(program, there, before) if before else found.value

    difference, error = slope(moved, values[name])
    recorded, ours = backward(program, values, path), seen(written[path], values)
    noise = 1e-13 * max(largest, ours.largest if isfinite(ours.largest) else 0.0)
    tolerance = RELATIVE * abs(difference) + noise
    if not error < tolerance / 10 + noise:
        return None
    if not isfinite(recorded) and not isfinite(ours.value):
        return None  # a pole of what is in it
    good = abs(recorded - difference) <= tolerance or not isfinite(recorded)  # 0 times infinity
    if good and abs(ours.value - difference) <= tolerance:
        return ""
    closer, error = slope(moved, values[name], 1e-4)
    if not abs(closer - difference) <= 10 * (error + tolerance):
        return None  # it jumps nearby
    place = ", ".join(f"{n}={v!r}" for n, v in values.items())
    return f"d/d{''.join(path)} at {place}: written {ours.value!r}, backward {recorded!r}, difference {difference!r}"


def verdicts(seed: int, count: int) -> Iterator[tuple[str, Verdict]]:
    """Random expressions and the verdicts on them."""
    random = Random(seed)  # noqa: S311 - not a secret
    for number, text in enumerate(expressions(seed, count, every=True)):
        yield text, judged(text, random, 1 if number % _SECOND else 2)


def main() -> None:
    """Prints what disagrees, and how many do what."""
    parser = argparse.ArgumentParser(description="Compare written derivatives with backward and with differences.")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--skipped", action="store_true", help="print what is skipped, too")
    options = parser.parse_args()
    torch.set_default_dtype(torch.float64)
    found: Counter[str] = Counter()
    for text, verdict in verdicts(options.seed, options.count):
        found[verdict.kind] += 1
        if verdict.kind == "disagreed" or (options.skipped and verdict.kind == "skipped"):
            print(f"{text}: {verdict.kind}: {verdict.why}")
    print(f"seed {options.seed}: {', '.join(f'{found[kind]} {kind}' for kind in ('agreed', 'skipped', 'disagreed'))}")


if __name__ == "__main__":
    main()
