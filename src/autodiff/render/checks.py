"""Checks as text: a line for each derivative, the numbers first, then the verdict.

    x: autograd 9.0, symbolic 9.0, central difference 9.0, relative error 0, agrees
    x: autograd 2.0, symbolic 2.0, left slope 2.0, right slope 1.0, agrees: a kink, and autograd is one of its slopes

Of random points, how many there were of which kind comes first, then the worst of them. What is to be noted comes last,
so that a line of a derivative is always one that begins with its name and a colon.
"""

from collections.abc import Callable, Mapping, Sequence
from json import dumps
from math import isfinite
from typing import Any, Final

from autodiff.render.digits import number
from autodiff.render.formats import Screen
from autodiff.render.plain import visible
from autodiff.render.strict_json import SCHEMA
from autodiff.session.check.report import Check, Comparison, Sampling

__all__ = ["CHECKS"]

_DIGITS: Final = 12
"""As many as a difference may be known to; the last ones of a double are noise."""
_HEADINGS: Final = ("", "autograd", "symbolic", "difference", "relative error", "verdict")


def _plain(found: Check, _: Screen) -> str:
    written = any(each.symbolic is not None for each in found.comparisons)
    rows = [_cells(each, written=written) for each in found.comparisons]
    width = max((len(each.label) for each in found.comparisons), default=0) + 1
    labels = [f"{each.label}:".ljust(width) for each in found.comparisons]
    lines = [f"{label} {line}" for label, line in zip(labels, _aligned(rows), strict=True)]
    return "".join(f"{visible(line)}\n" for line in [*_summary(found), *lines, *_notes(found)])


def _cells(each: Comparison, *, written: bool) -> list[str]:
    """The parts of a line after its label. With `written` there is a column for the symbolic derivative."""
    parts = [f"autograd {_text(each.autograd)}"]
    if written:
        parts.append(f"symbolic {_text(each.symbolic)}")
    if each.difference is not None:
        parts += [f"central difference {_rounded(each.difference)}", f"relative error {_error(each)}"]
    elif each.left is not None or each.right is not None:
        parts += [f"left slope {_text(each.left)}", f"right slope {_text(each.right)}"]
    return [*parts, _verdict(each)]


def _aligned(rows: Sequence[list[str]]) -> list[str]:
    """The cells with commas after them; in rows of the same number of cells, the columns stand below each other."""
    lines = []
    for row in rows:
        alike = [other for other in rows if len(other) == len(row)]
        widths = [max(len(other[k]) for other in alike) + 1 for k in range(len(row) - 1)]
        lines.append(" ".join([*(f"{cell},".ljust(w) for cell, w in zip(row, widths, strict=False)), row[-1]]))
    return lines


def _json(found: Check, _: Screen) -> str:
    error = found.error
    members = {
        "schema": SCHEMA,
        "expression": found.expression,
        "order": found.order,
        "at": dict(found.at),
        "comparisons": [{name: _strict(value) for name, value in c._asdict().items()} for c in found.comparisons],
        "unwritten": found.unwritten,
        "notes": list(found.notes),
        "sampling": None if found.sampling is None else found.sampling._asdict(),
        "error": None
        if error is None
        else {name: getattr(error, name) for name in ("type", "message", "hint", "line", "column")},
    }
    return f"{dumps(members, allow_nan=False)}\n"


def _strict(value: Any) -> Any:  # noqa: ANN401 - a member of a comparison
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def _table(found: Check, screen: Screen) -> str:
    from autodiff.render.table import grid

    if not found.comparisons:
        return ""
    rows = [
        (each.label, _text(each.autograd), _text(each.symbolic), _slopes(each), _error(each), _verdict(each))
        for each in found.comparisons
    ]
    drawn = grid(_HEADINGS, rows, right=_HEADINGS[1:-1], width=screen.width, color=screen.color)
    above, below = ("".join(f"{visible(line)}\n" for line in lines) for lines in (_summary(found), _notes(found)))
    return f"{above}{drawn}{below}"


def _slopes(each: Comparison) -> str:
    if each.difference is not None:
        return _rounded(each.difference)
    return "" if each.left is None and each.right is None else f"{_text(each.left)} | {_text(each.right)}"


# ------------------------------------------------------------------ what stands above and below


def _summary(found: Check) -> list[str]:
    if found.sampling is None:
        return []
    values = ", ".join(f"{name}={text}" for name, text in found.at)
    return [_counted(found.sampling), f"worst at {values}"]


def _counted(drawn: Sampling) -> str:
    counts = (
        (drawn.agreeing, "agree"),
        (drawn.disagreeing, "disagree"),
        (drawn.kinks, "at a kink"),
        (drawn.undefined, "undefined"),
        (drawn.undecided, "undecided"),
    )
    told = ", ".join(f"{count} {kind}" for count, kind in counts if count)
    return f"{drawn.samples} random point{'s' if drawn.samples > 1 else ''}, seed {drawn.seed}: {told}"


def _notes(found: Check) -> list[str]:
    unwritten = [] if found.unwritten is None else [f"no symbolic derivative: {found.unwritten}"]
    return [f"note: {text}" for text in (*unwritten, *found.notes)]


# ------------------------------------------------------------------ numbers


def _text(value: float | None) -> str:
    return "none" if value is None else number(value, "float64")


def _rounded(value: float) -> str:
    return number(float(f"{value:.{_DIGITS}g}"), "float64")


def _error(each: Comparison) -> str:
    return "" if each.relative_error is None else f"{each.relative_error:.2g}"


def _verdict(each: Comparison) -> str:
    return each.verdict if each.reason is None else f"{each.verdict}: {each.reason}"


CHECKS: Final[Mapping[str, Callable[[Check, Screen], str]]] = {"table": _table, "plain": _plain, "json": _json}
"""How a check becomes text, by the format's name."""
