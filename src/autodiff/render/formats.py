"""The formats, by name: a plain function each. What a format needs is loaded when it is used."""

from __future__ import annotations

from autodiff.light import NamedTuple
from autodiff.render.plain import derivatives as plain_derivatives
from autodiff.render.plain import operations as plain_operations
from autodiff.render.plain import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Final

    from autodiff.session.diff.report import Differentiation
    from autodiff.session.report import Operation, Report

__all__ = ["DERIVATIVES", "LISTINGS", "RENDERERS", "Screen"]


class Screen(NamedTuple):
    """Where the text will stand: the width in columns, and whether it has colours."""

    width: int = 80
    color: bool = False


def _plain(report: Report, _: Screen) -> str:
    return plain(report)


def _json(report: Report, _: Screen) -> str:
    from autodiff.render.strict_json import json

    return json(report)


def _table(report: Report, screen: Screen) -> str:
    from autodiff.render.table import table

    return table(report, width=screen.width, color=screen.color)


def _plain_listing(listed: Iterable[Operation], _: Screen) -> str:
    return plain_operations(listed)


def _json_listing(listed: Iterable[Operation], _: Screen) -> str:
    from autodiff.render.strict_json import operations

    return operations(listed)


def _table_listing(listed: Iterable[Operation], screen: Screen) -> str:
    from autodiff.render.table import operations

    return operations(listed, width=screen.width, color=screen.color)


def _plain_derivatives(found: Differentiation, _: Screen) -> str:
    return plain_derivatives(found)


def _json_derivatives(found: Differentiation, _: Screen) -> str:
    from autodiff.render.strict_json import derivatives

    return derivatives(found)


def _table_derivatives(found: Differentiation, screen: Screen) -> str:
    from autodiff.render.table import derivatives

    return derivatives(found, width=screen.width, color=screen.color)


RENDERERS: Final[Mapping[str, Callable[[Report, Screen], str]]] = {"table": _table, "plain": _plain, "json": _json}
"""How a report becomes text, by the format's name."""

LISTINGS: Final[Mapping[str, Callable[[Iterable[Operation], Screen], str]]] = {
    "table": _table_listing,
    "plain": _plain_listing,
    "json": _json_listing,
}
"""How a list of operations becomes text, by the format's name."""

DERIVATIVES: Final[Mapping[str, Callable[[Differentiation, Screen], str]]] = {
    "table": _table_derivatives,
    "plain": _plain_derivatives,
    "json": _json_derivatives,
}
"""How derivatives become text, by the format's name."""
