"""`autodiff graph` as a shell sees it: streams, files, pictures, exit codes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.process import COMMAND, ENVIRONMENT, autodiff
from tests.cli.test_terminal import on_a_terminal

DRAWS = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not here")


def test_a_tree_comes_out_of_a_pipe() -> None:
    """The same call as `eval`, and no backward unless it is asked for."""
    done = autodiff("graph", "-x**2", "x=3")
    assert (done.code, done.errors) == (0, "")
    assert "└─ NegBackward0 #1 → #2  -x**2: -9.0" in done.output
    assert "grad: None" in done.output


def test_the_program_may_come_from_standard_input() -> None:
    """All of it is one program."""
    done = autodiff("graph", "-", "x=3", "--backward", "1", given="y = x**2\nz = y*2\n")
    assert "z = y*2: 18.0" in done.output
    assert "grad: 12.0" in done.output


def test_options_are_those_of_eval() -> None:
    """They say what is done with the expression."""
    done = autodiff("graph", "y = x*w; y*2", "x=3", "w=2", "--wrt", "x", "--dtype", "float64", "--retain-grad", "y",
                    "--backward", "1")  # fmt: skip
    assert "AccumulateGrad #3  x: 3.0  float64[]  leaf  grad: 4.0" in done.output
    assert "y = x*w: 6.0  float64[]" in done.output
    assert done.output.count("AccumulateGrad") == 1


def test_a_terminal_gets_a_table_and_a_tree() -> None:
    """In colours; both fit."""
    shown = on_a_terminal("graph", "x**2+3*x+2", "x=3", columns=80)
    assert "requires_grad" in shown
    assert "\x1b[94m" in shown
    assert "└─ " in shown
    plain = on_a_terminal("graph", "x**2+3*x+2", "x=3", columns=60, NO_COLOR="1")
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 60


@DRAWS
def test_pictures(tmp_path: Path) -> None:
    """An SVG on standard output, a PNG in a file."""
    path = os.environ["PATH"]
    drawn = autodiff("graph", "y = x < 4", "x=3", "--format", "svg", PATH=path)
    assert drawn.code == 0
    assert "<svg" in drawn.output
    assert "y = x &lt; 4" in drawn.output
    file = tmp_path / "graph.png"
    done = autodiff("graph", "x**2", "x=3", "--format", "png", "-o", str(file), PATH=path)
    assert (done.code, done.output) == (0, "")
    assert file.read_bytes().startswith(b"\x89PNG\r\n")
    piped = subprocess.run(
        [*COMMAND, "graph", "x**2", "x=3", "--format", "png"],
        env={**ENVIRONMENT, "PATH": path},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert piped.stdout == file.read_bytes()


def test_without_graphviz_the_text_comes_instead(tmp_path: Path) -> None:
    """A message, a hint, the DOT text on standard output, and no file that is no picture."""
    file = tmp_path / "graph.svg"
    done = autodiff("graph", "x**2", "x=3", "--format", "svg", "-o", str(file), PATH=str(tmp_path))
    assert done.code == 2
    assert done.errors.startswith("error: svg is drawn by the program 'dot' of Graphviz, which is not on PATH\nhint: ")
    assert done.output.startswith("digraph autodiff {")
    assert not file.exists()


@pytest.mark.parametrize("style", ["tree", "dot", "mermaid", "json"])
def test_a_file_has_what_a_pipe_gets(style: str, tmp_path: Path) -> None:
    """`-o` writes UTF-8 there, and nothing to standard output."""
    file = tmp_path / "graph.txt"
    done = autodiff("graph", "x**2", "x=3", "--format", style, "--output", str(file))
    assert (done.code, done.output, done.errors) == (0, "", "")
    assert file.read_text(encoding="utf-8") == autodiff("graph", "x**2", "x=3", "--format", style).output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["x**2", "x=3", "--format", "gif"], 2, "there is no format 'gif'"),
        (["x**2", "x=3", "--depht", "3"], 2, "did you mean --depth?"),
        (["x**2", "x=3", "--wrt", "y"], 2, "there is no input 'y'"),
        (["x**", "x=3"], 3, "nothing follows"),
        (["x.foo", "x=3"], 4, "AttributeError"),
        (["x**2", "x=3", "--backward", "2"], 4, "a second time"),
    ],
    ids=lambda value: value[2] if isinstance(value, list) and len(value) > 2 else None,
)
def test_errors_end_as_those_of_eval(arguments: list[str], code: int, said: str) -> None:
    """On standard error, in words, with the contract's exit codes."""
    done = autodiff("graph", *arguments)
    assert done.code == code
    assert said in done.errors
    assert "Traceback" not in done.errors


def test_what_was_found_before_an_error_is_shown() -> None:
    """The graph of the first call, when the second fails."""
    assert "freed: self" in autodiff("graph", "x**2", "x=3", "--backward", "2").output


def test_a_narrow_encoding_gets_ascii() -> None:
    """Where the stream has no Unicode the lines are ASCII."""
    done = autodiff("graph", "x**2", "x=3", PYTHONIOENCODING="ascii")
    assert "`- PowBackward0 #1 -> #2" in done.output


def test_nothing_heavy_is_loaded_for_text() -> None:
    """A graph in a pipe needs neither Rich nor NumPy."""
    program = (
        "import sys\nfrom autodiff.cli.entry import main\n"
        "try:\n  main(['graph', 'x**2', 'x=3'])\nexcept SystemExit:\n"
        "  print(sorted({'rich', 'numpy', 'lark'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [COMMAND[0], "-c", program], env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    assert done.stdout.endswith("[]\n")
