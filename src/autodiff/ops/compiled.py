"""Formulas compiled for Python numbers: one straight-line function, rounding where the carrier does.

The text that is compiled is made of names and numbers from our own table, never of a user's text.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import Any, Final

from autodiff.dtypes import float32, float64
from autodiff.numbers.scalar import Scalar, round_float32
from autodiff.ops.formula import Formula, Step, Term, read
from autodiff.ops.op import Elementwise

__all__ = ["compiled", "forward_function"]

_INFIX: Final = {
    operator.add: "+", operator.sub: "-", operator.mul: "*", operator.lt: "<", operator.le: "<=",
    operator.gt: ">", operator.ge: ">=", operator.eq: "==", operator.ne: "!=",
}  # fmt: skip
Table = Mapping[str, Elementwise]


def compiled(
    formula: Formula, carrier: type[Scalar], table: Table, numbers: Sequence[str] = ()
) -> Callable[..., Any]:
    """`formula` as a function of Python numbers of `carrier`'s dtype.

    Parameters in `numbers` are plain numbers: arithmetic among them is not rounded, as in PyTorch's C++.
    """
    writer = _Writer(formula, carrier, table, numbers)
    return writer.function()


class _Writer:
    """Writes a formula as the source of a function."""

    def __init__(self, formula: Formula, carrier: type[Scalar], table: Table, numbers: Sequence[str]) -> None:
        self.formula = formula
        self.carrier = carrier
        self.table = table
        self.names: dict[str, Any] = {"rounded": carrier.round, "cell": round_float32.__globals__["_float32"]}
        self.lines: list[str] = []
        # Of every term: how to write it, and whether it is a plain number.
        self.terms: list[tuple[str, bool]] = [(f"p_{name}", name in numbers) for name in formula.parameters]

    def function(self) -> Callable[..., Any]:
        for step in self.formula.steps:
            self.terms.append(self.step(step))
        parameters = ", ".join(f"p_{name}" for name in self.formula.parameters)
        body = [*self.lines, f"return {self.write(self.formula.result)}"]
        source = f"def formula({parameters}):\n" + "".join(f"    {line}\n" for line in body)
        exec(compile(source, "<formula>", "exec"), self.names)  # noqa: S102 - our own table, see the module's text
        function: Callable[..., Any] = self.names["formula"]
        return function

    def step(self, step: Step) -> tuple[str, bool]:
        """Write one step; how to refer to its result."""
        plain = all(self.is_plain(o) for o in step.operands)
        expression, exact = self.expression(step, plain=plain)
        target = f"t{len(self.lines)}"  # unique: every step adds a line
        if plain or exact or self.carrier.dtype is float64:
            self.lines.append(f"{target} = {expression}")
        elif self.carrier.dtype is float32:
            self.lines += [f"cell[0] = {expression}", f"{target} = cell[0]"]
        else:
            self.lines.append(f"{target} = rounded({expression})")
        return target, plain

    def expression(self, step: Step, *, plain: bool) -> tuple[str, bool]:
        """The text of a step, and whether it needs no rounding."""
        operands = [self.write(o, plain=plain) for o in step.operands]
        if step.operation == "where":
            condition, yes, no = operands
            return f"({yes} if {condition} else {no})", True
        if step.operation == "conj" and not self.carrier.dtype.is_complex:
            return operands[0], True
        op = self.table[step.operation]
        if op.forward is not None:  # a composed operation: its own steps, in place
            return self.inlined(op, step.operands), True
        function = op.complex if self.carrier.dtype.is_complex and op.complex else op.scalar
        if function in _INFIX:
            return f"({operands[0]} {_INFIX[function]} {operands[1]})", op.exact
        if function is operator.neg:
            return f"(-{operands[0]})", True
        if op.rounds:
            operands.append("rounded")
        return f"{self.bind(function)}({', '.join(operands)})", op.exact or op.rounds

    def inlined(self, op: Elementwise, operands: Sequence[Any]) -> str:
        inner = read(op.forward)  # type: ignore[arg-type] # the caller saw that it is there
        outer = [(self.write(o), self.is_plain(o)) for o in operands]
        writer = _Writer(inner, self.carrier, self.table, ())
        writer.names, writer.lines = self.names, self.lines
        writer.terms = [*outer]
        for step in inner.steps:
            writer.terms.append(writer.step(step))
        return writer.write(inner.result)

    def is_plain(self, operand: Any) -> bool:  # noqa: ANN401 - a Term or a number
        return self.terms[operand.index][1] if isinstance(operand, Term) else True

    def write(self, operand: Any, *, plain: bool = False) -> str:  # noqa: ANN401
        """An operand's text; a plain number that meets a tensor is rounded first, as PyTorch casts it."""
        if isinstance(operand, Term):
            text, is_plain = self.terms[operand.index]
            return f"rounded({text})" if is_plain and not plain else text
        if isinstance(operand, bool) or plain:
            return self.bind(operand)
        number = self.carrier.round(operand)
        return f"({number!r})" if isinstance(number, (int, float)) and isfinite(number) else self.bind(number)

    def bind(self, value: Any) -> str:  # noqa: ANN401 - a function or a number
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name


@cache
def _read_forward(op: Elementwise) -> Formula:
    assert op.forward is not None
    return read(op.forward)


def forward_function(op: Elementwise, carrier: type[Scalar], table: Table) -> Callable[..., Any] | None:
    """`op` on Python numbers of `carrier`'s dtype, rounded; None if it has no such form."""
    if op.forward is not None:
        return compiled(_read_forward(op), carrier, table, op.number_names)
    if (op.complex if carrier.dtype.is_complex else op.scalar) is None:
        return None
    names = tuple(p.name for p in op.signature)
    steps = tuple(Step("parameter", ()) for _ in names)
    terms = [Term(list(steps), k, name) for k, name in enumerate(names)]
    formula = Formula(names, (Step(op.name, tuple(terms)),), Term([], len(names)))
    return compiled(formula, carrier, {**table, op.name: op}, op.number_names)
