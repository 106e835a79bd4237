"""Functions that a target has no word for, as mathematics of functions it has.

A target may have meanings of its own; a declaration's `forward` serves where nothing is said.
"""

from collections.abc import Callable, Iterable, Mapping
from math import pi
from typing import Any, Final

from autodiff.expression.algebra import Algebra
from autodiff.expression.domain import Condition
from autodiff.expression.expr import Call, Constant, Expr, Power, Product, Sum, Symbol, Unwritten, Whole, nodes_below
from autodiff.expression.literal import Literal
from autodiff.expression.sign import UNKNOWN

__all__ = ["STRUCTURE", "Meaning", "bound", "restated"]

Meaning = Callable[..., Any]
STRUCTURE: Final = frozenset({"where", "gt", "ge", "lt", "le", "eq", "ne", "logical_and", "logical_or", "logical_not"})
"""What every target writes in its own syntax."""


def _f(name: str, *operands: Any) -> Any:  # noqa: ANN401
    algebra = next(each.algebra for each in operands if isinstance(each, Expr))
    return algebra.function(name, *operands)


def _where(condition: Any, yes: Any, no: Any) -> Any:  # noqa: ANN401
    return _f("where", condition, yes, no)


def _clamp(x: Any, low: Any = None, high: Any = None) -> Any:  # noqa: ANN401
    if high is not None:
        x = _where(x > high, high, x)
    return x if low is None else _where(x < low, low, x)


def _rounded_quotient(a: Any, b: Any, rounding_mode: str) -> Any:  # noqa: ANN401
    return _f("floor" if rounding_mode == "floor" else "trunc", a / b)


def _threshold(x: Any, threshold: Any, value: Any) -> Any:  # noqa: ANN401
    return _where(x <= threshold, value, x)


def _polygamma(n: int, x: Any) -> Any:  # noqa: ANN401
    return _f("digamma", x) if n == 0 else None


_MEANINGS: Final[Mapping[str, Meaning]] = {
    "exp2": lambda x: 2**x,
    "expm1": lambda x: _f("exp", x) - 1,
    "log2": lambda x: _f("log", x) / _f("log", x.algebra.constant(2)),
    "log10": lambda x: _f("log", x) / _f("log", x.algebra.constant(10)),
    "log1p": lambda x: _f("log", 1 + x),
    "sgn": lambda x: _where(x > 0, 1, _where(x < 0, -1, 0)),
    "sign": lambda x: _where(x > 0, 1, _where(x < 0, -1, 0)),
    "relu": lambda x: _where(x <= 0, 0, x),  # nan stays nan
    "relu6": lambda x: _clamp(x, 0, 6),
    "maximum": lambda a, b: _where((a >= b) | _f("isnan", a), a, b),
    "minimum": lambda a, b: _where((a <= b) | _f("isnan", a), a, b),
    "fmax": lambda a, b: _where((a >= b) | _f("isnan", b), a, b),
    "fmin": lambda a, b: _where((a <= b) | _f("isnan", b), a, b),
    "clamp": _clamp,
    "clamp_min": _clamp,
    "clamp_max": lambda x, high: _clamp(x, None, high),
    "hardtanh": _clamp,
    "hardsigmoid": lambda x: _clamp((x + 3) / 6, 0, 1),
    "hardswish": lambda x: x * _clamp((x + 3) / 6, 0, 1),
    "threshold": _threshold,
    "hardshrink": lambda x, lambd: _where(abs(x) > lambd, x, 0),
    "trunc": lambda x: _where(x < 0, _f("ceil", x), _f("floor", x)),
    "frac": lambda x: x - _f("trunc", x),
    "heaviside": lambda x, at_zero: _where(x.algebra.function("eq", x, 0), at_zero, _where(x > 0, 1, 0)),
    "copysign": lambda a, b: _where(b < 0, -abs(a), abs(a)) if isinstance(b, Expr) else abs(a) * (-1 if b < 0 else 1),
    "floor_divide": lambda a, b: _f("floor", a / b),
    "div": _rounded_quotient,
    "remainder": lambda a, b: a - b * _f("floor", a / b),
    "fmod": lambda a, b: a - b * _f("trunc", a / b),
    "hypot": lambda a, b: (a**2 + b**2) ** 0.5,
    "sigmoid": lambda x: 1 / (1 + _f("exp", -x)),
    "silu": lambda x: x * _f("sigmoid", x),
    "asinh": lambda x: _where(x < 0, -1, 1) * _f("log", abs(x) + (x**2 + 1) ** 0.5),
    "acosh": lambda x: _f("log", x + (x**2 - 1) ** 0.5),
    "atanh": lambda x: _f("log", (1 + x) / (1 - x)) / 2,
    "deg2rad": lambda x: x * (pi / 180),
    "rad2deg": lambda x: x * (180 / pi),
    "erfc": lambda x: 1 - _f("erf", x),
    "logical_xor": lambda a, b: (a | b) & _f("logical_not", a & b),
    "multiply_add": lambda a, b, c: a * b + c,
    "number_like": lambda _, number: number,
    "polygamma": lambda a, b: _polygamma(a, b) if isinstance(a, int) else _polygamma(b, a),
}


