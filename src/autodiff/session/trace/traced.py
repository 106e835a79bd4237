"""What a trace found out: facts, frozen, in the order in which things happened. Renderers turn them into text."""

from typing import NamedTuple

from autodiff.session.report import Facts, Report

__all__ = ["Accumulation", "Culprit", "Outgoing", "Quantity", "Recorded", "Saved", "Step", "Trace", "Walk", "Words"]


class Quantity(NamedTuple):
    """A value: its digits as PyTorch prints them, on one line and without `tensor(...)`, and its facts."""

    text: str
    facts: Facts


class Words(NamedTuple):
    """A node in the user's words.

    `label` is the shortest: the name of its result, or the part of the text that made it, `source`. Line and column
    count from 1; None for an input. `whole` is False for a step on the way to the value of `source`.
    """

    label: str
    source: str
    line: int | None
    column: int | None
    whole: bool = True


class Saved(NamedTuple):
    """A value that a node kept for its derivative, under the `name` that the rule calls it by.

    `label` is what the user calls it; None if it has no name but its digits. `freed` tells whether backward let it go.
    """

    name: str
    label: str | None
    quantity: Quantity
    freed: bool = False


class Recorded(NamedTuple):
    """A node that evaluation made. `quantity` is the value it had then, if it is the value of a part of the text."""

    node: str
    words: Words
    quantity: Quantity | None
    saved: tuple[Saved, ...]


class Outgoing(NamedTuple):
    """What a node passes on to one of its inputs.

    `rule` is the derivative as the table has it, `named` the same with the user's names, `numbers` with the values;
    None where there is no such text. `summed` is the shape a gradient was summed to, if the input was broadcast.
    """

    input: str
    to: str
    rule: str | None
    named: str | None
    numbers: str | None
    gradient: Quantity | None
    summed: tuple[int, ...] | None = None


class Accumulation(NamedTuple):
    """What became of a `.grad`: `before` plus what was `added`.

    `after` is None for a leaf whose gradient `torch.autograd.grad` returned instead of adding it up.
    """

    holder: str
    before: Quantity | None
    added: tuple[Quantity, ...]
    after: Quantity | None


class Step(NamedTuple):
    """One node that backward ran.

    `incoming` is the gradient of each output (None: none arrived); `parts` are what it was summed of, if of several.
    A step that `failed` is where backward ended.
    """

    node: str
    words: Words
    incoming: tuple[Quantity | None, ...]
    parts: tuple[Quantity, ...]
    outgoing: tuple[Outgoing, ...] = ()
    saved: tuple[Saved, ...] = ()
    accumulated: tuple[Accumulation, ...] = ()
    failed: bool = False


class Walk(NamedTuple):
    """One backward call: its number from 1, its text, its place in the user's text (None if an option asked for it).

    `cleared` tells whether the gradients were set to None before.
    """

    number: int
    source: str
    line: int | None
    column: int | None
    steps: tuple[Step, ...]
    cleared: bool = False


class Culprit(NamedTuple):
    """The first node that made a nan or an infinity, or an input that was one.

    `phase` is forward or backward, `made` is `nan`, `inf` or `-inf`, `node` None for what is no node. `place` is the
    index of the first such element. `formula` is the rule with that element's numbers, `inputs` are what went in, by
    the user's names.
    """

    phase: str
    made: str
    node: str | None
    words: Words
    place: tuple[int, ...]
    formula: str | None
    inputs: tuple[tuple[str, str], ...]


class Trace(NamedTuple):
    """All that happened, and the report of the run. `culprits` are those of the forward and of the backward pass."""

    events: tuple[Recorded | Walk, ...]
    report: Report
    culprits: tuple[Culprit, ...] = ()
