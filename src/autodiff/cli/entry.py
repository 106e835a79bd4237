"""Where the program starts. The plain call, `eval` without options, takes a short way past Typer."""

import gc
import os
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; Typer's own endings raise SystemExit."""
    gc.disable()  # a short run makes no garbage worth collecting; a graph is many objects to look through in vain
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy starts its threads when it is imported
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if _is_plain(words):
            return _evaluate(words[1:])
        return _command(words)
    except KeyboardInterrupt:  # while modules are loaded: commands have their own guard
        return 130
    finally:
        gc.freeze()  # nor is there anything to collect when the process ends


def _is_plain(words: Sequence[str]) -> bool:
    """Whether this is `eval` of an expression and inputs, without options."""
    return len(words) > 1 and words[0] == "eval" and not any(w == "-h" or w.startswith("--") for w in words[1:])


def _evaluate(words: list[str]) -> int:
    from autodiff.cli.evaluation import Request, evaluate, named_values
    from autodiff.cli.guard import guarded
    from autodiff.session import Scenario

    return guarded(lambda streams: evaluate(Request(Scenario(words[0], named_values(words[1:]))), streams))


def _command(words: list[str]) -> int:
    from autodiff.cli.app import build

    if words[:1] == ["eval"]:
        end = words.index("--") if "--" in words else len(words)
        words = ["--help" if word == "-h" else word for word in words[:end]] + words[end:]
    build()(words, prog_name="autodiff")
    return 0
