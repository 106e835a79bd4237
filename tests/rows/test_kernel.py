"""Blocks, threads and sums."""

import math
import threading
from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff.language import parse
from autodiff.rows.derivation import Inputs, derive
from autodiff.rows.kernel import BLOCK, Kernel
from autodiff.rows.ordered import ordered
from autodiff.rows.total import Total
from tests.rows.comparing import by_rows

TEXT = "where(x > y, exp(-x*x)*sin(y) + x**3/(1 + y*y), relu(x)*y - softplus(x)/3)"


@pytest.mark.parametrize("block", [1, 2, 3, 64, 1000])
def test_blocks_do_not_show(block: int) -> None:
    """A result never depends on which rows are computed together."""
    table = {"x": [math.sin(3 * k) for k in range(100)], "y": [math.cos(5 * k) for k in range(100)]}
    assert by_rows(TEXT, table, block=block) == by_rows(TEXT, table, block=100)


def test_memory_is_used_again() -> None:
    """A chain of a thousand steps needs room for two of them."""
    found = derive(parse("sin(" * 1000 + "x" + ")" * 1000), Inputs(("x",), (), ()))
    assert len(Kernel(found.program, list(found.present.values()))._memory) <= 2


def test_many_values_make_small_blocks() -> None:
    """Where backward needs a thousand values of forward, memory stays that of a cache."""
    found = derive(parse("*".join(f"sin(x + {k})" for k in range(600))), Inputs(("x",), (), ("x",)))
    kernel = Kernel(found.program, list(found.present.values()))
    assert 500 < len(kernel._memory) * kernel.block * 8 < 1 << 23
    assert kernel.block < BLOCK


def test_results_come_in_order() -> None:
    """Also when the first takes longest."""
    gate = threading.Event()

    def work(k: int) -> int:
        if k == 0:
            gate.wait(10)
        elif k == 3:
            gate.set()
        return k * k

    assert list(ordered(iter(range(50)), work, 3)) == [k * k for k in range(50)]


def test_no_more_is_fetched_than_fits() -> None:
    """Memory does not depend on how much there is."""
    fetched: list[int] = []

    def source() -> Iterator[int]:
        for k in range(1000):
            fetched.append(k)
            yield k

    results = ordered(source(), lambda k: k, 2)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined] # a generator
    assert len(fetched) <= 6
    assert threading.active_count() < 10


@pytest.mark.parametrize("where", ["source", "work"])
def test_an_error_comes_in_its_turn(where: str) -> None:
    """What comes before it is there."""

    def source() -> Iterator[int]:
        yield from range(5)
        if where == "source":
            raise ValueError("five")
        yield 5

    def work(k: int) -> int:
        if k == 5:
            raise ValueError("five")
        return k

    results = ordered(source(), work, 2)
    assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="five"):
        next(results)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300), max_size=30))
def test_sums_lose_next_to_nothing(numbers: list[float]) -> None:
    """The error is two roundings of the sum and next to nothing of its parts."""
    total, other = Total(), Total()
    for number in numbers[:10]:
        total = total.plus(number)
    for number in numbers[10:]:
        other = other.plus(number)
    exact = sum(map(Fraction, numbers), Fraction())
    size = sum(abs(Fraction(n)) for n in numbers)
    assert (
        abs(Fraction(total.merged(other).value) - exact) <= abs(exact) * Fraction(2) ** -52 + size * Fraction(2) ** -95
    )


def test_sums_of_what_is_not_finite() -> None:
    """An infinity stays one, and two of them are no number."""
    assert Total().plus(math.inf).plus(1.0).value == math.inf
    assert math.isnan(Total().plus(math.inf).plus(-math.inf).value)
