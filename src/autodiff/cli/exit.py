"""How a command ends."""

from enum import IntEnum
from typing import Final

from autodiff.session.report import BUG, EVALUATION, SYNTAX, USAGE

__all__ = ["OF_FAILURE", "ExitStatus"]


class ExitStatus(IntEnum):
    """The exit codes; scripts rely on them."""

    DONE = 0
    EXPECTATION = 1
    USAGE = 2
    SYNTAX = 3
    EVALUATION = 4
    BUG = 70
    INTERRUPTED = 130
    CLOSED_PIPE = 141


OF_FAILURE: Final = {
    USAGE: ExitStatus.USAGE,
    SYNTAX: ExitStatus.SYNTAX,
    EVALUATION: ExitStatus.EVALUATION,
    BUG: ExitStatus.BUG,
}
"""The exit code of each kind of failure."""
