"""What is said of a node or a step of the forward program, in whichever format: short texts, one fact each."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from autodiff.render.digits import number
from autodiff.render.graph_folding import Drawing, Item, Segment
from autodiff.render.plain import visible
from autodiff.session.graph.report import FREED, KEPT, ForwardStep, GraphNode, GraphOutput, GraphReport, GraphRoot
from autodiff.session.report import Facts

__all__ = [
    "ASCII",
    "UNICODE",
    "Marks",
    "NodeWords",
    "StepWords",
    "brief",
    "leading_to",
    "one_line",
    "root_words",
    "run_words",
    "shown_steps",
    "step_words",
    "words",
]

_MOST_SHOWN: Final = 12
"""Elements of a value; of a larger one PyTorch's text is shown."""
_LONGEST: Final = 60
"""Characters of a text or a value."""
_MOST_STEPS: Final = 30
_MOST_SEGMENTS: Final = 5
_MOST_OUTPUTS: Final = 5
_SILENT: Final = frozenset({"number", "string", "constant", "slice", "name", "list", "tuple"})
"""Steps that are not worth a line, unless they give a name to something."""


class Marks(NamedTuple):
    """The characters that draw."""

    branch: str
    last: str
    down: str
    arrow: str
    times: str
    dots: str


UNICODE: Final = Marks("├─ ", "└─ ", "│  ", "→", "\N{MULTIPLICATION SIGN}", "…")
ASCII: Final = Marks("|- ", "`- ", "|  ", "->", "x", "...")


class NodeWords(NamedTuple):
    """What is said of a node: its texts in the user's words, its type, what it saves, what it lost, its gradients."""

    texts: tuple[str, ...]
    type: str
    saved: tuple[str, ...]
    lost: str | None
    gradients: tuple[str, ...]


class StepWords(NamedTuple):
    """What is said of a step; all but `requires_grad` are texts, which may be empty."""

    text: str
    value: str
    dtype: str
    shape: str
    requires_grad: bool
    node: str


def words(node: GraphNode) -> NodeWords:
    """The texts for a node."""
    shown = node.outputs if len(node.outputs) == 1 else [out for out in node.outputs if out.name or out.value]
    texts = tuple(_text(node, output) for output in shown[:_MOST_OUTPUTS]) or (_source(node),)
    several = len(node.outputs) > 1
    gradients = [
        f"{f'{output.name}: ' if several and output.name else ''}{brief(output.gradient)}"
        for output in node.outputs
        if output.gradient is not None
    ]
    if node.is_leaf and not gradients:
        gradients = ["None"]
    saved = [each for each in node.saved if each.state == KEPT and each.value is not None]
    gone = [each for each in node.saved if each.state != KEPT]
    freed = ", ".join(each.name for each in gone if each.state == FREED)
    changed = ", ".join(each.name for each in gone if each.state != FREED)
    lost = [f"freed: {freed}"] * bool(freed) + [f"changed since: {changed}"] * bool(changed)
    return NodeWords(
        texts,
        _type(node.outputs),
        tuple(
            f"{each.name}={brief(each.value)}" for each in saved if each.value is not None and each.value.repr != "None"
        ),
        "; ".join(lost) or None,
        tuple(gradients),
    )


def _source(node: GraphNode) -> str:
    if node.source is None:
        return "" if node.is_leaf else "made by backward"
    return one_line(node.source) if node.whole else f"in {one_line(node.source)}"


def _text(node: GraphNode, output: GraphOutput) -> str:
    """The name, the text and the value of a result, as far as there are any: `y = x**2: 9.0`."""
    source = _source(node)
    assigns = output.name is not None and node.source is not None and node.source.startswith(output.name)
    named = source if output.name is None or assigns else f"{output.name} = {source}" if source else output.name
    return named if output.value is None else f"{named}: {brief(output.value)}" if named else brief(output.value)


def _type(outputs: Sequence[GraphOutput]) -> str:
    kinds = list(dict.fromkeys(f"{output.dtype}{list(output.shape)}" for output in outputs))
    return ", ".join(kinds[:_MOST_OUTPUTS]) if len(kinds) <= _MOST_OUTPUTS else f"{len(outputs)} outputs"


