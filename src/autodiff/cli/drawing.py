"""Pictures: the program `dot` of Graphviz makes them of the graph's text."""

import subprocess
from shutil import which
from typing import Final

from autodiff.errors import Deliberate

__all__ = ["PICTURES", "DrawingProblem", "picture"]

PICTURES: Final = ("svg", "png")
"""The formats of pictures."""


class DrawingProblem(Deliberate):
    """There is no picture: the program is missing, or it failed."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def picture(text: str, style: str) -> bytes:
    """The picture of a graph in the language of Graphviz. Raises DrawingProblem where there is none."""
    program = which("dot")
    if program is None:
        raise DrawingProblem(
            f"{style} is drawn by the program 'dot' of Graphviz, which is not on PATH",
            "install graphviz, or draw the DOT text on standard output elsewhere; --format mermaid needs no program",
        )
    words = [program, f"-T{style}"]
    done = subprocess.run(words, input=text.encode(), capture_output=True, check=False)  # noqa: S603 - nothing of the user's
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise DrawingProblem(f"'dot' could not draw it: {said}", "the DOT text is on standard output")
    return done.stdout
