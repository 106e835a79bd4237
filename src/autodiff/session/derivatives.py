"""Derivatives of a program as expressions: what `autodiff diff` reports."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from autodiff.errors import Deliberate, SyntaxProblem
from autodiff.expression import Algebra, Expr, derivative, missing
from autodiff.language import Program, parse
from autodiff.session.scenario import UsageProblem
from autodiff.session.symbolic import Reading

__all__ = ["Derived", "Wanted", "derived"]

_ROUNDS: Final = 8
"""How often a derivation is done again because a rewrite forgot where something is undefined."""
_ASSUMED: Final = {"positive": ("positive", "nonnegative", "nonzero"), "nonzero": ("nonzero",)}


class Wanted(NamedTuple):
    """An expression, and which of its derivatives.

    `wrt` None: all its names. `order`: how often. `matrix`: also with respect to each pair of names (a Hessian).
    `assumed` are pairs of a property (positive, nonzero) and a name that has it.
    """

    expression: str
    wrt: tuple[str, ...] | None = None
    order: int = 1
    matrix: bool = False
    assumed: tuple[tuple[str, str], ...] = ()


class Derived(NamedTuple):
    """One derivative: `component` of a list of outputs (None if there is one), and the names, one for each order."""

    component: int | None
    names: tuple[str, ...]
    expression: Expr


def derived(wanted: Wanted) -> tuple[Reading, list[Derived]]:
    """The program as it was read, and the derivatives. Raises what `eval` raises for a text that has none."""
    program = parse(wanted.expression)
    reading = _read(program, _algebra(wanted))
    names = _names(wanted, reading)
    outputs = reading.result if isinstance(reading.result, list) else [reading.result]
    found = []
    for k in range(len(outputs)):
        component = k if isinstance(reading.result, list) else None
        for path in _paths(names, wanted):
            found.append(Derived(component, path, _expression(program, wanted, k, path)))
    return reading, found


def _algebra(wanted: Wanted) -> Algebra:
    algebra = Algebra()
    pairs = [*wanted.assumed, ("positive", "pi"), ("positive", "e")]
    algebra.assumed = frozenset((c, algebra.symbol(name)) for kind, name in pairs for c in _ASSUMED[kind])
    return algebra


def _read(program: Program, algebra: Algebra) -> Reading:
    reading = Reading(program, algebra)
    reading.run()
    return reading


def _names(wanted: Wanted, reading: Reading) -> tuple[str, ...]:
    known = tuple(reading.symbols)
    if wanted.wrt is None:
        if not known:
            raise UsageProblem("there is no name in the expression", "differentiate with respect to one: --wrt x")
        return known
    for name in wanted.wrt:
        if name in reading.values:
            raise UsageProblem(f"'{name}' is assigned in the expression", "differentiate with respect to an input")
    return wanted.wrt


def _paths(names: Sequence[str], wanted: Wanted) -> list[tuple[str, ...]]:
    """The names to differentiate with respect to, one after the other: each alone, or each pair of them."""
    if wanted.matrix:
        return [(a, b) for a in names for b in names]
    return [(name,) * wanted.order for name in names]


def _expression(program: Program, wanted: Wanted, component: int, path: Sequence[str]) -> Expr:
    """One derivative, done again as long as it lost a condition that nothing in it implies."""
    algebra = _algebra(wanted)
    result = algebra.zero
    for _ in range(_ROUNDS):
        algebra.lost = set()
        reading = _read(program, algebra)
        outputs = reading.result if isinstance(reading.result, list) else [reading.result]
        result = algebra.expression(outputs[component])
        for name in path:
            result = derivative(result, algebra.symbol(name))
        gone = missing(algebra.lost, result.conditions)
        if not gone:
            break
        algebra.keeps |= gone
    return result
