"""Formulas compiled for Python numbers: one straight-line function, rounding where the carrier does.

The text that is compiled is made of names and numbers from our own table, never of a user's text.
"""

from __future__ import annotations

import _operator as operator  # as in operator, without a file to load
from math import isfinite

from autodiff.dtypes import complex64, float32, float64
from autodiff.light import cache
from autodiff.numbers.scalar import float32_cell
from autodiff.ops.formula import Formula, Step, Term, read
from autodiff.ops.op import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Final, TypeAlias

    from autodiff.numbers.scalar import Scalar

__all__ = ["Source", "compiled", "forward_function"]

_ARITHMETIC: Final = {"add": "+", "sub": "-", "mul": "*"}
_COMPARISONS: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_INFIX: Final = _ARITHMETIC | _COMPARISONS
"""What Python has operators for; their declarations say nothing else of real numbers."""
Table: TypeAlias = "Mapping[str, Elementwise]"


def compiled(formula: Formula, carrier: type[Scalar], table: Table, numbers: Sequence[str] = ()) -> Callable[..., Any]:
    """`formula` as a function of Python numbers of `carrier`'s dtype.

    Parameters in `numbers` are plain numbers: arithmetic among them is not rounded, as in PyTorch's C++.
    """
    source = Source(carrier, table)
    result = source.inlined(formula, numbers)
    parameters = ", ".join(f"p_{name}" for name in formula.parameters)
    return source.function(f"formula({parameters})", [*source.taken(), f"return {result}"])


class Source:
    """The source of a function that computes formulas of one carrier."""

    def __init__(self, carrier: type[Scalar], table: Table) -> None:
        self.carrier = carrier
        self.table = table
        self.names: dict[str, Any] = {"rounded": carrier.round, "cell": float32_cell}
        self.lines: list[str] = []
        self.count = 0

    def inlined(self, formula: Formula, numbers: Sequence[str] = ()) -> str:
        """Add the lines that compute `formula` of the variables `p_<parameter>`; the text of its result."""
        writer = _Writer(self, [(f"p_{name}", name in numbers) for name in formula.parameters])
        return writer.run(formula)

    def taken(self) -> list[str]:
        """The lines added so far, which are forgotten here."""
        lines, self.lines = self.lines, []
        return lines

    def new_name(self) -> str:
        """A variable nobody uses yet."""
        self.count += 1
        return f"t{self.count}"

    def bind(self, value: Any) -> str:  # noqa: ANN401 - a function or a number
        """The name under which the function knows `value`."""
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def rounding(self, target: str, expression: str) -> list[str]:
        """The lines that give `target` the value of an expression in this carrier."""
        if self.carrier.dtype is float64:
            return [f"{target} = {expression}"]
        if self.carrier.dtype is float32:
            return [f"cell[0] = {expression}", f"{target} = cell[0]"]
        return [f"{target} = rounded({expression})"]

    def function(self, head: str, body: Sequence[str]) -> Callable[..., Any]:
        """The function `head` with the lines of `body`."""
        source = f"def {head}:\n" + "".join(f"    {line}\n" for line in body)
        # Not `compile` first: it would make all the classes of `ast`, which takes longer than the rest of a short run.
        exec(source, self.names)  # noqa: S102 - our own table, see the module's text
        made: Callable[..., Any] = self.names[head.partition("(")[0]]
        return made


