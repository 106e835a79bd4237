"""Formulas with arrays: names have shapes, and what acts on whole arrays is a node of its own.

Everything else is the mathematics of numbers, element by element: `Arrays` is an `Algebra` that knows the shape of each
of its expressions. While derivatives are made, an expression often stands for a larger array to which it broadcasts,
as the 1 that stands for a gradient of ones: that is a `Spread`, and only what is written at the end is filled up.
"""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, Final, NamedTuple

from autodiff.expression.algebra import Algebra
from autodiff.expression.expr import Call, Constant, Expr, Sum, Symbol, Whole, coefficient_of
from autodiff.expression.literal import Literal
from autodiff.expression.sign import UNKNOWN
from autodiff.ops.dimension import common_shape
from autodiff.ops.op import Elementwise

__all__ = ["Arrays", "LiteralArrays", "Shape", "Spread"]

Shape = tuple[int, ...]
_ONES: Final = ("ones", "ones_like")
_ZEROS: Final = ("zeros", "zeros_like")


class Spread(NamedTuple):
    """An expression that stands for an array of a shape to which it broadcasts."""

    expression: Expr
    shape: Shape


class Arrays(Algebra):
    """An algebra in which the names in `declared` have shapes; other names are numbers."""

    def __init__(self, declared: Mapping[str, Shape]) -> None:
        self.declared = dict(declared)
        self._shapes: list[Shape] = []
        super().__init__()

    def _node(self, kind: type[Expr], key: Any, parts: tuple[Expr, ...], *facts: Any, **slots: Any) -> Expr:  # noqa: ANN401
        found = super()._node(kind, key, parts, *facts, **slots)
        if found.number == len(self._shapes):
            shapes = [] if kind is Whole else [self._shapes[part.number] for part in parts]
            self._shapes.append(self.declared.get(slots["name"], ()) if kind is Symbol else common_shape(*shapes))
        return found

    def shape(self, expression: Expr) -> Shape:
        """The shape an expression has by itself."""
        return self._shapes[expression.number]

    def whole(self, operation: str, parts: Sequence[Expr], shape: Shape, *attributes: Any) -> Expr:  # noqa: ANN401
        """The node of an operation on whole arrays, without any rewriting."""
        before = len(self._shapes)
        conditions = frozenset().union(*(part.conditions for part in parts))
        key = _key(operation, parts, shape, attributes)
        facts = {"operation": operation, "attributes": attributes, "said": _said(operation, shape, attributes)}
        found = self._node(Whole, key, tuple(parts), conditions, UNKNOWN, **facts)
        if found.number == before:
            self._shapes[before] = shape
        return found

    def call(self, op: Elementwise, parts: tuple[Expr, ...], attributes: tuple[tuple[str, Any], ...] = ()) -> Expr:
        """An operation of elements; a choice between two integers is one of floats, which products of matrices need."""
        found = super().call(op, parts, attributes)
        if not isinstance(found, Call) or found.operation != "where" or not self.shape(found):
            return found
        condition, *values = found.parts
        if not all(isinstance(each, Constant) and isinstance(each.value, int) for each in values):
            return found
        return self.whole("where", (condition,), self.shape(found), *(float(each.value) for each in values))  # type: ignore[attr-defined]

    # ------------------------------------------------------------------ arrays of ones, and what is spread

    def split(self, expression: Expr) -> tuple[Expr, Expr]:
        """The factors that are numbers, and the others; ones among those are left out."""
        number, factors = coefficient_of(expression)
        outside: list[Expr] = [self.constant(number)]
        inside: list[Expr] = []
        for factor in factors:
            kind = factor.operation if isinstance(factor, Whole) else ""
            if kind in _ZEROS:
                outside.append(self.zero)
            elif kind not in _ONES:
                (inside if self.shape(factor) else outside).append(factor)
        return self.product(outside), self.product(inside) if inside else self.one

    def fitted(self, expression: Expr, shape: Shape, like: Symbol | None = None) -> Expr:
        """An expression of exactly this shape: times ones, if it has another. `like` is a name that has the shape."""
        if self.shape(expression) == shape:
            return expression
        named = () if like is None or self.shape(like) != shape else (like.name,)
        kind = "zeros" if expression is self.zero else "ones"
        filled = self.whole(f"{kind}_like" if named else kind, (), shape, *named)
        return filled if expression is self.zero else self.product([expression, filled])

    def materialized(self, spread: Spread) -> Expr:
        """The array itself, for an operation that needs all of it."""
        if self.shape(spread.expression) == spread.shape:
            return spread.expression
        outside, inside = self.split(spread.expression)
        if inside is self.one:
            return self.product([outside, self.whole("ones", (), spread.shape)])
        return self.product([outside, self.whole("broadcast_to", (inside,), spread.shape, spread.shape)])

    def total(self, spread: Spread, dims: Sequence[int], *, keepdim: bool = False, kind: str = "sum") -> Expr:
        """The sum, or the mean, along dimensions of what is spread."""
        outside, inside = self.split(spread.expression)
        own = self.shape(inside)
        lead = len(spread.shape) - len(own)
        axes = tuple(d - lead for d in dims if d >= lead)
        there = prod(own[axis] for axis in axes)
        count = prod(spread.shape[d] for d in dims) // there if there else 1
        factor = self.constant(1 if kind == "mean" else count)
        return self.product([outside, factor, self._reduced(inside, axes, there, keepdim=keepdim, kind=kind)])

    def _reduced(self, inside: Expr, axes: tuple[int, ...], count: int, *, keepdim: bool, kind: str) -> Expr:
        own = self.shape(inside)
        if not axes or (keepdim and count == 1):
            return inside
        if isinstance(inside, Sum):
            loose = self.sum(((c, t) for c, t in inside.terms if not self.shape(t)), inside.constant)
            if loose is not self.zero:
                rest = self.sum((c, t) for c, t in inside.terms if self.shape(t))
                extra = self.product([loose, self.constant(1 if kind == "mean" else count)])
                return self.total(Spread(rest, own), axes, keepdim=keepdim, kind=kind) + extra
        if isinstance(inside, Whole) and inside.operation == "T":
            found = self._reduced(
                inside.parts[0], tuple(1 - axis for axis in axes[::-1]), count, keepdim=False, kind=kind
            )
            return self.lifted(Spread(found, self.shape(found)), axes) if keepdim else found
        if isinstance(inside, Whole) and inside.operation == "diag" and kind == "sum":
            vector = Spread(inside.parts[0], own[:1])
            if len(axes) == 2:
                return (
                    self.total(vector, (0,)) if not keepdim else self.lifted(Spread(self.total(vector, (0,)), ()), axes)
                )
            return self.lifted(vector, axes) if keepdim else vector.expression
        dims = None if len(axes) == len(own) and not keepdim else axes
        shape = tuple(1 if k in axes else n for k, n in enumerate(own) if keepdim or k not in axes)
        mean = self._made.get(_key("mean", (inside,), shape, (dims, keepdim))) if kind == "sum" else None
        return self.whole(kind, (inside,), shape, dims, keepdim) if mean is None else mean * count

    def reduced_to(self, spread: Spread, shape: Shape) -> Expr:
        """The sums that undo broadcasting: what it gives broadcasts to `shape`."""
        lead = len(spread.shape) - len(shape)
        summed = self.total(spread, range(lead)) if lead else spread.expression
        rest = Spread(summed, spread.shape[lead:])
        kept = [k for k, n in enumerate(shape) if n == 1 and rest.shape[k] != 1]
        return self.total(rest, kept, keepdim=True) if kept else summed

    # ------------------------------------------------------------------ dimensions

    def lifted(self, spread: Spread, dims: Sequence[int]) -> Expr:
        """With dimensions of length 1 inserted, those that `dims` are in the result, in order."""
        expression, length = spread.expression, len(spread.shape)
        for dim in dims:
            at = dim - (length - len(self.shape(expression)))
            length += 1
            if at > 0:
                outside, inside = self.split(expression)
                own = self.shape(inside)
                at -= len(self.shape(expression)) - len(own)
                if at > 0:
                    inside = self.whole("unsqueeze", (inside,), (*own[:at], 1, *own[at:]), at)
                expression = self.product([outside, inside])
        return expression

    def transposed(self, spread: Spread) -> Expr:
        """Rows as columns."""
        outside, inside = self.split(spread.expression)
        own = self.shape(inside)
        if len(own) == 1:
            inside = self.lifted(Spread(inside, own), (1,))
        elif len(own) == 2:
            inside = self._transposed(inside)
        return self.product([outside, inside])

    def _transposed(self, matrix: Expr) -> Expr:
        rows, columns = self.shape(matrix)
        if isinstance(matrix, Whole):
            parts = matrix.parts
            if matrix.operation == "T":
                return parts[0]
            if matrix.operation in ("diag", "eye"):
                return matrix
            if matrix.operation == "outer":
                return self.whole("outer", parts[::-1], (columns, rows))
            if matrix.operation == "matmul":
                left, right = (Spread(part, self.shape(part)) for part in parts)
                turned = (Spread(self.transposed(each), each.shape[::-1]) for each in (right, left))
                return self.matmul(*turned)
        return self.whole("T", (matrix,), (columns, rows))

    def diagonal_matrix(self, spread: Spread) -> Expr:
        """The matrix with a vector on its diagonal."""
        outside, inside = self.split(spread.expression)
        (length,) = spread.shape
        if inside is self.one:
            return self.product([outside, self.whole("eye", (), (length, length), length)])
        inside = self.materialized(Spread(inside, spread.shape))
        return self.product([outside, self.whole("diag", (inside,), (length, length))])

    def diagonal(self, spread: Spread) -> Expr:
        """The diagonal of a square matrix."""
        outside, inside = self.split(spread.expression)
        if inside is self.one or (isinstance(inside, Whole) and inside.operation == "eye"):
            return outside
        if isinstance(inside, Whole) and inside.operation == "diag":
            return self.product([outside, inside.parts[0]])
        inside = self.materialized(Spread(inside, spread.shape))
        return self.product([outside, self.whole("diagonal", (inside,), (min(spread.shape),))])

    # ------------------------------------------------------------------ products

    def outer(self, column: Spread, row: Spread) -> Expr:
        """The products of each element of one vector and each of another."""
        (first, u), (second, v) = self.split(column.expression), self.split(row.expression)
        shape = (*column.shape, *row.shape)
        if u is self.one:
            found = v
        elif v is self.one:
            found = self.lifted(Spread(u, self.shape(u)), (1,))
        else:
            vectors = (self.materialized(Spread(u, column.shape)), self.materialized(Spread(v, row.shape)))
            found = self.whole("outer", vectors, shape)
        return self.product([first, second, found])

    def matmul(self, left: Spread, right: Spread) -> Expr:
        """The product of vectors and matrices that fit: numbers go outside, and what only sums becomes a sum."""
        (first, a), (second, b) = self.split(left.expression), self.split(right.expression)
        along = left.shape[-1]
        if a is self.one and b is self.one:
            found = self.constant(along)
        elif a is self.one:
            found = self.total(Spread(b, right.shape), (0,))
        elif b is self.one:
            found = self.total(
                Spread(a, left.shape), (len(left.shape) - 1,), keepdim=len(left.shape) == len(right.shape) == 2
            )
        else:
            operands = self.materialized(Spread(a, left.shape)), self.materialized(Spread(b, right.shape))
            found = self._matmul(*operands)
        return self.product([first, second, found])

    def _matmul(self, a: Expr, b: Expr) -> Expr:
        kinds = [each.operation if isinstance(each, Whole) else "" for each in (a, b)]
        if "eye" in kinds:
            return b if kinds[0] == "eye" else a
        shapes = self.shape(a), self.shape(b)
        dims = tuple(map(len, shapes))
        if kinds == ["diag", "diag"]:
            return self.diagonal_matrix(Spread(a.parts[0] * b.parts[0], shapes[0][:1]))
        if (kinds[0] == "diag" and dims[1] == 1) or (kinds[1] == "diag" and dims[0] == 1):
            pairs = zip((a, b), kinds, strict=True)
            return self.product([each.parts[0] if kind == "diag" else each for each, kind in pairs])
        if dims == (1, 2) and kinds[1] == "T":
            return self._matmul(b.parts[0], a)
        return self.whole("matmul", (a, b), (*shapes[0][:-1], *shapes[1][1:]))


def _key(operation: str, parts: Sequence[Expr], shape: Shape, attributes: Sequence[Any]) -> tuple[Any, ...]:
    return "whole", operation, *(part.number for part in parts), shape, attributes


def _said(operation: str, shape: Shape, attributes: Sequence[Any]) -> tuple[str, ...]:
    """What a text says besides the operands."""
    if operation in ("sum", "mean"):
        dims, keepdim = attributes
        where = () if dims is None else (f"dim={dims[0] if len(dims) == 1 else list(dims)}",)
        return (*where, *(("keepdim=True",) if keepdim else ()))
    if operation in ("ones", "zeros"):
        return tuple(map(str, shape))
    return tuple(str(list(each)) if isinstance(each, tuple) else str(each) for each in attributes)


class LiteralArrays(Arrays, Literal):
    """Arrays without rewriting: neither collects nor cancels."""
