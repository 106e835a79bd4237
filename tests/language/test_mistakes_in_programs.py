# ruff: noqa: E501 - a sample is read as one line
"""What programs have of Python that the language has not, and what people get wrong: said in words, in its place."""

import time

import pytest

from autodiff.language.mistakes import PlacedProblem
from autodiff.language.mistakes_in_programs import REFUSED, Refused
from autodiff.language.script import parse_script


def mistake_in(text: str) -> PlacedProblem:
    """The error of a program that must not parse."""
    with pytest.raises(PlacedProblem) as caught:
        parse_script(text)
    return caught.value


@pytest.mark.parametrize(
    ("refused", "text"),
    [(refused, text) for refused in REFUSED for text in refused.samples],
    ids=lambda value: None if isinstance(value, Refused) else repr(value),
)
def test_a_sample_is_recognised(refused: Refused, text: str) -> None:
    """Each sample of the table is explained by its own entry."""
    problem = mistake_in(text)
    pieces = [piece.rpartition("}")[2] for piece in refused.message.split("{")]
    assert all(piece in problem.message for piece in pieces)
    assert (problem.hint is None) == (refused.hint is None)


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("if x\n    y", (1, 5), "a ':' is missing at the end of the line", "add ':'"),
        ("for i in range(3)\n    y", (1, 18), "a ':' is missing at the end of the line", "add ':'"),
        ("if x:\ny", (2, 1), "an indented block is missing", "indent the lines that belong to it, or write pass"),
        ("def f():\n\nf()", (3, 1), "an indented block is missing", "indent the lines that belong to it, or write pass"),
        ("if x:", (1, 6), "an indented block is missing", "indent the lines that belong to it, or write pass"),
        ("x = 1\n  y = 2", (2, 3), "unexpected indentation", "begin the line where the one before it begins"),
        ("  x = 1", (1, 3), "unexpected indentation", "begin the first line at the margin"),
        ("if x:\n    y\n  z", (3, 3), "the indentation matches that of no block around the line",
         "indent it as the block it belongs to"),
        ("if x:\n        y\n\tz", (3, 2), "tabs and spaces are mixed in the indentation", "indent with spaces alone"),
        ("x = (1,\n", (1, 8), "the '(' at column 5 is never closed", "add ')'"),
        ("import numpy as np", (1, 8), "the module 'numpy' is not part of the language",
         "leave it out, and make tensors: torch.tensor([...]), torch.linspace(0, 1, 5)"),
        ("x = 1\nimport os", (2, 8), "the module 'os' is not part of the language", "a program can import "),
        ("break", (1, 1), "'break' stands outside of a loop", "leave it out"),
        ("for i in x:\n    def f():\n        continue", (3, 9), "'continue' stands outside of a loop", "leave it out"),
        ("return 1", (1, 1), "'return' stands outside of a function", "leave it out"),
        ("x = f'{1'", (1, 7), "the '{' is never closed", "add '}', or write {{ for the character itself"),
        ("x = f'a}'", (1, 8), "a single '}' in an f-string", "write }} for the character itself"),
        ("x = f'{}'", (1, 7), "no expression stands in the braces", "write {{}} for the characters"),
        ("x = f'{1 +}'", (1, 11), "unexpected '}'", "complete the expression before it"),
        ("x = f'{a b}'", (1, 10), "unexpected name after a name", "write a*b"),
        ("x = '\\x1'", (1, 6), "an incomplete escape: \\x", "write \\\\x for a backslash"),
        ("x = 'abc", (1, 5), "a string is never closed", "add '"),
        ("x = '''abc\n", (1, 5), "a string is never closed", "add '''"),
        ("def f(x: int): pass", (1, 8), "annotations are not part of the language", "leave out ':' and the type"),
        ("x: int = 3", (1, 2), "annotations are not part of the language", "leave out ':' and the type"),
        ("def f(x=1, y): pass", (1, 12), "the parameter y has no default value, and one before it has", "put y first"),
        ("def f(x, x): pass", (1, 10), "two parameters are called x", "give one of them another name"),
        ("try:\n    x\nexcept:\n    y\nexcept A:\n    z", (5, 1), "an 'except' follows one that takes every error",
         "put the other one last"),
        ("x = y = z.a = 1; w.b = v = 2", (1, 1), "only names can be assigned the same value together",
         "write one assignment for each"),
        ("f(x) = 3", (1, 6), "the left of '=' cannot be assigned", "write == to compare"),
        ("if x = 3: pass", (1, 6), "the left of '=' cannot be assigned", "write == to compare"),
        ("x = 2y", (1, 6), "unexpected name after a number", "write 2*y"),
        ("x = 1if y else 2", (1, 6), "unexpected name after a number", "write a space between them, or *"),
        ("x = 1 + \\ 2", (1, 9), "unexpected character '\\'", "leave it out"),
        ("else: pass", (1, 1), "unexpected 'else'", None),
        ("x = if", (1, 5), "unexpected 'if'", None),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is(text: str, place: tuple[int, int], message: str, hint: str | None) -> None:
    """Line, column, message and hint."""
    problem = mistake_in(text)
    assert (problem.line, problem.column) == place
    assert problem.message == message
    assert (problem.hint or "").startswith(hint or "")
    assert (problem.hint is None) == (hint is None)


@pytest.mark.parametrize("text", ["'''" * 20_001, "f'{" * 50_000, "(" * 100_000, "'\\" * 50_000, "if x:\n" * 20_000])
def test_long_mistakes_are_explained_quickly(text: str) -> None:
    """Nothing takes time that grows with the square of the length."""
    begun = time.process_time()
    mistake_in(text)
    assert time.process_time() - begun < 5