class _Writer:
    """Writes the steps of one formula into a source."""

    def __init__(self, source: Source, terms: list[tuple[str, bool]]) -> None:
        self.source = source
        self.carrier = source.carrier
        self.terms = terms  # of every term: how to write it, and whether it is a plain number

    def run(self, formula: Formula) -> str:
        for step in formula.steps:
            self.terms.append(self.step(step))
        return self.write(formula.result)

    def step(self, step: Step) -> tuple[str, bool]:
        """Write one step; how to refer to its result."""
        plain = all(self.is_plain(o) for o in step.operands)
        expression, exact = self.expression(step, plain=plain)
        target = self.source.new_name()
        if plain or exact:
            self.source.lines.append(f"{target} = {expression}")
        else:
            self.source.lines += self.source.rounding(target, expression)
        return target, plain

    def expression(self, step: Step, *, plain: bool) -> tuple[str, bool]:
        """The text of a step, and whether it needs no rounding."""
        operands = [self.write(o, plain=plain) for o in step.operands]
        if step.operation == "where":
            condition, yes, no = operands
            return f"({yes} if {condition} else {no})", True
        if step.operation == "conj" and not self.carrier.dtype.is_complex:
            return operands[0], True
        if step.operation in _INFIX and len(operands) == 2 and not self.carrier.dtype.is_complex:
            return f"({operands[0]} {_INFIX[step.operation]} {operands[1]})", step.operation in _COMPARISONS
        op = self.source.table[step.operation]
        if op.forward is not None and not (op.complex and self.carrier.dtype.is_complex):  # its own steps, in place
            return self.composed(op, step.operands), True
        if op.single is not None and self.carrier.dtype is float32:
            return f"{self.source.bind(op.single)}({', '.join(operands)})", True
        function = op.complex if self.carrier.dtype.is_complex and op.complex else op.scalar
        if self.carrier.dtype is complex64:
            from autodiff.numbers.single_complex import IN_STEPS

            in_steps, told = IN_STEPS.get(function, (None, False))  # type: ignore[arg-type] # None is none of them
            if in_steps is not None:
                operands += ["rounded"] if told else []
                return f"{self.source.bind(in_steps)}({', '.join(operands)})", True
        if function is operator.neg:
            return f"(-{operands[0]})", True
        if op.rounds:
            operands.append("rounded")
        return f"{self.source.bind(function)}({', '.join(operands)})", op.exact or op.rounds

    def composed(self, op: Elementwise, operands: Sequence[Any]) -> str:
        inner = _read_forward(op)
        writer = _Writer(self.source, [(self.write(o), self.is_plain(o)) for o in operands])
        return writer.run(inner)

    def is_plain(self, operand: Any) -> bool:  # noqa: ANN401 - a Term or a number
        return self.terms[operand.index][1] if isinstance(operand, Term) else True

    def write(self, operand: Any, *, plain: bool = False) -> str:  # noqa: ANN401
        """An operand's text; a plain number that meets a tensor is rounded first, as PyTorch casts it."""
        if isinstance(operand, Term):
            text, is_plain = self.terms[operand.index]
            return f"rounded({text})" if is_plain and not plain else text
        if isinstance(operand, bool) or plain:
            return self.source.bind(operand)
        number = self.carrier.round(operand)
        return f"({number!r})" if isinstance(number, (int, float)) and isfinite(number) else self.source.bind(number)


@cache
def _read_forward(op: Elementwise) -> Formula:
    return read(op.forward)  # type: ignore[arg-type] # the callers saw that it is there


class _Beside(dict[str, Elementwise]):
    """One operation by its name, before those of a table."""

    def __init__(self, op: Elementwise, table: Table) -> None:
        super().__init__({op.name: op})
        self._table = table

    def __missing__(self, name: str) -> Elementwise:
        return self._table[name]


def forward_function(op: Elementwise, carrier: type[Scalar], table: Table) -> Callable[..., Any] | None:
    """`op` on Python numbers of `carrier`'s dtype, rounded; None if it has no such form."""
    if op.forward is not None and not (op.complex and carrier.dtype.is_complex):
        return compiled(_read_forward(op), carrier, table, op.number_names)
    if (op.complex if carrier.dtype.is_complex else op.scalar) is None:
        return None
    names = tuple(p.name for p in op.signature)
    steps = tuple(Step("parameter", ()) for _ in names)
    terms = [Term(list(steps), k, name) for k, name in enumerate(names)]
    formula = Formula(names, (Step(op.name, tuple(terms)),), Term([], len(names)))
    numbers = tuple(p.name for p in op.signature if p.name in op.number_names and p.default is not None)
    return compiled(formula, carrier, _Beside(op, table), numbers)
