"""How a command ends."""

from __future__ import annotations

from autodiff.session.report import BUG, EVALUATION, SYNTAX, USAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

__all__ = ["OF_FAILURE", "ExitStatus"]


class ExitStatus:
    """The exit codes; scripts rely on them. Plain integers, since `enum` takes long to import."""

    DONE: Final = 0
    EXPECTATION: Final = 1
    USAGE: Final = 2
    SYNTAX: Final = 3
    EVALUATION: Final = 4
    BUG: Final = 70
    INTERRUPTED: Final = 130
    CLOSED_PIPE: Final = 141


OF_FAILURE: Final = {
    USAGE: ExitStatus.USAGE,
    SYNTAX: ExitStatus.SYNTAX,
    EVALUATION: ExitStatus.EVALUATION,
    BUG: ExitStatus.BUG,
}
"""The exit code of each kind of failure."""
