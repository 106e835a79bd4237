# ruff: noqa: ANN401 - values of a program are of any kind
"""Running the text of a program: as Python would, with what it prints as it goes, or a record for each statement."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

from autodiff.errors import Deliberate, SyntaxProblem
from autodiff.language.draft import Script
from autodiff.language.program import place
from autodiff.language.script import parse_script
from autodiff.session.facts import facts_of
from autodiff.session.program.budget import Budget
from autodiff.session.program.executed import Executed
from autodiff.session.program.machine import Machine
from autodiff.session.program.values import represented
from autodiff.session.program_hints import hint_in_program
from autodiff.session.report import EVALUATION, SYNTAX, Failure, Warned
from autodiff.session.scenario import Located

__all__ = ["failure_in_program", "run_program", "statements_run", "warnings_given_to"]


def run_program(
    text: str,
    write: Callable[[str], object],
    warn: Callable[[Warned], object],
    budget: Budget,
    *,
    echo: bool = False,
) -> Failure | None:
    """Run a program; `write` is given what it prints and `warn` its warnings, as they come. The error it ends with."""

    def show(value: Any) -> None:
        if value is not None:
            write(f"{represented(value)}\n")

    script = None
    try:
        script = parse_script(text)
        machine = Machine(write, budget, show if echo else None)
        with warnings_given_to(warn):
            copy_context().run(machine.run, script)  # a copy: what the program switches on is its own
    except Deliberate as error:
        return failure_in_program(error, text)
    return None


def statements_run(text: str, budget: Budget) -> Iterator[Executed]:
    """Run a program statement by statement. The last record has the error it ends with."""
    try:
        script = parse_script(text)
    except Deliberate as error:
        failure = failure_in_program(error, text)
        line = failure.line or 1
        yield Executed(line, failure.source or "", "", None, {}, (), failure)
        return
    printed: list[str] = []
    shown: list[str] = []
    machine = Machine(printed.append, budget, lambda value: shown.append(represented(value)))
    context = copy_context()
    for number in range(len(script.statements)):
        executed = _execute(machine, script, number, context.run, printed, shown)
        yield executed
        if executed.error is not None:
            return
        printed.clear()
        shown.clear()


def _execute(
    machine: Machine,
    script: Script,
    number: int,
    run: Callable[..., Any],
    printed: list[str],
    shown: list[str],
) -> Executed:
    """Run one statement outside of blocks, and tell what it did."""
    first, last, start, end = script.statements[number]
    before = dict(machine.globals.names)
    warned: list[Warned] = []
    error = None
    try:
        with warnings_given_to(warned.append):
            run(machine.run, script, first, last)
    except Deliberate as problem:
        error = failure_in_program(problem, script.text)
    augmented = {
        instruction.payload[1]  # type: ignore[index] # an operator and a name
        for instruction in script.instructions[first:last]
        if instruction.kind == "augment"
    }
    names = {
        name: facts_of(value)
        for name, value in machine.globals.names.items()
        if name in augmented or name not in before or before[name] is not value
    }
    line = place(script.text, start)[0]
    value = shown[-1] if shown and shown[-1] != "None" else None
    return Executed(line, script.text[start:end].rstrip(), "".join(printed), value, names, tuple(warned), error)


@contextmanager
def warnings_given_to(warn: Callable[[Warned], object]) -> Iterator[None]:
    """Give each warning once, as it comes."""
    known: set[Warned] = set()

    def show(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        warned = Warned(category.__name__, str(message))
        if warned not in known:
            known.add(warned)
            warn(warned)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show
        yield


def failure_in_program(error: Deliberate, text: str) -> Failure:
    """The failure an error of a program is; its hint begins with the line."""
    if isinstance(error, SyntaxProblem):
        where = f"line {error.line}: " if text.count("\n") + text.count("\r") > 0 else ""
        caret = getattr(error, "caret", error.column)
        return Failure(
            SYNTAX, "SyntaxError", where + error.message, error.hint, error.line, error.column, error.source, caret
        )
    if not isinstance(error, Located):
        return Failure(EVALUATION, type(error).__name__, str(error), error.hint)
    cause = error.cause
    line, column = place(error.program.text, error.program.instructions[error.number].start)
    return Failure(EVALUATION, type(cause).__name__, str(cause), hint_in_program(error), line, column)
