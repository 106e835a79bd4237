"""`autodiff ops` as a process."""

import json

import pytest

from tests.cli.process import autodiff


def test_a_listing_names_call_node_and_meaning() -> None:
    """One line an operation, tabs between, for `cut` and `grep`."""
    done = autodiff("ops", "sin")
    assert (done.code, done.errors) == (0, "")
    (line,) = [line for line in done.output.splitlines() if line.startswith("sin(")]
    assert line.split("\t")[:2] == ["sin(input)", "SinBackward0"]


def test_the_listing_is_json_too() -> None:
    """One array; every operation has a sentence."""
    found = json.loads(autodiff("ops", "--json").output)
    assert {"sin", "mul", "sum"} <= {each["name"] for each in found}
    assert all(each["doc"] for each in found)


@pytest.mark.parametrize("words", [["nothing_like_it"], ["--format", "nonsense"]])
def test_what_is_not_there_is_a_usage_error(words: list[str]) -> None:
    """A pattern that finds nothing, and a format that does not exist."""
    done = autodiff("ops", *words)
    assert (done.code, done.output) == (2, "")
    assert done.errors.startswith("error: ")
