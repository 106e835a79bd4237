"""Operations on whole arrays as NumPy and PyTorch call them: by the same names, but for a few."""

from typing import Final

from autodiff.expression.emit.infix import ATOM, POWER, PRODUCT, Infix, Text
from autodiff.expression.expr import Whole

__all__ = ["whole_text"]

_NUMPYS: Final = {"norm": "linalg.norm", "unsqueeze": "expand_dims"}
_TORCHS: Final = {"norm": "linalg.norm"}


def whole_text(writer: Infix, node: Whole, module: str) -> Text:
    """The call of `np` or `torch`, which `module` is, of the parts that `writer` has written."""
    read = writer.condition if node.operation == "where" else writer.numeric
    parts = [read(part) for part in node.parts]
    if node.operation == "matmul":
        return Text(f"{writer.held(parts[0], POWER)} @ {writer.held(parts[1], POWER)}", PRODUCT)
    if node.operation == "T":
        return Text(f"{writer.held(parts[0], ATOM)}.T")
    name = (_NUMPYS if module == "np" else _TORCHS).get(node.operation, node.operation)
    arguments = [*(part.text for part in parts), *_said(writer, node, module)]
    return Text(f"{module}.{name}({', '.join(arguments)})")


def _said(writer: Infix, node: Whole, module: str) -> list[str]:
    """What stands behind the operands."""
    if node.operation in ("sum", "mean"):
        axis, keep = ("axis", "keepdims") if module == "np" else ("dim", "keepdim")
        dims, keepdim = node.attributes
        where = [] if dims is None else [f"{axis}={dims[0] if len(dims) == 1 else tuple(dims)}"]
        return [*where, *([f"{keep}=True"] if keepdim else [])]
    if node.operation in ("ones", "zeros"):
        return [f"({', '.join(node.said)}{',' if len(node.said) == 1 else ''})"]
    if node.operation in ("ones_like", "zeros_like"):
        return [writer.inputs.get(name, name) for name in node.attributes]
    return list(node.said)
