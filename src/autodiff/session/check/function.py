"""A program as a function of the elements of its inputs: its derivatives by autograd, and its values around a point."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import isfinite, nan, nextafter
from typing import Any, Final, NamedTuple

from autodiff.dtypes import float64
from autodiff.engine import Tensor, grad, tensor
from autodiff.errors import Deliberate, TorchAttributeError, TorchNotImplementedError
from autodiff.language import Program
from autodiff.numbers.generator import current_generator, manual_seed
from autodiff.session.check.slopes import Around, steps
from autodiff.session.evaluate import Evaluation
from autodiff.session.published import hinted

__all__ = ["CheckedFunction", "Element", "Point", "number_at"]

Point = Mapping[str, Any]
"""The inputs' values by name, as tensors that require no gradient."""

_EPSILONS: Final = {"float16": 2.0**-10, "bfloat16": 2.0**-7, "float32": 2.0**-23, "complex64": 2.0**-23}
_EPSILON: Final = 2.0**-52
_TOWARDS: Final = (float("inf"), float("-inf"))


class Element(NamedTuple):
    """One number of an input; the `place` in a 0-d tensor is empty."""

    name: str
    place: tuple[int, ...]

    @property
    def label(self) -> str:
        """`x`, `x[2]`, `A[0, 1]`."""
        return f"{self.name}[{', '.join(map(str, self.place))}]" if self.place else self.name


def number_at(point: Point, element: Element) -> float:
    """The value of an element."""
    value = point[element.name]
    return float(value[element.place].item() if element.place else value.item())


class CheckedFunction:
    """A program of inputs, of which those named in `variables` are varied, element by element.

    Random numbers, if the program draws any, are the same in each evaluation: they start from `seed`.
    """

    def __init__(self, program: Program, point: Point, variables: Sequence[str], seed: int) -> None:
        self.program = program
        self.variables = tuple(variables)
        self.elements = [
            Element(name, place) for name in variables for place in product(*map(range, point[name].shape))
        ]
        self.draws = False
        self._seed = seed

    # -------------------------------------------------------------- evaluation

    def outputs(self, point: Point, observe: Callable[[int, Any], None] | None = None) -> tuple[list[Any], list[Any]]:
        """The numbers the program gives, each a 0-d tensor, and the variables it made them from.

        Raises Located or AttributeError, as `eval` would.
        """
        names = {name: value.clone() for name, value in point.items()}
        leaves = [names[name].requires_grad_() for name in self.variables]
        if self.draws:
            manual_seed(self._seed)
        evaluation = Evaluation(self.program, names, observe=observe)
        evaluation.run()
        return list(_flat(_output(self.program, evaluation))), leaves

    def note_draws(self, point: Point) -> None:
        """Find out whether the program draws random numbers."""
        manual_seed(self._seed)
        before = current_generator().state
        self.outputs(point)
        self.draws = current_generator().state != before

    # -------------------------------------------------------------- derivatives

    def levels(self, point: Point, order: int) -> list[list[float]]:
        """The outputs, their derivatives by each element, those of these by each element, up to `order`.

        Raises PyTorch's RuntimeError if nothing that comes out requires a gradient.
        """
        scalars, leaves = self.outputs(point)
        if scalars and not any(scalar.requires_grad for scalar in scalars):
            grad(scalars[0], leaves)  # says so
        found = [[_number(scalar) for scalar in scalars]]
        for level in range(1, order + 1):
            scalars = [part for s in scalars for part in self._gradient(s, leaves, create_graph=level < order)]
            found.append([_number(scalar) for scalar in scalars])
        return found

    def _gradient(self, scalar: Any, leaves: list[Any], *, create_graph: bool) -> Iterator[Any]:  # noqa: ANN401
        if not scalar.requires_grad:
            yield from [tensor(0.0, dtype=float64)] * len(self.elements)
            return
        found = grad(scalar, leaves, retain_graph=True, create_graph=create_graph, allow_unused=True)
        for gradient, leaf in zip(found, leaves, strict=True):
            if gradient is None:
                yield from [tensor(0.0, dtype=float64)] * leaf.numel()
            else:
                yield from _flat(gradient)

    # -------------------------------------------------------------- rounding

    def noise(self, point: Point) -> list[float]:
        """The rounding in each output: that of each value on the way, times how much the output depends on it."""
        values: list[Any] = []

        def observe(_: int, value: Any) -> None:  # noqa: ANN401
            if isinstance(value, Tensor) and value.requires_grad and not value.is_leaf:
                values.append(value)

        scalars, _ = self.outputs(point, observe)
        found = []
        for scalar in scalars:
            slopes: Sequence[Any] = ()
            if scalar.requires_grad and values:
                slopes = grad(scalar, values, retain_graph=True, allow_unused=True)
            sizes = (
                _EPSILONS.get(v.dtype.name, _EPSILON) * _size(v.detach() * g)
                for v, g in zip(values, slopes, strict=False)
                if g is not None
            )
            found.append(sum(size for size in sizes if isfinite(size)))
        return found

    def unrest(self, point: Point, order: int) -> list[list[float]]:
        """By how much what `levels` gives differs from one of the nearest points to the next, on the same side."""
        found: list[list[float]] = []
        for towards in _TOWARDS:
            near = {name: _next(value, towards) if name in self.variables else value for name, value in point.items()}
            next_ = {name: _next(value, towards) if name in self.variables else value for name, value in near.items()}
            try:
                pairs = zip(self.levels(near, order), self.levels(next_, order), strict=True)
                apart = [[_apart(a, b) for a, b in zip(*pair, strict=True)] for pair in pairs]
            except (Deliberate, ValueError):
                continue  # no values there
            found = [list(map(max, a, b)) for a, b in zip(found, apart, strict=True)] if found else apart
        return found

    # -------------------------------------------------------------- around a point

    def around(self, point: Point, element: Element, order: int, count: int) -> list[list[Around]]:
        """The derivatives of `order` at steps along one element, the largest first: a list for each of `count`."""
        x = number_at(point, element)
        found: list[list[Around]] = [[] for _ in range(count)]
        for step in steps(x):
            up, down = (x + step) - x, x - (x - step)
            if not (0 < up < float("inf") and 0 < down < float("inf")):
                continue
            high = self._moved(point, element, x + step, order, count)
            low = self._moved(point, element, x - step, order, count)
            for rows, a, b in zip(found, high, low, strict=True):
                rows.append(Around(up, down, a, b))
        return found

    def _moved(self, point: Point, element: Element, x: float, order: int, count: int) -> list[float]:
        """The derivatives where the element is `x`; nan where there are none, or not as many."""
        value = tensor(x, dtype=float64)
        if element.place:
            value = point[element.name].clone()
            value[element.place] = x
        try:
            if order == 0:
                scalars, _ = self.outputs({**point, element.name: value})
                found = [_number(scalar) for scalar in scalars]
            else:
                found = self.levels({**point, element.name: value}, order)[-1]
        except Deliberate:
            return [nan] * count
        return found if len(found) == count else [nan] * count


