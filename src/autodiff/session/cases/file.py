r"""Files of cases, as `autodiff test` reads them.

A case has one of three forms:

    # What follows `autodiff eval` in a shell. There is no shell, and so no variables or patterns; `\` goes on.
    'x**2 + 3*x + 2' x=3 --expect out=20 --expect x.grad=9

    name: only one path is cut
    x=3 --detach y --expect x.grad=9
        y = x**2
        z = y*x

    {"expression": "x.detach()", "inputs": {"x": 3}, "expect": {"out": 3}, "expect_error": "does not require grad"}

The lines that are indented are the program; the line above them has the rest. An object has the keys of a request of
`autodiff eval -`, and `name`, `expect`, `expect_error`, `rtol` and `atol`. Each case has to expect something. Whatever
cannot be read is a case, too, with its `problem`: the others are not to blame.
"""

from collections.abc import Iterator, Sequence
from textwrap import dedent
from typing import Any, Final, NamedTuple

from autodiff.session.cases.request import NoRequestError, requested
from autodiff.session.cases.words import fields_of, split_words
from autodiff.session.report import USAGE, Failure
from autodiff.session.scenario import Scenario, UsageProblem

__all__ = ["Case", "cases", "selected"]


class Case(NamedTuple):
    """One case: where it stands, how it is called, what is done and what is expected of it.

    `line` and `program_line`, that of the first line of a program, count from 1; the latter is None if the program
    does not stand on lines of its own. With a `problem` there is no scenario.
    """

    file: str
    line: int
    name: str
    scenario: Scenario | None = None
    expect: tuple[tuple[str, str], ...] = ()
    expect_error: tuple[str, ...] = ()
    rtol: float = 1e-5
    atol: float = 1e-8
    program_line: int | None = None
    problem: Failure | None = None


def cases(file: str, text: str) -> Iterator[Case]:
    """The cases of a text, in order; `file` is what it is called."""
    lines = text.removeprefix("\ufeff").split("\n")  # as editors count them: not at form feeds and the like
    number, title = 0, None
    while number < len(lines):
        line = lines[number].rstrip()
        if _says_nothing(line):
            number += 1
        elif line.startswith(_TITLE):
            if title is not None:
                yield _unused(file, title)
            title = _Title(number, line.removeprefix(_TITLE).strip())
            number += 1
        else:
            case, number = _read(file, lines, number, None if title is None else title.text)
            yield case
            title = None
    if title is not None:
        yield _unused(file, title)


def selected(case: Case, text: str) -> bool:
    """Whether the text is part of the case's name, in capital or small letters."""
    return text.casefold() in case.name.casefold()


_TITLE: Final = "name:"


class _Title(NamedTuple):
    """The name of the next case, and the index of its line."""

    start: int
    text: str


def _unused(file: str, title: _Title) -> Case:
    problem = Failure(USAGE, "UsageError", "there is no case below this name")
    return Case(file, title.start + 1, title.text, problem=problem)


def _says_nothing(line: str) -> bool:
    said = line.strip()
    return not said or said.startswith("#")


def _is_indented(line: str) -> bool:
    return line[:1] in {" ", "\t"}


def _read(file: str, lines: Sequence[str], start: int, title: str | None) -> tuple[Case, int]:
    """The case at index `start`, and the index of the line after it."""
    broken = Case(file, start + 1, title or " ".join(lines[start].split()))
    end = start + 1
    try:
        words, begin = _first_line(lines, start)
        end = _end_of_program(lines, begin)
        has_program = not all(_says_nothing(line) for line in lines[begin:end])
        program = dedent("\n".join(lines[begin:end])) if has_program else None
        fields = requested(lines[start], program) if words is None else fields_of(words, program)
        return _made(file, start, title, fields, begin + 1 if has_program else None), end
    except NoRequestError as error:
        return broken._replace(problem=error.failure), end
    except UsageProblem as error:
        problem = Failure(USAGE, "UsageError", str(error), error.hint)
        return broken._replace(problem=problem), _end_of_program(lines, end)


def _first_line(lines: Sequence[str], start: int) -> tuple[list[str] | None, int]:
    """The words, None for a JSON object, and the index of the line after them. Raises UsageProblem."""
    if _is_indented(lines[start]):
        raise UsageProblem("an indented line belongs to the case above it, and there is none")
    return (None, start + 1) if lines[start].startswith("{") else split_words(lines, start)


def _end_of_program(lines: Sequence[str], begin: int) -> int:
    """The index after the indented lines from `begin` on; empty lines may be among them."""
    end = begin
    for number in range(begin, len(lines)):
        if lines[number].strip() and not _is_indented(lines[number]):
            break
        if lines[number].strip():
            end = number + 1
    return end


def _made(file: str, start: int, title: str | None, fields: dict[str, Any], program_line: int | None) -> Case:
    """The case that has these fields. Raises UsageProblem if it expects nothing."""
    scenario = Scenario(**{name: fields[name] for name in Scenario._fields if name in fields})
    others = {name: value for name, value in fields.items() if name not in Scenario._fields}
    own = others.pop("name", None)
    if own is not None and title is not None:
        raise UsageProblem(f"the case has two names, '{title}' and '{own}'")
    if not others.get("expect") and not others.get("expect_error"):
        raise UsageProblem("the case expects nothing", "add --expect NAME=VALUE or --expect-error TEXT")
    return Case(file, start + 1, own or title or _label(scenario), scenario, program_line=program_line, **others)


def _label(scenario: Scenario) -> str:
    """What a case is called that has no name: the expression and its inputs, on one line."""
    lines = ["; ".join(line.strip() for line in scenario.expression.split("\n") if line.strip())]
    return " ".join([*lines, *(f"{name}={value.strip()}" for name, value in scenario.inputs)])
