"""Records the texts that test_display compares with, from a live PyTorch.

    python -m tests.engine.record_display

Writes display_samples.json: chosen shapes and values first, random ones (of a fixed seed) after them.
"""

import json
import random
import warnings
from importlib import import_module
from math import inf, nan, prod
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).with_name("display_samples.json")
VERSION = "2.13.0"
RANDOM_CASES = 280

FLOATS = ("float16", "bfloat16", "float32", "float64")
INTEGERS = ("uint8", "int8", "int16", "int32", "int64")
COMPLEXES = ("complex32", "complex64", "complex128")
SHAPES: tuple[tuple[int, ...], ...] = (
    (), (1,), (3,), (9,), (14,), (31,), (0,), (0, 3), (2, 0), (2, 3), (3, 13), (7, 1), (2, 2, 2), (2, 1, 1, 2),
    (3, 0, 1000), (1001,), (1500,), (40, 30), (6, 200), (200, 6), (2, 3, 170), (7, 7, 7, 7),
)  # fmt: skip
OPTIONS: tuple[dict[str, Any], ...] = (
    {"precision": 2}, {"precision": 0}, {"precision": 8}, {"linewidth": 40}, {"linewidth": 1}, {"sci_mode": True},
    {"sci_mode": False}, {"threshold": 5}, {"threshold": 0}, {"threshold": 3, "edgeitems": 1}, {"edgeitems": 0},
    {"threshold": 4, "edgeitems": 0}, {"profile": "short"}, {"profile": "full"}, {"profile": "unknown"},
    {"profile": "short", "precision": 5},
)  # fmt: skip
BOUNDARIES = (
    0.0, -0.0, nan, inf, -inf, 1e-4, 0.000099999, 1e-5, 1e8, 1e8 + 8, 99999999.0, 1000.0, 1001.0, 0.1, 1 / 3, 2.99996,
    123456.789, 16777217.0, -1e10, 1e38,
)  # fmt: skip

EDGES = ((1.5, 1500.0), (1.5, 1501.0), (1.0, 1000.0), (1e-4, 2e-4), (9.9e-5, 2e-4), (5e7, 1e8), (5e7, 1e8 + 1))


def floats(chance: random.Random, count: int) -> list[float]:
    """Draw numbers of one flavour: whole, ordinary, of many magnitudes, or on the boundaries of the notations."""
    flavour = chance.choice(["whole", "ordinary", "half", "spread", "boundary", "special"])
    draw: Any = {
        "whole": lambda: float(chance.randint(-200, 200)),
        "ordinary": lambda: chance.gauss(0, 1),
        "half": lambda: chance.randint(-3000, 3000) / 2,
        "spread": lambda: chance.gauss(0, 1) * 10.0 ** chance.randint(-12, 12),
        "boundary": lambda: chance.choice(BOUNDARIES),
        "special": lambda: chance.choice([nan, inf, -inf, 0.0, -0.0, 1.5]),
    }[flavour]
    return [draw() for _ in range(count)]


def tensor(torch: Any, chance: random.Random, shape: tuple[int, ...], name: str) -> Any:  # noqa: ANN401 - torch is untyped
    """Make a tensor of this shape and dtype."""
    count = prod(shape)
    dtype = getattr(torch, name)
    if name in COMPLEXES:
        parts = [torch.tensor(floats(chance, count), dtype=torch.float64) for _ in range(2)]
        return torch.complex(*parts).to(dtype).reshape(shape)
    if name in FLOATS:
        return torch.tensor(floats(chance, count), dtype=torch.float64).to(dtype).reshape(shape)
    if name == "bool":
        return torch.tensor([chance.random() < 0.7 for _ in range(count)], dtype=dtype).reshape(shape)
    low, high = (0, 255) if name == "uint8" else chance.choice([(0, 9), (-100, 100), (-128, 127)])
    return torch.tensor([chance.randint(low, high) for _ in range(count)], dtype=dtype).reshape(shape)


