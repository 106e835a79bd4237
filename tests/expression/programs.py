"""Random expressions of the language, points at which they are looked at, and what is found there."""

from collections.abc import Iterator, Mapping
from math import isfinite
from random import Random
from typing import Any, Final, NamedTuple

import autodiff as torch
from autodiff.errors import Deliberate
from autodiff.language import parse
from autodiff.session.evaluate import Evaluation

__all__ = ["GENERIC", "SPECIAL", "Found", "expressions", "looked_at"]

GENERIC: Final = ((0.6180339887, 1.3247179572), (-1.4142135623, 0.5772156649), (2.5029078750, -0.9159655941))
"""Values of x and y at which nothing happens to be 0 or 1."""
SPECIAL: Final = tuple((a, b) for a in (-2.0, 0.0, 1.0) for b in (-1.0, 0.0, 1.5))
"""Values of x and y at which formulas are undefined or change."""

_FUNCTIONS: Final = (
    "sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "atan", "asin", "abs", "relu", "sigmoid", "rsqrt", "square",
    "reciprocal", "expm1", "log1p", "erf", "sinh", "cosh", "asinh", "log2", "softplus",
)  # fmt: skip
_MORE: Final = (
    "gelu", "silu", "mish", "elu", "selu", "softsign", "logsigmoid", "hardtanh", "hardswish", "leaky_relu", "erfc",
    "exp2", "log10", "acos", "acosh", "atanh", "sinc", "lgamma", "digamma", "logit", "rad2deg", "frac", "i0",
)  # fmt: skip
_OF_TWO: Final = ("atan2", "hypot", "maximum", "minimum", "logaddexp", "xlogy", "clamp", "lerp", "where", "fmod")
_CONSTANTS: Final = ("1", "2", "3", "0.5", "1/3", "0.1", "-1", "0", "pi")
_EXPONENTS: Final = ("2", "3", "-1", "-2", "0.5", "(1/3)", "0", "1", "-0.5", "x", "y")


def expressions(
    seed: int, count: int, depth: int = 3, *, conditions: bool = True, every: bool = False
) -> Iterator[str]:
    """Texts that contain x or y, and `where` if there are to be `conditions`; with `every` more functions."""
    random = Random(seed)  # noqa: S311 - not a secret
    while count:
        text = _of_more(random, depth) if every else _expression(random, depth, conditions=conditions)
        if "x" in text.replace("exp", "") or "y" in text:
            yield text
            count -= 1


def _expression(random: Random, depth: int, *, conditions: bool) -> str:
    if depth == 0 or random.random() < 0.1:
        return random.choice(["x", "y", "x", "y", "x", random.choice(_CONSTANTS)])
    kind = random.random()
    first, second = (_expression(random, depth - 1, conditions=conditions) for _ in range(2))
    if kind < 0.35:
        return f"{random.choice(_FUNCTIONS)}({first})"
    if kind < 0.5:
        return f"({first})**{random.choice(_EXPONENTS)}"
    if kind < 0.55 and conditions:
        return f"where({first} > {random.choice('xy')}, {second}, {first})"
    return f"-({first})" if kind < 0.6 else f"({first} {random.choice('+-**//+')} {second})"


def _of_more(random: Random, depth: int) -> str:
    """One of many functions of expressions, or just an expression."""
    first, second = (_expression(random, depth - 1, conditions=True) for _ in range(2))
    kind = random.random()
    if kind < 0.25:
        return f"{random.choice(_MORE)}({first})"
    if kind < 0.4:
        function, two = random.choice(_OF_TWO), f"x*({first}), y + {second}"
        third = {"clamp": "x, {}", "lerp": "{}, y/2", "where": "y > x, {}"}.get(function, "{}").format(two)
        return f"{function}({third})"
    if kind < 0.5:
        return f"{random.choice(_MORE)}({first})*{random.choice(_FUNCTIONS)}({second})"
    return _expression(random, depth, conditions=True)


class Found(NamedTuple):
    """A value in float64, None if there is none; `defined` tells whether it and all it is made of are finite."""

    value: float | None
    defined: bool
    largest: float
    gradients: Mapping[str, float]


def looked_at(text: str, point: tuple[float, float], *, differentiated: bool = False) -> Found:
    """What our engine finds for an expression in x and y."""
    leaves: dict[str, Any] = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in zip("xy", point, strict=True)
    }
    sizes = [0.0]

    def observe(_: int, value: Any) -> None:  # noqa: ANN401 - of the language
        if isinstance(value, (torch.Tensor, int, float)) and not isinstance(value, bool):
            number = value.item() if isinstance(value, torch.Tensor) else value
            sizes.append(abs(float(number)) if not isinstance(number, complex) else float("nan"))

    evaluation = Evaluation(parse(text), dict(leaves), observe=observe)
    try:
        evaluation.run()
    except Deliberate:
        return Found(None, defined=False, largest=0.0, gradients={})
    result = evaluation.result
    if differentiated and isinstance(result, torch.Tensor) and result.requires_grad:
        result.backward()
    number = result.item() if isinstance(result, torch.Tensor) else result
    value = None if isinstance(number, complex) else float(number)
    gradients = {name: 0.0 if leaf.grad is None else float(leaf.grad) for name, leaf in leaves.items()}
    return Found(value, all(map(isfinite, sizes)), max(filter(isfinite, sizes)), gradients)
