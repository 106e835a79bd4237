"""Checking the derivatives of an expression: the report behind `autodiff check`.

Autograd in float64 is compared with central differences and with the symbolic derivative, element by element; of
order 2, autograd's derivative of its own gradient with differences of that gradient, by every pair of elements.
"""

import warnings
from collections.abc import Callable, Sequence
from contextvars import copy_context
from itertools import groupby
from math import inf, isnan
from typing import Any, Final, NamedTuple

from autodiff.dtypes import float64
from autodiff.engine.messages import NO_GRAD
from autodiff.errors import Deliberate, TorchNotImplementedError, TorchRuntimeError
from autodiff.language import Program, parse, place
from autodiff.session.bind import Setting
from autodiff.session.check.function import CheckedFunction, Element, Point, number_at
from autodiff.session.check.points import point_texts, random_points, ranges_of
from autodiff.session.check.report import DISAGREES, UNDECIDED, Check, Comparison, Sampling
from autodiff.session.check.slopes import JUMP, KINK, POLE, SMOOTH, UNDEFINED, Slopes, slopes
from autodiff.session.check.verdict import Tolerance, judge, relative_error
from autodiff.session.check.written import WrittenDerivatives
from autodiff.session.failing import failure_of
from autodiff.session.scenario import Scenario, UsageProblem

__all__ = ["Wish", "check"]

_MOST_COMPARED: Final = 10_000
_MOST_ORDERS: Final = 8
_MOST_SAMPLES: Final = 1_000_000
_USUAL_SAMPLES: Final = 100
_CUTS: Final = ("detach", "detach_", "data", "item", "tolist")


class Wish(NamedTuple):
    """An expression, its inputs as texts of the language, and how its derivatives are checked.

    `wrt` None: by every input that requires a gradient. `range` has names and texts such as `-3:3` from which
    `samples` random points are drawn, beginning with `seed`; None: 100, if there is a range.
    """

    expression: str
    inputs: tuple[tuple[str, str], ...] = ()
    wrt: tuple[str, ...] | None = None
    order: int = 1
    rtol: float = 1e-6
    atol: float = 0.0
    samples: int | None = None
    range: tuple[tuple[str, str], ...] = ()
    seed: int = 0


def check(wish: Wish) -> Check:
    """The comparisons. Errors of the user's are in it; any exception that comes out is a bug of ours."""
    given = dict(wish.inputs)
    inputs = (*wish.inputs, *((name, "0.") for name, _ in wish.range if name not in given))
    scenario = Scenario(wish.expression, inputs, wish.wrt, "float64")
    found = Check(wish.expression, wish.order)
    program = None
    try:
        _refuse(wish)
        program = parse(wish.expression)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `eval` shows them
            return copy_context().run(lambda: _Checking(wish, scenario, program).report())  # the default dtype is ours
    except Deliberate as error:
        return found._replace(error=failure_of(error, scenario, program, "out"))


def _refuse(wish: Wish) -> None:
    """Raise UsageProblem for options that do not fit together."""
    if not 1 <= wish.order <= _MOST_ORDERS:
        raise UsageProblem(f"the order is a whole number from 1 to {_MOST_ORDERS}, not {wish.order}")
    for name, value in (("rtol", wish.rtol), ("atol", wish.atol)):
        if not 0 <= value < float("inf"):
            raise UsageProblem(f"--{name} is a number from 0, not {value!r}")
    if wish.samples is not None and not wish.range:
        raise UsageProblem("--samples needs a range to draw from", "add --range x=-3:3")
    if wish.samples is not None and not 1 <= wish.samples <= _MOST_SAMPLES:
        raise UsageProblem(f"--samples is a whole number from 1 to {_MOST_SAMPLES}, not {wish.samples}")
    if not wish.inputs and not wish.range:
        hint = "give one a value, x=3, or draw it, --range x=-3:3"
        raise UsageProblem("there is no input to differentiate with respect to", hint)


