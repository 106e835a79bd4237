"""Operations of the table applied to expressions: what the language's functions and the derivative rules call."""

from __future__ import annotations

import operator
from math import nan

from autodiff.expression.expr import Constant, Expr, Unwritten
from autodiff.ops.exponential import log
from autodiff.ops.op import Composite, Elementwise, Op
from autodiff.ops.selection import where
from autodiff.ops.smooth import softplus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Final

    from autodiff.expression.algebra import Algebra

__all__ = ["RULES", "applied"]

_POWERS: Final = {"sqrt": 0.5, "rsqrt": -0.5, "reciprocal": -1, "square": 2}
_IDENTITIES: Final = frozenset({"conj", "real", "positive", "clone", "float", "double", "contiguous"})
_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "add": operator.add, "sub": operator.sub, "rsub": lambda a, b: b - a, "mul": operator.mul, "div": operator.truediv,
    "pow": operator.pow,
}  # fmt: skip
_OF_ONE: Final = frozenset(
    {"sum", "mean", "prod", "amax", "amin", "max", "min", "sum_to_size", "expand", "view", "reshape"}
)
"""What changes nothing in a single number."""


def _multiplied_logarithm(parts: Sequence[Expr], shift: int) -> Expr | None:
    """x * log(y + shift), which is 0 where x is 0, whatever y is: None unless x is some other number."""
    x, y = parts
    return x * y.algebra.function("log", y + shift) if isinstance(x, Constant) and x.value else None


def _prelu(x: Any, weight: Any) -> Any:  # noqa: ANN401
    return where(x > 0, x, weight * x)


def _smooth(x: Any, y: Any, beta: Any) -> Any:  # noqa: ANN401
    return where(abs(x - y) < beta, (x - y) ** 2 / (2 * beta), abs(x - y) - beta / 2)


def _huber(x: Any, y: Any, delta: Any) -> Any:  # noqa: ANN401
    return where(abs(x - y) <= delta, (x - y) ** 2 / 2, delta * (abs(x - y) - delta / 2))


def _bounded(x: Any, low: Any, high: Any) -> Any:  # noqa: ANN401
    return where(x > high, high, x) if low is None else where(x < low, low, x)


_MEANINGS: Final[Mapping[str, Callable[..., Any]]] = {
    "sgn_backward": lambda g, *_: 0 * g,
    "one_minus_square": lambda y: 1 - y**2,
    "threshold_backward": lambda g, x, threshold: where(x > threshold, g, 0),
    "softplus_backward": lambda g, x, beta, threshold: where(
        x * beta > threshold, g, g * x.algebra.function("sigmoid", x * beta)
    ),
    "hardshrink_backward": lambda g, x, lambd: where(abs(x) > lambd, g, 0),
    "softshrink_backward": lambda g, x, lambd: where(abs(x) > lambd, g, 0),
    "hardtanh_backward": lambda g, x, low, high: where((x > low) & (x < high), g, 0),
    "masked_fill": lambda x, mask, value: where(mask, value, x),
    "deg2rad": lambda x: x * x.algebra.symbol("pi") / 180,
    "rad2deg": lambda x: x * 180 / x.algebra.symbol("pi"),
    "logsigmoid": lambda x: -x.algebra.function("softplus", -x),
    "prelu": _prelu,
}
"""Kernels of a derivative, which have no name in the language, and functions made of others, as mathematics."""
_LOSSES: Final[Mapping[str, Callable[..., Any]]] = {
    "mse_loss": lambda x, y, **_: (x - y) ** 2,
    "l1_loss": lambda x, y, **_: abs(x - y),
    "binary_cross_entropy": lambda x, y, **_: -(y * log(x) + (1 - y) * log(1 - x)),
    "binary_cross_entropy_with_logits": lambda x, y, **_: softplus(x) - x * y,
    "smooth_l1_loss": lambda x, y, beta, **_: _smooth(x, y, beta),
    "huber_loss": lambda x, y, delta, **_: _huber(x, y, delta),
}
"""Losses of one number, where every reduction is the same."""
_LOGARITHMS: Final = {"xlogy": 0, "xlog1py": 1}


def applied(op: Op, operands: Sequence[Any], attributes: Mapping[str, Any]) -> Expr:
    """`op` of expressions and numbers. Raises NotImplementedError if it is no function of numbers."""
    algebra = next((each.algebra for each in (*operands, *attributes.values()) if isinstance(each, Expr)), None)
    if algebra is None:
        raise _unwritten(op)
    before, algebra.names = algebra.names, algebra.names or isinstance(op, Composite) or not op.public
    try:
        return _applied(algebra, op, operands, attributes)
    finally:
        algebra.names = before


def _unwritten(op: Op) -> Unwritten:
    return Unwritten(f"{op.name}() is not a function of numbers that `diff` can write down", op.name)


def _applied(algebra: Algebra, op: Op, operands: Sequence[Any], attributes: Mapping[str, Any]) -> Expr:
    if op.name in _IDENTITIES:
        return algebra.expression(operands[0])
    if op.name in _POWERS:
        return algebra.power(algebra.expression(operands[0]), algebra.constant(_POWERS[op.name]))
    if op.name in _ARITHMETIC and not {"alpha", "rounding_mode"} & attributes.keys():
        tensors = iter(operands)
        first, second = (attributes[p.name] if p.name in attributes else next(tensors) for p in op.signature[:2])
        return algebra.expression(_ARITHMETIC[op.name](algebra.expression(first), second))
    if op.name in _MEANINGS:
        return algebra.expression(_MEANINGS[op.name](*operands, *attributes.values()))
    if op.name in _LOSSES and not any(operands[2:]) and attributes.get("weight") is None:
        return algebra.expression(_LOSSES[op.name](*operands[:2], **attributes))
    if op.name in _OF_ONE and len(operands) == 1:
        return algebra.expression(operands[0])
    if isinstance(op, Composite):
        return algebra.expression(op.compute(**dict(zip(op.inputs, operands, strict=True)), **attributes))
    if op.name == "clamp" and sum(o is None for o in operands) == 1:
        return algebra.expression(_bounded(*operands))
    if not isinstance(op, Elementwise) or any(o is None for o in operands):
        raise _unwritten(op)
    if op.forward is not None and not op.public:
        return algebra.expression(op.forward(*operands, **attributes))
    given = tuple((name, value) for name, value in attributes.items() if value != _default(op, name))
    parts = tuple(algebra.expression(o) for o in operands)
    if op.name == "hypot" and any(isinstance(part, Constant) for part in parts):
        return algebra.power(parts[0] ** 2 + parts[1] ** 2, algebra.constant(0.5))  # hypot() takes tensors only
    if op.name in _LOGARITHMS:
        return _multiplied_logarithm(parts, _LOGARITHMS[op.name]) or algebra.call(op, parts, given)
    return algebra.call(op, parts, given)


RULES: Final[Mapping[tuple[str, str], Callable[..., Any]]] = {
    ("atan2", "self"): lambda y, x: x / (x**2 + y**2),
    ("atan2", "other"): lambda y, x: -y / (x**2 + y**2),
    ("logit", "self"): lambda x: where((x >= 0) & (x <= 1), 1 / (x * (1 - x)), nan),
}
"""Rules as mathematics has them, by operation and input: those of the table have a number where there is no slope."""


def _default(op: Op, name: str) -> Any:  # noqa: ANN401
    return next(p.default for p in op.signature if p.name == name)
