"""Where the program starts. The plain calls, `eval`, `diff` and `run` without options, take a short way past Typer."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_SHORT = ("eval", "diff", "run")
"""The commands that have a short way."""
_OF_EXPRESSIONS = ("eval", "diff", "check")
"""The commands whose first word is an expression, which may begin with a minus sign."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; Typer's own endings raise SystemExit."""
    gc.disable()  # a short run makes no garbage worth collecting; a graph is many objects to look through in vain
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy starts its threads when it is imported
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if _is_plain(words):
            short = {"eval": _evaluate, "diff": _differentiate, "run": _run}[words[0]]
            return short(words[1:])
        return _command(words)
    except KeyboardInterrupt:  # while modules are loaded: commands have their own guard
        return 130
    finally:
        gc.freeze()  # nor is there anything to collect when the process ends


def _is_plain(words: Sequence[str]) -> bool:
    """Whether this is `eval` of an expression and inputs, `diff` of one, or `run` of a file, without options."""
    if any(w == "-h" or w.startswith("--") or (words[0] == "run" and w[:1] == "-" != w) for w in words[1:]):
        return False
    return words[0] == "eval" if len(words) > 2 else len(words) == 2 and words[0] in _SHORT


def _evaluate(words: list[str]) -> int:
    from autodiff.cli.evaluation import Request, evaluate, named_values
    from autodiff.cli.guard import guarded
    from autodiff.session import Scenario

    return guarded(lambda streams: evaluate(Request(Scenario(words[0], named_values(words[1:]))), streams))


def _differentiate(words: list[str]) -> int:
    from autodiff.cli.differentiation import Asked, print_derivatives
    from autodiff.cli.guard import guarded
    from autodiff.session.diff.derivatives import Wanted

    return guarded(lambda streams: print_derivatives(Asked(Wanted(words[0])), streams))


def _run(words: list[str]) -> int:
    from autodiff.cli.guard import guarded
    from autodiff.cli.program import Asked, run_file

    return guarded(lambda streams: run_file(Asked(words[0]), streams))


def _command(words: list[str]) -> int:
    from autodiff.cli.app import build

    if words and words[0] in (*_OF_EXPRESSIONS, "graph", "trace", "map", "plot"):
        end = words.index("--") if "--" in words else len(words)
        words = ["--help" if word == "-h" else word for word in words[:end]] + words[end:]
    build(words)(words, prog_name="autodiff")
    return 0
