"""An expression over a few rows, and the same rows one by one with `eval`."""

from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.language import parse
from autodiff.numbers.array import np
from autodiff.rows.derivation import Inputs, derive
from autodiff.rows.kernel import Kernel
from autodiff.session import Scenario, run

__all__ = ["by_eval", "by_rows"]

Table = Mapping[str, Sequence[float]]


def by_rows(text: str, table: Table, kind: str = "float64", block: int = 7) -> dict[str, list[Any]]:
    """The outputs by name, with a value for each row; None for a gradient that is not there."""
    found = derive(parse(text), Inputs(tuple(table), (), tuple(table), kind, insists=False))
    kernel = Kernel(found.program, list(found.present.values()))
    rows = len(next(iter(table.values())))
    outputs = kernel.new_outputs(rows)
    kernel.run([np.array(table[name], dtype=kind) for name in kernel.columns], outputs, block)
    values = dict(zip(found.present, (each.tolist() for each in outputs), strict=True))
    return {name: values.get(name, [None] * rows) for name in found.outputs}


def by_eval(text: str, table: Table, kind: str = "float64") -> dict[str, list[Any]]:
    """The same from `eval`."""
    found: dict[str, list[Any]] = {}
    for row in zip(*table.values(), strict=True):
        report = run(Scenario(text, tuple(zip(table, map(repr, row), strict=True)), dtype=kind))
        for name, facts in report.values.items():
            found.setdefault(name, []).append(facts.value)
        for name, gradient in report.grads.items():
            found.setdefault(f"{name}.grad", []).append(None if gradient is None else gradient.value)
    return found
