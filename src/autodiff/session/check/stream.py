"""Many checks, one a line."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from autodiff.session import stream
from autodiff.session.check.checking import Wish, check
from autodiff.session.check.report import Check
from autodiff.session.report import Failure
from autodiff.session.scenario import UsageProblem

__all__ = ["checks"]


def checks(lines: Iterable[str], defaults: Wish) -> Iterator[Check]:
    """The report of each line that is neither empty nor a comment; see `stream.answers`."""

    def failed(text: str, error: Failure) -> Check:
        return Check(text, error=error)

    readers: Mapping[str, stream.Reader] = {
        "expression": stream.text,
        "inputs": stream.inputs,
        "wrt": stream.names,
        "order": lambda key, value: 1 if value is None else stream.count(key, value),
        "samples": stream.count,
        "range": _ranges,
        "seed": lambda key, value: stream.count(key, value) or 0,
        **dict.fromkeys(("rtol", "atol"), _tolerance),
    }
    return stream.answers(lines, defaults, readers, check, failed)


def _ranges(key: str, value: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - of JSON
    """An object of names and ranges: `"-3:3"` or `[-3, 3]`."""
    if not isinstance(value, dict):
        raise UsageProblem(f"'{key}' is an object of names and ranges", '{"x": [-3, 3]}')
    pairs = {name: ":".join(map(repr, each)) if isinstance(each, list) else each for name, each in value.items()}
    return tuple((name, stream.text(key, each)) for name, each in pairs.items())


def _tolerance(key: str, value: Any) -> float:  # noqa: ANN401 - of JSON
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageProblem(f"'{key}' is a number, not {value!r}")
    return float(value)
