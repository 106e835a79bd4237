"""Programs with statements against two references, Python's parser and Lark with its Indenter; and their limits."""

import ast
import sys
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lark import Lark, LarkError
from lark.indenter import Indenter

from autodiff.errors import SyntaxProblem
from autodiff.language.build_tables import grammar_of
from autodiff.language.script import Script, parse_script
from tests.language.programs import PROGRAMS, counted, counted_by_python


class _Blocks(Indenter):
    """Lark's own marks of blocks."""

    NL_type = "_NEWLINE"
    OPEN_PAREN_types = ["LPAR", "LSQB"]  # noqa: RUF012 - as Lark declares them
    CLOSE_PAREN_types = ["RPAR", "RSQB"]  # noqa: RUF012
    INDENT_type = "_INDENT"
    DEDENT_type = "_DEDENT"
    tab_len = 8


STOCK = Lark(
    grammar_of("program_tables.py"),
    parser="lalr",
    lexer="basic",
    postlex=_Blocks(),
    start=["start", "field"],
    cache=False,
)
NOT_GRAMMAR = (
    "only names can be assigned",
    "stands outside of",
    "is not part of the language",
    "the keyword",
    "two parameters",
    "has no default value",
    "that takes every error",
    "in the braces",
    "in a function",
)
"""What a handler refuses although the grammar has it."""


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(PROGRAMS)
def test_a_program_is_what_python_reads(text: str) -> None:
    """Python's own parser accepts it, and finds as many of everything."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of 1 is 2 and the like
        expected = counted_by_python(text)
    script, refusal = _read(text)
    if script is None:
        assert any(said in refusal for said in NOT_GRAMMAR), refusal
    else:
        assert counted(script) == expected


def _read(text: str) -> tuple[Script | None, str]:
    """The program of a text, or why there is none."""
    try:
        return parse_script(text), ""
    except SyntaxProblem as problem:
        return None, problem.message


@st.composite
def _damaged(draw: st.DrawFn) -> str:
    """A program with something taken out, doubled or put in."""
    text = draw(PROGRAMS).replace("f'", "'")  # Lark does not see what is in an f-string
    at = draw(st.integers(0, len(text)))
    length = draw(st.integers(0, 4))
    insert = draw(
        st.sampled_from(
            ["", "", ":", "(", ")", "\n", "    ", " if ", " else ", "=", ",", " in ", "x", "lambda: ", "'", " not "]
        )
    )
    return text[:at] + insert + text[at + length :]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(_damaged())
def test_what_is_accepted_python_accepts_and_lark_too(text: str) -> None:
    """Damaged programs: the driver accepts what Lark accepts, and nothing that Python does not."""
    try:
        STOCK.parse(f"{text}\n", start="start")
    except (LarkError, AssertionError):
        accepted = False
    else:
        accepted = True
    script, refusal = _read(text)
    if script is None:
        assert not accepted or any(said in refusal for said in (*NOT_GRAMMAR, "escape", "indentation")), refusal
        return
    assert accepted
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("x = " + "(" * 50_000 + "1" + ")" * 50_000, 2),
        ("x = " + "not " * 50_000 + "1", 50_002),
        ("x = " + "1 if 2 else " * 20_000 + "3", 100_002),
        ("x = " + "(" * 20_000 + "1" + " if 2 else 3)" * 20_000, 100_002),
        ("x = " + "1 and " * 50_000 + "1", 150_002),
        ("x = " + "1 < " * 50_000 + "1", 100_002),
        ("f = " + "lambda: " * 20_000 + "1", 40_002),
        ("x = " + "[" * 5_000 + "1" + " for i in x]" * 5_000, 35_002),
        ("".join(f"{' ' * depth}if x:\n" for depth in range(3_000)) + " " * 3_000 + "pass", 6_001),
        ("".join(f"{' ' * depth}for i in x:\n" for depth in range(1_000)) + " " * 1_000 + "pass", 5_001),
        ("if x: pass\n" + "elif x: pass\n" * 20_000, 80_003),
        ("x = " + "'a' " * 50_000, 100_000),
    ],
    ids=[
        "parentheses",
        "not",
        "conditionals",
        "nested conditionals",
        "and",
        "chain",
        "lambdas",
        "comprehensions",
        "ifs",
        "fors",
        "elifs",
        "strings",
    ],
)
def test_depth_and_length_have_no_limit(text: str, number: int) -> None:
    """Nothing recurses, and nothing takes time that grows with the square of the length."""
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(_frames() + 40)
        assert len(parse_script(text).instructions) == number
    finally:
        sys.setrecursionlimit(limit)


def _frames() -> int:
    frame, count = sys._getframe(), 0
    while frame.f_back is not None:
        frame, count = frame.f_back, count + 1
    return count


def test_evaluation_has_pythons_order() -> None:
    """Where Python evaluates in another order than it is written, so do the instructions."""
    names = [i.payload for i in parse_script("[a for b in c if d]\ne if f else g").instructions if i.kind == "name"]
    assert names == ["c", "d", "a", "f", "e", "g"]


def test_statements_outside_of_blocks_are_known() -> None:
    """Each has its instructions and its place; those in blocks belong to the block."""
    script = parse_script("x = 1; y = 2\nif x:\n    z = 3\nelse: w = 4\n# note\nx")
    texts = [script.text[statement.start : statement.end].rstrip() for statement in script.statements]
    assert texts == ["x = 1", "y = 2", "if x:\n    z = 3\nelse: w = 4\n# note", "x"]
    assert [statement.first for statement in script.statements[1:]] == [s.last for s in script.statements[:-1]]
    assert script.statements[-1].last == len(script.instructions)
