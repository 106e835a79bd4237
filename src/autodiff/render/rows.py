"""A run over a table as text: the totals, how many rows were left out, and how far it is."""

from collections.abc import Callable, Mapping
from json import dumps
from math import isfinite
from typing import Final

from autodiff.render.digits import number
from autodiff.render.formats import Screen
from autodiff.render.plain import visible
from autodiff.render.strict_json import SCHEMA
from autodiff.rows.facts import Mapped, Progress

__all__ = ["TOTALS", "left_out", "progress"]

_BAR: Final = 20


def _plain(found: Mapped, _: Screen) -> str:
    lines = [f"rows: {found.rows}", *([f"missing: {found.missing}"] if found.missing else [])]
    lines += [f"{name}: {number(value, 'float64')}" for name, value in found.sums.items()]
    return "".join(f"{visible(line)}\n" for line in lines)


def _table(found: Mapped, screen: Screen) -> str:
    from autodiff.render.table import grid

    rows = [(name, number(value, "float64")) for name, value in found.sums.items()]
    drawn = grid(("name", "sum"), rows, right=("sum",), width=screen.width, color=screen.color)
    return drawn + _plain(found._replace(totals=()), screen)


def _json(found: Mapped, _: Screen) -> str:
    facts = {
        "schema": SCHEMA,
        "expression": found.expression,
        "rows": found.rows,
        "missing": found.missing,
        "skipped": found.skipped,
        "totals": {name: _strict(value) for name, value in found.sums.items()},
    }
    return dumps(facts, ensure_ascii=False, allow_nan=False) + "\n"


def _strict(value: float | None) -> float | str | None:
    return str(value) if value is not None and not isfinite(value) else value


TOTALS: Final[Mapping[str, Callable[[Mapped, Screen], str]]] = {"table": _table, "plain": _plain, "json": _json}
"""How sums become text, by the format's name."""


def left_out(found: Mapped) -> str:
    """What is to be said of rows that were skipped."""
    rows = "row" if found.skipped == 1 else "rows"
    return f"{found.skipped} bad {rows} skipped\n" if found.skipped else ""


def progress(told: Progress, screen: Screen) -> str:
    """One line of how far a run is: a bar if it is known how much there is, rows, rows a second, what is left."""
    speed = told.rows / told.seconds if told.seconds > 0 else 0.0
    parts = [f"{told.rows:,} rows", f"{_short(speed)} rows/s"]
    share = _share(told)
    if share is not None:
        full = round(share * _BAR)
        parts.insert(0, f"{'━' * full}{'╌' * (_BAR - full)} {share:4.0%}")
        if 0 < share < 1:
            parts.append(f"{told.seconds * (1 - share) / share:.0f} s left")
    return "  ".join(parts)[: max(screen.width - 1, 0)]


def _share(told: Progress) -> float | None:
    """Which part is done, if anybody knows."""
    done, whole = (told.rows, told.all_rows) if told.all_rows else (told.size, told.all_size)
    return min(done / whole, 1.0) if whole else None


def _short(speed: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if speed >= size:
            return f"{speed / size:.1f} {letter}"
    return f"{speed:.0f}"
