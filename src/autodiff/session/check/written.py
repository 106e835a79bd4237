"""The symbolic derivatives of a checked program, evaluated: those that `diff` would write."""

from collections.abc import Mapping, Sequence
from math import nan, prod
from typing import Any

from autodiff.engine import Tensor, no_grad
from autodiff.errors import Deliberate
from autodiff.expression import write_named
from autodiff.language import Program, parse, place
from autodiff.session.check.function import Element, Point
from autodiff.session.diff.derivatives import Derivation, Wanted
from autodiff.session.diff.symbolic import CONSTANTS
from autodiff.session.evaluate import Evaluation
from autodiff.session.scenario import Located

__all__ = ["WrittenDerivatives"]

_Key = tuple[int, tuple[str, ...]]
"""An output, and the names it is differentiated by in turn."""


class WrittenDerivatives:
    """The derivatives of a program in writing, each derived once. `problem` tells why there are none, if so."""

    def __init__(self, program: Program, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self.problem: str | None = None
        self._shapes = shapes
        self._derivation: Derivation | None = None
        self._programs: dict[_Key, Program | None] = {}
        self._point: Point = {}
        self._values: dict[_Key, list[float] | None] = {}
        taken = next((name for name in shapes if name in CONSTANTS), None)
        if taken is not None:
            self.problem = f"{taken} is a constant in what is written down"
            return
        try:
            self._derivation = _derivation(program, shapes)
        except Deliberate as error:
            self.problem = _told(error)

    def fit(self, count: int) -> None:
        """Make sure that there are as many numbers among the outputs in writing as in the evaluation."""
        if self._derivation is not None and sum(self._sizes()) != count:
            self.problem = "the program has other outputs in writing"
            self._derivation = None

    def value(self, output: int, path: Sequence[Element], point: Point) -> float | None:
        """The derivative of a number of the outputs by elements in turn.

        It is nan where it is undefined, and None if it is not written down.
        """
        if self._derivation is None:
            return None
        if self._point is not point:
            self._point, self._values = point, {}
        component, number = self._component(output)
        for each in path:  # the place in a tensor that has the shape of the output, then those of the names
            for k, length in zip(each.place, self._shapes[each.name], strict=True):
                number = number * length + k
        key = (component, tuple(each.name for each in path))
        if key not in self._values:
            self._values[key] = self._evaluated(key)
        values = self._values[key]
        return None if values is None else values[number if len(values) > 1 else 0]

    def _sizes(self) -> list[int]:
        derivation = self._derivation
        return (
            []
            if derivation is None
            else [prod(derivation.shape(k, ())) for k in range(len(derivation.reading.outputs))]
        )

    def _component(self, output: int) -> tuple[int, int]:
        """Which of the outputs in writing has the number `output` of all their numbers, and its place there."""
        for component, size in enumerate(self._sizes()):
            if output < size:
                return component, output
            output -= size
        raise IndexError(output)

    def _evaluated(self, key: _Key) -> list[float] | None:
        """The numbers of a derivative at the point; one alone if they are all the same."""
        if key not in self._programs:
            self._programs[key] = self._program(*key)
        program = self._programs[key]
        if program is None:
            return None
        evaluation = Evaluation(program, dict(self._point))
        try:
            with no_grad():
                evaluation.run()
        except Deliberate:
            return [nan]
        result = evaluation.result.tolist() if isinstance(evaluation.result, Tensor) else evaluation.result
        return [nan if isinstance(number, complex) else float(number) for number in _flat(result)]

    def _program(self, component: int, path: tuple[str, ...]) -> Program | None:
        if self._derivation is None:
            return None
        try:
            named, texts = write_named([self._derivation.expression(component, path)])
            return parse("; ".join([*(f"{name} = {text}" for name, text in named), *texts]))
        except Deliberate as error:
            self.problem = _told(error)
            return None


def _derivation(program: Program, shapes: Mapping[str, tuple[int, ...]]) -> Derivation:
    """The program about to be differentiated; its names have shapes if any is a tensor with dimensions."""
    used = {each.payload for each in program.instructions if each.kind == "name"}
    wide = tuple((name, shape) for name, shape in shapes.items() if shape and name in used)
    if not wide:
        return Derivation(Wanted(program.text))
    from autodiff.session.diff.array_derivation import ArrayDerivation

    return ArrayDerivation(Wanted(program.text, shapes=wide))


def _flat(value: Any) -> list[Any]:  # noqa: ANN401 - a number or nested lists
    """The numbers in order."""
    found = value if isinstance(value, list) else [value]
    while found and isinstance(found[0], list):
        found = [number for row in found for number in row]
    return found


def _told(error: Deliberate) -> str:
    """The error in one line, with its column."""
    if not isinstance(error, Located):
        return str(error)
    column = place(error.program.text, error.program.instructions[error.number].start)[1]
    return f"{error.cause} (column {column})"
