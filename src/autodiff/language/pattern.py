"""The pattern that finds the tokens, compiled ahead of time: `re` takes nearly as long to import as Python to start.

What `re` compiles a pattern to differs between versions of Python, which number their ways; for a version that
`pattern_codes.py` does not know, and for any other pattern, `re` does it.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found] # the part of `re` that is written in C

from autodiff.language.pattern_codes import CODES
from autodiff.language.tables import PATTERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["compiled_pattern"]


def compiled_pattern(text: str) -> Any:  # noqa: ANN401 - a re.Pattern[str], which only `re` can name
    """What `re.compile` gives."""
    if text == PATTERN and _sre.MAGIC in CODES:
        return _sre.compile(text, *CODES[_sre.MAGIC])
    import re

    return re.compile(text)
