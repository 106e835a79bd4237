"""Recording: the engine evaluates and differentiates one sample row, and every operation on a column is noted down.

So the program for a million rows is what `eval` does for one: the same operations in the same order, rule by rule.
The engine asks the innermost level before it applies an operation (see engine/forward_level.py); here that level is
the recorder. A number with a column behind it is kept in an array, so that the short way of scalars is not taken.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase
from autodiff.engine.mode import dual_level
from autodiff.errors import TorchNotImplementedError
from autodiff.numbers.array import backed
from autodiff.numbers.scalar import Scalar
from autodiff.ops.op import Composite, Elementwise, Op
from autodiff.rows.lowering import SEVERAL, lowered, of_each
from autodiff.rows.steps import Fixed, Operand, Program
from autodiff.session.published import hinted

__all__ = ["Recorder"]

_OF_ONE: Final = frozenset(
    {
        "sum",
        "mean",
        "prod",
        "amax",
        "amin",
        "max",
        "min",
        "sum_to_size",
        "expand",
        "view",
        "reshape",
        "clone",
        "copied",
        "unsafe_view",
        "squeeze",
        "t",
        "median",
    }
)
"""What changes nothing in a single number."""


class Recorder:
    """A level that notes down what is done to columns.

    The attributes are those the engine asks a level for: there is no other level around this one, and it has no number.
    """

    number: None = None
    outer: None = None

    def __init__(self, program: Program) -> None:
        self.program = program
        self._found: dict[int, tuple[Any, Operand]] = {}  # by the identity of a value, which is kept alive

    def run(self, act: Callable[[], Any]) -> Any:  # noqa: ANN401 - what `act` gives
        """Call `act` while this notes down what is done."""
        token = dual_level.set(self)
        try:
            return act()
        finally:
            dual_level.reset(token)

    # -------------------------------------------------------------- which value is which step

    def know(self, t: TensorBase, operand: Operand) -> None:
        """The value of `t` is this step from now on."""
        if isinstance(t._data, Scalar) and not t._data.zero:
            backed(t._data)
        self._found[id(t._data)] = (t._data, operand)

    def operand(self, value: Any) -> Any:  # noqa: ANN401 - a tensor, a number or an attribute
        """The step behind a tensor, or the number that it is in all rows."""
        if not isinstance(value, TensorBase):
            return Fixed(value)
        data: Any = value._data
        while data is not None:
            if id(data) in self._found:
                return self._found[id(data)][1]
            data = getattr(data, "target", None) or getattr(data, "storage", None)
            data = data if isinstance(data, Scalar) else None
        return Fixed(value._data.read())

    # -------------------------------------------------------------- what the engine asks a level to do

    def apply(self, op: Op, inputs: Sequence[Any], attributes: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a tensor
        """Apply an operation, and note it down."""
        if isinstance(op, Composite):
            return op.compute(*inputs, **attributes)
        token = dual_level.set(None)
        try:
            result = apply(op, inputs, attributes)
        finally:
            dual_level.reset(token)
        tensors = [x for x in inputs if isinstance(x, TensorBase)] or [
            t for x in inputs if isinstance(x, list) for t in x
        ]
        operands = [self.operand(x) for x in inputs]
        if not any(isinstance(self.operand(t), int) for t in tensors):
            return result
        if op.name in SEVERAL:
            for part, operand in zip(result, SEVERAL[op.name](self.program, *operands), strict=True):
                self.know(part, operand)
            return result
        if not isinstance(result, TensorBase) or result._data.shape or isinstance(inputs[0], list):
            raise _of_several_numbers(op)
        given = dict(zip(op.inputs, operands, strict=True)) | {k: Fixed(v) for k, v in attributes.items()}
        self.know(result, self._step(op, [given[p.name] for p in op.signature], result))
        return result

    def _step(self, op: Op, values: Sequence[Any], result: TensorBase) -> Operand:
        """The step that an operation is; `values` are in the order of its signature."""
        kind = result.dtype.name
        if result._data.zero:
            return Fixed(0.0)
        if isinstance(op, Elementwise) or op.name == "log_sigmoid_backward":
            return lowered(self.program, op, values, kind)
        if op.name == "_to_copy" and not result.dtype.is_complex:
            return self.program.add("cast", values[0], kind=kind, further=[kind])
        if op.name in _OF_ONE:
            return values[0]  # type: ignore[no-any-return] # a step
        if any(p.name == "reduction" for p in op.signature):
            return of_each(self.program, op, values, kind)
        raise _of_several_numbers(op)

    def write(self, t: TensorBase, result: TensorBase, node: Any) -> None:  # noqa: ANN401, ARG002 - the change's node
        """`t`, whose memory was just changed, is what the result is."""
        self.know(t, self.operand(result))

    def tangents(self, t: TensorBase) -> None:  # noqa: ARG002 - none has any here
        """The tangents of a tensor at this level."""
        return

    def shown(self, t: TensorBase, text: Callable[[TensorBase, Sequence[str]], str]) -> str:
        """The text of a tensor."""
        return text(t, ())


def _of_several_numbers(op: Op) -> Exception:
    error = TorchNotImplementedError(f"{op.name}() is not computed from row to row")
    return hinted(error, "a column stands for one number in each row")
