"""Input that means no good, or a lot: answered at once, in words."""

import pytest

from tests.cli.process import autodiff

MANY = 100_000


def _by_line(expression: str) -> str:
    """What a long expression gives: it comes from a pipe, since arguments have a limit."""
    return autodiff("eval", "-", "x=3", "--get", "out", "--get", "x.grad", given=f"{expression}\n").output


def test_100_000_parentheses() -> None:
    """Nesting has no limit."""
    assert _by_line("(" * MANY + "x" + ")" * MANY) == "3.0 1.0\n"


def test_100_000_minus_signs() -> None:
    """Nor have signs."""
    assert _by_line("-" * MANY + "x") == "3.0 1.0\n"


def test_a_sum_of_100_000_terms() -> None:
    """A long sum is a deep graph, and is walked back."""
    assert _by_line("+".join(["x"] * MANY)) == "300000.0 100000.0\n"


REFUSED = [
    ("9**9**9**9", 4, "TooLarge"),
    ("9**99999*0", 4, "TooLarge"),
    ("pow(9, 9**9)", 4, "TooLarge"),
    ("ones(10**12)", 4, "RuntimeError"),
    ("[0]*10**12", 4, "TooLarge"),
    ("[0]*tensor(10**10)", 4, "TooLarge"),
    ("'x'*10**12", 4, "TooLarge"),
    ("'%999999999d' % 1", 4, "TypeError"),
    ("a=[0]*1000; b=[a]*1000; c=[b]*1000", 4, "TooLarge"),
    ("[" * 200 + "]" * 200, 4, "TooLarge"),
    ("x.__class__", 4, "AttributeError"),
    ("x.__class__.__mro__", 4, "AttributeError"),
    ("x._data", 4, "AttributeError"),
    ("x.sin.__globals__", 4, "TypeError"),
    ("torch.__builtins__", 4, "AttributeError"),
    ("torch.os", 4, "AttributeError"),
    ("__import__('os')", 4, "NameError"),
    ("__builtins__", 4, "NameError"),
    ("eval('1')", 4, "NameError"),
    ("open('/etc/passwd')", 4, "NameError"),
    ("getattr(x, 'shape')", 4, "NameError"),
    ("''.format(x)", 4, "AttributeError"),
    ("'{0.__class__}'.format(x)", 4, "AttributeError"),
    ("x.__class__ = 1", 4, "AttributeError"),
    ("x.shape = 1", 4, "AttributeError"),
    ("x.sin = 1", 4, "AttributeError"),
    ("sin.x", 4, "TypeError"),
    ("torch", 4, "TypeError"),
    ("torch*3", 4, "TypeError"),
    ("x(3)", 4, "TypeError"),
    ("lambda: x", 3, "error"),
    ("import os", 3, "error"),
    ("[y for y in x]", 3, "error"),
    ("", 3, "error"),
    ("   ", 3, "error"),
    ("((((", 3, "error"),
    ("x[", 3, "error"),
    ("))))", 3, "error"),
    ("x\x07+1", 3, "error"),
    ("x + \x1b[31m1", 3, "error"),
    ("x\u202e", 3, "error"),
    ("😀", 3, "error"),
]


@pytest.mark.parametrize(("expression", "code", "name"), REFUSED, ids=lambda each: ascii(each)[:40])
def test_refused_at_once(expression: str, code: int, name: str) -> None:
    """Refused in well under the time it would have taken, with a name for it and no traceback, escape or leak."""
    done = autodiff("eval", expression, "x=3", timeout=20)
    assert (done.code, done.output.startswith("out")) == (code, False)
    assert done.errors.startswith(f"{name}: ")
    assert "Traceback" not in done.errors
    assert done.errors.replace("\n", "").isprintable()


def test_an_expression_sees_no_file() -> None:
    """Nothing of the machine can be named: what is not published is not defined."""
    for name in ("open", "exec", "compile", "globals", "vars", "print", "input", "os", "sys", "numpy", "np"):
        assert autodiff("eval", f"{name}(1)").errors.startswith("NameError: ")
