"""The reports of `autodiff test`, by name. What a report needs is loaded when it is asked for."""

from collections.abc import Callable, Mapping
from typing import Final

from autodiff.render.outcomes import PLAIN, CaseReport

__all__ = ["CASE_REPORTS"]


def _tap() -> CaseReport:
    from autodiff.render.tap import TAP

    return TAP


def _junit() -> CaseReport:
    from autodiff.render.junit import JUNIT

    return JUNIT


def _github() -> CaseReport:
    from autodiff.render.github import GITHUB

    return GITHUB


def _json() -> CaseReport:
    from autodiff.render.outcome_json import JSON

    return JSON


CASE_REPORTS: Final[Mapping[str, Callable[[], CaseReport]]] = {
    "plain": lambda: PLAIN,
    "tap": _tap,
    "junit": _junit,
    "github": _github,
    "json": _json,
}
"""How outcomes become text."""
