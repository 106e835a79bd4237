"""Where entries end, and what could be meant by the beginning of a word."""

import pytest

from autodiff.session.talk.completion import completions
from autodiff.session.talk.conversation import Conversation, Opening
from autodiff.session.talk.entries import Entries, is_complete

COMMANDS = (":graph", ":grad", ":save")


def entries(text: str) -> list[str]:
    """The entries of a text, read line by line."""
    lines = iter(text.split("\n"))
    reader = Entries(lambda _: next(lines, None))
    found = []
    while (entry := reader.read()) is not None:
        found.append(entry)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", ["a", "b"]),
        ("\n\na", ["a"]),
        ("f(1,\n\n2)\nb", ["f(1,\n\n2)", "b"]),
        ("'''a\n(\n\nb''' + 'it''s'\nc", ["'''a\n(\n\nb''' + 'it''s'", "c"]),
        ('"(" # [\nb', ['"(" # [', "b"]),
        ("a + \\\nb\nc", ["a + \\\nb", "c"]),
        ("if a:\n  b\nelse:\n  c\n\nd", ["if a:\n  b\nelse:\n  c\n", "d"]),
        ("for i in x:\n  b\nd", ["for i in x:\n  b", "d"]),
        ("def f(\n  a):\n  return {\n'a'}\n\nd", ["def f(\n  a):\n  return {\n'a'}\n", "d"]),
        ("while a: b\nc", ["while a: b", "c"]),
        ("for i in range(3)\nb", ["for i in range(3)", "b"]),
        ("x = lambda a: a\nb", ["x = lambda a: a", "b"]),
        ("x[1:]\nb", ["x[1:]", "b"]),
        ("@a\ndef f():\n  b\n\nc", ["@a\ndef f():\n  b\n", "c"]),
        (":save (\nb", [":save (", "b"]),
        (">>> a\n>>> b", ["a", "b"]),
        ("f(1,", ["f(1,"]),
        ("a)\nb", ["a)", "b"]),
    ],
)
def test_entries_end_where_pythons_do(text: str, expected: list[str]) -> None:
    """Brackets, texts and blocks go on; a block ends with an empty line, or with a line at the margin."""
    assert entries(text) == expected


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("a", True),
        ("f(", False),
        ("if a:", False),
        ("if a:\n  b", False),
        ("if a:\n  b\n", True),
        ("a = 1\nb = [a]", True),
    ],
)
def test_enter_ends_what_is_complete(text: str, complete: bool) -> None:
    """In an editor of several lines."""
    assert is_complete(text) is complete


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y = six", ["sixteen"]),
        ("sinh", ["sinh"]),
        ("whi", ["while"]),
        ("torch.nn.functional.leaky", ["leaky_relu"]),
        ("torch.autograd.fu", ["functional"]),
        ("x.requires_gra", ["requires_grad", "requires_grad_"]),
        ("x.grad_fn.next_f", ["next_functions"]),
        ("(x * 2).backw", ["backward"]),
        ("values.app", ["append"]),
        ("x._ba", ["_base"]),
        ("isinst", ["isinstance"]),
        (":gra", [":grad", ":graph"]),
        (":graph sixt", ["sixteen"]),
        ("3.", []),
        ("'six", []),
        ("# six", []),
        ("", []),
        ("nothing.a", []),
        ("x.__cl", []),
    ],
)
def test_words_are_completed(text: str, expected: list[str]) -> None:
    """Names, functions, members of modules, methods and attributes of what is known, commands."""
    conversation = Conversation(lambda _: None, lambda _: None, Opening((("x", "3"),)))
    conversation.enter("sixteen = 16; values = []; x = x * 2")
    assert completions(text, conversation.names, COMMANDS) == expected
