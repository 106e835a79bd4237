"""What `test` does, once its options are known."""

import gc
from pathlib import Path
from typing import Final, NamedTuple

from autodiff.cli.exit import ExitStatus
from autodiff.cli.progress import ProgressBar
from autodiff.cli.streams import Streams, write
from autodiff.cli.whole_file import check_target, write_whole
from autodiff.render.case_reports import CASE_REPORTS
from autodiff.render.outcomes import PLAIN, CaseReport, listed
from autodiff.session import UsageProblem
from autodiff.session.cases.file import Case, cases, selected
from autodiff.session.cases.report import BROKEN, FAILED, PASSED, Outcome
from autodiff.session.cases.run import judged
from autodiff.session.report import BUG

__all__ = ["Wish", "list_cases", "run_cases"]

_STATUS: Final = {PASSED: ExitStatus.DONE, FAILED: ExitStatus.EXPECTATION, BROKEN: ExitStatus.SYNTAX}


class Wish(NamedTuple):
    """One `test`: the files, what the names of cases contain, the reports, and the file the last one is written to."""

    files: tuple[str, ...]
    select: str | None = None
    reports: tuple[str, ...] = ()
    output: str | None = None


def list_cases(wish: Wish, streams: Streams) -> int:
    """Print where each case is and how it is called. Raises UsageProblem."""
    write(streams.output, listed((case.file, case.line, case.name) for case in _chosen(wish, streams)))
    return ExitStatus.DONE


def run_cases(wish: Wish, streams: Streams) -> int:
    """Run the cases, report as they are done, and tell how it went: the highest status that occurred.

    With an output the last report goes there, and the one before it is printed. Raises UsageProblem.
    """
    shown, written = _reports(wish)
    chosen = _chosen(wish, streams)
    gc.enable()  # there may be many cases, and errors leave cycles behind
    outcomes: list[Outcome] = []
    failed = 0
    write(streams.output, shown.before(len(chosen)))
    with ProgressBar(streams) as progress:
        for number, case in enumerate(chosen, 1):
            progress(len(outcomes), len(chosen), failed)
            outcomes.append(judged(case))
            failed += outcomes[-1].status != PASSED
            text = shown.each(number, outcomes[-1])
            if text:
                progress.erase()
                write(streams.output, text)
    write(streams.output, shown.after(outcomes))
    if wish.output is not None:
        parts = [written.each(number, outcome) for number, outcome in enumerate(outcomes, 1)]
        text = "".join([written.before(len(chosen)), *parts, written.after(outcomes)])
        write_whole(wish.output, text.encode())
    return max(_status(each) for each in outcomes)


def _reports(wish: Wish) -> tuple[CaseReport, CaseReport]:
    """The report that is printed, and the one that is written, if there is an output. Raises UsageProblem."""
    names = wish.reports or ("plain",)
    for name in names:
        if name not in CASE_REPORTS:
            raise UsageProblem(f"there is no report '{name}'", f"choose one of {', '.join(CASE_REPORTS)}")
    if wish.output is None:
        if len(names) > 1:
            raise UsageProblem("one report is printed", "add --output FILE: the last one is written there")
        return CASE_REPORTS[names[0]](), PLAIN
    if len(names) > 2:
        raise UsageProblem("one report is printed, and one is written")
    check_target(wish.output)
    return CASE_REPORTS[names[0]]() if len(names) > 1 else PLAIN, CASE_REPORTS[names[-1]]()


def _status(outcome: Outcome) -> int:
    is_bug = outcome.error is not None and outcome.error.kind == BUG
    return ExitStatus.BUG if is_bug else _STATUS[outcome.status]


# ------------------------------------------------------------------ files


def _chosen(wish: Wish, streams: Streams) -> list[Case]:
    """The cases that are asked for. Raises UsageProblem if a file cannot be read, or has none and so tests nothing."""
    found: list[Case] = []
    for file in dict.fromkeys(wish.files):
        own = list(cases(file, _read(file, streams)))
        if not own:
            raise UsageProblem(f"there is no case in {_called(file)}")
        found += own
    if wish.select is None:
        return found
    chosen = [case for case in found if selected(case, wish.select)]
    if not chosen:
        raise UsageProblem(f"no case has '{wish.select}' in its name", "--list lists them")
    return chosen


def _read(file: str, streams: Streams) -> str:
    try:
        return streams.input.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageProblem(f"cannot read {_called(file)}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise UsageProblem(f"cannot read {_called(file)}: it is no text in UTF-8, at byte {error.start}") from None
    except ValueError:  # a name with a zero byte, which no file has
        raise UsageProblem(f"cannot read {_called(file)}: no file is called so") from None


def _called(file: str) -> str:
    return "standard input" if file == "-" else f"'{file}'"
