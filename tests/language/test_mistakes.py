"""Every refused text is explained quickly, at the right place, in human words."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff.errors import SyntaxProblem, TooLarge
from autodiff.language import parse
from autodiff.language.known import CHARACTERS, MISTAKES, RESERVED, Mistake
from autodiff.language.mistakes import PlacedProblem
from tests.language.expressions import EXPRESSIONS


def mistake_in(text: str) -> PlacedProblem:
    """The error of a text that must not parse."""
    with pytest.raises(PlacedProblem) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("mistake", "text"),
    [(mistake, text) for mistake in MISTAKES for text in mistake.samples],
    ids=lambda value: value.label if isinstance(value, Mistake) else None,
)
def test_a_sample_is_recognised(mistake: Mistake, text: str) -> None:
    """Each sample of the table is explained by its own entry."""
    problem = mistake_in(text)
    pieces = [piece.rpartition("}")[2] for piece in mistake.message.split("{")]
    assert all(piece in problem.message for piece in pieces)
    assert (problem.hint is None) == (mistake.hint is None)


@pytest.mark.parametrize(
    ("text", "column", "message", "hint"),
    [
        ("2x+1", 2, "unexpected name after a number", "write 2*x"),
        ("x^2", 2, "'^' is not a power", "write x**2"),
        ("x => 2", 3, "'=>' is no operator", "write >="),
        ("a<b<c", 4, "comparisons cannot be chained", "write (a < b) & (b < c)"),
        ("sin x", 5, "a function's argument stands in parentheses", "write sin(x)"),
        ("|x|+1", 1, "'|' does not mean the absolute value", "write abs(x)"),
        ("(1+2", 5, "the '(' at column 1 is never closed", "add ')'"),
        ("f(x]", 4, "']' does not close the '(' at column 2", "write ')'"),
        ("x)", 2, "')' closes nothing", "leave it out, or open it before"),
        ("3*+", 4, "nothing follows '+'", "write what stands after '+', or leave it out"),
        ("", 1, "there is no expression", "write one, for example x**2 + 3*x"),
        ("# only a comment", 17, "there is no expression", "write one, for example x**2 + 3*x"),
        ("x.", 3, "a name is missing after '.'", "write the attribute's name"),
        ("0123", 1, "a number cannot begin with 0", "write 123"),
        ("x\x00y", 2, "unexpected character U+0000", "leave it out"),
        ("x\u00a0+1", 2, "unexpected character U+00A0", "write a space"),
        ("f(a=1, a=2)", 1, "the keyword a is given twice", "leave one out"),
        ("a+1, b = 2", 1, "only names can be assigned together", "write one assignment for each"),
        ("x = = 2", 5, "unexpected '='", "write = to assign, == to compare"),
        ("x:y", 2, "unexpected ':'", "expected an operator, ',' or '='"),
        ("*x", 1, "unexpected '*'", "expected an expression"),
        ("f(x=)", 5, "unexpected ')'", "expected an expression"),
        ("x.(y)", 3, "unexpected '('", "expected a name"),
    ],
)
def test_what_is_said(text: str, column: int, message: str, hint: str) -> None:
    """Message, caret and right spelling; at the end of the text the caret is one past it."""
    problem = mistake_in(text)
    assert (problem.message, problem.line, problem.column, problem.hint) == (message, 1, column, hint)


@pytest.mark.parametrize("word", RESERVED)
def test_reserved_words_are_refused_as_names(word: str) -> None:
    """A word Python reserves is no name here, at the start or after an operand."""
    for text in (word, f"x {word} y", f"1 + {word}"):
        assert f"'{word}' is not part of the language" in mistake_in(text).message


@pytest.mark.parametrize("character", CHARACTERS)
def test_foreign_characters_have_a_spelling(character: str) -> None:
    """Each foreign character is refused where it stands."""
    problem = mistake_in(f"(x){character} ")
    assert problem.column == 4
    assert problem.hint is not None


def test_the_line_and_the_column_are_those_of_the_text() -> None:
    """Lines count over every kind of line end, and an unclosed bracket is reported where its line ends."""
    problem = mistake_in("x\r\ny = 2\n  z + 2w # no\n")
    assert (problem.line, problem.column, problem.source) == (3, 8, "  z + 2w # no")
    problem = mistake_in("y = (x+1\nz = 2\n")
    assert (problem.line, problem.column, problem.message) == (1, 9, "the '(' at column 5 is never closed")


def test_a_long_line_is_shown_around_the_caret() -> None:
    """The column stays true; the caret says where it stands in the part that is shown."""
    problem = mistake_in("x+" * 500_000 + "2y" + "+x" * 500_000)
    assert problem.column == 1_000_002
    assert len(problem.source) <= 126
    assert problem.source[problem.caret - 2 : problem.caret] == "2y"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300_000,
        "x+" * 300_000,
        "'" * 100_001,
        "x " * 100_000,
        "(" * 100_000 + "]",
        "\\" * 100_000,
        "x\n" * 99_999 + ")",
    ],
    ids=["open", "operator", "quotes", "names", "mismatch", "backslashes", "lines"],
)
def test_a_mistake_in_a_huge_text_is_found_at_once(text: str) -> None:
    """The error path is linear and does not hand huge texts to Lark."""
    before = time.process_time()
    mistake_in(text)
    assert time.process_time() - before < 5


@settings(max_examples=400, deadline=None)
@given(
    st.text() | st.text(alphabet="xy12.+-*/()[]=<>,:;&|!^'\" \n\t#") | st.builds("{}{}".format, EXPRESSIONS, st.text())
)
def test_any_text_parses_or_is_explained(text: str) -> None:
    """No text reaches a traceback, and the caret is inside its line or one past it."""
    try:
        parse(text)
        return  # noqa: TRY300 - it parses
    except SyntaxProblem as error:
        problem = error
    except TooLarge:
        return
    assert isinstance(problem, PlacedProblem)
    line = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[problem.line - 1]
    assert 1 <= problem.column <= len(line) + 1
    assert 1 <= problem.caret <= len(problem.source) + 1
    assert problem.message
