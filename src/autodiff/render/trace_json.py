"""Traces as strict JSON: one object on one line, with every value's shortest digits and no NaN literal."""

from collections.abc import Iterable
from json import dumps
from typing import Any

from autodiff.render.digits import digits
from autodiff.render.strict_json import SCHEMA
from autodiff.session.report import Facts, Failure
from autodiff.session.trace.traced import (
    Accumulation,
    Culprit,
    Outgoing,
    Quantity,
    Recorded,
    Saved,
    Step,
    Trace,
    Walk,
    Words,
)

__all__ = ["json"]


def json(trace: Trace) -> str:
    """Events in order, gradients at the end, and what `--nan` found."""
    report = trace.report
    members = {
        "schema": SCHEMA,
        "expression": report.expression,
        "inputs": {name: _tensor(facts) for name, facts in report.inputs.items()},
        "events": [_recorded(each) if isinstance(each, Recorded) else _walk(each) for each in trace.events],
        "grads": {name: None if facts is None else _tensor(facts) for name, facts in report.grads.items()},
        "culprits": [_culprit(each) for each in trace.culprits],
        "warnings": [{"category": each.category, "message": each.message} for each in report.warnings],
        "error": None if report.error is None else _failure(report.error),
    }
    return f"{dumps(members, allow_nan=False)}\n"


def _words(words: Words) -> dict[str, Any]:
    return {"label": words.label, "source": words.source, "line": words.line, "column": words.column}


def _recorded(event: Recorded) -> dict[str, Any]:
    facts = {"event": "recorded", "node": event.node, **_words(event.words), "whole": event.words.whole}
    return {**facts, "value": _quantity(event.quantity), "saved": _saved(event.saved)}


def _walk(walk: Walk) -> dict[str, Any]:
    place = {"number": walk.number, "source": walk.source, "line": walk.line, "column": walk.column}
    steps = [_step(each) for each in walk.steps]
    return {"event": "backward", **place, "cleared": walk.cleared, "steps": steps}


def _step(step: Step) -> dict[str, Any]:
    return {
        "node": step.node,
        **_words(step.words),
        "incoming": _quantities(step.incoming),
        "parts": _quantities(step.parts),
        "outgoing": [_outgoing(each) for each in step.outgoing],
        "saved": _saved(step.saved),
        "accumulated": [_accumulation(each) for each in step.accumulated],
        "failed": step.failed,
    }


def _outgoing(each: Outgoing) -> dict[str, Any]:
    readings = {"input": each.input, "to": each.to, "rule": each.rule, "named": each.named, "numbers": each.numbers}
    summed = None if each.summed is None else list(each.summed)
    return {**readings, "gradient": _quantity(each.gradient), "summed": summed}


def _accumulation(change: Accumulation) -> dict[str, Any]:
    values = {"before": _quantity(change.before), "added": _quantities(change.added), "after": _quantity(change.after)}
    return {"of": change.holder, **values}


def _saved(saved: Iterable[Saved]) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "label": each.label, "value": _quantity(each.quantity), "freed": each.freed}
        for each in saved
    ]


def _culprit(found: Culprit) -> dict[str, Any]:
    inputs = [{"label": label, "value": text} for label, text in found.inputs]
    facts = {"phase": found.phase, "made": found.made, "node": found.node, **_words(found.words)}
    return {**facts, "index": list(found.place), "formula": found.formula, "inputs": inputs}


def _failure(error: Failure) -> dict[str, Any]:
    names = ("type", "message", "hint", "line", "column")
    return {name: getattr(error, name) for name in names}


def _quantities(several: Iterable[Quantity | None]) -> list[dict[str, Any] | None]:
    return [_quantity(each) for each in several]


def _quantity(quantity: Quantity | None) -> dict[str, Any] | None:
    return None if quantity is None else _tensor(quantity.facts)


def _tensor(facts: Facts) -> dict[str, Any]:
    return {**facts._asdict(), "value": _value(facts.value, facts.dtype), "shape": list(facts.shape)}


def _value(value: Any, dtype: str | None) -> Any:  # noqa: ANN401 - a number, nested lists, None or a text
    if isinstance(value, list | tuple):
        return [_value(element, dtype) for element in value]
    if isinstance(value, complex):
        return {"real": _value(value.real, dtype), "imag": _value(value.imag, dtype)}
    if isinstance(value, float):
        text = digits(value, dtype)
        return text if text in {"nan", "inf", "-inf"} else float(text)
    return value
