"""Differentiating an expression and writing down what was found: the report behind `autodiff diff`."""

from __future__ import annotations

from itertools import groupby
from math import nan

from autodiff.errors import Deliberate
from autodiff.expression import write_named
from autodiff.session.diff.derivatives import derived
from autodiff.session.diff.report import Derivative, Differentiation
from autodiff.session.diff.symbolic import CONSTANTS
from autodiff.session.scenario import Scenario, UsageProblem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, Final

    from autodiff.expression import Expr
    from autodiff.session.diff.derivatives import Derived, Wanted
    from autodiff.session.diff.symbolic import Reading
    from autodiff.session.report import Failure

__all__ = ["ARRAYS", "TARGETS", "differentiate", "differentiations", "label", "values_at"]

TARGETS: Final = ("latex", "mathml", "python", "numpy", "torch", "c", "sql", "sympy")
"""The languages a derivative can be written in, besides our own."""
ARRAYS: Final = ("numpy", "torch")
"""Those of them that have arrays."""


def differentiate(wanted: Wanted) -> Differentiation:
    """The derivatives. Errors of the user's are in it; any exception that comes out is a bug of ours."""
    found = Differentiation(wanted.expression, at=wanted.at, target=wanted.target)
    reading = None
    try:
        _check_target(wanted.target)
        reading, results = derived(wanted)
        named, texts = _texts(wanted, reading, results)
        values = values_at(wanted.at, reading, named, texts) if wanted.at else [None] * len(texts)
        derivatives = tuple(
            Derivative(label(each), each.names, each.component, text, value, each.shape, each.of_array)
            for each, text, value in zip(results, texts, values, strict=True)
        )
        emitted = _emitted(wanted, reading, results) if wanted.target else None
        return found._replace(derivatives=derivatives, named=tuple(named), emitted=emitted)
    except Deliberate as error:
        from autodiff.session.failing import failure_of

        program = reading.program if reading else getattr(error, "program", None)
        return found._replace(error=failure_of(error, Scenario(wanted.expression), program))


def label(each: Derived) -> str:
    """How a derivative is called: `d/dx`, `d2/dx2`, `d2/dxdy`, and `d[0]/dx` of the first of several outputs.

    That of an array is `d out/dx`.
    """
    count = len(each.names)
    over = "".join(f"d{name}{n if n > 1 else ''}" for name, n in _counted(each.names))
    output = "" if each.component is None else f"[{each.component}]"
    return f"d{count if count > 1 else ''}{' out' if each.of_array else ''}{output}/{over}"


def _counted(names: Sequence[str]) -> Iterator[tuple[str, int]]:
    return ((name, len(list(same))) for name, same in groupby(names))


def _check_target(target: str | None) -> None:
    if target is not None and target not in TARGETS:
        raise UsageProblem(f"there is no format '{target}'", f"choose one of {', '.join(TARGETS)}")


# ------------------------------------------------------------------ texts


def _texts(wanted: Wanted, reading: Reading, results: Sequence[Derived]) -> tuple[list[tuple[str, str]], list[str]]:
    """What is named, and the derivatives' texts."""
    roots = [each.expression for each in results]
    if not wanted.cse:
        return write_named(roots)
    from autodiff.expression.emit import cse

    taken = {*reading.symbols, *reading.values, *CONSTANTS}
    return write_named(roots, {node.number: name for name, node in cse(roots, taken)})


def _emitted(wanted: Wanted, reading: Reading, results: Sequence[Derived]) -> str:
    from autodiff.expression.emit import emitter

    outputs = reading.outputs
    if wanted.shapes and wanted.target not in ARRAYS:
        raise UsageProblem(f"--format {wanted.target} is for numbers, not arrays", f"choose {' or '.join(ARRAYS)}")
    if wanted.with_value and len(outputs) > 1:
        raise UsageProblem("--with-value is for one expression, and this is a list")
    value: Expr | None = outputs[0] if wanted.with_value else None
    named = [(label(each), each.expression) for each in results]
    return emitter(wanted.target or "")(named, list(reading.symbols), value, share=wanted.cse)


# ------------------------------------------------------------------ values


