"""`autodiff test` as a process: what it prints where, how it ends, and what it leaves in files."""

import os
import pty
import signal
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.process import COMMAND, ENVIRONMENT, Outcome, autodiff

GOOD = "'x**2+3*x+2' x=3 --expect out=20 --expect x.grad=9\n\nname: cut\nx=3 --detach y --expect z=10\n    y = x\n"
GOOD += "    z = (y+7)*1\n"
BAD = "# one\nx**2 x=3 --expect x.grad=7\n"
CUT = "element 0 of tensors does not require grad and does not have a grad_fn"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with a file of cases that fail, and one with some of each kind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.autodiff").write_text(BAD)
    (tmp_path / "mixed.autodiff").write_text(f"{GOOD}{BAD}2x x=1 --expect out=2\n", encoding="utf-8")
    return tmp_path


def test_what_fails_is_told(folder: Path) -> None:
    """A line for each on standard output, then the numbers; the exit code is the highest that occurred."""
    assert (folder / "mixed.autodiff").exists()
    assert autodiff("test", "mixed.autodiff", "bad.autodiff") == Outcome(
        3,
        "mixed.autodiff:4: cut: RuntimeError: " + CUT + " (hint: z is computed from y.detach() ... no path leads back"
        " to x)\n"
        "mixed.autodiff:8: x**2 x=3: x.grad: expected 7, got 6.0, difference 1.0\n"
        "mixed.autodiff:9: 2x x=1: unexpected name after a number, in column 2 of '2x' (hint: write 2*x)\n"
        "bad.autodiff:2: x**2 x=3: x.grad: expected 7, got 6.0, difference 1.0\n"
        "1 passed, 3 failed, 1 broken\n",
        "",
    )


@pytest.mark.parametrize(("given", "code"), [("x x=1 --expect out=1", 0), (BAD, 1), (f"{BAD}x x=1", 3)])
def test_exit_codes(given: str, code: int) -> None:
    """All passed, one failed, one is broken: from standard input."""
    assert autodiff("test", "-", given=given).code == code


USAGE = [
    (["none.autodiff"], "cannot read 'none.autodiff': No such file or directory"),
    (["bad.autodiff", "."], "cannot read '.': Is a directory"),
    (["empty.autodiff"], "there is no case in 'empty.autodiff'"),
    (["latin.autodiff"], "cannot read 'latin.autodiff': it is no text in UTF-8, at byte 1"),
    (["-"], "there is no case in standard input"),
    (["bad.autodiff", "-k", "q"], "no case has 'q' in its name"),
    (["bad.autodiff", "--report", "xml"], "there is no report 'xml'"),
    (["bad.autodiff", "--report", "tap", "--report", "junit"], "one report is printed"),
    (["bad.autodiff", "-o", "no/where"], "cannot write 'no/where': there is no folder 'no'"),
    (["bad.autodiff", "-o", "."], "cannot write '.': it is a folder"),
]


@pytest.mark.parametrize(("words", "message"), USAGE, ids=[" ".join(words) for words, _ in USAGE])
def test_nothing_is_run_that_tests_nothing(words: list[str], message: str, folder: Path) -> None:
    """A file that is missing, unreadable or empty, a selection of nothing: exit code 2, and nothing on output."""
    (folder / "empty.autodiff").write_text("# later\n")
    (folder / "latin.autodiff").write_bytes(b"#\xe9\n")
    done = autodiff("test", *words)
    assert (done.code, done.output, done.errors.partition("\n")[0]) == (2, "", f"error: {message}")


def test_cases_are_selected_and_listed(folder: Path) -> None:
    """`-k` looks into names and expressions; a file that is named twice is read once."""
    assert folder.is_dir()
    listed = autodiff("test", "mixed.autodiff", "mixed.autodiff", "--list", "-k", "X**2")
    assert listed == Outcome(0, "mixed.autodiff:1: x**2+3*x+2 x=3\nmixed.autodiff:8: x**2 x=3\n", "")
    assert autodiff("test", "mixed.autodiff", "-k", "+3*x") == Outcome(0, "1 passed\n", "")


def test_a_report_is_written_and_another_printed(folder: Path) -> None:
    """With an output the last report is in it; the one before it is on standard output, plain if there is none."""
    done = autodiff("test", "bad.autodiff", "--report", "github", "--report", "junit", "-o", "report.xml")
    assert done.output.startswith("::error file=bad.autodiff,line=2,")
    root = ET.parse(folder / "report.xml").getroot()  # noqa: S314 - our own
    assert (done.code, root.get("failures")) == (1, "1")
    done = autodiff("test", "bad.autodiff", "--report", "tap", "--output", "report.xml")
    assert done.output.startswith("bad.autodiff:2: x**2 x=3: ")
    assert (folder / "report.xml").read_text().startswith("TAP version 14\n1..1\nnot ok 1 - x**2 x=3\n")
    assert sorted(each.name for each in folder.iterdir()) == ["bad.autodiff", "mixed.autodiff", "report.xml"]


def test_names_are_neither_markup_nor_paths(folder: Path) -> None:
    """What looks like a command, a pattern or a path in a case is text."""
    assert folder.is_dir()
    text = (
        "name: [red]::set-output name=a::b ../x\nx x=1 --expect out=2\n'$HOME' --expect-error q\n'*' --expect out=1\n"
    )
    done = autodiff("test", "-", given=text)
    assert done.output.startswith(
        "-:2: [red]::set-output name=a::b ../x: out: expected 2, got 1.0, difference 1.0\n-:3:"
    )
    assert "\x1b" not in done.output


# ------------------------------------------------------------------ long runs


@pytest.fixture
def many(tmp_path: Path) -> str:
    """A file of more cases than can be run in a minute or so."""
    path = tmp_path / "many.autodiff"
    path.write_text("'x**2' x=3 --expect x.grad=6\n" * 200_000)
    return str(path)


def _started(*words: str) -> tuple[subprocess.Popen[bytes], int]:
    """The process on a terminal of its own, and our end of that."""
    ours, theirs = pty.openpty()
    environment = {**ENVIRONMENT, "TERM": "xterm"}
    running = subprocess.Popen([*COMMAND, *words], env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    return running, ours


def _shown(ours: int, until: bytes | None = None) -> bytes:
    """What the terminal shows, until something is shown or the process ends."""
    shown, end = b"", time.monotonic() + 60
    while time.monotonic() < end and (until is None or until not in shown):
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    return shown


def test_a_long_run_shows_how_far_it_is_and_can_be_interrupted(many: str, tmp_path: Path) -> None:
    """A bar on the terminal; Ctrl-C takes it away, ends with 130 and leaves no file."""
    running, ours = _started("test", many, "--report", "junit", "-o", str(tmp_path / "report.xml"))
    with running:
        assert b"/200000" in _shown(ours, b"/200000")
        running.send_signal(signal.SIGINT)
        rest = _shown(ours)
        assert running.wait(timeout=60) == 130
    os.close(ours)
    assert rest.endswith(b"\r\x1b[K")
    assert b"Traceback" not in rest
    assert [each.name for each in tmp_path.iterdir()] == ["many.autodiff"]


def test_a_reader_may_go_away(tmp_path: Path) -> None:
    """The pipe is closed after the first line: exit code 141, and no complaint."""
    path = tmp_path / "many.autodiff"
    path.write_text(BAD * 20_000)
    words = [*COMMAND, "test", str(path)]
    with subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline().endswith(b"difference 1.0\n")
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(timeout=60) == 141