class _Checking:
    """A check at work. Made inside a context of its own: it sets the default dtype."""

    def __init__(self, wish: Wish, scenario: Scenario, program: Program) -> None:
        self.wish = wish
        self.within = Tolerance(wish.rtol, wish.atol)
        leaves = Setting(scenario, program).leaves
        self.point: Point = {name: _plain(name, leaf) for name, leaf in leaves.items()}
        self.ranges = ranges_of(wish.range, self.point)
        variables = [name for name, leaf in leaves.items() if leaf.requires_grad]
        self.function = CheckedFunction(program, self.point, variables, wish.seed)
        shapes = {name: tuple(value.shape) for name, value in self.point.items()}
        self.written = WrittenDerivatives(program, shapes)
        self.cut = _cut(program)

    def report(self) -> Check:
        """At the point, or at random ones."""
        wish = self.wish
        found = Check(wish.expression, wish.order)
        if self.ranges:
            sampling, point, comparisons = self._sampled(wish.samples or _USUAL_SAMPLES)
            found = found._replace(sampling=sampling)
        else:
            point, comparisons = self.point, self._started(self.point)
        drawn = "random numbers are the same in every evaluation"
        return found._replace(
            at=point_texts(point),
            comparisons=tuple(comparisons),
            unwritten=self.written.problem,
            notes=(drawn,) if self.function.draws else (),
        )

    # -------------------------------------------------------------- random points

    def _sampled(self, count: int) -> tuple[Sampling, Point, list[Comparison]]:
        """What the points are, and the worst of them. Raises the error of the first if none can be evaluated."""
        tally = Sampling(count, self.wish.seed, 0, 0, 0, 0, 0)
        worst: tuple[tuple[int, float], Point, list[Comparison]] | None = None
        failed: list[Deliberate] = []
        compare: Callable[[Point], list[Comparison]] = self._started
        for point in random_points(self.point, self.ranges, count, self.wish.seed):
            try:
                comparisons = compare(point)
                compare = self.compared
            except UsageProblem:
                raise
            except Deliberate as error:
                failed.append(error)
                tally = tally._replace(undefined=tally.undefined + 1)
                continue
            kind = _kind(comparisons)
            tally = tally._replace(**{kind: getattr(tally, kind) + 1})
            badness = _badness(kind, comparisons)
            if worst is None or badness > worst[0]:
                worst = (badness, point, comparisons)
        if worst is None:
            raise failed[0]
        return tally, worst[1], worst[2]

    # -------------------------------------------------------------- one point

    def _started(self, point: Point) -> list[Comparison]:
        """The comparisons at the first point, where it is found out what the program does."""
        function, order = self.function, self.wish.order
        function.note_draws(point)
        outputs, leaves = function.outputs(point)
        if not leaves:
            raise TorchRuntimeError(NO_GRAD)
        count = len(outputs) * len(function.elements) ** order
        if count > _MOST_COMPARED:
            hint = "name fewer inputs with --wrt, or sum the outputs"
            raise UsageProblem(f"there are {count} derivatives to compare, more than {_MOST_COMPARED}", hint)
        self.written.fit(len(outputs))
        return self.compared(point)

    def compared(self, point: Point) -> list[Comparison]:
        """Every derivative at a point: of each output, by each element, `order` times."""
        function, order = self.function, self.wish.order
        elements = function.elements
        levels = function.levels(point, order)
        unrest = function.unrest(point, order) or [[0.0] * len(level) for level in levels]
        lower = levels[order - 1]
        noise = function.noise(point) if order == 1 else unrest[order - 1]
        sides = [function.around(point, element, order - 1, len(lower)) for element in elements]
        found = []
        for k, number in enumerate(levels[order]):
            before, last = divmod(k, len(elements))
            x = number_at(point, elements[last])
            around = slopes(x, lower[before], noise[before], sides[last][before])
            component, path = self._path(k)
            symbolic = self.written.value(component, path, point)
            output = component if len(levels[0]) > 1 else None
            found.append(self._comparison(output, path, (number, unrest[order][k]), symbolic, around))
        return found

    def _path(self, number: int) -> tuple[int, tuple[Element, ...]]:
        """The output and the elements of the derivative of this number."""
        path: list[Element] = []
        for _ in range(self.wish.order):
            number, last = divmod(number, len(self.function.elements))
            path.insert(0, self.function.elements[last])
        return number, tuple(path)

    def _comparison(
        self,
        output: int | None,
        path: Sequence[Element],
        autograd: tuple[float, float],
        symbolic: float | None,
        found: Slopes,
    ) -> Comparison:
        number, unrest = autograd
        verdict, reason = judge(number, unrest, symbolic, found, self.within)
        if verdict == DISAGREES and found.place == SMOOTH and self.cut:
            reason = f"{reason}; {self.cut}"
        smooth = found.place == SMOOTH
        central = found.central if smooth else None
        return Comparison(
            _label(output, path),
            tuple(each.label for each in path),
            output,
            number,
            symbolic,
            central.slope if central else None,
            central.error if central else None,
            None if smooth or found.left is None or isnan(found.left.slope) else found.left.slope,
            None if smooth or found.right is None or isnan(found.right.slope) else found.right.slope,
            relative_error(number, unrest, symbolic, central, self.within) if central else None,
            found.place,
            verdict,
            reason,
        )


