"""The driver against its two references, Python's parser and stock Lark, and its limits."""

import subprocess
import sys
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from lark import Lark, Token, Tree

from autodiff.errors import TooLarge
from autodiff.language import STATEMENTS as STATEMENT_KINDS
from autodiff.language import Program, parse
from autodiff.language.grammar import grammar_text
from autodiff.language.parse import join_lines
from tests.language.expressions import EXPRESSIONS, PROGRAMS
from tests.language.python_program import Shape, python_shapes

STOCK = Lark(grammar_text(), parser="lalr", lexer="basic")


def shapes(program: Program) -> list[Shape]:
    """The program as nested tuples, one a statement, like those of `python_shapes`."""
    built: list[Shape] = []
    for number, (kind, operands, payload, _, _) in enumerate(program.instructions):
        shown = repr(payload) if kind in {"number", "string", "constant"} else payload
        built.append((kind, shown, program.source(number), *(built[operand] for operand in operands)))
    return [shape for shape in built if shape[0] in STATEMENT_KINDS]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(PROGRAMS)
def test_a_program_is_what_python_reads(text: str) -> None:
    """Structure, precedence, payloads and spans are those of Python's own parser, on random programs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of "a"[0] and the like
        expected = python_shapes(text)
    assert shapes(parse(text)) == expected


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(EXPRESSIONS)
def test_the_driver_agrees_with_stock_lark(text: str) -> None:
    """Names, literals and operators come out in the order of Lark's tree."""
    program = parse(text)
    silent = STATEMENT_KINDS | {"call", "attribute", "index", "slice", "list", "tuple", "constant", "string"}
    found = [
        program.source(n) if kind in {"name", "number"} else kind
        for n, (kind, *_) in enumerate(program.instructions)
        if kind not in silent
    ]
    assert found == _tree_order(STOCK.parse(join_lines(text)), set(found))


def _tree_order(tree: "Tree[Token]", kinds: set[str]) -> list[str]:
    """Lark's tree in the order of evaluation, without what is not in `kinds`."""
    order: list[str] = []
    todo: list[Tree[Token] | Token | str] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, Token):
            continue
        if isinstance(node, str):
            order.append(node)
        elif node.data in {"name", "number"}:
            order.append(str(node.children[0]))
        else:
            todo += [str(node.data)] if str(node.data) in kinds else []
            todo += reversed(node.children)
    return order


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(" * 100_000 + "x" + ")" * 100_000, 2),
        ("-" * 100_000 + "x", 100_002),
        ("sin(" * 100_000 + "x" + ")" * 100_000, 200_002),
        ("x" + "**x" * 99_999, 200_000),
        ("[" * 100_000 + "]" * 100_000, 100_001),
        ("x" + "[0]" * 100_000, 200_002),
        ("x" + "+x" * 999_999, 2_000_000),
        ("x;" * 100_000, 200_000),
    ],
    ids=["parentheses", "minuses", "calls", "powers", "lists", "indices", "sum", "statements"],
)
def test_depth_and_length_have_no_limit(text: str, number: int) -> None:
    """Nothing recurses: a hundred thousand levels and a million terms parse, with the recursion limit at its lowest."""
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(_frames() + 40)
        assert len(parse(text).instructions) == number
    finally:
        sys.setrecursionlimit(limit)


def _frames() -> int:
    frame, count = sys._getframe(), 0
    while frame.f_back is not None:
        frame, count = frame.f_back, count + 1
    return count


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("f(x,\n  y)", "f(x,   y)"),
        ("(x # one )\n+ 1)", "(x         + 1)"),
        ("x\ny", "x\ny"),
        ("'('\ny", "'('\ny"),
        ("[1,\r\n2]\nz", "[1,  2]\nz"),
    ],
)
def test_line_breaks_in_brackets_are_blanks(text: str, joined: str) -> None:
    """The length stays, so spans do."""
    assert join_lines(text) == joined
    assert len(joined) == len(text)


def test_a_line_may_be_continued_and_ends_in_any_way() -> None:
    """A backslash joins two lines; CR LF, CR and LF all end one; blank lines and comments are nothing."""
    assert [shape[2] for shape in shapes(parse("\n# c\nx + \\\n y\r\nz\r\r# d\nw;"))] == ["x + \\\n y", "z", "w"]


def test_escapes_mean_what_python_means() -> None:
    """The six escapes of a string."""
    assert parse(r"'a\\n\n\t\r\'\"'").instructions[0].payload == "a\\n\n\t\r'\""


def test_a_literal_of_thousands_of_digits_is_refused() -> None:
    """Reading it would take time that grows with the square of its length."""
    assert parse("9" * 1233).instructions[0].payload == 10**1233 - 1
    with pytest.raises(TooLarge, match="1234 characters"):
        parse("1" * 1234)


def test_parsing_loads_no_lark_and_no_table_of_mistakes() -> None:
    """Start-up is a feature: only an error needs them."""
    program = (
        "import sys; from autodiff.language import parse; parse('x**2+3*x+2')\n"
        "print({'lark', 'autodiff.language.mistakes', 'autodiff.language.known'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
