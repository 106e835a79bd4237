"""Derivatives of a program in which names have shapes."""

from typing import Any

from autodiff.expression import Algebra, Expr, Unwritten
from autodiff.expression.arrays import Arrays, LiteralArrays, Shape
from autodiff.expression.jacobian import change
from autodiff.session.diff.array_reading import ArrayReading
from autodiff.session.diff.derivatives import Derivation, Wanted
from autodiff.session.diff.symbolic import CONSTANTS, Reading
from autodiff.session.scenario import Located, UsageProblem

__all__ = ["ArrayDerivation"]


class ArrayDerivation(Derivation):
    """A program with arrays being differentiated; see `Derivation`."""

    algebra: Arrays

    def __init__(self, wanted: Wanted) -> None:
        super().__init__(wanted)
        self._check(wanted)

    def new_algebra(self, wanted: Wanted) -> Algebra:
        """The algebra in which the names have their shapes."""
        return (LiteralArrays if wanted.no_simplify else Arrays)(dict(wanted.shapes))

    def read(self) -> Reading:
        """The program, read with shapes."""
        reading = ArrayReading(self.program, self.algebra)
        reading.run()
        return reading

    def shape(self, component: int, path: tuple[str, ...]) -> Shape:
        """The shape of a derivative: that of the output, then those of the names."""
        shape = self.algebra.shape(self.reading.outputs[component])
        return sum((self.algebra.declared.get(name, ()) for name in path), shape)

    def _check(self, wanted: Wanted) -> None:
        for name, _ in wanted.shapes:
            if name in self.reading.symbols:
                continue
            if name in self.reading.values or name in CONSTANTS:
                raise UsageProblem(f"'{name}' has a value of its own, and needs no shape")
            known = ", ".join(self.reading.symbols)
            hint = f"its names are {known}" if known else None
            raise UsageProblem(f"there is no '{name}' in the expression to have a shape", hint)
        shapes = [self.shape(k, ()) for k in range(len(self.reading.outputs))]
        if wanted.gradient and any(shapes):
            shape = list(next(filter(None, shapes)))
            raise UsageProblem(f"--gradient is of a number, and this has shape {shape}", "sum it, or use --jacobian")
        if wanted.hessian and any(shapes):
            shape = list(next(filter(None, shapes)))
            raise UsageProblem(
                f"--hessian is of a number, and this has shape {shape}", "sum it, or leave --hessian out"
            )

    def _derivative(self, expression: Expr, name: str) -> Expr:
        symbol: Any = self.algebra.symbol(name)
        try:
            found = change(expression, symbol)
        except Unwritten as error:
            raise Located(error, self.program, self._place(error.operation), ()) from error
        return self.algebra.fitted(found.expression, found.shape, symbol)

    def _place(self, operation: str) -> int:
        """The instruction an error is about: the operation it names, or else the whole of what is differentiated."""
        last = self.program.instructions[-1]
        return self.reading.places.get(
            operation, last.operands[0] if last.operands else len(self.program.instructions) - 1
        )
