"""`autodiff plot`: characters in a pipe, strict JSON, pictures in files, and what is missing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.process import ENVIRONMENT, autodiff

_WITHOUT = "import sys; sys.modules[{!r}] = None; from autodiff.cli import main; sys.exit(main({!r}))"


def _refuse(name: str) -> None:
    raise ValueError(name)


def test_in_a_pipe() -> None:
    """Braille without escape codes, two panels in 24 lines of 80 columns; ASCII where there is no Braille."""
    done = autodiff("plot", "x**3-3*x", "--range", "x=-3:3")
    assert (done.code, done.errors) == (0, "")
    lines = done.output.splitlines()
    assert len(lines) == 24
    assert max(map(len, lines)) <= 80
    assert [line.strip() for line in lines if "d/dx" in line or "x**3" in line] == ["x**3-3*x", "d/dx"]
    assert "\x1b" not in done.output
    assert not done.output.isascii()
    assert autodiff("plot", "x", "--range", "x=0:1", PYTHONIOENCODING="ascii").output.isascii()


def test_json_has_the_points() -> None:
    """Every x, every value, and infinities as texts."""
    done = autodiff("plot", "a/x", "a=2", "--range", "x=-1:1", "--samples", "3", "--json")
    read = json.loads(done.output, parse_constant=_refuse)
    assert (read["x"], read["variable"], read["range"], read["fixed"]) == ([-1, 0, 1], "x", [-1, 1], {"a": "2"})
    assert [curve["values"] for curve in read["curves"]] == [[-2, "inf", 2], [-2, "-inf", -2]]
    assert [curve["label"] for curve in read["curves"]] == ["a/x", "d/dx"]


def test_pictures_are_written(tmp_path: Path) -> None:
    """Both at once, and nothing on the standard output."""
    png, svg = tmp_path / "a.png", tmp_path / "a.svg"
    done = autodiff("plot", "-x**2", "--range", "x=0:1", "--png", str(png), "--svg", str(svg))
    assert done == (0, "", "")
    assert png.read_bytes().startswith(b"\x89PNG")
    assert svg.read_text(encoding="utf-8").startswith("<?xml")
    missing = autodiff("plot", "x", "--range", "x=0:1", "--png", str(tmp_path / "no" / "a.png"))
    assert (missing.code, missing.output) == (2, "")
    assert missing.errors.startswith("error: cannot write '")


def test_a_program_from_standard_input() -> None:
    """Several statements; their text is the title, as far as there is room."""
    program = "y = x**2\n" + "z = y + 0*y\n" * 10
    done = autodiff("plot", "-", "--range", "x=0:1", "--order", "0", given=program)
    title, *rest = done.output.splitlines()
    assert title.split()[:6] == ["y", "=", "x**2", "z", "=", "y"]
    assert title.endswith("...")
    assert len(title) <= 80
    assert rest[0].startswith("  1 ┤")


def test_errors() -> None:
    """Each has its exit code, and a hint."""
    assert autodiff("plot", "x").code == 2
    assert autodiff("plot", "x", "--rnge", "x=0:1").errors.splitlines()[-1] == "hint: did you mean --range?"
    assert autodiff("plot", "2x", "--range", "x=0:1").code == 3
    assert autodiff("plot", "q*x", "--range", "x=0:1").code == 4
    failed = autodiff("plot", "q*x", "--range", "x=0:1", "--json")
    assert json.loads(failed.output)["error"]["type"] == "NameError"


@pytest.mark.parametrize(
    ("library", "words", "what"),
    [("plotille", [], "plots in the terminal"), ("matplotlib", ["--svg", "-"], "pictures")],
)
def test_without_the_extra(library: str, words: list[str], what: str) -> None:
    """The line that installs it; the points need none."""
    plain = ["plot", "x", "--range", "x=0:1"]
    program = _WITHOUT.format(library, [*plain, *words])
    done = subprocess.run(
        [sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"error: {what} are drawn by {library}, which is not installed\nhint: pip install 'autodiff-cli[plot]'\n"
    )
    program = _WITHOUT.format(library, [*plain, "--json"])
    assert (
        subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True, check=False).returncode
        == 0
    )