def shown_numbers(torch: Any, made: Any, options: Any) -> list[Any]:  # noqa: ANN401 - torch is untyped
    """List the numbers that PyTorch prints, flat; a complex one as its two parts."""
    if made.numel() > options.threshold and options.edgeitems:
        edges = options.edgeitems
        for dimension, size in enumerate(made.shape):
            if size > 2 * edges:
                kept = torch.tensor([*range(edges), *range(size - edges, size)], dtype=torch.int64)
                made = made.index_select(dimension, kept)
    elif made.numel() > options.threshold and made.ndim:
        return []
    numbers: list[Any] = made.reshape(-1).tolist()
    return [[number.real, number.imag] for number in numbers] if made.is_complex() else numbers


def edge(torch: Any, pair: tuple[float, float], name: str) -> dict[str, Any]:  # noqa: ANN401 - torch is untyped
    """Record two numbers on either side of where the notation changes."""
    made = torch.tensor(pair, dtype=getattr(torch, name))
    return {
        "values": made.tolist(), "shape": [2], "dtype": name, "suffixes": [], "options": {}, "default": "float32",
        "text": str(made),
    }  # fmt: skip


def sample(torch: Any, chance: random.Random, shape: tuple[int, ...], name: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401
    """Print one tensor under the options `given` and record everything its text depends on."""
    default = given.pop("default", "float32")
    torch.set_default_dtype(getattr(torch, default))
    torch.set_printoptions(profile="default")
    torch.set_printoptions(**given)
    made = tensor(torch, chance, shape, name)
    values = shown_numbers(torch, made, torch._tensor_str.PRINT_OPTS)
    suffixes = []
    if name in (*FLOATS, *COMPLEXES) and chance.random() < 0.5:
        made.requires_grad_()
        suffixes = ["requires_grad=True"]
        if chance.random() < 0.6:
            made = made.clone() if chance.random() < 0.5 else made.view(made.shape)
            suffixes = [f"grad_fn=<{type(made.grad_fn).__name__}>"]
    return {
        "values": values, "shape": shape, "dtype": name, "suffixes": suffixes, "options": given, "default": default,
        "text": str(made),
    }  # fmt: skip


def chosen(torch: Any, chance: random.Random) -> list[dict[str, Any]]:  # noqa: ANN401 - torch is untyped
    """Record every shape, dtype and option at least once."""
    names = ("bool", *INTEGERS, *FLOATS, *COMPLEXES)
    samples = [sample(torch, chance, shape, name) for shape in SHAPES for name in ("float32", "int64")]
    samples += [sample(torch, chance, shape, name) for shape in ((), (3,), (2, 7), (0,)) for name in names]
    samples += [sample(torch, chance, shape, "float32", **given) for given in OPTIONS for shape in ((), (2, 9))]
    defaults = ("float64", "float16", "bfloat16")
    return samples + [sample(torch, chance, (size,), n, default=d) for d in defaults for n in names for size in (0, 2)]


def drawn(torch: Any, chance: random.Random) -> dict[str, Any]:  # noqa: ANN401 - torch is untyped
    """Record one random tensor."""
    name = chance.choice(("bool", "int64", "int16", *FLOATS, *FLOATS, *COMPLEXES))
    shape = tuple(chance.choice((1, 2, 3, 5, 8)) for _ in range(chance.choice((0, 0, 1, 1, 2, 2, 3, 4))))
    while prod(shape) > 24:
        shape = shape[1:]
    given = chance.choice(OPTIONS) if chance.random() < 0.3 else {}
    return sample(torch, chance, shape, name, **given)


def main() -> None:
    """Record all samples."""
    torch = import_module("torch")
    if torch.__version__.partition("+")[0] != VERSION:
        raise SystemExit(f"samples are recorded from PyTorch {VERSION}, not {torch.__version__}")
    warnings.simplefilter("ignore")  # complex32 is experimental, and PyTorch says so
    chance = random.Random(2130)  # noqa: S311 - reproducible, not secret
    samples = [edge(torch, pair, name) for pair in EDGES for name in ("float32", "float64")]
    samples += chosen(torch, chance) + [drawn(torch, chance) for _ in range(RANDOM_CASES)]
    SAMPLES.write_text("[\n" + ",\n".join(map(json.dumps, samples)) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
