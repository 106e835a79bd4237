"""Derivatives as textbooks have them: recorded, read line by line, and right at random points besides.

`python -m tests.expression.test_textbook` records textbook.txt anew: read the difference before you commit it.
"""

from math import isfinite
from pathlib import Path
from typing import Final

import pytest

from autodiff.expression import write
from autodiff.session.diff.derivatives import Wanted, derived
from tests.expression.programs import GENERIC, looked_at

TEXTBOOK: Final = Path(__file__).with_name("textbook.txt")


def lines() -> list[tuple[str, int, str]]:
    """An expression, an order, and its derivatives, one line each."""
    rows = [line.split(" | ") for line in TEXTBOOK.read_text(encoding="utf-8").splitlines()]
    return [(text, int(order), shown) for text, order, shown in rows]


def _shown(text: str, order: int) -> str:
    _, found = derived(Wanted(text, order=order))
    return "; ".join(f"{each.names[0]}: {write(each.expression)}" for each in found)


@pytest.mark.parametrize(("text", "order", "shown"), lines())
def test_the_derivative_is_the_textbooks(text: str, order: int, shown: str) -> None:
    """What is written is what was read and found right."""
    assert _shown(text, order) == shown


@pytest.mark.parametrize(("text", "order", "shown"), [line for line in lines() if line[1] == 1])
def test_the_textbook_is_right(text: str, order: int, shown: str) -> None:
    """The recorded text has the value that backward finds, where there are no other names than x and y."""
    del order
    slopes = dict(part.split(": ", 1) for part in shown.split("; "))
    if slopes.keys() - {"x", "y"}:
        pytest.skip("has other names")
    compared = 0
    for point in GENERIC:
        expected = looked_at(text, point, differentiated=True)
        for name, slope in slopes.items():
            if expected.defined and isfinite(expected.gradients[name]):
                compared += 1
                value = looked_at(slope, point).value
                assert value == pytest.approx(expected.gradients[name], rel=1e-9, abs=1e-12)
    assert compared or text == "maximum(x,0)"  # which takes tensors only


if __name__ == "__main__":
    kept = [f"{text} | {order} | {_shown(text, order)}\n" for text, order, _ in lines()]
    TEXTBOOK.write_text("".join(kept), encoding="utf-8")
