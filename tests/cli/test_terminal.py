"""On a terminal a report is a table, with colours unless they are unwanted."""

import fcntl
import os
import pty
import struct
import subprocess
import termios

import pytest

from tests.cli.process import COMMAND, ENVIRONMENT

LONG = "+".join(["x"] * 60)


def on_a_terminal(*arguments: str, columns: int = 80, typed: str = "", **variables: str) -> str:
    """What a terminal of so many columns shows, where something was typed before."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.write(ours, typed.encode())
    environment = {**ENVIRONMENT, "TERM": "xterm", **variables}
    with subprocess.Popen(
        [*COMMAND, *arguments], env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        assert running.wait(timeout=60) == 0
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def test_a_terminal_gets_a_table() -> None:
    """Rows for the input and the output, in colours."""
    shown = on_a_terminal("eval", "x**2", "x=3")
    assert "PowBackward0" in shown
    assert "gradient" in shown
    assert "\x1b[" in shown


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_colours_can_be_unwanted(variables: dict[str, str]) -> None:
    """`NO_COLOR` and a dumb terminal get the same table in plain characters."""
    shown = on_a_terminal("eval", "x**2", "x=3", **variables)  # type: ignore[arg-type] # columns is no variable
    assert "gradient" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("columns", [30, 60, 120])
def test_the_table_fits_the_terminal(columns: int) -> None:
    """No line is longer than the terminal is wide."""
    shown = on_a_terminal(
        "eval", f"y = {LONG}; y*tensor([1, 2, 3])", "x=3", "--backward", "0", columns=columns, NO_COLOR="1"
    )
    assert max(map(len, shown.splitlines())) <= columns


def test_plain_can_be_asked_for() -> None:
    """`--format plain` is the same on a terminal and in a pipe."""
    assert on_a_terminal("eval", "x**2", "x=3", "--format", "plain") == (
        "out: tensor(9., grad_fn=<PowBackward0>)\nx.grad: tensor(6.)\n"
    )


def test_steps_wait_for_enter() -> None:
    """Each piece of a trace comes after Enter, and q ends it."""
    shown = on_a_terminal("trace", "x**2", "x=3", "--step", typed="\nq\n")
    assert shown.index("saves x = 3") < shown.index("[1/3]") < shown.index("frees x = 3") < shown.index("[2/3]")
    assert "x.grad" not in shown


def test_a_trace_fits_the_terminal() -> None:
    """A table of the steps, no wider than the terminal."""
    shown = on_a_terminal("trace", "sigmoid(x)*x", "x=3", NO_COLOR="1")
    assert "what it gives" in shown
    assert max(map(len, shown.splitlines())) <= 80
