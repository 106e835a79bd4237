"""Formulas agree with automatic differentiation, value and domain, for random expressions."""

from collections.abc import Iterable, Iterator
from math import isfinite

import pytest

from autodiff.expression import Algebra, derivative, write
from autodiff.expression.expr import Power, nodes_below
from autodiff.expression.tidy import tidied
from autodiff.language import parse
from autodiff.session.diff.derivatives import Derivation, Wanted
from autodiff.session.diff.symbolic import read_expression
from autodiff.session.scenario import Located
from tests.expression.programs import GENERIC, SPECIAL, expressions, looked_at

COUNT = 120


def _readable(texts: Iterable[str]) -> Iterator[str]:
    """Those without an error in plain numbers, such as 1/0."""
    for text in texts:
        try:
            Derivation(Wanted(text))
        except Located:
            assert not any(looked_at(text, point).defined for point in GENERIC)
        else:
            yield text


@pytest.mark.parametrize("no_simplify", [False, True], ids=["simplified", "literal"])
@pytest.mark.parametrize("seed", range(3))
def test_derivatives_are_those_of_backward(seed: int, no_simplify: bool) -> None:
    """In float64, within 1e-6 of the size of what is added up; most of the points tell something."""
    compared = 0
    for text in _readable(expressions(seed, COUNT)):
        derivation = Derivation(Wanted(text, no_simplify=no_simplify))
        slopes = {name: write(derivation.expression(0, (name,))) for name in "xy"}
        for point in GENERIC:
            expected = looked_at(text, point, differentiated=True)
            for name, slope in slopes.items():
                wanted = expected.gradients.get(name, float("nan"))
                if not (expected.defined and isfinite(wanted)):
                    continue
                found = looked_at(slope, point)
                if found.value is None or (not found.defined and not isfinite(found.value)):
                    continue  # 0 times infinity is what the engine masks
                compared += 1
                scale = max(1.0, abs(wanted), found.largest)
                assert abs(found.value - wanted) <= 1e-6 * scale, (text, name, slope, point)
    assert compared > COUNT * 3


@pytest.mark.parametrize("no_simplify", [False, True], ids=["simplified", "literal"])
@pytest.mark.parametrize("seed", range(10, 13))
def test_rewriting_keeps_value_and_domain(seed: int, no_simplify: bool) -> None:
    """What is read and written again is defined where it was, and has the same values."""
    defined = 0
    for text in _readable(expressions(seed, COUNT, conditions=False)):
        again = write(Derivation(Wanted(text, no_simplify=no_simplify)).expression(0, ()))
        for point in (*GENERIC, *SPECIAL):
            expected, found = looked_at(text, point), looked_at(again, point)
            if expected.value is None:
                continue  # a function of plain numbers that the language has for tensors only
            if not expected.defined:
                assert not found.defined, (text, again, point)
            elif found.value is not None and expected.value is not None:
                defined += 1
                scale = max(1.0, abs(expected.value), expected.largest, found.largest)
                assert abs(found.value - expected.value) <= 1e-6 * scale, (text, again, point)
    assert defined > COUNT * 3


@pytest.mark.parametrize("seed", range(20, 23))
def test_what_is_written_reads_back_as_the_same(seed: int) -> None:
    """Within one algebra the text of an expression is the expression."""
    algebra, compared = Algebra(), 0
    for text in _readable(expressions(seed, COUNT)):
        reading = read_expression(parse(text), algebra)
        (output,) = reading.outputs
        slopes = [derivative(output, symbol) for symbol in reading.symbols.values()]
        for expression in (output, *slopes, *(tidied(slope, output) for slope in slopes)):
            written = write(expression)
            if any(isinstance(node, Power) and node.base is algebra.zero for node in nodes_below([expression])):
                continue  # a division by 0, which numbers refuse
            compared += 1
            assert read_expression(parse(written), algebra).outputs[0] is expression, (text, written)
    assert compared > COUNT
