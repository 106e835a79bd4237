"""Operations of the table as steps: which function of NumPy computes each, or which several do.

The values are those that the engine gives for a single number, as far as NumPy's functions are as exact as C's.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from autodiff.ops.formula import Formula, Term, read
from autodiff.ops.op import Elementwise, Op
from autodiff.ops.table import FORMS
from autodiff.rows.steps import Fixed, Operand, Program

__all__ = ["SEVERAL", "lowered", "of_each"]

_SAME: Final = (
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh",
    "hypot", "floor", "ceil", "trunc", "copysign", "maximum", "minimum", "fmax", "fmin", "isnan", "isinf",
    "isfinite", "signbit", "reciprocal", "logical_and", "logical_or", "logical_xor", "logical_not", "add",
)  # fmt: skip
_OTHERWISE: Final = {
    "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative", "abs": "absolute", "round": "rint",
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "atan2": "arctan2", "eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater",
    "ge": "greater_equal",
}  # fmt: skip
_UFUNCS: Final[Mapping[str, str]] = {**{name: name for name in _SAME}, **_OTHERWISE}
"""The functions of NumPy that write where they are told, by the operation's name."""
_OF_TWO: Final = frozenset(
    {"hypot", "copysign", "maximum", "minimum", "fmax", "fmin", "logical_and", "logical_or", "logical_xor", "add",
     "subtract", "multiply", "divide", "arctan2", "equal", "not_equal", "less", "less_equal", "greater",
     "greater_equal"}
)  # fmt: skip
_NONE: Final = Fixed(None)
_UNCHANGED: Final = frozenset({"conj", "real", "positive", "clone", "copied"})


def lowered(program: Program, op: Op, values: Sequence[Any], kind: str) -> Operand:
    """The result of an operation: of steps, numbers and plain attributes, in the order of its signature.

    `kind` is the name of the result's dtype.
    """
    if op.name in _UNCHANGED:
        return values[0]  # type: ignore[no-any-return] # a step or a number
    if isinstance(op, Elementwise) and op.forward is not None:
        return _composed(program, _read(op), values, kind)
    if op.name in _SPECIAL and (found := _SPECIAL[op.name](program, *values)) is not None:
        return found
    function = _UFUNCS.get(op.name, "")
    if function and len(values) == (2 if function in _OF_TWO else 1):
        return program.add(function, *(_operand(v) for v in values), kind=kind)
    return _called(program, op, values, kind)


def of_each(program: Program, op: Op, values: Sequence[Any], kind: str) -> Operand:
    """The result of a loss, whose reduction changes nothing in a single number."""
    given = [Fixed(0) if p.name == "reduction" else v for p, v in zip(op.signature, values, strict=True)]
    return _called(program, op, given, kind)


def _called(program: Program, op: Op, values: Sequence[Any], kind: str) -> Operand:
    """The result of the operation's own function of arrays. An input that is not given is None."""
    operands, further = [], []
    for parameter, value in zip(op.signature, values, strict=True):
        varies = parameter.name in op.inputs and value != Fixed(None)
        operands += [_operand(value)] if varies else []
        further.append(... if varies else _plain(value))
    return program.add(f":{op.name}", *operands, kind=kind, further=[op, *further])


@cache
def _read(op: Elementwise) -> Formula:
    return read(op.forward)  # type: ignore[arg-type] # the callers saw that it is there


