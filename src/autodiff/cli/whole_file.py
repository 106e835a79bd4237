"""Writing a file whole or not at all: whoever reads it never sees the half of it."""

import os
from pathlib import Path
from typing import Final

from autodiff.session import UsageProblem

__all__ = ["check_target", "write_whole"]

_STREAMS: Final = (("dev",), ("proc",))  # the file behind /dev/stdout may be one that others have open: no replacing it


def check_target(name: str) -> None:
    """Raise UsageProblem if a file of this name cannot be written, before the work whose result it is to hold."""
    path = Path(name)
    if path.is_dir():
        raise UsageProblem(f"cannot write '{name}': it is a folder")
    if not path.parent.is_dir():
        raise UsageProblem(f"cannot write '{name}': there is no folder '{path.parent}'")


def write_whole(name: str, content: bytes) -> None:
    """Put the content where the file is. Raises UsageProblem if that is impossible; what was there stays then.

    What is no file of its own, as a pipe or /dev/stdout, is written to as it is.
    """
    path = Path(name)
    try:
        if (path.exists() and not path.is_file()) or path.absolute().parts[1:2] in _STREAMS:
            with path.open("ab") as stream:
                stream.write(content)
            return
        target = path.resolve()  # a link stays one
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            beside.write_bytes(content)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageProblem(f"cannot write '{name}': {error.strerror or error}") from None
