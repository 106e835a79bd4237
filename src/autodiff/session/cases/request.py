"""A case as a JSON object on one line: a request of `autodiff eval -`, and what is expected of it."""

from collections.abc import Mapping
from typing import Any, Final

from autodiff.errors import Deliberate
from autodiff.session.report import Failure
from autodiff.session.scenario import UsageProblem
from autodiff.session.stream import READERS, Reader, answers, inputs, text, texts

__all__ = ["KEYS", "NoRequestError", "requested"]


class NoRequestError(Deliberate):
    """A line that starts with a brace and asks for nothing that could be done: the `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def requested(line: str, program: str | None = None) -> dict[str, Any]:
    """The fields that a JSON object gives: those of `Scenario`, and those of a case.

    Raises NoRequestError, and UsageProblem if there is a `program` outside it.
    """
    if program is not None:
        raise UsageProblem("a JSON object has its program in it, and none below")
    found: dict[str, Any] | Failure
    (found,) = answers([line], _Fields(), KEYS, _itself, lambda _, failure: failure)
    if isinstance(found, Failure):
        raise NoRequestError(found)
    return found


def _itself(fields: dict[str, Any]) -> dict[str, Any] | Failure:
    return fields


class _Fields(dict[str, Any]):
    """No fields; those that replace them are all there are."""

    def _replace(self, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - of JSON
        return fields


def _number(key: str, value: Any) -> float:  # noqa: ANN401 - of JSON
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageProblem(f"'{key}' is a number, not {type(value).__name__}")
    return float(value)


KEYS: Final[Mapping[str, Reader]] = {
    **READERS,
    "name": text,
    "expect": inputs,
    "expect_error": texts,
    "rtol": _number,
    "atol": _number,
}
"""What the keys of an object may be."""
