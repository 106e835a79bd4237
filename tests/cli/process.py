"""Starting the command line as a shell would."""

import os
import subprocess
import sys
from typing import Final, NamedTuple

from tests.architecture.rooms import SOURCE

__all__ = ["COMMAND", "ENVIRONMENT", "Outcome", "autodiff"]

COMMAND: Final = (sys.executable, "-m", "autodiff")
ENVIRONMENT: Final = {"PYTHONPATH": str(SOURCE.parent), "LANG": "C.UTF-8", "PATH": os.defpath}


class Outcome(NamedTuple):
    """What a process left: its exit code and its two streams."""

    code: int
    output: str
    errors: str


def autodiff(*arguments: str, given: str = "", timeout: float = 60, **variables: str) -> Outcome:
    """Run `autodiff` with these arguments, standard input and environment variables."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        input=given,
        env={**ENVIRONMENT, **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
