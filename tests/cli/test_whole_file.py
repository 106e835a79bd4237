"""A file is written whole or not at all, and whoever asked for it is told before the work if it cannot be."""

import os
from pathlib import Path

import pytest

from autodiff.cli.whole_file import check_target, write_whole
from autodiff.session import UsageProblem
from tests.cli.process import autodiff


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """A link stays a link, and nothing is left beside it."""
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to("target")
    write_whole(str(tmp_path / "link"), "é\n".encode())
    assert (tmp_path / "target").read_bytes() == "é\n".encode()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "target"]


def test_a_file_that_cannot_be_written_stays(tmp_path: Path) -> None:
    """What has a name too long beside it leaves the old text."""
    name = "a" * 254
    (tmp_path / name).write_text("old")
    with pytest.raises(UsageProblem, match="cannot write"):
        write_whole(str(tmp_path / name), b"new")
    assert (tmp_path / name).read_text() == "old"
    with pytest.raises(UsageProblem, match="there is no folder"):
        check_target(str(tmp_path / name / "b"))


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """It stays a pipe; the same goes for what is below /dev."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(str(path), b"text")
    assert os.read(reader, 10) == b"text"
    os.close(reader)
    assert path.is_fifo()
    write_whole(os.devnull, b"text")
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize(
    "words",
    [
        ("graph", "x*2", "x=1", "--format", "dot", "--output"),
        ("plot", "x*2", "--range", "x=0:1", "--svg"),
        ("test", "README.md", "--report", "plain", "--output"),
    ],
    ids=lambda words: words[0],
)
def test_where_nothing_can_be_written(words: tuple[str, ...]) -> None:
    """Every command that writes a file says so before it does anything else, in the same words."""
    done = autodiff(*words, "/nowhere/at/all")
    assert done == (2, "", "error: cannot write '/nowhere/at/all': there is no folder '/nowhere/at'\n")
