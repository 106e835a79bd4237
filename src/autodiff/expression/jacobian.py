"""Jacobians in closed form: of a vector by a vector, as a diagonal matrix plus a full one."""

from typing import Any, NamedTuple

from autodiff.expression.arrays import Arrays, Spread
from autodiff.expression.expr import Expr, Product, Sum, Symbol, Unwritten, Whole
from autodiff.expression.gradient import Dependence, gradient, shape_text, slopes, spoken, tangent

__all__ = ["change"]


def change(root: Expr, symbol: Symbol) -> Spread:
    """The derivative of an array by a symbol: its shape is that of the array, then that of the symbol.

    Raises Unwritten, which names the operation, for what has no closed form here.
    """
    algebra: Any = root.algebra
    shape, by = algebra.shape(root), algebra.shape(symbol)
    if not shape:
        return gradient(root, symbol)
    if not by:
        return tangent(root, symbol)
    if root not in Dependence(root, symbol):
        return Spread(algebra.zero, (*shape, *by))
    if len(shape) > 1 or len(by) > 1:
        whole = shape_text((*shape, *by))
        raise Unwritten(
            f"the derivative of {shape_text(shape)} by {symbol.name} {shape_text(by)} would have shape {whole}: only a "
            "number, or a vector by a vector, has a derivative that is written as a vector or a matrix",
            _operation_of(root),
        )
    return Spread(_Jacobian(root, symbol).matrix(), (*shape, *by))


def _operation_of(node: Expr) -> str:
    if isinstance(node, (Sum, Product)):
        return next((_operation_of(part) for part in node.parts if isinstance(part, Whole)), "")
    return getattr(node, "operation", "")


class _Parts(NamedTuple):
    """A Jacobian: a diagonal matrix with `diagonal` on it, plus `full`; None is zero."""

    diagonal: Expr | None
    full: Expr | None


class _Jacobian:
    """The walk from the symbol to the root."""

    def __init__(self, root: Expr, symbol: Symbol) -> None:
        self.root, self.symbol = root, symbol
        self.algebra: Arrays = root.algebra  # type: ignore[assignment] # whoever has shapes
        self.dependence = Dependence(root, symbol)
        self.by = self.algebra.shape(symbol)

    def matrix(self) -> Expr:
        """The Jacobian of the root, which broadcasts to its shape."""
        algebra, known = self.algebra, {self.symbol.number: _Parts(self.algebra.one, None)}
        starts = {part.number for node in self.dependence.nodes if isinstance(node, Whole) for part in node.parts}
        for node in self.dependence.nodes:
            if node not in self.dependence or node is self.symbol or len(algebra.shape(node)) != 1:
                continue
            if isinstance(node, Whole):
                known[node.number] = self._of_whole(node, known)
            elif node.number in starts or node is self.root:
                known[node.number] = self._of_block(node, known)
        found = known[self.root.number]
        terms = [] if found.full is None else [found.full]
        if found.diagonal is not None:
            terms.insert(0, algebra.diagonal_matrix(Spread(found.diagonal, self.by)))
        return algebra.sum((1, term) for term in terms)

    def _of_block(self, node: Expr, known: dict[int, _Parts]) -> _Parts:
        """Element by element mathematics: the slopes stand on the diagonal before what the leaves' Jacobians are."""
        algebra, shape = self.algebra, self.algebra.shape(node)
        diagonals, matrices = [], []
        for leaf, slope in slopes(node, self.dependence):
            if not algebra.shape(leaf):
                matrices.append(algebra.outer(Spread(slope, shape), gradient(leaf, self.symbol)))
                continue
            if algebra.shape(leaf) != shape:
                raise self._unwritten(leaf, f"{shape_text(algebra.shape(leaf))} is spread to {shape_text(shape)}")
            diagonal, full = known[leaf.number]
            if diagonal is not None:
                diagonals.append(algebra.product([slope, diagonal]))
            if full is not None:
                scale = Spread(algebra.diagonal_matrix(Spread(slope, shape)), shape * 2)
                matrices.append(algebra.matmul(scale, Spread(full, (*shape, *self.by))))
        return _Parts(
            algebra.sum((1, each) for each in diagonals) if diagonals else None,
            algebra.sum((1, each) for each in matrices) if matrices else None,
        )

    def _of_whole(self, node: Whole, known: dict[int, _Parts]) -> _Parts:
        algebra = self.algebra
        if node.operation == "broadcast_to" and not algebra.shape(node.parts[0]):
            row = gradient(node.parts[0], self.symbol)
            return _Parts(None, algebra.outer(Spread(algebra.one, algebra.shape(node)), row))
        if node.operation != "matmul":
            inner = " and ".join(shape_text(algebra.shape(part)) for part in node.parts)
            raise self._unwritten(node, f"it makes {shape_text(algebra.shape(node))} of {inner}")
        left, right = node.parts
        vector, matrix = (right, left) if len(algebra.shape(right)) == 1 else (left, right)
        if matrix in self.dependence:
            raise self._unwritten(node, f"its matrix depends on {self.symbol.name}")
        turned = Spread(matrix, algebra.shape(matrix))
        if vector is left:
            turned = Spread(algebra.transposed(turned), turned.shape[::-1])
        diagonal, full = known[vector.number]
        terms = []
        if diagonal is not None:
            on_diagonal = Spread(algebra.diagonal_matrix(Spread(diagonal, self.by)), self.by * 2)
            terms.append(algebra.matmul(turned, on_diagonal))
        if full is not None:
            terms.append(algebra.matmul(turned, Spread(full, (*algebra.shape(vector), *self.by))))
        return _Parts(None, algebra.sum((1, term) for term in terms))

    def _unwritten(self, node: Expr, why: str) -> Unwritten:
        by = f"{self.symbol.name} {shape_text(self.by)}"
        return Unwritten(f"the Jacobian by {by} is not written down: of {spoken(node)}, {why}", _operation_of(node))
