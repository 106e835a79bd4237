"""float16 and bfloat16: every operation is computed in float32 and rounded once, as PyTorch's kernels do."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from autodiff.dtypes import bfloat16, dtype, float16, float32
from autodiff.engine.core import TensorBase, plain
from autodiff.numbers.array import ARRAYS, Array, array_of, np
from autodiff.numbers.scalar import SCALARS, Number
from autodiff.ops.op import Elementwise

__all__ = ["widened"]

_HALVES: Final = frozenset({float16, bfloat16})
_KEEP_FACTORS: Final = frozenset({"mul", "div"})
"""Their kernels take a second operand without dimensions, or a number, with the digits float32 has."""
_IN_STEPS: Final = frozenset({"rsqrt", "logit", "nan_to_num"})
"""Their kernels round after every step, or ask what numbers a dtype has."""
_WITH_FACTOR: Final = {"add": 1, "sub": 1, "rsub": 0}
"""Which operand the kernel multiplies with `alpha` first, and rounds."""


def widened(
    op: Elementwise, inputs: Sequence[Any], attributes: Mapping[str, Any], kind: dtype
) -> tuple[Sequence[Any], Mapping[str, Any], dtype]:
    """Operands, parameters and the dtype to compute in, for operands that promote to the dtype `kind`."""
    if kind not in _HALVES or op.name in _IN_STEPS:
        return inputs, attributes, kind
    operands, given = _inputs(op, inputs, kind), _attributes(op, attributes, kind)
    if op.name in _WITH_FACTOR and "alpha" in given:
        k, rounded = _WITH_FACTOR[op.name], SCALARS[kind].round
        operands[k] = _multiplied(operands[k], rounded(given["alpha"]), kind)
        given["alpha"] = 1
    return operands, given, float32


def _inputs(op: Elementwise, inputs: Sequence[Any], kind: dtype) -> list[Any]:
    """The operands with no more digits than `kind` has, to be computed with in float32."""
    keeps = op.name in _KEEP_FACTORS and op.overload == 0
    return [x if keeps and k == 1 and _is_single(x) else _rounded(x, kind) for k, x in enumerate(inputs)]


def _attributes(op: Elementwise, attributes: Mapping[str, Any], kind: dtype) -> dict[str, Any]:
    """The same of numbers that stand for operands; other parameters keep their digits."""
    numbers = () if op.name in _KEEP_FACTORS else [p.name for p in op.signature if p.kind == "Number"]
    rounded = {name: SCALARS[kind].round(attributes[name]) for name in numbers if attributes[name] is not None}
    return {**attributes, **rounded}


def _is_single(x: Any) -> bool:  # noqa: ANN401 - a tensor or a number
    return not isinstance(x, TensorBase) or not x._data.shape


def _rounded(x: Any, kind: dtype) -> Any:  # noqa: ANN401
    if x is None:
        return None
    if not isinstance(x, TensorBase):
        return SCALARS[kind].round(x)
    data = x._data
    if data.dtype is kind or data.dtype.name == "bool":
        return x
    if isinstance(data, Number):
        return SCALARS[kind].round(data.number)
    if not data.shape:
        return SCALARS[kind].round(data.read())
    return plain(ARRAYS[kind].of(array_of(data, kind))) if isinstance(data, Array) else x


def _multiplied(x: Any, alpha: float, kind: dtype) -> Any:  # noqa: ANN401
    if not isinstance(x, TensorBase):
        return SCALARS[kind].round(alpha * x)
    if not x._data.shape:
        return SCALARS[kind].round(alpha * x._data.read())
    return plain(ARRAYS[kind].of(array_of(x._data, float32) * np.float32(alpha)))
