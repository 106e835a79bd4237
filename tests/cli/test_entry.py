"""The short way past Typer: which calls it reads, and that its options are those of the commands."""

from typing import Any

import pytest
import typer

from autodiff.cli import app, entry
from tests.cli.process import Outcome, autodiff

OPTIONS = [(command, option, kind) for command, options in entry.SHORT.items() for option, kind in options.items()]


@pytest.mark.parametrize(("command", "option", "kind"), OPTIONS)
def test_an_option_is_what_typer_takes_it_for(command: str, option: str, kind: str) -> None:
    """The command has the option under the same name, and gives it a value of the same kind."""
    group: Any = typer.main.get_command(app.build([command]))
    (found,) = [each for each in group.commands[command].params if option in each.opts]
    assert found.opts == [option]
    assert found.name == option.removeprefix("--").replace("-", "_")
    kinds = {(True, False): "switch", (False, True): "texts"}
    assert kind == kinds.get((found.is_flag, found.multiple), "count" if found.type.name.startswith("int") else "text")


LONG = [
    ["x", "x=3", "-h"],
    ["x", "x=3", "--help"],
    ["x", "x=3", "--"],
    ["x", "x=3", "--js"],
    ["x", "x=3", "--json=1"],
    ["x", "x=3", "--json", "--json"],
    ["x", "x=3", "--dtype", "float32", "--dtype", "float64"],
    ["x", "x=3", "--get"],
    ["x", "x=3", "--get", "--json"],
    ["x", "x=3", "--gradient", "-1"],
    ["x", "x=3", "--backward", "-1"],
    ["x", "x=3", "--backward", "one"],
    ["x", "x=3", "--backward", "\N{SUPERSCRIPT TWO}"],
    ["x", "x=3", "--backward", "1" * 5000],
    ["x", "x=3", "--rtol", "1"],
]


@pytest.mark.parametrize("words", LONG, ids=lambda words: " ".join(words)[:40])
def test_what_is_not_spelt_out_is_left_to_typer(words: list[str]) -> None:
    """Other options, other spellings, values that look like options, and repetitions."""
    assert entry._read(words, entry.SHORT["eval"]) is None


@pytest.mark.parametrize(
    ("words", "code", "output"),
    [
        (["--json"], 2, ""),
        (["x", "x=3", "--backward", "1" * 5000], 2, ""),
        (["x", "x=3", "--dtype", "float32", "--dtype", "float64", "--get", "out.dtype"], 0, "float64\n"),
        (["x**2", "x=3", "--gradient", "-1", "--get", "x.grad"], 0, "-6.0\n"),
    ],
)
def test_typer_has_the_last_word(words: list[str], code: int, output: str) -> None:
    """What the short way leaves alone does what it always did."""
    done = autodiff("eval", *words)
    assert (done.code, done.output) == (code, output)


def test_the_version_is_what_typer_tells() -> None:
    """Alone it is told on the short way; before anything else Typer tells it."""
    assert autodiff("--version") == autodiff("--version", "ops") != Outcome(0, "", "")
