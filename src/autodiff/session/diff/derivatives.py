"""Derivatives of a program as expressions: what `autodiff diff` is about."""

from __future__ import annotations

from autodiff.expression import Algebra, Unwritten, derivative, is_linear, missing
from autodiff.language import parse
from autodiff.light import NamedTuple
from autodiff.session.diff.symbolic import CONSTANTS, read_expression
from autodiff.session.scenario import Located, UsageProblem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from autodiff.expression import Expr
    from autodiff.expression.domain import Condition
    from autodiff.session.diff.symbolic import Reading

__all__ = ["PROPERTIES", "Derivation", "Derived", "Wanted", "derived"]

_ROUNDS: Final = 8
"""How often a derivation is done again because a rewrite forgot where something is undefined."""
_ASSUMED: Final = {
    "positive": ("positive", "nonnegative", "nonzero", "log", "log2", "log10"),
    "nonnegative": ("nonnegative",),
    "nonzero": ("nonzero",),
}
PROPERTIES: Final = tuple(_ASSUMED)
"""What may be assumed of a name."""
_MOST_ORDERS: Final = 64


class Wanted(NamedTuple):
    """An expression, and which of its derivatives.

    `wrt` None: all its names. `order`: how often with respect to each. `gradient`, `jacobian`, `hessian`: by all names
    once, the same for each of several outputs, or by each pair of names. `at`: names and texts of values; if there are
    any, the derivatives have values too. `no_simplify`: as the rules give it, nothing collected. `cse`: what occurs
    several times gets a name. `assume`: pairs of a property (see PROPERTIES) and a name that has it.
    `target`: a language of `expression.emit` to write it all in, too, and `with_value` the expression itself beside it.
    `shapes` are those of names that stand for arrays.
    """

    expression: str
    wrt: tuple[str, ...] | None = None
    order: int = 1
    gradient: bool = False
    jacobian: bool = False
    hessian: bool = False
    at: tuple[tuple[str, str], ...] = ()
    no_simplify: bool = False
    cse: bool = False
    assume: tuple[tuple[str, str], ...] = ()
    target: str | None = None
    with_value: bool = False
    shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()


class Derived(NamedTuple):
    """One derivative: `component` of a list of outputs (None if there is one), and the names, one for each order.

    `shape` is its own, and `of_array` says that what is differentiated is an array.
    """

    component: int | None
    names: tuple[str, ...]
    expression: Expr
    shape: tuple[int, ...] = ()
    of_array: bool = False


def derived(wanted: Wanted) -> tuple[Reading, list[Derived]]:
    """The program as it was read, and the derivatives. Raises SyntaxProblem, UsageProblem, Located."""
    _check(wanted)
    derivation = _derivation(wanted)
    reading = derivation.reading
    several = isinstance(reading.result, list)
    if several and wanted.gradient:
        raise UsageProblem("--gradient is of one expression, and this is a list", "use --jacobian")
    paths = _paths(_names(wanted, reading), wanted)
    components = range(len(reading.outputs))
    found = [
        Derived(
            k if several else None,
            path,
            derivation.expression(k, path),
            derivation.shape(k, path),
            of_array=bool(derivation.shape(k, ())),
        )
        for k in components
        for path in paths
    ]
    return reading, found


def _derivation(wanted: Wanted) -> Derivation:
    if not wanted.shapes:
        return Derivation(wanted)
    from autodiff.session.diff.array_derivation import ArrayDerivation

    return ArrayDerivation(wanted)


def _check(wanted: Wanted) -> None:
    kinds = [kind for kind in ("gradient", "jacobian", "hessian") if getattr(wanted, kind)]
    if len(kinds) > 1:
        raise UsageProblem(f"--{kinds[0]} and --{kinds[1]} exclude each other")
    if kinds and wanted.order != 1:
        raise UsageProblem(f"--{kinds[0]} has an order of its own", "leave --order out")
    if not 1 <= wanted.order <= _MOST_ORDERS:
        raise UsageProblem(f"the order is a whole number from 1 to {_MOST_ORDERS}, not {wanted.order}")
    for kind, name in wanted.assume:
        if kind not in _ASSUMED:
            raise UsageProblem(f"'{kind}' is not what can be assumed of {name}", f"choose one of {', '.join(_ASSUMED)}")


