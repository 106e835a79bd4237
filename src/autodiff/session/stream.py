"""Many expressions, one a line: a report each, as they come. A bad line gets its error, and the stream goes on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from autodiff.session.bind import Inputs
from autodiff.session.published import guess
from autodiff.session.report import BUG, SYNTAX, USAGE, Failure, Report
from autodiff.session.running import run
from autodiff.session.scenario import FLAGS, Scenario, UsageProblem

__all__ = [
    "READERS",
    "Answer",
    "Reader",
    "answers",
    "count",
    "described_bug",
    "flag",
    "inputs",
    "names",
    "reports",
    "text",
    "texts",
    "written",
]

Answer = TypeVar("Answer")
Reader = Callable[[str, Any], Any]
"""What a key of a request may be: the key and its JSON value to the value of the field."""


def answers(
    lines: Iterable[str],
    defaults: Any,  # noqa: ANN401 - a named tuple with an `expression`
    readers: Mapping[str, Reader],
    act: Callable[[Any], Answer],
    failed: Callable[[str, Failure], Answer],
) -> Iterator[Answer]:
    """What `act` gives for each line that is neither empty nor a comment.

    A line is an expression, which replaces that of `defaults`, or a JSON object whose keys are those of `readers` and
    replace fields of `defaults`. What could not begin is an answer, too: that of `failed`.
    """
    for line in lines:
        said = line.strip().removeprefix("\ufeff")
        if not said or said.startswith("#"):
            continue
        try:
            asked = said.startswith("{")
            yield act(_request(said, defaults, readers) if asked else defaults._replace(expression=said))
        except UsageProblem as error:
            yield failed(said, Failure(USAGE, "UsageError", str(error), error.hint))
        except _NotJsonError as error:
            yield failed(said, Failure(SYNTAX, "JSONDecodeError", str(error), "write one JSON object a line"))
        except Exception as error:  # noqa: BLE001 - the other lines are not to blame
            yield failed(said, described_bug(error))


def reports(lines: Iterable[str], defaults: Scenario) -> Iterator[Report]:
    """The report of each line, run with the inputs and options of `defaults` or those of its request."""
    inputs = Inputs(defaults)

    def act(scenario: Scenario) -> Report:
        return run(scenario, inputs=inputs if inputs.are_of(scenario) else None)

    return answers(lines, defaults, READERS, act, failed)


def failed(text: str, error: Failure) -> Report:
    """The report of a run that did not begin."""
    return Report(text, {}, {}, None, (), {}, (), error)


def described_bug(error: Exception) -> Failure:
    """An exception that should not have come out, with the place it came from and what to do about it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        file = "/".join(trace.tb_frame.f_code.co_filename.replace("\\", "/").rsplit("/", 2)[-2:])
        place = f" ({file}, line {trace.tb_lineno})"
    hint = "this is a bug of autodiff, not of your expression: please report it with the command you ran"
    return Failure(BUG, type(error).__name__, f"{error}{place}", hint)


class _NotJsonError(Exception):
    """A line that starts with a brace and is no JSON object."""


def _request(said: str, defaults: Any, readers: Mapping[str, Reader]) -> Any:  # noqa: ANN401 - as in `answers`
    """What a JSON request asks for."""
    from json import JSONDecodeError, loads  # only a request needs it

    try:
        members = loads(said)
    except JSONDecodeError as error:
        raise _NotJsonError(f"{error.msg}, column {error.colno}") from None
    except (RecursionError, ValueError) as error:
        raise _NotJsonError(str(error)) from None
    if "expression" not in members:
        raise UsageProblem("a request has no expression", 'add "expression": "..."')
    fields: dict[str, Any] = {}
    for key, value in members.items():
        name = key.replace("-", "_")
        if name not in readers:
            close = guess(name, readers)
            raise UsageProblem(f"a request has no '{key}'", f"did you mean {close}?" if close else None)
        fields[name] = readers[name](key, value)
    return defaults._replace(**fields)


# ------------------------------------------------------------------ what each key may be


def text(key: str, value: Any) -> str:  # noqa: ANN401 - of JSON
    """A text."""
    if not isinstance(value, str):
        raise UsageProblem(f"'{key}' is a text, not {type(value).__name__}")
    return value


def texts(key: str, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - of JSON
    """A text or several."""
    return tuple(text(key, each) for each in (value if isinstance(value, list) else [value]))


def names(key: str, value: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - of JSON
    """Names in a list or with commas between them; None if it is null."""
    if isinstance(value, str):
        value = [name.strip() for name in value.split(",") if name.strip()]
    return None if value is None else texts(key, value)


def flag(key: str, value: Any) -> bool:  # noqa: ANN401 - of JSON
    """True or false."""
    if not isinstance(value, bool):
        raise UsageProblem(f"'{key}' is true or false, not {type(value).__name__}")
    return value


def count(key: str, value: Any) -> int | None:  # noqa: ANN401 - of JSON
    """A whole number from 0, or None."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise UsageProblem(f"'{key}' is a whole number from 0, not {value!r}")
    return value


def written(key: str, value: Any) -> str:  # noqa: ANN401 - of JSON
    """A JSON value as the language writes it; a text is an expression already."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        if set(value) != {"real", "imag"} or not all(isinstance(part, int | float) for part in value.values()):
            raise UsageProblem(f"'{key}' is a number, a list or a text", 'a complex number is {"real": 1, "imag": 2}')
        return f"({value['real']!r}+{value['imag']!r}*1j)"
    if isinstance(value, list):
        return f"[{', '.join(written(key, each) for each in value)}]"
    return repr(value)


def inputs(key: str, value: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - of JSON
    """Names and values, as texts of the language."""
    if not isinstance(value, dict):
        raise UsageProblem(f"'{key}' is an object of names and values, not {type(value).__name__}")
    return tuple((name, written(name, each)) for name, each in value.items())


READERS: Final[Mapping[str, Reader]] = {
    "expression": text,
    "inputs": inputs,
    "wrt": names,
    "dtype": text,
    "detach": texts,
    "detach_inplace": texts,
    "retain_grad": texts,
    "backward": count,
    "order": count,
    "gradient": lambda key, value: None if value is None else written(key, value),
    **dict.fromkeys(FLAGS, flag),
}
"""What the keys of a request for a run may be."""
