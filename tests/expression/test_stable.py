"""The same text for the same input: on every run, and again when the text is read."""

import os
import subprocess
import sys

import pytest

from autodiff.expression import write
from autodiff.session.diff.derivatives import Derivation, Wanted
from tests.expression.test_textbook import lines

_PRINTS = """
from autodiff.errors import Deliberate
from autodiff.expression import write
from autodiff.session.diff.derivatives import Wanted, derived
from tests.expression.programs import expressions
from tests.expression.test_textbook import lines

for text in [*expressions(5, 150), *(text for text, _, _ in lines())]:
    try:
        print(*(write(each.expression) for each in derived(Wanted(text))[1]), sep="; ")
    except Deliberate as error:
        print(error)
"""


def _printed(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", _PRINTS], env=environment, check=True, capture_output=True)
    return done.stdout.decode()


def test_no_text_depends_on_the_order_in_sets() -> None:
    """Three processes whose strings hash differently write one text."""
    first, *others = (_printed(seed) for seed in ("0", "1", "4711"))
    assert first.count("\n") > 300
    assert others == [first, first]


@pytest.mark.parametrize("text", sorted({part.partition(": ")[2] for _, _, s in lines() for part in s.split("; ")}))
def test_what_is_read_again_is_written_as_it_was(text: str) -> None:
    """Also by an algebra that has met nothing before."""
    assert write(Derivation(Wanted(text)).expression(0, ())) == text
