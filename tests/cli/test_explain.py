"""`autodiff explain`: plain in a pipe, strict JSON, a guess for what there is none of."""

import json
import shlex

import pytest

from autodiff.session.explain.topics import TOPICS
from tests.cli.process import autodiff


def _refuse(name: str) -> None:
    raise ValueError(name)


def test_a_topic_in_a_pipe() -> None:
    """No escape codes; the examples are what the commands print."""
    done = autodiff("explain", "detach")
    assert (done.code, done.errors) == (0, "")
    assert "\x1b" not in done.output
    command = next(line for line in done.output.splitlines() if "$ autodiff" in line).partition("$ autodiff ")[2]
    printed = autodiff(*shlex.split(command)).output
    assert "".join(f"  {line}\n" for line in printed.splitlines()) in done.output


def test_without_a_topic_they_are_listed() -> None:
    """A line each, the topic before a tab."""
    done = autodiff("explain")
    assert [line.partition("\t")[0] for line in done.output.splitlines()] == list(TOPICS)


@pytest.mark.parametrize("words", [[], ["nan"], ["MulBackward0"]])
def test_json(words: list[str]) -> None:
    """One line of strict JSON: a nan is a text."""
    done = autodiff("explain", *words, "--json")
    assert done.output.count("\n") == 1
    json.loads(done.output, parse_constant=_refuse)


def test_what_there_is_none_of() -> None:
    """A guess, and the exit code of a wrong request."""
    done = autodiff("explain", "acumulation")
    assert (done.code, done.output) == (2, "")
    assert done.errors.splitlines()[-1] == "hint: did you mean accumulation?"
    assert autodiff("explain", "leaf", "--format", "dot").code == 2
