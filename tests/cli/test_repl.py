"""`autodiff repl`, through a pipe and on a terminal."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autodiff.cli.history import History, history_path
from tests.cli.process import COMMAND, ENVIRONMENT, autodiff

_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x1b\][^\x07]*\x07|\r")


def test_a_pipe_gets_results_only() -> None:
    """No prompt, no colour; errors on standard error, and the highest exit code."""
    done = autodiff("repl", "x=3", given="y = x**2\ny\nfoo\ny.backward()\n:grad\n")
    assert done.output == "tensor(9., grad_fn=<PowBackward0>)\nx.grad: tensor(6.)\n"
    assert done.errors == "NameError: name 'foo' is not defined\n"
    assert done.code == 4
    assert autodiff("repl", given="2x\n1\n").code == 3
    assert autodiff("repl", given="").code == 0


def test_commands_answer_in_a_pipe(tmp_path: Path) -> None:
    """The graph, the trace, the names; what is no command is told what is."""
    given = "y = x**2\n:graph y\n:trace y\n:names\n:grpah\n:help\n:quit\nfoo\n"
    done = autodiff("repl", "x=3", given=given)
    assert "└─ PowBackward0 #1 → #2  y = x**2: 9.0" in done.output
    assert "x.grad: was None, now 6\n" in done.output
    assert "\ny: tensor(9., grad_fn=<PowBackward0>)\n" in done.output
    assert done.errors == "error: there is no command :grpah\nhint: did you mean :graph?\n"
    assert done.code == 2
    assert not list(tmp_path.iterdir())


def test_what_is_saved_can_be_run(tmp_path: Path) -> None:
    """`:save` writes a program, replaces nothing unless told to, and `:load` runs it."""
    file = tmp_path / "session.py"
    done = autodiff("repl", "x=3", given=f"y = sin(x)\ny\nfoo\n:save {file}\n:save {file}\n:save! {file}\n:save\n")
    assert done.errors.count("hint") == 2
    assert done.code == 4
    assert autodiff("run", "--echo", str(file)).output == "tensor(0.1411, grad_fn=<SinBackward0>)\n"
    assert autodiff("repl", given=f":load {file}\nx\n").output == (
        "tensor(0.1411, grad_fn=<SinBackward0>)\ntensor(3., requires_grad=True)\n"
    )
    assert list(tmp_path.iterdir()) == [file]
    assert autodiff("repl", given=f":load {tmp_path}/none\n").code == 2


@pytest.mark.parametrize("arguments", [["x=foo"], ["x"], ["--dtype", "float7"], ["--budget", "many"]])
def test_a_bad_beginning_is_refused(arguments: list[str]) -> None:
    """A usage error, or that of the input, before anything is read."""
    done = autodiff("repl", *arguments, given="print('read')\n")
    assert done.code in {2, 4}
    assert done.output == ""
    assert "\nhint: " in done.errors


# ------------------------------------------------------------------ on a terminal


class Terminal:
    """A session on a terminal."""

    def __init__(self, ours: int, running: "subprocess.Popen[bytes]") -> None:
        self.ours = ours
        self.running = running

    def type(self, text: str, expected: str = "\n>>>") -> None:
        """Type, and wait until the terminal has shown what is expected since."""
        os.write(self.ours, text.encode())
        self.wait_for(expected)

    def wait_for(self, expected: str) -> None:
        """Read until the expected text is there."""
        deadline = time.monotonic() + 30
        raw, shown = b"", ""
        while expected not in shown:
            assert time.monotonic() < deadline, shown
            if select.select([self.ours], [], [], 1)[0]:
                raw += os.read(self.ours, 65536)
                shown = _CODES.sub("", raw.decode(errors="replace"))

    def end(self) -> int:
        """Type Ctrl-D, and wait for the end."""
        os.write(self.ours, b"\x04")
        return self.running.wait(timeout=30)


_LEADS = "import os, sys, fcntl, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"  # noqa: E501
"""A program that makes the terminal its own, so that Ctrl-C reaches the session, and then becomes the session."""


@contextmanager
def terminal(*arguments: str, **variables: str) -> Iterator[Terminal]:
    """A session on a terminal that waits for its first entry; it is ended afterwards if it has not ended itself."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    environment = {**ENVIRONMENT, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "AUTODIFF_HISTORY": "", **variables}
    command = [COMMAND[0], "-c", _LEADS, *COMMAND, "repl", *arguments]
    with subprocess.Popen(command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        try:
            session = Terminal(ours, running)
            session.wait_for(">>>")
            yield session
        finally:
            if running.poll() is None:
                running.kill()
            os.close(ours)


@pytest.mark.parametrize("kind", ["xterm", "dumb"])
def test_a_session_on_a_terminal(kind: str) -> None:
    """Blocks go on until an empty line, Ctrl-C cancels an entry, a loop is stopped, Ctrl-D ends with 0."""
    with terminal("x=3", TERM=kind) as session:
        session.type("y = x**2\r")
        session.type("y\r", "\ntensor(9., grad_fn=<PowBackward0>)\n>>>")
        session.type("def f(a):\r", "...")
        session.type("  return a*2\r", "\n...")
        session.type("\r")
        session.type("f(y)\r", "\ntensor(18., grad_fn=<MulBackward0>)\n>>>")
        session.type("f(1 +", "f(1 +")
        session.type("\x03", "KeyboardInterrupt\n>>>")
        session.type(*(_ENDLESS_LINES if kind == "dumb" else _ENDLESS))
        session.type("g()\r", "\nbegun\n")
        session.type("\x03", "KeyboardInterrupt\n>>>")
        session.type("foo\r", "NameError: name 'foo' is not defined\n>>>")
        assert session.end() == 0


_ENDLESS_LINES = "def g():\r    print('begun')\r    while True: pass\r\r", "... >>>"
_ENDLESS = "def g():\rprint('begun')\rwhile True:\rpass\r\x1b\r", "\n>>>"
"""The editor indents by itself; Escape and Enter end an entry in any case."""


def test_words_are_completed_on_a_terminal() -> None:
    """Tab gives the one word there is."""
    with terminal("x=3") as session:
        session.type("x.requires_grad == x.is_le\t", "x.is_leaf")
        session.type("\r", "\nTrue\n>>>")
        session.type(":nam\t", "es")
        session.type("\r", "\nx: tensor(3., requires_grad=True)\n>>>")


def test_what_was_entered_is_there_the_next_time(tmp_path: Path) -> None:
    """The arrow up gives the last entry of the last session; nobody else can read the file."""
    file = tmp_path / "state" / "history"
    for typed in ("print('entered')\r", "\x1b[A\r"):
        with terminal(AUTODIFF_HISTORY=str(file)) as session:
            session.type(typed, "\nentered\n>>>")
            assert session.end() == 0
    assert file.stat().st_mode & 0o077 == 0
    assert set(History(file).load()) == {"print('entered')"}


def test_without_the_extra_there_is_a_plain_prompt(tmp_path: Path) -> None:
    """One line says what is missing; entries are run all the same."""
    package = tmp_path / "prompt_toolkit"
    package.mkdir()
    (package / "__init__.py").write_text("raise ModuleNotFoundError('gone', name='prompt_toolkit')\n")
    search = f"{tmp_path}{os.pathsep}{ENVIRONMENT['PYTHONPATH']}"
    with terminal("x=3", PYTHONPATH=search) as session:
        session.type("x * 2\r", "\ntensor(6., grad_fn=<MulBackward0>)\n>>>")
    assert autodiff("repl", "x=3", given="x\n", PYTHONPATH=search).errors == ""


# ------------------------------------------------------------------ the file of entries


def test_where_history_is() -> None:
    """AUTODIFF_HISTORY, then XDG's folder for state if its path is absolute; none if the first is empty."""
    assert history_path({"AUTODIFF_HISTORY": "/a"}) == Path("/a")
    assert history_path({"AUTODIFF_HISTORY": "", "XDG_STATE_HOME": "/s"}) is None
    assert history_path({"XDG_STATE_HOME": "/s"}) == Path("/s/autodiff/history")
    assert history_path({"XDG_STATE_HOME": "s"}) == Path.home() / ".local/state/autodiff/history"


def test_entries_of_several_lines_come_back(tmp_path: Path) -> None:
    """Empty lines, signs at the beginning and other scripts included."""
    history = History(tmp_path / "a" / "b")
    entries = ["x = 1", "def f():\n\n    return '+'\n", "+1\n# ünï", "\N{GREEK SMALL LETTER ALPHA}"]
    for entry in entries:
        history.append(entry)
    assert history.load() == entries


def test_a_file_that_cannot_be_used_does_no_harm(tmp_path: Path) -> None:
    """A folder in its place, a folder that cannot be made, bytes that are no text."""
    for path in (tmp_path, Path("/proc/nowhere/history"), Path("a\0b"), None):
        History(path).append("x")
        assert History(path).load() == []
    (tmp_path / "broken").write_bytes(b"\xff\xfe\n\n+a\n")
    assert History(tmp_path / "broken").load() == ["a"]


def test_a_long_history_is_tidied(tmp_path: Path) -> None:
    """Of a large file the last entries are kept, whole."""
    file = tmp_path / "history"
    file.write_text("".join(f"\n+{number:>500}\n" for number in range(6000)))
    assert History(file).load()[-1].strip() == "5999"
    assert file.stat().st_size < 2_000_000
    assert History(file).load()[-1].strip() == "5999"
    assert list(tmp_path.iterdir()) == [file]
