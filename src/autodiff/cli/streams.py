"""Where a command reads and writes: its streams, and what they say of the terminal."""

from __future__ import annotations

import os
import sys

from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["Streams", "abandon_output", "standard_streams", "write", "write_bytes"]

_USUAL_WIDTH = 80


class Streams(NamedTuple):
    """Input, output and errors; whether the output is a terminal, its width in columns, and whether it has colours."""

    input: TextIO
    output: TextIO
    errors: TextIO
    is_terminal: bool
    width: int
    color: bool


def standard_streams() -> Streams:
    """The streams of this process; a closed one leads nowhere."""
    output = sys.stdout or _nowhere()
    is_terminal = output.isatty()
    color = is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = _width(output) if is_terminal else _USUAL_WIDTH
    return Streams(sys.stdin or _nowhere(), output, sys.stderr or _nowhere(), is_terminal, width, color)


def _nowhere() -> TextIO:
    return open(os.devnull, "r+", encoding="utf-8")  # noqa: PTH123 - pathlib costs start-up time


def _width(output: TextIO) -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(output.fileno()).columns or _USUAL_WIDTH
    except (OSError, ValueError):
        return _USUAL_WIDTH


def write(stream: TextIO, text: str) -> None:
    """Write and flush; characters the stream's encoding lacks are spelt out."""
    if not text:
        return
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def write_bytes(stream: TextIO, content: bytes) -> None:
    """Write what is no text, such as a picture, behind what was written before."""
    stream.flush()
    stream.buffer.write(content)
    stream.buffer.flush()


def abandon_output() -> None:
    """Nobody reads any more: what Python flushes when it ends goes nowhere, without a complaint."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (AttributeError, OSError, ValueError):
            continue
