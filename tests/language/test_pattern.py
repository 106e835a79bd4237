"""The pattern that was compiled ahead of time is the one `re` compiles."""

import re
import sys

import pytest

from autodiff.language import pattern
from autodiff.language.build_pattern import codes_text, pattern_code
from autodiff.language.pattern_codes import CODES
from autodiff.language.tables import PATTERN

TEXTS = [
    "x**2+3*x+2", "y = sin(x[0, 1:]) // 2.5e-3j; y", "'a\\n' \"b\" # c\n\n  z", "\u03b1 != 1_000 <= ...",
    "f(x, *, a=-.5)",
    "a\\\nb $ é", "", "   ", "'open",
]  # fmt: skip


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="for a newer Python `re` compiles it")
def test_the_file_is_what_this_python_makes_of_the_pattern() -> None:
    """The committed codes have those of this version, unchanged, and the file is as it is written."""
    number, code = pattern_code(PATTERN)
    assert CODES[number] == code
    path = pattern.__file__.replace("pattern.py", "pattern_codes.py")
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - a path in a text
        assert file.read() == codes_text(CODES)


@pytest.mark.parametrize("text", TEXTS)
def test_both_find_the_same_tokens(text: str) -> None:
    """Ahead of time or by `re`, every token of a text is found at the same place."""
    found = [(match.span(), match[1]) for match in pattern.compiled_pattern(PATTERN).finditer(text)]
    assert found == [(match.span(), match[1]) for match in re.compile(PATTERN).finditer(text)]


def test_what_is_not_known_is_compiled_by_re(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another pattern, and this one for a Python that nobody wrote down."""
    assert pattern.compiled_pattern("a+").findall("aa b a") == ["aa", "a"]
    monkeypatch.setattr(pattern, "CODES", {})
    assert pattern.compiled_pattern(PATTERN) == re.compile(PATTERN)