def _output(program: Program, evaluation: Evaluation) -> Any:  # noqa: ANN401 - any value of the language
    """What the last statement gives, or the value it changes."""
    last = program.instructions[-1]
    if last.kind == "expression":
        return evaluation.result
    first = program.instructions[last.operands[0]]
    if not last.kind.endswith(("_index", "_attribute")) or first.kind != "name":
        return next(reversed(evaluation.assigned.values()), None)
    return evaluation.names[str(first.payload)]


def _flat(value: Any) -> Iterator[Any]:  # noqa: ANN401
    """The elements of a tensor, or of the tensors in a list. Raises AttributeError, as `backward`, for other values."""
    for each in value if isinstance(value, list | tuple) else (value,):
        if isinstance(value, list | tuple) and isinstance(each, int | float):
            yield tensor(float(each), dtype=float64)
            continue
        if not isinstance(each, Tensor):
            error = TorchAttributeError(f"'{type(each).__name__}' object has no attribute 'backward'")
            raise hinted(error, "the expression gives no tensor, and depends on no input")
        if each.dim() == 0:
            yield each
        else:
            flat = each.reshape(-1)
            yield from (flat[k] for k in range(each.numel()))


def _number(scalar: Any) -> float:  # noqa: ANN401 - a 0-d tensor
    """The value as a float. A complex one is none: PyTorch differentiates only what is real."""
    value = scalar.item()
    if isinstance(value, complex):
        error = TorchNotImplementedError(f"derivatives of real outputs are checked, and this is {scalar.dtype}")
        raise hinted(error, "take its real part, .real, or its size, abs(...)")
    return float(value)


def _size(value: Any) -> float:  # noqa: ANN401 - a Tensor
    """The sum of the elements' sizes; that of a number without NumPy."""
    return float(value.abs().sum()) if value.shape else abs(value.item())


def _next(value: Any, towards: float) -> Any:  # noqa: ANN401 - a Tensor
    """Every element moved to the next number."""
    if not value.shape:
        return tensor(nextafter(value.item(), towards), dtype=float64)
    flat = [nextafter(each, towards) for each in value.reshape(-1).tolist()]
    return tensor(flat, dtype=float64).reshape(value.shape)


def _apart(a: float, b: float) -> float:
    return abs(a - b) if isfinite(a) and isfinite(b) else 0.0
