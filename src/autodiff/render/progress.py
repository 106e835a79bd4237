"""How far a long run has come: one line that is drawn over itself on a terminal."""

from typing import Final

from autodiff.render.table import bar

__all__ = ["ERASE", "progress"]

ERASE: Final = "\r\x1b[K"
"""What takes the line away."""
_OTHERS: Final = 40  # columns for the numbers


def progress(done: int, total: int, failed: int, *, width: int, color: bool) -> str:
    """The line, which the next one or ERASE takes away again: a bar, and how many cases are done and have failed."""
    numbers = f"{done}/{total}{f', {failed} failed' if failed else ''}"
    return f"{ERASE}{bar(done, total, width=max(width - _OTHERS, 10), color=color)} {numbers}"
