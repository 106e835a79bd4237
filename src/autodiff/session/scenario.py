"""What to do with an expression: the request behind one `eval`, as the options name it, and why it cannot be done."""

from __future__ import annotations

from autodiff.errors import Deliberate
from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from autodiff.language import Program

__all__ = ["DTYPES", "FLAGS", "Located", "Scenario", "UsageProblem", "each_once"]

DTYPES = ("float32", "float64", "complex64", "complex128", "float16", "bfloat16")
"""What `dtype` may be."""

FLAGS = ("retain_graph", "create_graph", "zero_grad", "no_grad", "jacobian", "hessian")
"""The fields that are yes or no."""


class UsageProblem(Deliberate):
    """The request does not fit the expression: a name that is none of its inputs, a target it does not contain."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def each_once(pairs: Iterable[tuple[str, str]], where: str = "") -> tuple[tuple[str, str], ...]:
    """Names with their values. Raises UsageProblem, which begins with `where`, for a name that comes twice."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise UsageProblem(f"{where}{name} is given twice, as {values[name]} and {value}", "keep one of them")
        values[name] = value
    return tuple(values.items())


class Located(Deliberate):
    """An error with the instruction that raised it and the values it had."""

    def __init__(self, cause: Exception, program: Program, number: int, arguments: Sequence[Any]) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.program = program
        self.number = number
        self.arguments = arguments


class Scenario(NamedTuple):
    """An expression, its inputs as texts of the language, and what is done with it.

    `wrt` None: every input that was given as numbers requires a gradient. `backward` None: once, if there is
    anything to differentiate; not at all with `jacobian`, which is asked for where one gradient is not enough.
    `detach`, `detach_inplace` and `retain_grad` hold names or subexpressions. `order` None: no derivatives besides
    those of backward.
    """

    expression: str
    inputs: tuple[tuple[str, str], ...] = ()
    wrt: tuple[str, ...] | None = None
    dtype: str = "float32"
    detach: tuple[str, ...] = ()
    detach_inplace: tuple[str, ...] = ()
    retain_grad: tuple[str, ...] = ()
    backward: int | None = None
    retain_graph: bool = False
    create_graph: bool = False
    gradient: str | None = None
    zero_grad: bool = False
    no_grad: bool = False
    order: int | None = None
    jacobian: bool = False
    hessian: bool = False

    @property
    def is_higher(self) -> bool:
        """Whether more is asked for than backward gives."""
        return self.order is not None or self.jacobian or self.hessian
