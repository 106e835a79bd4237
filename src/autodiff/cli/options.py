"""Options that are none: a command whose first word is an expression takes every word that begins with a minus sign."""

import re
from collections.abc import Sequence

from autodiff.session import UsageProblem

__all__ = ["refuse_unknown_options"]

_UNKNOWN = re.compile(r"--[a-z][a-z-]*[a-z](=.*)?", re.DOTALL)


def refuse_unknown_options(words: Sequence[str], options: Sequence[str]) -> None:
    """A misspelt option arrives among the expressions, since `-x**2` must too. Raises UsageProblem for one."""
    for word in words:
        if _UNKNOWN.fullmatch(word):
            from difflib import get_close_matches

            option = word.partition("=")[0]
            close = get_close_matches(option, options, n=1)
            raise UsageProblem(f"there is no option {option}", f"did you mean {close[0]}?" if close else None)
