"""What an explanation found out: facts, frozen. Every number in it comes from a run; renderers turn it into text."""

from typing import NamedTuple

from autodiff.session.report import Facts, Report
from autodiff.session.trace.traced import Trace

__all__ = ["Explanation", "Shown", "State", "TopicLine"]


class Shown(NamedTuple):
    """One example: the command as it can be typed, what it found, and what that means, in sentences."""

    command: str
    found: Report | Trace
    prose: str


class State(NamedTuple):
    """A tensor after the run, under a heading: its facts, and its gradient if it keeps one."""

    heading: str
    facts: Facts
    grad: Facts | None


class Explanation(NamedTuple):
    """A topic: its name, what it is in one line, examples in the order of reading, and tensors side by side."""

    topic: str
    summary: str
    examples: tuple[Shown, ...]
    states: tuple[State, ...] = ()


class TopicLine(NamedTuple):
    """A topic in the list of them."""

    topic: str
    summary: str
