"""Where the program starts. `eval`, `diff` and `run`, plain or with the options scripts use, go a short way past Typer.

The short way reads only what cannot be misread: an option of its list, spelt out, with its value as the next word, once
unless it may be repeated. Any other word with two dashes is Typer's, and so are `--` and every mistake.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final

__all__ = ["SHORT", "main"]

_SWITCH, _TEXT, _TEXTS, _COUNT = "switch", "text", "texts", "count"
_DIGITS = 9
SHORT: Final[Mapping[str, Mapping[str, str]]] = {
    "eval": {
        **dict.fromkeys(("--json", "--no-grad", "--retain-graph", "--create-graph", "--zero-grad"), _SWITCH),
        **dict.fromkeys(("--jacobian", "--hessian"), _SWITCH),
        **dict.fromkeys(("--dtype", "--format", "--wrt", "--gradient"), _TEXT),
        **dict.fromkeys(("--get", "--expect", "--expect-error"), _TEXTS),
        **dict.fromkeys(("--detach", "--detach-inplace", "--retain-grad"), _TEXTS),
        **dict.fromkeys(("--backward", "--order"), _COUNT),
    },
    "diff": {
        **dict.fromkeys(("--json", "--gradient", "--hessian", "--jacobian", "--no-simplify", "--cse"), _SWITCH),
        **dict.fromkeys(("--format", "--wrt"), _TEXT),
        "--order": _COUNT,
    },
    "run": {},
}
"""The commands that have a short way, and the options it reads: what it takes each of them for."""
_OF_EXPRESSIONS = ("eval", "diff", "check")
"""The commands whose first word is an expression, which may begin with a minus sign."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; Typer's own endings raise SystemExit."""
    gc.disable()  # a short run makes no garbage worth collecting; a graph is many objects to look through in vain
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy starts its threads when it is imported
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words == ["--version"]:
            return _version()
        read = _read(words[1:], SHORT[words[0]]) if words and words[0] in SHORT else None
        if read is not None and _is_enough(words[0], read[0]):
            return {"eval": _evaluate, "diff": _differentiate, "run": _run}[words[0]](*read)
        return _command(words)
    except KeyboardInterrupt:  # while modules are loaded: commands have their own guard
        return 130
    finally:
        gc.freeze()  # nor is there anything to collect when the process ends


def _read(words: Sequence[str], options: Mapping[str, str]) -> tuple[list[str], dict[str, Any]] | None:
    """The words that are none of the options, and the options by name; None if Typer has to read them."""
    plain: list[str] = []
    found: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        kind, name = options.get(word), word[2:].replace("-", "_")
        if kind is None:
            if word == "-h" or word[:2] == "--":
                return None
            plain.append(word)
            continue
        value = True if kind == _SWITCH else _value(kind, next(rest, "-"))
        if value is None or (name in found and kind != _TEXTS):
            return None
        if kind == _TEXTS:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return plain, found


def _value(kind: str, word: str) -> str | int | None:
    """What the word after an option gives it; None if Typer has to say."""
    if kind == _COUNT:
        return int(word) if word.isascii() and word.isdigit() and len(word) <= _DIGITS else None
    return None if word[:1] == "-" else word


def _is_enough(command: str, words: Sequence[str]) -> bool:
    """Whether these words are an expression, and inputs if they can be given; or a file to run."""
    if command == "eval":
        return bool(words)
    return len(words) == 1 and (command == "diff" or words[0][:1] != "-" or words[0] == "-")


def _version() -> int:
    from autodiff import __version__
    from autodiff.cli.guard import guarded
    from autodiff.cli.streams import Streams, write

    def tell(streams: Streams) -> int:
        write(streams.output, f"autodiff {__version__}\n")
        return 0

    return guarded(tell)


def _evaluate(words: list[str], options: dict[str, Any]) -> int:
    from autodiff.cli.evaluation import asked, evaluate
    from autodiff.cli.guard import guarded

    return guarded(lambda streams: evaluate(asked(words, options), streams))


def _differentiate(words: list[str], options: dict[str, Any]) -> int:
    from autodiff.cli.differentiation import asked, print_derivatives
    from autodiff.cli.guard import guarded

    return guarded(lambda streams: print_derivatives(asked(words[0], options), streams))


def _run(words: list[str], _: dict[str, Any]) -> int:
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