class _Careful(Algebra):
    """An algebra that forgets no condition: what comes in is the result of rewriting, not its beginning."""

    def may_lose(self, conditions: Iterable[Condition]) -> bool:
        return not frozenset(conditions)


def restated(
    roots: list[Expr],
    target: str,
    native: Callable[[Call], bool],
    meanings: Mapping[str, Meaning],
) -> list[Expr]:
    """The expressions, of one algebra and made of functions the target has; they may come from several algebras.

    Raises NotImplementedError, naming the function, where there is none.
    """
    while True:
        algebra: Algebra = Literal() if isinstance(roots[0].algebra, Literal) else _Careful()
        made: dict[int, Expr] = {}
        missing = False
        result = []
        for root in roots:
            for node in nodes_below([root]):
                if id(node) not in made:
                    parts = [made[id(part)] for part in node.parts]
                    if isinstance(node, Call) and not (node.operation in STRUCTURE or native(node)):
                        missing = True
                        made[id(node)] = _expanded(node, parts, target, meanings)
                    else:
                        made[id(node)] = _again(algebra, node, parts)
            result.append(made[id(root)])
        if not missing:
            return result
        roots = result


def _again(algebra: Algebra, node: Expr, parts: list[Expr]) -> Expr:
    """The same node of other parts."""
    if isinstance(node, Constant):
        return algebra.constant(node.value)
    if isinstance(node, Symbol):
        return algebra.symbol(node.name)
    if isinstance(node, Sum):
        return algebra.sum(zip(node.coefficients, parts, strict=True), node.constant)
    if isinstance(node, Product):
        return algebra.product(parts)
    if isinstance(node, Power):
        return algebra.power(parts[0], parts[1])
    if isinstance(node, Whole):
        return _again_whole(algebra, node, parts)
    return algebra.call(node.op, tuple(parts), node.attributes) if isinstance(node, Call) else node


def _again_whole(algebra: Algebra, node: Whole, parts: list[Expr]) -> Expr:
    key = ("whole", node.operation, *(part.number for part in parts), node.attributes, node.said)
    conditions = frozenset().union(*(part.conditions for part in parts))
    facts: dict[str, Any] = {name: getattr(node, name) for name in ("operation", "attributes", "said")}
    return algebra._node(Whole, key, tuple(parts), conditions, UNKNOWN, **facts)  # noqa: SLF001 - as Arrays makes it


def _expanded(node: Call, parts: list[Expr], target: str, meanings: Mapping[str, Meaning]) -> Expr:
    """What a call means."""
    meaning = meanings.get(node.operation) or _MEANINGS.get(node.operation) or node.op.forward
    arguments = bound(node, parts)
    result = None if meaning is None else meaning(*arguments)
    if result is None:
        raise Unwritten(f"{node.operation}() has no counterpart in {target}", node.operation)
    return parts[0].algebra.expression(result)


def bound(node: Call, parts: list[Any]) -> list[Any]:
    """The arguments of a call in the order of its signature, defaults filled in."""
    given, tensors = dict(node.attributes), iter(parts)
    return [
        next(tensors, None) if p.name in node.op.inputs else given.get(p.name, p.default) for p in node.op.signature
    ]
