"""What a topic is, and how its sentences read figures from what was run."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from autodiff.session.report import Facts, Report
from autodiff.session.scenario import Scenario

__all__ = ["AT_0", "AT_2", "AT_3", "Column", "Topic", "error", "given", "grad", "node", "value"]

AT_0: Final = (("x", "0"),)
AT_2: Final = (("x", "2"),)
AT_3: Final = (("x", "3"),)
"""Where most examples are run."""


class Column(NamedTuple):
    """One of the tensors that are put side by side: its heading, the example it is from, and its name there."""

    heading: str
    example: int
    name: str


class Topic(NamedTuple):
    """A topic.

    `examples` are run in turn. `prose` gives the sentences after each, from all the reports. `aliases` are other
    words for it, `errors` are parts of the errors and warnings that it explains besides those of its examples.
    """

    summary: str
    examples: tuple[Scenario, ...]
    prose: Callable[[Sequence[Report]], Sequence[str]]
    columns: tuple[Column, ...] = ()
    aliases: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


def value(report: Report, name: str) -> str:
    """The value of an input or a result."""
    return digits({**report.inputs, **report.values}.get(name))


def grad(report: Report, name: str, call: int = -1) -> str:
    """The gradient after a call, the last one unless told otherwise."""
    calls = report.backward or (report.grads,)
    return digits(calls[call].get(name) if -len(calls) <= call < len(calls) else None)


def digits(facts: Facts | None) -> str:
    """A number as one writes it in a sentence: `12`, `0.5`; other values as PyTorch prints them."""
    if facts is None:
        return "None"
    return f"{facts.value:g}" if isinstance(facts.value, float) else facts.repr


def given(report: Report, name: str) -> str:
    """An input as PyTorch prints it."""
    facts = report.inputs.get(name)
    return str(None if facts is None else facts.repr)


def node(report: Report, name: str) -> str:
    """The name of the node that made a result."""
    facts = report.values.get(name)
    return str(None if facts is None else facts.grad_fn)


def error(report: Report) -> str:
    """What kind of error ended the run."""
    return "no error" if report.error is None else f"a {report.error.type}"