def _label(output: int | None, path: Sequence[Element]) -> str:
    """`x`; of several outputs `d[0]/dx`, of higher order `d2/dxdy`, as `diff` calls them."""
    labels = [each.label for each in path]
    if len(labels) == 1 and output is None:
        return labels[0]
    counted = [(name, len(list(same))) for name, same in groupby(labels)]
    over = "".join(f"d{name}{n if n > 1 else ''}" for name, n in counted)
    return f"d{len(labels) if len(labels) > 1 else ''}{'' if output is None else f'[{output}]'}/{over}"


def _plain(name: str, leaf: Any) -> Any:  # noqa: ANN401 - a Tensor
    """The value of an input in float64, if it is no integer. Raises NotImplementedError for a complex one."""
    if leaf.is_complex():
        raise TorchNotImplementedError(f"derivatives by real inputs are checked, and {name} is {leaf.dtype}")
    value = leaf.detach()
    return value.to(float64) if leaf.is_floating_point() else value


def _cut(program: Program) -> str | None:
    """Where the program leaves the graph, as far as its text tells."""
    for number, (kind, _, payload, start, _) in enumerate(program.instructions):
        if kind in ("attribute", "name") and payload in _CUTS:
            return f"{program.source(number)} in column {place(program.text, start)[1]} leaves the graph"
    return None


def _kind(comparisons: Sequence[Comparison]) -> str:
    """Which of the tallies of `Sampling` a point belongs to."""
    verdicts = {each.verdict for each in comparisons}
    places = {each.place for each in comparisons}
    if DISAGREES in verdicts:
        return "disagreeing"
    if places & {POLE, UNDEFINED}:
        return "undefined"
    if places & {KINK, JUMP}:
        return "kinks"
    return "undecided" if UNDECIDED in verdicts else "agreeing"


_BADNESS: Final = ("undefined", "kinks", "undecided", "agreeing", "disagreeing")


def _badness(kind: str, comparisons: Sequence[Comparison]) -> tuple[int, float]:
    """What makes one point worse than another: above all a disagreement, then the largest relative error."""
    wanted = [each for each in comparisons if each.verdict == DISAGREES] if kind == "disagreeing" else comparisons
    errors = [each.relative_error for each in wanted if each.relative_error is not None]
    return _BADNESS.index(kind), max((inf if isnan(error) else error for error in errors), default=0.0)
