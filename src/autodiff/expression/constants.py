"""The numbers in rules under the names they have: 0.6931471805599453 is log(2)."""

from __future__ import annotations

from fractions import Fraction
from math import log, pi, sqrt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Final

__all__ = ["named"]

_ROOT: Final = Fraction(1, 2)


def _pi(algebra: Any) -> Any:  # noqa: ANN401 - an algebra, which is defined above this, and its expressions
    return algebra.symbol("pi")


_NAMED: Final[Mapping[float, Callable[[Any], Any]]] = {
    pi: _pi,
    2 / sqrt(pi): lambda algebra: 2 * _pi(algebra) ** -_ROOT,
    sqrt(pi) / 2: lambda algebra: _pi(algebra) ** _ROOT / 2,
    sqrt(2): lambda algebra: algebra.constant(2) ** _ROOT,
    sqrt(0.5): lambda algebra: algebra.constant(2) ** -_ROOT,
    sqrt(2 / pi): lambda algebra: (2 / _pi(algebra)) ** _ROOT,
    sqrt(2 * pi): lambda algebra: (2 * _pi(algebra)) ** _ROOT,
    1 / sqrt(2 * pi): lambda algebra: (2 * _pi(algebra)) ** -_ROOT,
    log(2): lambda algebra: algebra.function("log", 2),
    **dict.fromkeys((log(10), 2.3025850929940456), lambda algebra: algebra.function("log", 10)),
}
"""A positive number, and how it is written down in an algebra."""


def named(algebra: Any, value: float) -> Any:  # noqa: ANN401
    """The number as an expression: by its name, if it has one."""
    if abs(value) not in _NAMED:
        return algebra.constant(value)
    found = _NAMED[abs(value)](algebra)
    return found if value > 0 else -found