def _names(wanted: Wanted, reading: Reading) -> tuple[str, ...]:
    known = tuple(reading.symbols)
    if wanted.wrt is None:
        if not known:
            raise UsageProblem("there is no name in the expression", "differentiate with respect to one: --wrt x")
        return known
    from autodiff.session.bind import is_name

    for name in wanted.wrt:
        if name in reading.values:
            raise UsageProblem(
                f"--wrt: '{name}' is assigned in the expression", "differentiate with respect to an input"
            )
        if name in CONSTANTS or not is_name(name):
            raise UsageProblem(f"--wrt: '{name}' is not the name of a variable")
    if not wanted.wrt:
        raise UsageProblem("--wrt names nothing to differentiate with respect to")
    return wanted.wrt


def _paths(names: Sequence[str], wanted: Wanted) -> list[tuple[str, ...]]:
    """The names to differentiate with respect to, one after the other: each alone, or each pair of them."""
    if wanted.hessian:
        return [(a, b) for a in names for b in names]
    return [(name,) * wanted.order for name in names]


class Derivation:
    """A program being differentiated. What the derivatives have in common is computed once.

    Rewrites may forget where an expression is undefined. A derivative that is defined where the original is not
    is derived again without those rewrites; the others share the first walk.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.program = parse(wanted.expression)
        self.algebra = algebra = self.new_algebra(wanted)
        pairs = [*wanted.assume, ("positive", "pi"), ("positive", "e")]
        algebra.assumed = frozenset((kind, algebra.symbol(name)) for given, name in pairs for kind in _ASSUMED[given])
        self._tidies = not wanted.no_simplify
        self.reading = self.read()
        outputs = self.reading.outputs
        self._known: dict[tuple[int, tuple[str, ...]], tuple[Expr, set[Condition]]] = {
            (k, ()): (output, set(algebra.lost)) for k, output in enumerate(outputs)
        }

    def new_algebra(self, wanted: Wanted) -> Algebra:
        """What the expressions are made in."""
        if wanted.no_simplify:
            from autodiff.expression.literal import Literal

            return Literal()
        return Algebra()

    def read(self) -> Reading:
        """The program, read as mathematics. Raises Located."""
        return read_expression(self.program, self.algebra)

    def shape(self, component: int, path: tuple[str, ...]) -> tuple[int, ...]:  # noqa: ARG002
        """The shape of a derivative: here all are numbers."""
        return ()

    def expression(self, component: int, path: tuple[str, ...]) -> Expr:
        """The derivative of an output by the names of the path in turn; the output itself if there are none."""
        result, lost = self._shared(component, path)
        for _ in range(_ROUNDS):
            gone = missing(lost, result.conditions)
            if not gone:
                break
            self.algebra.keeps |= gone
            result, lost = self._anew(component, path)
        self.algebra.keeps = frozenset()
        return result

    def _shared(self, component: int, path: tuple[str, ...]) -> tuple[Expr, set[Condition]]:
        for k in range(len(path)):
            if (component, path[: k + 1]) not in self._known:
                before, lost = self._known[component, path[:k]]
                self.algebra.lost = set(lost)
                after = self._derivative(before, path[k])
                self._known[component, path[: k + 1]] = (after, self.algebra.lost)
        return self._known[component, path]

    def _anew(self, component: int, path: tuple[str, ...]) -> tuple[Expr, set[Condition]]:
        self.algebra.lost = set()
        result = self.read().outputs[component]
        for name in path:
            result = self._derivative(result, name)
        return result, self.algebra.lost

    def _derivative(self, expression: Expr, name: str) -> Expr:
        try:
            found = derivative(expression, self.algebra.symbol(name))
            return _tidied(found, expression) if self._tidies else found
        except Unwritten as error:
            place = self.reading.places.get(error.operation)
            if place is None:
                raise
            raise Located(error, self.program, place, ()) from error


def _tidied(found: Expr, original: Expr) -> Expr:
    if is_linear(found):
        return found
    from autodiff.expression.tidy import tidied

    return tidied(found, original)
