"""A Python function of PyTorch tensors. Functions are PyTorch's own, by the names that the table has for them."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from autodiff.expression.emit.infix import SIGN, Infix, Text
from autodiff.expression.emit.layout import Quotient
from autodiff.expression.emit.meaning import STRUCTURE
from autodiff.expression.emit.program import Emitted, Named, prepared
from autodiff.expression.emit.python import DEEPEST, function_text, parameters_of
from autodiff.expression.emit.whole import whole_text
from autodiff.expression.expr import Call, Constant, Expr, Symbol, Whole
from autodiff.ops.op import Op

__all__ = ["torch"]


class _Torch(Infix):
    constants: ClassVar[Mapping[str, str]] = {"pi": "torch.pi", "e": "torch.e"}
    both, either, negation = "&", "|", "~"
    infinity, nan = "torch.inf", "torch.nan"

    def __init__(self, emitted: Emitted, inputs: Mapping[str, str]) -> None:
        super().__init__(emitted, inputs)
        self.tensors: set[int] = set()
        for node in emitted.nodes():
            is_input = isinstance(node, Symbol) and node.name in inputs
            if is_input or isinstance(node, (Call, Whole)) or any(part.number in self.tensors for part in node.parts):
                self.tensors.add(node.number)

    def tensor(self, node: Expr) -> str:
        """A part as a tensor: functions take no Python numbers. A 0-d float64 leaves the dtype of others as it is."""
        text = self.numeric(node).text
        return text if node.number in self.tensors else f"torch.tensor({text}, dtype=torch.float64)"

    def root(self, base: Expr) -> Text:
        """The square root."""
        return Text(f"torch.sqrt({self.tensor(base)})")

    def call(self, node: Call) -> Text:
        """A function; the branches of a conditional are tensors of double precision if they are numbers."""
        if node.operation == "where":
            condition, yes, no = node.parts
            return self.conditional(self.condition(condition), *self.branches(yes, no))
        if node.operation in self.comparisons and not any(part.number in self.tensors for part in node.parts):
            left, right = node.parts
            return self.comparison(node.operation, self.tensor(left), self.tensor(right))
        if node.operation not in STRUCTURE:
            return Text(f"{_place(node.op)}({', '.join(self.arguments(node))})")
        return super().call(node)

    def divisor(self, parts: Quotient) -> str:
        """What stands below the line; Python refuses to divide a number by zero."""
        text = super().divisor(parts)
        return "torch.tensor(0.0)" if text == "0" else text

    def whole(self, node: Whole) -> Text:
        """An operation on whole arrays; where numbers are chosen between, they have the dtype of the first input."""
        text = whole_text(self, node, "torch")
        if node.operation != "where" or not self.inputs:
            return text
        return Text(f"{text.text}.to({next(iter(self.inputs.values()))}.dtype)")

    def branch(self, node: Expr) -> Text:
        """One of two values, not an integer."""
        if isinstance(node, Constant) and isinstance(node.value, int):
            return Text(f"{node.value}.0", SIGN)
        return self.numeric(node)

    def branches(self, yes: Expr, no: Expr) -> tuple[Text, Text]:
        """Two numbers get the default dtype, which may be too narrow for them; other numbers follow the tensor."""
        if {yes.number, no.number} & self.tensors or all(_is_short(each) for each in (yes, no)):
            return self.branch(yes), self.branch(no)
        return Text(self.tensor(yes)), Text(self.tensor(no))

    def arguments(self, node: Call) -> list[str]:
        """Tensors and attributes in the order of the signature, by name after the first that is left out."""
        tensors, given = iter(node.parts), dict(node.attributes)
        found, named = [], False
        for parameter in node.op.signature:
            if parameter.name in node.op.inputs:
                part = next(tensors, None)
                text = None if part is None else self.tensor(part)
            else:
                text = repr(given[parameter.name]) if parameter.name in given else None
            named |= parameter.keyword_only or text is None
            if text is not None:
                found.append(f"{parameter.name}={text}" if named else text)
        return found

    def conditional(self, condition: Text, yes: Text, no: Text) -> Text:
        """Both values are computed; one is taken."""
        return Text(f"torch.where({condition.text}, {yes.text}, {no.text})")


def _is_short(node: Expr) -> bool:
    return (
        isinstance(node, Constant) and -(1 << 24) < node.value < 1 << 24 and float(node.value * (1 << 10)).is_integer()
    )


def _place(op: Op) -> str:
    if "functional" in op.places and "function" not in op.places:
        return f"torch.nn.functional.{op.name}"
    return f"torch.special.{op.name}" if op.places == {"special"} else f"torch.{op.name}"


def _native(node: Call) -> bool:
    return (
        node.op.public
        and bool(node.op.places & {"function", "functional", "special"})
        and node.operation not in STRUCTURE
    )


def torch(named: Named, inputs: Sequence[str], value: Expr | None = None, *, share: bool = False) -> str:
    """A function `derivative` of tensors. Raises NotImplementedError for what PyTorch has no counterpart of."""
    emitted = prepared(
        named, inputs, value, share=share, target="PyTorch", native=_native, meanings={}, deepest=DEEPEST
    )
    parameters = parameters_of(inputs, {"torch"}, emitted)
    return function_text("import torch\n", parameters, _Torch(emitted, parameters), emitted)
