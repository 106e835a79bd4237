"""Derivatives as objects of the library: `autodiff.diff("x**2")`."""

from collections.abc import Iterator, Sequence
from typing import Any

from autodiff.errors import Deliberate, SyntaxProblem
from autodiff.expression import write
from autodiff.expression.emit import emitter
from autodiff.session.diff.derivatives import Derived, Wanted, derived
from autodiff.session.diff.differentiation import ARRAYS, TARGETS, label, values_at
from autodiff.session.diff.shapes import shape_of
from autodiff.session.diff.symbolic import Reading
from autodiff.session.scenario import Located, UsageProblem

__all__ = ["Derivatives", "diff"]


class Derivatives:
    """The derivatives of an expression: one or several, in the order of the names.

    As a text it is what `autodiff diff` prints; a notebook shows it as a formula.
    """

    def __init__(self, reading: Reading, found: Sequence[Derived]) -> None:
        self._reading = reading
        self._found = tuple(found)

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, index: int) -> "Derivatives":
        return Derivatives(self._reading, [self._found[index]])

    def __iter__(self) -> Iterator["Derivatives"]:
        return (Derivatives(self._reading, [each]) for each in self._found)

    @property
    def labels(self) -> tuple[str, ...]:
        """What each is: `d/dx`, `d2/dx2`."""
        return tuple(label(each) for each in self._found)

    @property
    def texts(self) -> tuple[str, ...]:
        """Each as a text of the language: what `diff` and `autodiff eval` read."""
        return tuple(write(each.expression) for each in self._found)

    def __str__(self) -> str:
        if len(self._found) == 1:
            return self.texts[0]
        return "\n".join(f"{name}: {text}" for name, text in zip(self.labels, self.texts, strict=True))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}: {text}" for name, text in zip(self.labels, self.texts, strict=True))
        return f"<derivatives {shown}>" if len(self._found) > 1 else f"<derivative {shown}>"

    def _has_arrays(self) -> bool:
        return any(map(self._reading.shape, self._reading.symbols.values()))

    def _repr_latex_(self) -> str | None:
        if self._has_arrays():
            return None  # a notebook shows the text
        return f"$\\displaystyle {self.latex()}$"

    def latex(self) -> str:
        """The formulas in LaTeX's mathematics."""
        return self.written("latex").strip()

    def written(self, target: str, *, share: bool = False) -> str:
        """All of it in another language: latex, mathml, python, numpy, torch, c, sql or sympy.

        With `share`, what occurs several times is computed once, under a name. Raises ValueError for another target.
        """
        known = ARRAYS if self._has_arrays() else TARGETS
        if target not in known:
            raise ValueError(f"there is no target '{target}': choose one of {', '.join(known)}")
        named = [(label(each), each.expression) for each in self._found]
        return emitter(target)(named, list(self._reading.symbols), None, share=share)

    def at(self, **values: Any) -> Any:  # noqa: ANN401 - numbers, or nested lists for names with shapes
        """The value at a point, in float64; a tuple of them if there are several derivatives.

        That of an array is a nested list.

        Raises ValueError if a name has no value or is not in the expression.
        """
        point = tuple((name, _written(value)) for name, value in values.items())
        found = _told(lambda: values_at(point, self._reading, [], self.texts))
        return found[0] if len(found) == 1 else tuple(found)


def diff(text: str, wrt: str | Sequence[str] | None = None, order: int = 1, **options: Any) -> Derivatives:  # noqa: ANN401
    """The derivatives of an expression, `order` times by each name in `wrt` (None: by every name in it).

    Options are fields of `Wanted`, such as `hessian=True`, and the shapes of names that are arrays, such as
    `shapes={"x": 3, "A": (2, 3)}`. Raises SyntaxError for a text that is no expression,
    ValueError for a request that does not fit it, and NotImplementedError for what has no derivative in writing.
    """
    names = wrt.replace(",", " ").split() if isinstance(wrt, str) else wrt
    given = options.pop("shapes", None) or {}

    def found() -> tuple[Reading, list[Derived]]:
        shapes = tuple((name, shape_of(name, each)) for name, each in given.items())
        return derived(Wanted(text, None if names is None else tuple(names), order, shapes=shapes, **options))

    return Derivatives(*_told(found))


def _written(value: Any) -> str:  # noqa: ANN401 - a number, nested sequences of them, or an array
    found = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(found, (list, tuple)):
        return f"[{', '.join(map(_written, found))}]"
    return repr(float(found))


def _told(act: Any) -> Any:  # noqa: ANN401 - what it gives
    """What `act` gives; errors as Python has them."""
    try:
        return act()
    except SyntaxProblem as error:
        told = f"{error.message}; {error.hint}" if error.hint else error.message
        raise SyntaxError(told, ("<expression>", error.line, error.column, error.source)) from None
    except UsageProblem as error:
        raise ValueError(f"{error}; {error.hint}" if error.hint else str(error)) from None
    except Located as error:
        column = error.program.instructions[error.number].start + 1
        cause = error.cause
        if isinstance(cause, Deliberate):
            cause.args = (f"{cause} (column {column})",)
        raise cause from None
