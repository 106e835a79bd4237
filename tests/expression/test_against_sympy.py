"""Our derivatives beside SymPy's, which were recorded: `python -m tests.expression.against_sympy --record`."""

from typing import NamedTuple

import pytest

from tests.expression.against_sympy import LONGEST, MUCH, REASONS, SYMPY
from tests.expression.test_textbook import lines


class Recorded(NamedTuple):
    """One derivative as we write it, SymPy's `diff` and what its `simplify` makes of that."""

    expression: str
    order: str
    name: str
    ours: str
    diff: str
    simplified: str


def _recorded() -> list[Recorded]:
    ours = {
        (text, str(order), name): written
        for text, order, shown in lines()
        for name, written in (part.split(": ", 1) for part in shown.split("; "))
    }
    rows = [tuple(line.split(" | ")) for line in SYMPY.read_text(encoding="utf-8").splitlines()]
    return [
        Recorded(text, order, name, ours[text, order, name], diff, simplified)
        for text, order, name, diff, simplified in rows
    ]


def test_every_line_of_the_textbook_is_recorded() -> None:
    """The two lists are one."""
    expected = {(t, str(o), part.partition(":")[0]) for t, o, shown in lines() for part in shown.split("; ")}
    assert {(each.expression, each.order, each.name) for each in _recorded()} == expected


@pytest.mark.parametrize("each", _recorded(), ids=lambda each: f"{each.expression} {each.order} {each.name}")
def test_none_is_longer(each: Recorded) -> None:
    """Nor is SymPy's simplified one much shorter, but for a reason."""
    if each.expression not in REASONS:
        assert len(each.ours) <= LONGEST * len(each.diff)
        assert len(each.ours) <= MUCH * len(each.simplified)


def test_the_reasons_are_needed() -> None:
    """What is not longer needs none."""
    longer = {
        each.expression
        for each in _recorded()
        if len(each.ours) > LONGEST * len(each.diff) or len(each.ours) > MUCH * len(each.simplified)
    }
    assert longer == REASONS.keys()


def test_all_in_all_they_are_shorter() -> None:
    """By a fifth than `diff`, and no longer than what `simplify` finds."""
    found = _recorded()
    ours, diff, simplified = (sum(len(getattr(e, n)) for e in found) for n in ("ours", "diff", "simplified"))
    assert ours < 0.8 * diff
    assert ours < simplified
