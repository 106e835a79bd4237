"""The symbolic derivatives of a checked program, evaluated: those that `diff` would write."""

from collections.abc import Mapping
from math import nan
from typing import Any

from autodiff.engine import Tensor, no_grad
from autodiff.errors import Deliberate
from autodiff.expression import write_named
from autodiff.language import Program, parse, place
from autodiff.session.derivatives import Derivation, Wanted
from autodiff.session.evaluate import Evaluation, Located
from autodiff.session.symbolic import CONSTANTS

__all__ = ["WrittenDerivatives"]


class WrittenDerivatives:
    """The derivatives of a program in writing, each derived once. `problem` tells why there are none, if so."""

    def __init__(self, expression: str, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self.problem: str | None = None
        self._derivation: Derivation | None = None
        self._programs: dict[tuple[int, tuple[str, ...]], Program | None] = {}
        wide = next((name for name, shape in shapes.items() if shape), None)
        taken = next((name for name in shapes if name in CONSTANTS), None)
        if wide is not None:
            self.problem = f"{wide} has dimensions, and derivatives are written down for numbers"
        elif taken is not None:
            self.problem = f"{taken} is a constant in what is written down"
        else:
            try:
                self._derivation = Derivation(Wanted(expression))
            except Deliberate as error:
                self.problem = _told(error)

    def fit(self, count: int) -> None:
        """Make sure that there are as many outputs in writing as in the evaluation."""
        if self._derivation is not None and len(self._derivation.reading.outputs) != count:
            self.problem = "the program has other outputs in writing"
            self._derivation = None

    def value(self, component: int, path: tuple[str, ...], point: Mapping[str, Any]) -> float | None:
        """The derivative of an output by names in turn; nan where it is undefined, None if it is not written down."""
        if (component, path) not in self._programs:
            self._programs[component, path] = self._program(component, path)
        program = self._programs[component, path]
        if program is None:
            return None
        evaluation = Evaluation(program, dict(point))
        try:
            with no_grad():
                evaluation.run()
        except Deliberate:
            return nan
        found = evaluation.result.item() if isinstance(evaluation.result, Tensor) else evaluation.result
        return nan if isinstance(found, complex) else float(found)

    def _program(self, component: int, path: tuple[str, ...]) -> Program | None:
        if self._derivation is None:
            return None
        try:
            named, texts = write_named([self._derivation.expression(component, path)])
            return parse("; ".join([*(f"{name} = {text}" for name, text in named), *texts]))
        except Deliberate as error:
            self.problem = _told(error)
            return None


def _told(error: Deliberate) -> str:
    """The error in one line, with its column."""
    if not isinstance(error, Located):
        return str(error)
    column = place(error.program.text, error.program.instructions[error.number].start)[1]
    return f"{error.cause} (column {column})"
