"""Traces as text: lines that read from top to bottom, a table, and strict JSON."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from autodiff.render.formats import Screen
from autodiff.render.plain import visible
from autodiff.session.trace.traced import Accumulation, Culprit, Outgoing, Recorded, Saved, Step, Trace, Walk, Words

__all__ = [
    "NAN",
    "TRACES",
    "culprits",
    "of",
    "pieces",
    "plain",
    "readings",
    "received",
    "saved_list",
    "sum_of",
    "value_of",
    "walk_title",
]

_INDENT: Final = "    "


def plain(trace: Trace, _: Screen | None = None) -> str:
    """Everything that happened, a line each: what was recorded, then each backward call node by node."""
    return "".join(pieces(trace))


def pieces(trace: Trace) -> Iterable[str]:
    """The same in pieces of one or more lines, of which each can be read before the next."""
    for event in trace.events:
        if isinstance(event, Recorded):
            yield _lines([_recorded(event)])
            continue
        head = [walk_title(event)]
        for step in event.steps:
            yield _lines([*head, *_step(step)])
            head = []


def _lines(texts: Iterable[str]) -> str:
    return "".join(f"{visible(text)}\n" for text in texts)


# ------------------------------------------------------------------ sentences


def _recorded(event: Recorded) -> str:
    """`y = x**2 = 9: PowBackward0 at column 5, saves x = 3`."""
    saves = f", saves {saved_list(event.saved)}" if event.saved else ""
    return f"{value_of(event)}: {event.node}{_at(event.words)}{saves}"


def value_of(event: Recorded) -> str:
    """The text that made a node with its name and its value: `y = x**2 = 9`, `y += 1, now 10`."""
    words = event.words
    if not words.whole or event.quantity is None:
        return f"a step of {words.source}" if not words.whole else words.source
    if _is_statement(words):
        return f"{words.source}, now {event.quantity.text}"
    return f"{of(words)} = {event.quantity.text}"


def _is_statement(words: Words) -> bool:
    """Whether the text itself says what it assigns to, as `y += 1` does."""
    return words.source.startswith(f"{words.label} ") and words.source.partition("=")[0].strip()[-1:] in "+-*/%@"


def _at(words: Words) -> str:
    if words.column is None:
        return ""
    return f" at column {words.column}" if words.line in (None, 1) else f" at line {words.line}, column {words.column}"


def walk_title(walk: Walk) -> str:
    """`backward 2: b.backward(retain_graph=True) at column 44`."""
    place = _at(Words(walk.source, walk.source, walk.line, walk.column))
    cleared = ", after every .grad was set to None" if walk.cleared else ""
    return f"backward {walk.number}: {walk.source}{place}{cleared}"


def saved_list(saved: Iterable[Saved]) -> str:
    """`x = 3, 4`: what is kept, by the user's names."""
    return ", ".join(
        each.quantity.text if each.label in (None, each.quantity.text) else f"{each.label} = {each.quantity.text}"
        for each in saved
    )


def _step(step: Step) -> Iterable[str]:
    yield f"  {step.node} of {of(step.words)} receives {received(step)}"
    for change in step.accumulated:
        yield f"{_INDENT}{accumulated(change)}"
    for each in step.outgoing if not step.failed else ():
        yield f"{_INDENT}to {each.to}: {rule(each)}"
    if step.failed:
        yield f"{_INDENT}cannot go on"
        return
    for verb, freed in (("frees", True), ("keeps", False)):
        held = [each for each in step.saved if each.freed is freed]
        if held:
            yield f"{_INDENT}{verb} {saved_list(held)}"


def of(words: Words) -> str:
    """What a node computes: `y = x**2`, or the text alone."""
    if not words.whole:
        return f"a step of {words.source}"
    return words.source if words.label == words.source or _is_statement(words) else f"{words.label} = {words.source}"


def received(step: Step) -> str:
    """The incoming gradient; if it is a sum, of what."""
    texts = ["nothing" if each is None else each.text for each in step.incoming]
    total = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
    return f"{' + '.join(part.text for part in step.parts)} = {total}" if step.parts else total


def rule(each: Outgoing) -> str:
    """`g * other = g * 4 = 5 * 4 = 20`: each reading once."""
    return " = ".join(readings(each))


def readings(each: Outgoing) -> list[str]:
    """The rule by the table's names, then by the user's, then with numbers and what they give; each once."""
    gradient = "nothing" if each.gradient is None else each.gradient.text
    texts = list(dict.fromkeys(text for text in (each.rule, each.named, each.numbers) if text is not None))
    if each.summed is not None:
        told = f"summed to shape {list(each.summed)}: {gradient}"
        return [*texts[:-1], f"{texts[-1]}, {told}"] if texts else [told]
    if each.rule == "g":
        return [f"g = {gradient}"]
    if each.numbers is None or len(texts) < 2:
        return list(dict.fromkeys([*texts, gradient]))
    return [*texts[:-1], texts[-1] if texts[-1] == gradient else f"{texts[-1]} = {gradient}"]


def accumulated(change: Accumulation) -> str:
    """`x.grad: 5 + 20 = 25`."""
    return f"{change.holder}.grad: {sum_of(change)}"


def sum_of(change: Accumulation) -> str:
    """`5 + 20 = 25`, `was None, now 1`, or that nothing was added."""
    added = " + ".join(part.text for part in change.added)
    if change.after is None:
        return f"not changed, {added} is returned"
    if change.before is None:
        return f"was None, now {added} = {change.after.text}" if len(change.added) > 1 else f"was None, now {added}"
    several = f"({added})" if len(change.added) > 1 else added
    return f"{change.before.text} + {several} = {change.after.text}"


# ------------------------------------------------------------------ nan and inf


def culprits(trace: Trace, _: Screen | None = None) -> str:
    """The first nan or infinity of the forward pass, and the first of backward; or that there is none."""
    lines: list[str] = []
    for phase in ("forward", "backward"):
        found = [each for each in trace.culprits if each.phase == phase]
        lines += [line for each in found for line in _culprit(each)] or [f"{phase}: no nan, no inf"]
    return _lines(lines)


def _culprit(found: Culprit) -> Iterable[str]:
    element = f" in element {list(found.place)}" if found.place else ""
    words = found.words
    if found.node is None and words.column is None:
        yield f"{found.phase}: the input {words.label} is {found.made}{element}"
        return
    maker = f"{found.node} of {of(words)}" if found.node is not None else of(words)
    yield f"{found.phase}: the first {found.made}{element} is made by {maker}{_at(words)}"
    if found.formula is not None:
        yield f"{_INDENT}{found.formula} = {found.made}"
    for name, text in found.inputs:
        yield f"{_INDENT}{name} is {text}"


# ------------------------------------------------------------------ formats


def _json(trace: Trace, _: Screen) -> str:
    from autodiff.render.trace_json import json

    return json(trace)


def _table(trace: Trace, screen: Screen) -> str:
    from autodiff.render.trace_table import table

    return table(trace, screen)


TRACES: Final[Mapping[str, Callable[[Trace, Screen], str]]] = {"table": _table, "plain": plain, "json": _json}
"""How a trace becomes text, by the format's name."""

NAN: Final[Mapping[str, Callable[[Trace, Screen], str]]] = {"table": culprits, "plain": culprits, "json": _json}
"""The same for what `--nan` found."""
