"""What `run` does, once its options are known."""

import gc
import re
from typing import Final, NamedTuple

from autodiff.cli.exit import OF_FAILURE, ExitStatus
from autodiff.cli.streams import Streams, write
from autodiff.render import failure, warned
from autodiff.session import Failure, UsageProblem
from autodiff.session.program.budget import Budget
from autodiff.session.program.running import run_program, statements_run

__all__ = ["Asked", "budget_of", "run_file", "text_of"]

_UNITS: Final = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}
_AMOUNT: Final = r"(?P<number>\d{1,15}(?:\.\d*)?(?:[eE]\+?\d{1,2})?)(?P<unit>[KMG]?)"
_MOST: Final = 10**15


class Asked(NamedTuple):
    """One `run`: the file, and how it is run and shown."""

    file: str
    echo: bool = False
    json: bool = False
    budget: str | None = None


def run_file(asked: Asked, streams: Streams) -> int:
    """Run it, and tell how it went. Raises UsageProblem for a file that cannot be read."""
    budget = budget_of(asked.budget)
    text = text_of(asked.file, streams)
    gc.set_threshold(100_000, 20, 100)
    gc.enable()  # a program may run long, and errors leave cycles behind
    error = _records(text, budget, streams) if asked.json else _run(text, budget, asked, streams)
    return ExitStatus.DONE if error is None else OF_FAILURE[error.kind]


def _run(text: str, budget: Budget, asked: Asked, streams: Streams) -> Failure | None:
    error = run_program(
        text,
        lambda printed: write(streams.output, printed),
        lambda warning: write(streams.errors, warned([warning])),
        budget,
        echo=asked.echo,
    )
    if error is not None:
        write(streams.errors, failure(error))
    return error


def _records(text: str, budget: Budget, streams: Streams) -> Failure | None:
    from autodiff.render.program_json import executed

    error = None
    for record in statements_run(text, budget):
        write(streams.output, executed(record))
        error = record.error
    if error is not None:
        write(streams.errors, failure(error))
    return error


def text_of(name: str, streams: Streams) -> str:
    """The text of a file, or of standard input for `-`. Raises UsageProblem for one that cannot be read."""
    try:
        if name == "-":
            return streams.input.read().removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
        with open(name, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - pathlib costs start-up time
            return file.read()
    except UnicodeDecodeError:
        raise UsageProblem(f"{name} is no text in UTF-8", "save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageProblem(
            f"{name} cannot be read: {reason}", "give the name of a file, or - for standard input"
        ) from None


def budget_of(text: str | None) -> Budget:
    """`1e7`, `steps=1e7,memory=2G`: numbers, with K, M or G. Raises UsageProblem."""
    budget = Budget()
    for part in text.split(",") if text is not None else ():
        name, sign, amount = part.rpartition("=")
        name = name.strip() if sign else "steps"
        found = re.fullmatch(_AMOUNT, amount.strip())
        if name not in {"steps", "memory"} or found is None:
            raise UsageProblem(f"--budget: '{part}' is no amount", "write --budget steps=1e7,memory=2G")
        value = min(float(found["number"]) * _UNITS[found["unit"]], _MOST)
        budget = budget._replace(**{name: int(value)})
    return budget