def _operand(value: Any) -> Operand:  # noqa: ANN401 - a step, or a number of one kind or another
    return value if isinstance(value, (int, Fixed)) and not isinstance(value, bool) else Fixed(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - an attribute
    return value.value if isinstance(value, Fixed) else value


def _composed(program: Program, formula: Formula, values: Sequence[Any], kind: str) -> Operand:
    """The steps of a composed operation."""
    known = list(values)
    for step in formula.steps:
        form = FORMS[step.operation]
        operands = [known[o.index] if isinstance(o, Term) else Fixed(o) for o in step.operands]
        if any(isinstance(o, int) for o in operands):
            known.append(lowered(program, form, operands, kind))
        else:
            known.append(Fixed(form.of_numbers(*(_plain(o) for o in operands))))
    result = known[formula.result.index] if isinstance(formula.result, Term) else formula.result
    return _operand(result)


# ------------------------------------------------------------------ operations that are other functions, or several


def _power(program: Program, x: Any, exponent: Any) -> Operand:  # noqa: ANN401 - a step or a number
    """Small powers are products, as in PyTorch's kernel."""
    number = exponent.value if isinstance(exponent, Fixed) else None
    if not isinstance(x, int) or not isinstance(number, (int, float)):
        return program.add("power", _operand(x), _operand(exponent))
    powers: Mapping[float, Callable[[], Operand]] = {
        0: lambda: Fixed(1.0),
        1: lambda: x,
        2: lambda: program.add("multiply", x, x),
        3: lambda: program.add("multiply", program.add("multiply", x, x), x),
        0.5: lambda: program.add("sqrt", x),
        -0.5: lambda: program.add("divide", Fixed(1.0), program.add("sqrt", x)),
        -1: lambda: program.add("divide", Fixed(1.0), x),
        -2: lambda: program.add("divide", Fixed(1.0), program.add("multiply", x, x)),
    }
    return powers[number]() if number in powers else _large_power(program, x, number)


def _large_power(program: Program, x: int, exponent: float) -> Operand:
    """Of a whole exponent that of |x|, with the sign of x: NumPy is 15 times slower where x is negative."""
    if exponent % 1 != 0:
        return program.add("power", x, Fixed(exponent))
    found = program.add("power", program.add("absolute", x), Fixed(float(exponent)))
    return program.add("copysign", found, x) if exponent % 2 else found


def _where(program: Program, condition: Any, yes: Any, no: Any) -> Operand:  # noqa: ANN401
    kinds = [program.steps[each].kind for each in (yes, no) if isinstance(each, int)]
    return program.add("where", _operand(condition), _operand(yes), _operand(no), kind=kinds[0] if kinds else None)


def _sign(program: Program, x: Any) -> Operand | None:  # noqa: ANN401
    """The sign, and 0 of nan."""
    if not isinstance(x, int) or program.steps[x].kind == "bool":
        return None
    return _where(program, program.add("equal", x, x), program.add("sign", x), Fixed(0.0))


def _clamped(program: Program, x: Any, low: Any, high: Any = _NONE) -> Operand:  # noqa: ANN401
    """At least `low` and at most `high`, as far as there are such bounds."""
    found = _operand(x) if low == _NONE else program.add("maximum", _operand(x), _operand(low))
    return found if high == _NONE else program.add("minimum", found, _operand(high))


def _log_sigmoid(program: Program, x: int) -> tuple[Operand, ...]:
    """log(sigmoid(x)), and exp(-|x|)."""
    small = program.add("exp", program.add("negative", program.add("absolute", x)))
    return program.add("subtract", program.add("minimum", x, Fixed(0.0)), program.add("log1p", small)), small


def _log_sigmoid_back(program: Program, g: Any, x: Any, small: Any) -> Operand:  # noqa: ANN401
    """What arrives at x."""
    negative = program.add("less", _operand(x), Fixed(0.0))
    share = program.add("divide", _operand(small), program.add("add", _operand(small), Fixed(1.0)))
    below = program.add("subtract", Fixed(1.0), share)
    return program.add("multiply", _operand(g), _where(program, negative, below, share))


SEVERAL: Final[Mapping[str, Callable[..., tuple[Operand, ...]]]] = {"log_sigmoid_forward": _log_sigmoid}
"""Operations with several results."""
_SPECIAL: Final[Mapping[str, Callable[..., Operand | None]]] = {
    "pow": _power,
    "rsub": lambda program, x, other: program.add("subtract", _operand(other), _operand(x)),
    "where": _where,
    "masked_fill": lambda program, x, mask, value: _where(program, mask, value, x),
    "relu": lambda program, x: program.add("maximum", _operand(x), Fixed(0.0)),
    "threshold_backward": lambda program, g, x, threshold: _where(
        program, program.add("less_equal", _operand(x), _operand(threshold)), Fixed(0.0), g
    ),
    "clamp": _clamped,
    "clamp_min": _clamped,
    "clamp_max": lambda program, x, high: _clamped(program, x, _NONE, high),
    "log_sigmoid_backward": _log_sigmoid_back,
    "sgn": _sign,
    "sign": _sign,
    "one_minus_square": lambda program, x: program.add(
        "subtract", Fixed(1.0), program.add("multiply", _operand(x), _operand(x))
    ),
}
"""None stands for the way that all others go."""
