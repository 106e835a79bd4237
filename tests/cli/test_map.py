"""`autodiff map` in a pipe: tables, totals, exit codes, interruption, and without Arrow."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autodiff.cli.map import _Line
from autodiff.cli.streams import Streams
from autodiff.render import Screen
from autodiff.render.rows import progress
from autodiff.rows.facts import Progress
from tests.cli.process import COMMAND, ENVIRONMENT, autodiff

TABLE = 'x,y,n\n1,2,a\n0.5,,b\n3,4,"c,d"\n'


def test_csv_on_standard_output() -> None:
    """From standard input to standard output; what is missing stays so."""
    done = autodiff("map", "x*y+x**2", "-", "--keep", "n", given=TABLE)
    assert (done.code, done.errors) == (0, "")
    assert done.output == 'n,out,x.grad,y.grad\n"a",3,4,1\n"b",,,\n"c,d",21,10,3\n'


def test_an_expression_may_begin_with_a_minus_sign() -> None:
    """As everywhere."""
    assert autodiff("map", "-x**2", "-", "--wrt", "", given="x\n3\n").output == "out\n-9\n"


def test_totals() -> None:
    """Lines, or strict JSON."""
    words = ("map", "(a*x+b-y)**2", "-", "a=1", "b=0", "--wrt", "a,b", "--sum")
    assert autodiff(*words, given=TABLE).output == "rows: 3\nmissing: 1\nout: 2.0\na.grad: -8.0\nb.grad: -4.0\n"
    read = json.loads(autodiff(*words, "--json", given=TABLE).output)
    assert read["totals"] == {"out": 2.0, "a.grad": -8.0, "b.grad": -4.0}
    assert (read["rows"], read["missing"], read["skipped"]) == (3, 1, 0)


def test_exit_codes_and_counts(tmp_path: Path) -> None:
    """A bad row is an error of evaluation, a mistyped column one of usage; skipped rows are counted."""
    bad = tmp_path / "bad.csv"
    bad.write_text("x\n1\noops\n3\n")
    done = autodiff("map", "x**2", str(bad), "--to", str(tmp_path / "to.csv"))
    assert done.code == 4
    assert done.errors == (
        f"ValueError: {bad}, line 3: 'oops' in column x is not a number\n"
        "hint: --skip-bad leaves such rows out and counts them\n"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["bad.csv"]
    skipped = autodiff("map", "x**2", str(bad), "--skip-bad")
    assert (skipped.code, skipped.output, skipped.errors) == (0, "out,x.grad\n1,2\n9,6\n", "1 bad row skipped\n")
    assert autodiff("map", "z", str(bad)).code == 2
    assert autodiff("map", "x*", str(bad)).code == 3
    assert autodiff("map", "x", str(bad), "--wrong").code == 2


def test_without_arrow_the_extra_is_named(tmp_path: Path) -> None:
    """No traceback, and what to install."""
    (tmp_path / "pyarrow.py").write_text("raise ModuleNotFoundError('No module named pyarrow')\n")
    path = os.pathsep.join([str(tmp_path), ENVIRONMENT["PYTHONPATH"]])
    done = autodiff("map", "x", "-", given="x\n1\n", PYTHONPATH=path)
    assert (done.code, done.errors) == (2, "error: tables need pyarrow\nhint: pip install 'autodiff-cli[tables]'\n")


def test_eval_does_not_pay_for_tables() -> None:
    """Neither NumPy nor Arrow is loaded by a command that needs none."""
    script = "import sys; from autodiff.cli import main; main(['eval', 'x**2', 'x=3']); print(sorted(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert not {"pyarrow", "numpy", "autodiff.rows"} & set(shown.stdout.replace("'", "").strip("[]\n").split(", "))


@pytest.mark.parametrize("data", ["-", "data.csv"])
def test_interrupted_it_leaves_nothing(tmp_path: Path, data: str) -> None:
    """Neither a part of the table nor a temporary file; the status says why."""
    (tmp_path / "data.csv").write_text("x\n" + "0.5\n" * 3_000_000)
    words = [*COMMAND, "map", "lgamma(x)" if data != "-" else "x", data, "--to", "to.csv"]
    with subprocess.Popen(
        words, env=ENVIRONMENT, cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        if data == "-":
            process.stdin.write(b"x\n" + b"1\n" * 100_000)
            process.stdin.flush()
        for _ in range(200):
            if any(p.name.endswith(".part") for p in tmp_path.iterdir()):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    assert [p.name for p in tmp_path.iterdir()] == ["data.csv"]


def test_a_pipe_and_a_link_are_written_into(tmp_path: Path) -> None:
    """They are not replaced; what a link leads to is."""
    os.mkfifo(tmp_path / "pipe")
    words = [*COMMAND, "map", "x+1", "-", "--to", "pipe", "--to-format", "csv"]
    with subprocess.Popen(words, env=ENVIRONMENT, cwd=tmp_path, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"x\n1\n")
        process.stdin.close()
        assert (tmp_path / "pipe").read_text() == "out,x.grad\n2,1\n"
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "link.csv").symlink_to("real.csv")
    assert autodiff("map", "x+1", "-", "--to", str(tmp_path / "link.csv"), given="x\n1\n").code == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "out,x.grad\n2,1\n"


class _Terminal:
    """A stream that a person looks at."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        """Keep it."""
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_the_line_of_progress_comes_late_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short run shows none; a long one ends with the line gone."""
    monkeypatch.setenv("TERM", "xterm")
    terminal, now = _Terminal(), [0.0]
    streams = Streams(sys.stdin, sys.stdout, terminal, is_terminal=False, width=80, color=False)  # type: ignore[arg-type]
    line = _Line(streams, lambda: now[0])
    told = Progress(1_000_000, 50, None, 200, 0.5)
    line.show(told)
    assert terminal.text == ""
    now[0] = 1.0
    line.show(told)
    line.show(told)
    assert terminal.text.count("rows/s") == 1
    line.clear()
    assert terminal.text.endswith("\r\x1b[K")


def test_progress_is_one_line_that_fits() -> None:
    """A bar if it is known how much there is, and rows a second."""
    text = progress(Progress(1_000_000, 50, None, 200, 0.5), Screen(80))
    assert text == "━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  25%  1,000,000 rows  2.0 M rows/s  2 s left"
    assert progress(Progress(10, 0, None, None, 0.0), Screen(80)) == "10 rows  0 rows/s"
    assert len(progress(Progress(10**12, 50, None, 200, 0.5), Screen(20))) < 20
