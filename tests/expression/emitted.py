"""Random expressions, their value and gradient by our own autograd, and their derivatives in other languages."""

import random
import re
from typing import NamedTuple

from autodiff.expression import Algebra, Expr, derivative
from autodiff.expression.emit import emitter
from autodiff.language import parse
from autodiff.session import Scenario, run
from autodiff.session.diff.symbolic import Reading

__all__ = ["INPUTS", "Sample", "gradient", "random_expression", "read", "samples", "written"]

INPUTS = ("x", "y")
_OF_ONE = (
    "sin", "cos", "tan", "exp", "tanh", "sinh", "cosh", "atan", "abs", "sqrt", "log", "sigmoid", "relu", "softplus",
    "log1p", "expm1", "asinh", "floor", "square", "reciprocal", "silu", "leaky_relu", "exp2", "log2", "frac", "rsqrt",
)  # fmt: skip
_OF_TWO = ("maximum", "minimum", "atan2", "hypot", "fmax", "logaddexp")
_PAIRS = ("({} + {})", "({} - {})", "({} * {})", "({} / {})", "({} + {})", "({} * {})")
_TOTAL = ("sin", "cos", "tanh", "atan", "abs", "sigmoid", "relu", "softplus", "asinh", "square", "leaky_relu")
_TOTAL_PAIRS = ("({} + {})", "({} - {})", "({} * {})")
_NUMBERS = ("2", "3", "0.5", "1/3", "-1.5", "0.1", "7")
_POWERS = ("2", "3", "-1", "-2", "0.5", "1.5", "-0.5")


def random_expression(generator: random.Random, depth: int = 4, *, total: bool = False) -> str:
    """A text of the language with the inputs x and y; `total` if it is to be a number for all of them.

    Comparisons are of what is a number: what a comparison with nan gives differs from language to language.
    """
    if depth == 0 or generator.random() < 0.08:
        return generator.choice(("x", "y", "x", "y", generator.choice(_NUMBERS)))
    kind = generator.random()
    compares = kind > 0.87
    inner = [random_expression(generator, depth - 1, total=total or compares) for _ in range(2)]
    if kind < 0.45:
        return generator.choice(_TOTAL_PAIRS if total else _PAIRS).format(*inner)
    if kind < 0.75:
        return f"{generator.choice(_TOTAL if total else _OF_ONE)}({inner[0]})"
    if not compares:
        return f"({inner[0]})**({generator.choice(_POWERS[:2] if total else _POWERS)})"
    if kind < 0.94:
        return f"{generator.choice(_OF_TWO)}({inner[0]}, {inner[1]})"
    branches = [random_expression(generator, depth - 1, total=total) for _ in range(2)]
    return f"where({inner[0]} {generator.choice('<>')} {inner[1]}, {branches[0]}, {branches[1]})"


def points(generator: random.Random, count: int) -> list[tuple[float, float]]:
    """Where to compare: numbers with few digits, of either sign."""
    return [(round(generator.uniform(-2, 3), 3), round(generator.uniform(-2, 3), 3)) for _ in range(count)]


def read(expression: str) -> tuple[Expr, tuple[str, ...], list[tuple[str, Expr]]]:
    """The expression, its inputs in order, and its derivatives, labelled."""
    reading = Reading(parse(expression), Algebra())
    reading.run()
    root: Expr = reading.algebra.expression(reading.result)
    names = tuple(reading.symbols)
    return root, names, [(f"d/d{name}", derivative(root, reading.symbols[name])) for name in names]


def written(target: str, expression: str, *, value: bool = True, share: bool = False) -> str:
    """What a target makes of an expression and its derivatives."""
    root, names, named = read(expression)
    return emitter(target)(named, names, root if value else None, share=share)


def gradient(expression: str, inputs: dict[str, float]) -> list[float]:
    """The value, and the derivative by each input in the order of the text; by our own autograd, in float64."""
    pairs = tuple((name, repr(value)) for name, value in inputs.items())
    report = run(Scenario(expression, pairs, dtype="float64"))
    assert report.error is None, report.error
    facts = [report.values[report.output or "out"], *(report.grads[name] for name in inputs)]
    return [0.0 if each is None else float(each.value) for each in facts]


class Sample(NamedTuple):
    """An expression and, for each point (numbers in the order of the inputs), its value and gradient."""

    expression: str
    inputs: tuple[str, ...]
    points: list[tuple[float, ...]]
    expected: list[list[float]]


def samples(seed: int, count: int, at: int = 4) -> list[Sample]:
    """Expressions with at least one input for which our autograd has an answer."""
    generator = random.Random(seed)  # noqa: S311 - nothing is secret
    found: list[Sample] = []
    while len(found) < count:
        expression = random_expression(generator)
        where = points(generator, at)
        if "x" not in expression.replace("exp", "").replace("max", "") and "y" not in expression:
            continue
        names = tuple(dict.fromkeys(part for part in re.findall(r"[a-z_0-9]+", expression) if part in INPUTS))
        try:
            expected = [gradient(expression, dict(zip(names, point, strict=False))) for point in where]
        except AssertionError:  # a function of numbers alone is refused, as PyTorch does
            continue
        found.append(Sample(expression, names, [point[: len(names)] for point in where], expected))
    return found