def values_at(
    point: Sequence[tuple[str, str]], reading: Reading, named: Iterable[tuple[str, str]], texts: Iterable[str]
) -> list[Any]:
    """The value of each text, in float64, where the names have the values of `point`, given as texts.

    That of an array is a nested list. What the texts have in common is `named`. Raises UsageProblem if the point does
    not fit the names of the program.
    """
    from contextvars import copy_context

    from autodiff.dtypes import float64, set_default_dtype
    from autodiff.engine import no_grad
    from autodiff.session.bind import value_of

    def evaluated() -> list[Any]:
        set_default_dtype(float64)
        with no_grad():
            names = _tensors(point, reading)
            for name, text in named:
                names[name] = value_of(text, names)
            return [_real(value_of(text, names)) for text in texts]

    return copy_context().run(evaluated)


def _real(value: Any) -> Any:  # noqa: ANN401 - a number or a tensor
    """The value as a float, or lists of them: a root of a negative number, which Python takes, is none."""
    if getattr(value, "shape", ()):
        return value.tolist()
    return nan if isinstance(value, complex) else float(value)


def _tensors(point: Sequence[tuple[str, str]], reading: Reading) -> dict[str, Any]:
    """The names of the program with their values as tensors."""
    from autodiff.engine import Tensor, tensor
    from autodiff.session.bind import value_of

    names: dict[str, Any] = {}
    for name, text in point:
        if name not in reading.symbols:
            close = f"its names are {', '.join(reading.symbols)}"
            raise UsageProblem(f"there is no '{name}' in the expression to give a value", close)
        value = value_of(text)
        shape = reading.shape(reading.symbols[name])
        if shape:
            names[name] = _array(name, text, value, shape)
            continue
        value = value.item() if isinstance(value, Tensor) and value.numel() == 1 else value
        if not isinstance(value, (int, float)):
            hint = f"give {name} a shape, as in {name}:3" if isinstance(value, (list, Tensor)) else None
            raise UsageProblem(f"the value of {name} is a number, not {text}", hint)
        names[name] = tensor(float(value))
    missing = [name for name in reading.symbols if name not in names]
    if missing:
        raise UsageProblem(f"there is no value for {' and '.join(missing)}", f"add {missing[0]}=...")
    return names


def _array(name: str, text: str, value: Any, shape: tuple[int, ...]) -> Any:  # noqa: ANN401 - of the language
    """The value of a name that has a shape, as a tensor in float64."""
    from autodiff.dtypes import float64
    from autodiff.engine import Tensor, tensor

    found = value if isinstance(value, Tensor) else tensor(value) if isinstance(value, list) else None
    if found is None or tuple(found.shape) != shape or found.dtype.is_complex:
        raise UsageProblem(f"the value of {name} has the shape {list(shape)}, and {text} has not")
    return found.detach().to(float64) if isinstance(value, Tensor) else tensor(value, dtype=float64)


# ------------------------------------------------------------------ many expressions


def differentiations(lines: Iterable[str], defaults: Wanted) -> Iterator[Differentiation]:
    """The report of each line that is neither empty nor a comment; see `stream.answers`."""
    from autodiff.session import stream

    def failed(text: str, error: Failure) -> Differentiation:
        return Differentiation(text, error=error)

    readers: Mapping[str, stream.Reader] = {
        "expression": stream.text,
        "wrt": stream.names,
        "order": lambda key, value: 1 if value is None else stream.count(key, value),
        **dict.fromkeys(("gradient", "jacobian", "hessian", "no_simplify", "cse", "with_value"), stream.flag),
        "at": stream.inputs,
        "shapes": _shapes,
        "assume": _assumptions,
        "target": lambda key, value: None if value is None else stream.text(key, value),
    }
    return stream.answers(lines, defaults, readers, differentiate, failed)


def _shapes(key: str, value: Any) -> tuple[tuple[str, tuple[int, ...]], ...]:  # noqa: ANN401 - of JSON
    from autodiff.session.diff.shapes import shape_of

    if not isinstance(value, dict):
        raise UsageProblem(f"'{key}' is an object of names and shapes", '{"x": 3, "A": [2, 3]}')
    return tuple((name, shape_of(name, each)) for name, each in value.items())


def _assumptions(key: str, value: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - of JSON
    from autodiff.session.stream import names

    if not isinstance(value, dict):
        raise UsageProblem(f"'{key}' is an object of properties and names", '{"positive": ["x"]}')
    return tuple((kind, name) for kind, of in value.items() for name in names(key, of) or ())
