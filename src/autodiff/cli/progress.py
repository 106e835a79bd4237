"""How far long work has come: one line on standard error, on a terminal only, gone when it is done."""

import os
from time import monotonic
from typing import Final, Self

from autodiff.cli.streams import Streams, write

__all__ = ["ProgressBar"]

_PATIENCE: Final = 0.5
"""Seconds until it appears."""
_BETWEEN: Final = 0.1
"""Seconds from one look to the next."""


class ProgressBar:
    """A bar: call it with how much is done, and of how much. Use it in a `with`, which takes it away again."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        wanted = streams.errors.isatty() and os.environ.get("TERM") != "dumb"
        self._next = monotonic() + _PATIENCE if wanted else float("inf")
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.erase()

    def __call__(self, done: int, of: int, failed: int = 0) -> None:
        """Show it, if there has been time enough."""
        if monotonic() < self._next:
            return
        from autodiff.render.progress import progress  # short work does without

        width = self._streams.width
        line = progress(done, of, failed, width=width, color=self._streams.color)
        self._shown = True  # first: an interrupt may come as soon as it is written
        write(self._streams.errors, line)
        self._next = monotonic() + _BETWEEN

    def erase(self) -> None:
        """Take it away, before something else is printed."""
        if self._shown:
            from autodiff.render.progress import ERASE

            write(self._streams.errors, ERASE)
            self._shown = False
