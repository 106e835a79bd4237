"""A formula, read once: mathematics written with operators becomes a short straight-line program.

A rule such as `lambda g, self: g * cos(self)` is called once with `Term`s. What it does to them is
noted down as steps, each the name of an operation and its operands: earlier steps, or numbers.
The program is then compiled for a carrier (see `compiled.py`), or read by anybody else.
"""

from __future__ import annotations

from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final

__all__ = ["Formula", "Step", "Term", "choose", "parameters", "read"]


class Step(NamedTuple):
    """One operation of a formula: an operand is a `Term` (a parameter or an earlier step) or a plain number."""

    operation: str
    operands: tuple[Any, ...]


class Formula(NamedTuple):
    """`result` in terms of `parameters`, computed by `steps` in order.

    Term k is parameter k, or step k - len(parameters) after those.
    """

    parameters: tuple[str, ...]
    steps: tuple[Step, ...]
    result: Any


class Term:
    """A value in a formula being read; arithmetic on it is noted down in `steps`."""

    __slots__ = ("index", "name", "steps")
    __hash__ = None  # type: ignore[assignment] # == makes a Term

    def __init__(self, steps: list[Step], index: int, name: str = "") -> None:
        self.steps = steps
        self.index = index
        self.name = name

    @staticmethod
    def carry(operation: Any, operands: tuple[Any, ...], attributes: dict[str, Any]) -> Term:  # noqa: ANN401
        """Apply an operation of the table to terms: note it down."""
        known = next(o for o in operands if isinstance(o, Term))
        return known.note(operation.name, *operands, *attributes.values())

    def note(self, operation: str, *operands: Any) -> Term:  # noqa: ANN401
        """The term that `operation` of `operands` gives."""
        steps = self.steps
        steps.append(Step(operation, operands))
        return Term(steps, len(steps) - 1)

    def __add__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("add", self, other)

    def __radd__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("add", other, self)

    def __sub__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("sub", self, other)

    def __rsub__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("sub", other, self)

    def __mul__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("mul", self, other)

    def __rmul__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("mul", other, self)

    def __truediv__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("div", self, other)

    def __rtruediv__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("div", other, self)

    def __pow__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("pow", self, other)

    def __neg__(self) -> Term:
        return self.note("neg", self)

    def __and__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("logical_and", self, other)

    def __or__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("logical_or", self, other)

    def __lt__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("lt", self, other)

    def __le__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("le", self, other)

    def __gt__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("gt", self, other)

    def __ge__(self, other: Any) -> Term:  # noqa: ANN401
        return self.note("ge", self, other)

    def __eq__(self, other: object) -> Term:  # type: ignore[override]
        return self.note("eq", self, other)

    def __ne__(self, other: object) -> Term:  # type: ignore[override]
        return self.note("ne", self, other)


_PARAMETER: Final = "parameter"


def parameters(rule: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a rule's parameters: they say what it needs."""
    code = rule.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def read(rule: Callable[..., Any], names: Sequence[str] | None = None) -> Formula:
    """The program of `rule`, whose parameters are called `names` (its own names by default)."""
    names = tuple(names or parameters(rule))
    steps: list[Step] = [Step(_PARAMETER, ()) for _ in names]
    result = rule(*(Term(steps, k, name) for k, name in enumerate(names)))
    return Formula(names, tuple(steps[len(names) :]), result)


def choose(condition: Any, yes: Any, no: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    """`where` for a condition on plain numbers, such as an exponent."""
    if isinstance(condition, Term):
        return condition.note("where", condition, yes, no)
    return yes if condition else no