def leading_to(item: Item, drawing: Drawing, marks: Marks) -> str:
    """Where the edges of a node lead, as PyTorch's `next_functions`: `#2, None`, and `#7[1]` for its second output."""
    found = []
    for link in item.links:
        target = None if link.item is None else drawing.items[link.item]
        if target is None:
            found.append("None")
        elif target.node is None:
            found.append(marks.dots)
        else:
            found.append(f"#{target.first}{f'[{link.output}]' if link.output else ''}")
    cut = [
        *found[:_MOST_OUTPUTS],
        *([f"{marks.dots} {len(found) - _MOST_OUTPUTS} more"] * (len(found) > _MOST_OUTPUTS)),
    ]
    return ", ".join(cut)


def run_words(item: Item, marks: Marks) -> str:
    """A line for nodes that are folded: how often the names of a run follow each other, or `… 1234 more nodes`."""
    if not item.run:
        return f"{marks.dots} {item.size} more node{'s' * (item.size != 1)}"
    alone = len(item.run) == 1
    parts = [_segment(each, marks, alone=alone) for each in item.run[:_MOST_SEGMENTS]]
    more = [f"{marks.dots} {len(item.run) - _MOST_SEGMENTS} more"] * (len(item.run) > _MOST_SEGMENTS)
    return f"{f' {marks.arrow} '.join([*parts, *more])} ({item.size} nodes)"


def _segment(segment: Segment, marks: Marks, *, alone: bool) -> str:
    text = f" {marks.arrow} ".join(segment.names)
    if segment.times == 1:
        return text
    bracketed = text if alone or len(segment.names) == 1 else f"({text})"
    return f"{bracketed} {marks.times}{segment.times}"


def root_words(root: GraphRoot) -> str:
    """A root: its name and value, and why it has no graph if it has none."""
    text = f"{root.name}: {brief(root.value)}"
    if root.node is not None:
        return text
    if root.value.dtype is None:
        return f"{text} (no tensor, so it has no graph)"
    if root.value.requires_grad:
        return f"{text} (a leaf: it has no grad_fn)"
    return f"{text} (requires no gradient, so it has no graph)"


# ------------------------------------------------------------------ the forward program


def shown_steps(report: GraphReport, depth: int | None = None) -> tuple[list[ForwardStep], int, list[ForwardStep]]:
    """The steps worth a line: the first ones, how many are left out, and the last ones."""
    steps = [step for step in report.steps if step.name is not None or _is_worth_a_line(step)]
    most = max(_MOST_STEPS, depth or 0)
    if len(steps) <= most:
        return steps, 0, []
    half = most // 2
    return steps[:half], len(steps) - 2 * half, steps[-half:]


def _is_worth_a_line(step: ForwardStep) -> bool:
    """Whether a step made something: no literal, no plain number, no name that is used."""
    sequence = bool(step.value.shape)
    return step.kind not in _SILENT and (step.value.dtype is not None or sequence)


def step_words(step: ForwardStep) -> StepWords:
    """The texts for a step."""
    source = one_line(step.source)
    assigns = step.name is None or step.kind == "augment"
    facts = step.value
    return StepWords(
        source if assigns else f"{step.name} = {source}",
        brief(facts),
        facts.dtype or "",
        str(list(facts.shape)) if facts.dtype else "",
        facts.requires_grad,
        "" if step.node is None else f"#{step.node}{f'[{step.output}]' if step.output else ''}",
    )


# ------------------------------------------------------------------ values


def brief(facts: Facts) -> str:
    """A value on one line, cut if it is long: `9.0`, `[1.0, 2.0]`, or PyTorch's text for many elements."""
    count = 1
    for length in facts.shape:
        count *= length
    if facts.dtype is None or facts.value is None or count > _MOST_SHOWN:
        return one_line(facts.repr.replace("(\n", "("))
    return one_line(_nested(facts.value, facts.dtype))


def _nested(value: Any, dtype: str | None) -> str:  # noqa: ANN401 - a number or nested lists
    if isinstance(value, list | tuple):
        return f"[{', '.join(_nested(element, dtype) for element in value)}]"
    return number(value, dtype)


def one_line(text: str) -> str:
    """The text on one line, without what a terminal would act on, cut if it is long."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
