"""Running a case: what came out is compared with everything that is expected."""

from time import perf_counter

from autodiff.errors import Deliberate, SyntaxProblem
from autodiff.session.cases.file import Case
from autodiff.session.cases.report import BROKEN, FAILED, PASSED, Outcome
from autodiff.session.expect import mismatches
from autodiff.session.report import EVALUATION, USAGE, Failure, Mismatch, Report
from autodiff.session.running import run
from autodiff.session.stream import described_bug

__all__ = ["judged"]


def judged(case: Case) -> Outcome:
    """What became of the case. A bug of ours fails it, and the other cases go on."""
    outcome = Outcome(case.file, case.line, case.name, PASSED)
    if case.scenario is None:
        return outcome._replace(status=BROKEN, error=case.problem)
    begin = perf_counter()
    try:
        outcome = _compared(case, run(case.scenario), outcome)
    except Exception as error:  # noqa: BLE001 - the other cases are not to blame
        outcome = outcome._replace(status=FAILED, error=described_bug(error))
    return outcome._replace(seconds=perf_counter() - begin)


def _compared(case: Case, report: Report, outcome: Outcome) -> Outcome:
    """The outcome with all that is not as expected."""
    error = report.error
    if error is not None and not case.expect_error:
        status = FAILED if error.kind == EVALUATION else BROKEN  # the file is to blame for what is wrong with its text
        return outcome._replace(status=status, error=error, place=_place(case, report, error))
    said = "no error" if error is None else f"{error.type}: {error.message}"
    missing = [text for text in case.expect_error if error is None or text not in said]
    found = [Mismatch("error", f"'{text}'", said, None) for text in missing]
    for pair in case.expect:
        try:
            found += mismatches(report, (pair,), rtol=case.rtol, atol=case.atol)
        except Deliberate as problem:
            return outcome._replace(status=BROKEN, error=_unreadable(pair, problem))
    return outcome._replace(status=FAILED if found else PASSED, mismatches=tuple(found))


def _place(case: Case, report: Report, error: Failure) -> int | None:
    """The line of the file that an error in a program of several lines is on; None if it is elsewhere."""
    lines = report.expression.split("\n")
    if case.program_line is None or error.line is None or error.line > len(lines):
        return None
    is_here = error.source is None or error.source.strip() in lines[error.line - 1]  # else in the value of an input
    return case.program_line + error.line - 1 if is_here else None


def _unreadable(pair: tuple[str, str], problem: Deliberate) -> Failure:
    """Why an expectation cannot be checked."""
    where = f"--expect {'='.join(pair)}: " if isinstance(problem, SyntaxProblem) else ""
    return Failure(USAGE, "UsageError", f"{where}{problem}", problem.hint)
