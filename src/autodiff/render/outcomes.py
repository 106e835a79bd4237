"""What the reports of `autodiff test` have in common, and the plain one: a line for each thing that is wrong.

gradients.autodiff:7: x**2 x=3: x.grad: expected 7, got 6.0, difference 1.0
12 passed, 1 failed
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from autodiff.render.plain import mismatch, visible
from autodiff.session.cases.report import BROKEN, FAILED, PASSED, Outcome
from autodiff.session.report import SYNTAX, USAGE, Failure

__all__ = ["PLAIN", "CaseReport", "listed", "one_line", "path", "place", "problems", "short", "summary"]


_LONGEST: Final = 80


class CaseReport(NamedTuple):
    """How a report is written: what comes before, for each case as it is done, and after.

    `before` gets the number of cases; `each` the number of the case, from 1.
    """

    before: Callable[[int], str]
    each: Callable[[int, Outcome], str]
    after: Callable[[Sequence[Outcome]], str]


def one_line(text: str) -> str:
    """The text on one line, without what a terminal would act on."""
    return " ".join(visible(text).split())


def short(name: str) -> str:
    """A name on one line, cut off where it is longer than one reads."""
    text = one_line(name)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def path(file: str) -> str:
    """The file's name on one line; its spaces are its own."""
    return visible(file).replace("\n", "\\n")


def place(outcome: Outcome) -> int:
    """The line to look at."""
    return outcome.place or outcome.line


def problems(outcome: Outcome) -> list[str]:
    """What is wrong, each on one line."""
    found = [one_line(mismatch(each)) for each in outcome.mismatches]
    return found if outcome.error is None else [*found, _told(outcome.error)]


def _told(error: Failure) -> str:
    is_said = error.kind in {SYNTAX, USAGE}  # the text says it all; other errors are known by their class, too
    text = error.message if is_said else f"{error.type}: {error.message}"
    where = "" if error.source is None else f", in column {error.caret or error.column} of '{error.source.strip()}'"
    return one_line(f"{text}{where}{f' (hint: {error.hint})' if error.hint else ''}")


def summary(outcomes: Iterable[Outcome]) -> str:
    """How many there are of which kind: `12 passed, 1 failed`."""
    count = dict.fromkeys((PASSED, FAILED, BROKEN), 0)
    for each in outcomes:
        count[each.status] += 1
    return ", ".join(f"{number} {status}" for status, number in count.items() if number or status == PASSED)


def _lines(_: int, outcome: Outcome) -> str:
    where = f"{path(outcome.file)}:{place(outcome)}: {short(outcome.name)}"
    return "".join(f"{where}: {problem}\n" for problem in problems(outcome))


def listed(places: Iterable[tuple[str, int, str]]) -> str:
    """A line a case: its file, its line and its name."""
    return "".join(f"{path(file)}:{line}: {one_line(name)}\n" for file, line, name in places)


PLAIN: Final = CaseReport(lambda _: "", _lines, lambda outcomes: f"{summary(outcomes)}\n")
"""The report for people."""
