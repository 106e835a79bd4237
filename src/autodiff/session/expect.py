"""Expectations: what a line of a report, or one of its facts, must be."""

from __future__ import annotations

from math import inf

from autodiff.engine import Tensor
from autodiff.errors import Deliberate, SyntaxProblem
from autodiff.session.bind import value_of
from autodiff.session.report import Mismatch
from autodiff.session.scenario import UsageProblem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from autodiff.session.report import Facts, Report

__all__ = ["FACTS", "look_up", "mismatches"]

FACTS: Final = ("grad_fn", "dtype", "shape", "requires_grad", "is_leaf")
"""What may stand after a line's name and a dot, besides `grad`."""


def look_up(report: Report, name: str) -> tuple[Any, str | None]:
    """The value of a line or of one of its facts, and the dtype its numbers have. Raises UsageProblem for no line."""
    line = _line(report, name)
    if line is not None:
        return line
    if name.strip() in report.matrices:
        matrix = report.matrices[name.strip()]
        return matrix.values, matrix.dtype
    base, _, fact = name.strip().rpartition(".")
    found = _line(report, base, facts=True) if fact in FACTS else None
    if found is None:
        raise _no_line(report, name)
    facts = found[0]
    if facts is None:
        return None, None
    value = getattr(facts, fact)
    return (list(value) if fact == "shape" else value), None


def _line(report: Report, name: str, *, facts: bool = False) -> tuple[Any, str | None] | None:
    """The line of this name: its facts, or its value with the dtype; None if there is none."""
    named = {**report.derivatives, **report.inputs, **report.values}
    known: dict[str, Facts | None] = {_bare(each): found for each, found in named.items()}
    known |= {f"{_bare(each)}.grad": gradient for each, gradient in report.grads.items()}
    wanted = _bare(name[:-5]) + ".grad" if name.strip().endswith(".grad") else _bare(name)
    if wanted not in known:
        return None
    found = known[wanted]
    if facts:
        return found, None
    return (None, None) if found is None else (found.value, found.dtype)


def _bare(name: str) -> str:
    """The name of a line without spaces and outer parentheses: `(x**2)` may be asked for as `x ** 2`."""
    text = "".join(name.split())
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def _no_line(report: Report, name: str) -> UsageProblem:
    from autodiff.session.published import guess

    lines = [*report.values, *report.inputs, *(f"{each}.grad" for each in report.grads)]
    lines += [*report.derivatives, *report.matrices]
    close = guess(name, lines)
    hint = f"did you mean {close}?" if close else f"the lines are {', '.join(dict.fromkeys(lines))}" if lines else None
    return UsageProblem(f"there is no line '{name}'", hint)


def mismatches(
    report: Report, expected: tuple[tuple[str, str], ...], *, rtol: float, atol: float
) -> tuple[Mismatch, ...]:
    """The expectations that do not hold. Raises UsageProblem or SyntaxProblem for one that cannot be checked."""
    found = []
    for name, text in expected:
        value, _ = look_up(report, name)
        difference = _difference(value, text, name.strip().rpartition(".")[2], rtol=rtol, atol=atol)
        if difference is not None:
            found.append(Mismatch(name, text, _shown(value), difference if difference < inf else None))
    return tuple(found)


def _shown(value: Any) -> str:  # noqa: ANN401 - a number, nested lists, None or a text
    text = str(value)
    return text if len(text) <= 200 else f"{text[:197]}..."


def _difference(value: Any, text: str, fact: str, *, rtol: float, atol: float) -> float | None:  # noqa: ANN401
    """None if the value is what the text says, else by how much it is not: inf where that is no number."""
    if fact in {"grad_fn", "dtype"}:
        wanted = text.strip().strip("<>'\"").removeprefix("torch.")
        return None if str(value) == wanted else inf
    if fact in {"requires_grad", "is_leaf"}:
        return None if str(value).lower() == text.strip().lower() else inf
    expected = _plain(text)
    if fact == "shape":
        return None if _listed(expected) == value else inf
    return _distance(value, expected, rtol=rtol, atol=atol)


def _plain(text: str) -> Any:  # noqa: ANN401 - a number, nested lists, None or a text
    try:
        value = value_of(text)
    except (UsageProblem, SyntaxProblem):
        raise
    except Deliberate as error:
        raise UsageProblem(f"--expect: '{text}' has no value: {error}") from None
    return value.tolist() if isinstance(value, Tensor) else value


def _listed(value: Any) -> Any:  # noqa: ANN401 - nested lists
    return list(value) if isinstance(value, list | tuple) else [value]


def _distance(value: Any, expected: Any, *, rtol: float, atol: float) -> float | None:  # noqa: ANN401
    """The largest difference of two values whose elements are not all close; None if they are. nan is close to nan.

    A number is compared with every element. The elements are close if |value - expected| <= atol + rtol |expected|.
    """
    if isinstance(value, list | tuple):
        others = list(expected) if isinstance(expected, list | tuple) else [expected] * len(value)
        if len(others) != len(value):
            return inf
        found = [_distance(v, e, rtol=rtol, atol=atol) for v, e in zip(value, others, strict=True)]
        apart = [d for d in found if d is not None]
        return max(apart) if apart else None
    numbers = (int, float, complex)
    if not isinstance(value, numbers) or not isinstance(expected, numbers):
        return None if type(value) is type(expected) and value == expected else inf
    if value == expected or (value != value and expected != expected):
        return None
    try:
        distance = abs(value - expected)
        close = distance <= atol + rtol * abs(expected) and abs(expected) != inf
    except OverflowError:  # an integer beyond all floats
        return inf
    return None if close else (distance if distance == distance else inf)
