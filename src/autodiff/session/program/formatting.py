# ruff: noqa: ANN401 - any value
"""Format specifications: read by a pattern of our own, with bounded widths, before Python's formatting sees one."""

import re
from typing import Any, Final

from autodiff.engine import Tensor
from autodiff.errors import TooLarge, TorchTypeError, TorchValueError
from autodiff.session.program.values import represented, spoken

__all__ = ["MAXIMUM_WIDTH", "formatted"]

MAXIMUM_WIDTH: Final = 10_000
"""The widest field and the most digits."""
_SPECIFICATION: Final = r"(?s)(?:.?[<>=^])?[-+ ]?z?#?0?(?P<width>[0-9]*)[_,]?(?:\.(?P<digits>[0-9]+))?[a-zA-Z%]?"
_PLAIN: Final = (bool, int, float, complex, str)


def formatted(value: Any, conversion: str, specification: str) -> str:
    """What a field of an f-string gives. Raises Python's errors for a specification that does not fit the value."""
    if conversion:
        value = represented(value) if conversion != "s" else spoken(value)
        value = value.encode("ascii", "backslashreplace").decode() if conversion == "a" else value
    if not specification and not isinstance(value, Tensor):
        return spoken(value)
    found = re.fullmatch(_SPECIFICATION, specification)
    if found is None:
        raise TorchValueError(
            f"Invalid format specifier {specification[:80]!r} for object of type '{type(value).__name__}'"
        )
    for given in (found["width"], found["digits"]):
        if given and (len(given) > len(str(MAXIMUM_WIDTH)) or int(given) > MAXIMUM_WIDTH):
            raise TooLarge(f"a field of an f-string has at most {MAXIMUM_WIDTH} characters")
    if isinstance(value, Tensor) or type(value) in _PLAIN:
        return format(value, specification)
    raise TorchTypeError(f"unsupported format string passed to {type(value).__name__}.__format__")
