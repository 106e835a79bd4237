"""The program's own facts: spans, places, and where a subexpression occurs."""

import pytest
from hypothesis import given

from autodiff.language import occurrences, parse, place
from tests.language.expressions import EXPRESSIONS


@pytest.mark.parametrize(
    ("text", "target", "sources"),
    [
        ("y = (x + 1)*(x+1)", "((x) +1)", ["x + 1", "x+1"]),
        ("x**2 + x**2.", "x**2", ["x**2"]),
        ("sin(x, dim=0) + sin(x, 0)", "sin(x,dim=0)", ["sin(x, dim=0)"]),
        ("x[1:] + x[:1]", "x[1:]", ["x[1:]"]),
        ("a-b; b-a", "b-a", ["b-a"]),
        ("True + 1", "1", ["1"]),
        ("x", "z", []),
    ],
)
def test_occurrences_are_structural(text: str, target: str, sources: list[str]) -> None:
    """Blanks and parentheses do not matter; types of numbers, keywords and order do."""
    program = parse(text)
    assert [program.source(number) for number in occurrences(program, parse(target))] == sources


@given(EXPRESSIONS)
def test_an_expression_occurs_in_itself(text: str) -> None:
    """The last value of an expression is found by its own text."""
    program = parse(text)
    assert len(program.instructions) - 2 in occurrences(program, parse(f"({text})"))


def test_occurrences_are_found_in_a_deep_program() -> None:
    """Nothing recurses and nothing is compared twice: 50 000 nested calls."""
    program = parse("sin(" * 50_000 + "x+1" + ")" * 50_000)
    assert len(occurrences(program, parse("sin(x+1)"))) == 1


@pytest.mark.parametrize("target", ["y = x", "x; y"])
def test_the_target_is_one_expression(target: str) -> None:
    """Anything else has no value to look for."""
    with pytest.raises(ValueError, match="one expression"):
        occurrences(parse("x"), parse(target))


def test_place_counts_lines_and_columns_from_one() -> None:
    """A CR LF is one line end."""
    assert [place("ab\r\nc\rd\ne", offset) for offset in (0, 1, 4, 6, 8)] == [(1, 1), (1, 2), (2, 1), (3, 1), (4, 1)]
