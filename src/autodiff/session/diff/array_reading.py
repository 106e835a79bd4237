"""A program read as mathematics where names have shapes: `x:3` is a vector, `A:2x3` a matrix.

Values are expressions that have the shapes PyTorch's tensors would have; what does not fit is refused in its words.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autodiff.errors import TorchError, TorchRuntimeError
from autodiff.expression import Expr, Unwritten
from autodiff.expression.array_operations import OPERATIONS, matmul, transposed
from autodiff.expression.arrays import Arrays, Shape, Spread
from autodiff.language import Program
from autodiff.ops.dimension import common_shape
from autodiff.ops.op import Elementwise, Op
from autodiff.session.diff.functions import apply, of_numbers
from autodiff.session.diff.symbolic import Chain, Reading

__all__ = ["ArrayReading"]

_COMPOSITES: Final = frozenset(
    """
    positive conj real float double contiguous square relu6 softsign tanhshrink selu elu gelu logsigmoid float_power
    """.split()  # noqa: SIM905 - a list is read as words
)
"""What PyTorch composes of functions of each element."""
_OF_TWO: Final = ("max", "min")
_LOSSES: Final = (
    "mse_loss", "l1_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits", "smooth_l1_loss", "huber_loss",
)  # fmt: skip


class ArrayReading(Reading):
    """What a program says about arrays; see `Reading`."""

    algebra: Arrays

    def __init__(self, program: Program, algebra: Arrays) -> None:
        super().__init__(program, algebra)

    def shape(self, value: Any) -> Shape:  # noqa: ANN401
        """The shape of a value: of a number, and of what has none, no dimension."""
        if isinstance(value, Chain):
            return value.shape
        return self.algebra.shape(value) if isinstance(value, Expr) else ()

    def longer(self, kind: str, arguments: list[Any]) -> Chain:
        """As for numbers, with the shape that all parts broadcast to."""
        shape = self._common(arguments)
        chain = super().longer(kind, arguments)
        chain.shape = shape
        return chain

    def made(self, value: Any) -> Any:  # noqa: ANN401
        """As for numbers; what was rewritten to something smaller is filled up."""
        found = super().made(value)
        return self._filled(found, value.shape) if isinstance(value, Chain) else found

    def step(self, number: int, kind: str, arguments: list[Any], payload: Any) -> Any:  # noqa: ANN401
        """The value of one instruction."""
        if kind == "matmul":
            self.places.setdefault("matmul", number)
            if any(isinstance(each, (list, str)) for each in arguments):
                raise Unwritten("the derivative of @ is written down for names and what is made of them", "matmul")
            return self._told(arguments, lambda: matmul(*map(self.algebra.expression, arguments)))
        if kind == "slice" or (kind == "index" and isinstance(arguments[0], Expr)):
            raise Unwritten("the derivative of indexing is not written down", "index")
        return super().step(number, kind, arguments, payload)

    def operate(self, kind: str, arguments: list[Any], number: int) -> Any:  # noqa: ANN401
        """An operator of its operands, element by element."""
        if kind == "matmul":
            return self.step(number, kind, arguments, None)
        shape = self._common(arguments)
        return self._filled(super().operate(kind, arguments, number), shape)

    def attribute(self, number: int, owner: Any, name: str) -> Any:  # noqa: ANN401
        """What stands behind a dot, with the attributes T and mT."""
        if isinstance(owner, Expr) and name in ("T", "mT") and not self.is_called(number):
            self.places.setdefault("T", number)
            return transposed(owner, name)
        return super().attribute(number, owner, name)

    def call(self, number: int, arguments: list[Any], keywords: Any) -> Any:  # noqa: ANN401
        """A function or method of the arguments after it."""
        callee, *given = arguments
        named = callee if isinstance(callee, str) and not keywords else ""
        if named in _CREATIONS and len(given) == 1 and isinstance(given[0], Expr):
            return _CREATIONS[named](self.algebra, self.shape(given[0]), given[0])
        if named in _SIZED and given and all(type(each) is int and each >= 0 for each in _flat(given)):
            return _SIZED[named](self.algebra, tuple(_flat(given)))
        owned = [callee[0]] if isinstance(callee, tuple) else []
        operands = [*owned, *given]

        def note(name: str) -> None:
            self.places.setdefault(name, number)
            if name in ("dot", "mv", "mm", "inner", "vdot"):
                self.places.setdefault("matmul", number)

        return self._told(operands, lambda: apply(callee, given, keywords, self.algebra, note, self._applied))

    def _applied(self, op: Op, tensors: list[Any], attributes: dict[str, Any], algebra: Arrays) -> Any:  # noqa: ANN401
        operands = [each if each is None else algebra.expression(each) for each in tensors]
        if op.name in OPERATIONS:
            return OPERATIONS[op.name](*operands, **attributes)
        if not any(map(self.shape, operands)):
            return of_numbers(op, tensors, attributes, algebra)
        each = isinstance(op, Elementwise) or op.name in _COMPOSITES or (op.name in _OF_TWO and len(operands) == 2)
        if not each and op.name not in _LOSSES:
            raise Unwritten(f"the derivative of {op.name}() of arrays is not written down", op.name)
        found = self._filled(of_numbers(op, operands, attributes, algebra), self._common(operands))
        if op.name not in _LOSSES or attributes["reduction"] == "none":
            return found
        kind = attributes["reduction"]
        shape = self.shape(found)
        return algebra.total(Spread(found, shape), range(len(shape)), kind=kind) if shape else found

    def _common(self, values: Sequence[Any]) -> Shape:
        """The shape that values broadcast to. Raises PyTorch's RuntimeError if they do not."""
        shape: Shape = self._told(values, lambda: common_shape(*map(self.shape, values)))
        return shape

    def _filled(self, found: Any, shape: Shape) -> Any:  # noqa: ANN401
        return self.algebra.fitted(found, shape) if isinstance(found, Expr) else found

    def _told(self, values: Sequence[Any], act: Callable[[], Any]) -> Any:  # noqa: ANN401
        """What `act` gives; an error of shapes says which shapes there were."""
        try:
            return act()
        except TorchError as error:
            shapes = [list(self.shape(value)) for value in values if isinstance(value, (Expr, Chain))]
            if isinstance(error, TorchRuntimeError) and len(shapes) > 1:
                error.hint = f"the shapes are {' and '.join(map(str, shapes))}"
            raise


def _flat(given: Sequence[Any]) -> Sequence[Any]:
    return given[0] if len(given) == 1 and isinstance(given[0], list) else given


def _like(kind: str) -> Callable[..., Expr]:
    def created(algebra: Arrays, shape: Shape, like: Expr) -> Expr:
        name = getattr(like, "name", None)
        return algebra.whole(kind, (), shape) if name is None else algebra.whole(f"{kind}_like", (), shape, name)

    return created


def _identity(algebra: Arrays, shape: Shape) -> Expr:
    if len(set(shape)) != 1 or len(shape) > 2:
        raise Unwritten("eye() of another than a square matrix is not written down", "eye")
    return algebra.diagonal_matrix(Spread(algebra.one, shape[:1]))


_CREATIONS: Final[Mapping[Any, Callable[..., Expr]]] = {"ones_like": _like("ones"), "zeros_like": _like("zeros")}
_SIZED: Final[Mapping[Any, Callable[[Arrays, Shape], Expr]]] = {
    "ones": lambda algebra, shape: algebra.whole("ones", (), shape),
    "zeros": lambda algebra, shape: algebra.whole("zeros", (), shape),
    "eye": _identity,
}
"""Arrays that are made, not given."""
