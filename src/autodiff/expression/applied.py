"""Operations of the table applied to expressions: what the language's functions and the derivative rules call."""

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from autodiff.errors import TorchNotImplementedError
from autodiff.expression.expr import Call, Expr
from autodiff.ops.op import Composite, Elementwise, Op
from autodiff.ops.selection import where

__all__ = ["applied"]

_POWERS: Final = {"sqrt": Fraction(1, 2), "rsqrt": Fraction(-1, 2), "reciprocal": -1, "square": 2}
_IDENTITIES: Final = frozenset({"conj", "real", "positive", "clone"})
_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "add": operator.add, "sub": operator.sub, "rsub": lambda a, b: b - a, "mul": operator.mul, "div": operator.truediv,
    "pow": operator.pow,
}  # fmt: skip
_OF_ONE: Final = frozenset({"sum", "mean", "prod", "amax", "amin", "max", "min", "sum_to_size", "expand", "view", "reshape"})
"""What changes nothing in a single number."""
_MEANINGS: Final[Mapping[str, Callable[..., Any]]] = {
    "sgn_backward": lambda g, *_: 0 * g,
    "one_minus_square": lambda y: 1 - y**2,
    "threshold_backward": lambda g, x, threshold: where(x > threshold, g, 0),
    "hardshrink_backward": lambda g, x, lambd: where(abs(x) > lambd, g, 0),
    "softshrink_backward": lambda g, x, lambd: where(abs(x) > lambd, g, 0),
    "hardtanh_backward": lambda g, x, low, high: where((x > low) & (x < high), g, 0),
    "masked_fill": lambda x, mask, value: where(mask, value, x),
}
"""Kernels of a derivative, as mathematics. They have no name in the language."""


def applied(op: Op, operands: Sequence[Any], attributes: Mapping[str, Any]) -> Expr:
    """`op` of expressions and numbers. Raises NotImplementedError if it is no function of numbers."""
    algebra = next(each.algebra for each in (*operands, *attributes.values()) if isinstance(each, Expr))
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
    if op.name in _OF_ONE:
        return algebra.expression(operands[0])
    if isinstance(op, Composite):
        return algebra.expression(op.compute(*operands, **attributes))
    if not isinstance(op, Elementwise):
        raise TorchNotImplementedError(f"{op.name} is not a function of numbers: its derivative is not written down")
    if op.forward is not None and not op.public:
        return algebra.expression(op.forward(*operands, **attributes))
    given = tuple((name, value) for name, value in attributes.items() if value != _default(op, name))
    return algebra.call(op, tuple(algebra.expression(o) for o in operands), given)


def _default(op: Op, name: str) -> Any:  # noqa: ANN401
    return next(p.default for p in op.signature if p.name == name)
