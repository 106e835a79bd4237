"""Every exit code is reached, and nothing ends in a traceback."""

import shlex
import signal
import subprocess
import sys

import pytest

from tests.cli.process import COMMAND, ENVIRONMENT, autodiff

CODES = [
    (["x**2", "x=3"], 0),
    (["x**2", "x=3", "--expect", "out=1"], 1),
    ([], 2),
    (["x", "x"], 2),
    (["x", "2x=3"], 2),
    (["x", "x=3", "--nonsense"], 2),
    (["x", "x=3", "--format", "nonsense"], 2),
    (["x", "x=3", "--dtype", "nonsense"], 2),
    (["x", "x=3", "--backward", "-1"], 2),
    (["x", "x=3", "--get", "nothing"], 2),
    (["x", "x=3", "--wrt", "nothing"], 2),
    (["x", "x=3", "--detach", "nothing"], 2),
    (["x", "x=3", "--expect", "nothing"], 2),
    (["x", "x=3", "--expect", "out=q"], 2),
    ([""], 3),
    (["x+", "x=3"], 3),
    (["x", "x=2y"], 3),
    (["q", "x=3"], 4),
    (["x.detach()", "x=3"], 4),
]


@pytest.mark.parametrize(("words", "code"), CODES, ids=lambda each: " ".join(each) if isinstance(each, list) else "")
def test_exit_codes(words: list[str], code: int) -> None:
    """Each way to end has its code; only success is silent on standard error, and nothing is a traceback."""
    done = autodiff("eval", *words)
    assert done.code == code
    assert bool(done.errors) == (code != 0)
    assert "Traceback" not in done.errors


def test_a_misspelt_option_is_guessed() -> None:
    """The right spelling is one line away."""
    done = autodiff("eval", "x", "x=3", "--detatch", "x")
    assert done.errors == "error: there is no option --detatch\nhint: did you mean --detach?\n"


def test_our_own_bug_is_70_and_asks_for_a_report() -> None:
    """An exception that nobody meant is told in words, with its place, and asked to be reported."""
    program = (
        "import sys; from autodiff.session import run as module; import autodiff.cli.evaluation as evaluation\n"
        "def broken(scenario): return {}['key']\n"
        "evaluation.run = broken\n"
        "from autodiff.cli import main; sys.exit(main(['eval', 'x', 'x=3']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 70
    assert done.stdout == ""
    assert done.stderr.startswith("KeyError: 'key' (")
    assert "please report it" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interrupt_is_130() -> None:
    """Ctrl-C ends a stream at once, without a word."""
    with subprocess.Popen(
        [*COMMAND, "eval", "-", "x=2", "--get", "out"],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write("x**2\n")
        running.stdin.flush()
        assert running.stdout.readline() == "4.0\n"
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130
        assert running.stderr.read() == ""


def test_a_closed_pipe_is_141_and_silent() -> None:
    """A reader that has seen enough is no error to talk about."""
    command = shlex.join(COMMAND)
    script = f"(yes 'x**2' | head -20000 | {command} eval - x=2; echo $? >&2) | head -1"
    done = subprocess.run(
        ["/bin/bash", "-c", script], env=ENVIRONMENT, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr == "141\n"


def test_no_output_at_all_is_no_bug() -> None:
    """A closed standard output leads nowhere."""
    command = shlex.join(COMMAND)
    done = subprocess.run(
        ["/bin/bash", "-c", f"{command} eval x x=3 >&-"], env=ENVIRONMENT, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_version() -> None:
    """`--version` says name and version."""
    assert autodiff("--version").output == "autodiff 0.1.0\n"
