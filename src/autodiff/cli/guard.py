"""Around every command: what it may end with, and what nobody may see. Never a traceback."""

from __future__ import annotations

from autodiff.cli.exit import ExitStatus
from autodiff.cli.streams import abandon_output, standard_streams, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from autodiff.cli.streams import Streams

__all__ = ["guarded"]


def guarded(act: Callable[[Streams], int]) -> int:
    """The exit status of `act`, whatever happens in it."""
    try:
        streams = standard_streams()
        return _explained(act, streams)
    except KeyboardInterrupt:
        abandon_output()
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        abandon_output()
        return ExitStatus.CLOSED_PIPE


def _explained(act: Callable[[Streams], int], streams: Streams) -> int:
    """The exit status of `act`; its errors are told on standard error."""
    try:
        return act(streams)
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - the last chance to say it in words
        from autodiff.render import failure
        from autodiff.session import Failure, UsageProblem
        from autodiff.session.stream import described_bug

        if isinstance(error, UsageProblem):
            write(streams.errors, failure(Failure("usage", "UsageError", str(error), error.hint)))
            return ExitStatus.USAGE
        if isinstance(error, OSError):
            write(streams.errors, f"error: the output cannot be written: {error.strerror or error}\n")
            abandon_output()
            return ExitStatus.EVALUATION
        write(streams.errors, failure(described_bug(error)))
        return ExitStatus.BUG
