"""Several tensors made into one: side by side, one after the other, or around a tensor as padding."""

from typing import Any

from autodiff.errors import TorchRuntimeError, TorchValueError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import placed, wrapped
from autodiff.ops.op import Composite, Structural
from autodiff.ops.shape import new_zeros, reshape, unsqueeze

__all__: list[str] = []

_V3, _W3 = [0.5, -1.5, 2.0], [1.0, 3.0, -0.25]
_MATRIX = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]


def _stacked(tensors: list[Values], dim: int) -> Values:
    if not tensors:
        raise TorchRuntimeError("stack expects a non-empty TensorList")
    for k, tensor in enumerate(tensors):
        if tensor.shape != tensors[0].shape:
            raise TorchRuntimeError(
                f"stack expects each tensor to be equal size, but got {list(tensors[0].shape)} at entry 0 and "
                f"{list(tensor.shape)} at entry {k}"
            )
    return np.stack(tensors, axis=wrapped(dim, tensors[0].ndim + 1))


stack = Structural(
    "stack",
    "tensors of one shape, side by side along a new dimension",
    "Tensors tensors, int dim=0",
    array=_stacked,
    promotes=True,
    derivatives={"tensors": lambda g, dim: _slices(g, dim)},
    places="function",
    samples=(([_V3, _W3],), ([_V3, _W3], -1)),
)


def _joined(tensors: list[Values], dim: int) -> Values:
    if not tensors:
        raise TorchValueError("torch.cat(): expected a non-empty list of Tensors")
    real = [t for t in tensors if t.shape != (0,)] or tensors
    axis = wrapped(dim, real[0].ndim)
    for k, tensor in enumerate(tensors):
        if tensor.ndim == 0:
            raise TorchRuntimeError(f"zero-dimensional tensor (at position {k}) cannot be concatenated")
        if tensor.shape == (0,):
            continue
        if tensor.ndim != real[0].ndim:
            raise TorchRuntimeError(
                f"Tensors must have same number of dimensions: got {real[0].ndim} and {tensor.ndim}"
            )
        for d, (a, b) in enumerate(zip(real[0].shape, tensor.shape, strict=True)):
            if d != axis and a != b:
                raise TorchRuntimeError(
                    f"Sizes of tensors must match except in dimension {axis}. Expected size {a} but got size {b} "
                    f"for tensor number {k} in the list."
                )
    return np.concatenate(real, axis=axis)


cat = Structural(
    "cat",
    "tensors one after the other along an existing dimension",
    "Tensors tensors, int dim=0",
    array=_joined,
    promotes=True,
    derivatives={"tensors": lambda g, dim, tensors_shapes: _parts(g, dim, tensors_shapes)},
    places="function",
    spellings=("concat", "concatenate"),
    samples=(([_V3, _W3],), ([[_V3], [_W3]], 1)),
)


def _slices(g: Any, dim: int) -> list[Any]:  # noqa: ANN401 - tensors
    return [g.select(dim, k) for k in range(g.shape[wrapped(dim, len(g.shape))])]


def _parts(g: Any, dim: int, shapes: Any) -> list[Any]:  # noqa: ANN401 - tensors
    parts, start = [], 0
    for shape in shapes:
        length = 0 if shape == (0,) else shape[wrapped(dim, len(shape))]
        parts.append(g.narrow(dim, start, length) if shape != (0,) else new_zeros(g, size=(0,)))
        start += length
    return parts


# ------------------------------------------------------------------ joined along a named direction


def at_least_1d(tensor: Any) -> Any:  # noqa: ANN401 - a tensor
    """The tensor with at least one dimension."""
    return tensor if tensor.shape else reshape(tensor, shape=(1,))


def at_least_2d(tensor: Any) -> Any:  # noqa: ANN401 - a tensor
    """The tensor with at least two dimensions: a vector becomes a row."""
    if not tensor.shape:
        return reshape(tensor, shape=(1, 1))
    return unsqueeze(tensor, dim=0) if len(tensor.shape) == 1 else tensor


def at_least_3d(tensor: Any) -> Any:  # noqa: ANN401 - a tensor
    """The tensor with at least three dimensions: the last ones are added last."""
    if not tensor.shape:
        return reshape(tensor, shape=(1, 1, 1))
    if len(tensor.shape) == 1:
        tensor = unsqueeze(tensor, dim=0)
    return unsqueeze(tensor, dim=-1) if len(tensor.shape) == 2 else tensor


atleast_1d = Composite(
    "atleast_1d", "the tensor with at least one dimension", compute=at_least_1d, places="function", samples=((1.5,),)
)
atleast_2d = Composite(
    "atleast_2d", "the tensor with at least two dimensions", compute=at_least_2d, places="function", samples=((_V3,),)
)
atleast_3d = Composite(
    "atleast_3d", "the tensor with at least three dimensions", compute=at_least_3d, places="function", samples=((_V3,),)
)

_EACH = "Variadic tensors"
atleast_1d_each = Composite(
    "atleast_1d", "each with at least one dimension", _EACH,
    compute=lambda tensors: tuple(map(at_least_1d, tensors)), places="function",
)  # fmt: skip
atleast_2d_each = Composite(
    "atleast_2d", "each with at least two dimensions", _EACH,
    compute=lambda tensors: tuple(map(at_least_2d, tensors)), places="function",
)  # fmt: skip
atleast_3d_each = Composite(
    "atleast_3d", "each with at least three dimensions", _EACH,
    compute=lambda tensors: tuple(map(at_least_3d, tensors)), places="function",
)  # fmt: skip


def _hstack(tensors: Any) -> Any:  # noqa: ANN401 - tensors
    if not tensors:
        raise TorchRuntimeError("hstack expects a non-empty TensorList")
    tensors = [at_least_1d(tensor) for tensor in tensors]
    return cat(tensors, dim=0 if len(tensors[0].shape) == 1 else 1)


def _column_stack(tensors: Any) -> Any:  # noqa: ANN401 - tensors
    if not tensors:
        raise TorchRuntimeError("column_stack expects a non-empty TensorList")
    return _hstack([reshape(t, shape=(t.numel(), 1)) if len(t.shape) <= 1 else t for t in tensors])


def _stacker(name: str, doc: str, raised: Any, dim: int) -> Composite:  # noqa: ANN401 - a function of a tensor
    def stacked(tensors: Any) -> Any:  # noqa: ANN401 - tensors
        if not tensors:
            raise TorchRuntimeError(f"{name} expects a non-empty TensorList")
        return cat([raised(tensor) for tensor in tensors], dim=dim)

    return Composite(name, doc, "Tensors tensors", compute=stacked, places="function", samples=(([_V3, _W3],),))


hstack = Composite(
    "hstack",
    "tensors side by side: along the columns, or for vectors one after the other",
    "Tensors tensors",
    compute=_hstack,
    places="function",
    samples=(([_V3, _W3],), ([[_V3], [_W3]],)),
)
vstack = _stacker("vstack", "tensors one below the other", at_least_2d, 0)
row_stack = _stacker("row_stack", "tensors one below the other", at_least_2d, 0)
dstack = _stacker("dstack", "tensors one behind the other, along the third dimension", at_least_3d, 2)
column_stack = Composite(
    "column_stack",
    "vectors as the columns of a matrix",
    "Tensors tensors",
    compute=_column_stack,
    places="function",
    samples=(([_V3, _W3],),),
)


def _in_blocks(tensors: list[Values]) -> Values:
    matrices = [np.atleast_2d(tensor) for tensor in tensors]
    for k, tensor in enumerate(tensors):
        if tensor.ndim > 2:
            raise TorchRuntimeError(
                f"torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {k} has {tensor.ndim} "
                "dimensions"
            )
    result = np.zeros((sum(len(m) for m in matrices), sum(m.shape[1] for m in matrices)), dtype=matrices[0].dtype)
    for matrix, (row, column) in zip(matrices, _corners([m.shape for m in matrices]), strict=True):
        result[row : row + len(matrix), column : column + matrix.shape[1]] = matrix
    return result


def _corners(shapes: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - lengths of rows and columns
    corners, row, column = [], 0, 0
    for shape in shapes:
        corners.append((row, column))
        row, column = row + shape[0], column + shape[1]
    return corners


def _blocks(g: Any, shapes: Any) -> list[Any]:  # noqa: ANN401 - tensors
    matrices = [(1, 1, *shape)[-2:] if len(shape) < 2 else shape for shape in shapes]
    return [
        view_back(g.narrow(0, row, size[0]).narrow(1, column, size[1]), shape)
        for (row, column), size, shape in zip(_corners(matrices), matrices, shapes, strict=True)
    ]


def view_back(block: Any, shape: Any) -> Any:  # noqa: ANN401 - a tensor
    """A block of a matrix in the shape of the vector or number it came from."""
    return block if len(shape) == 2 else reshape(block, shape=tuple(shape))


block_diag = Structural(
    "block_diag",
    "tensors as blocks along the diagonal of a matrix of zeros",
    "Variadic tensors",
    array=_in_blocks,
    promotes=True,
    derivatives={"tensors": lambda g, tensors_shapes: _blocks(g, tensors_shapes)},
    places="function",
    samples=((_V3, [[2.0]]),),
)

# ------------------------------------------------------------------ padding


def _padded(self: Values, pad: Any, value: float) -> Values:  # noqa: ANN401 - pairs of ints
    if len(pad) % 2:
        raise TorchRuntimeError(f"Length of pad must be even but instead it equals {len(pad)}")
    if len(pad) // 2 > self.ndim:
        raise TorchRuntimeError(
            "Length of pad should be no more than twice the number of dimensions of the input. "
            f"Pad length is {len(pad)} while the input has {self.ndim} dimensions."
        )
    pairs = [(pad[2 * k], pad[2 * k + 1]) for k in range(len(pad) // 2)]
    for k, (before, after) in enumerate(pairs):
        axis = self.ndim - 1 - k
        cut = slice(max(-before, 0), self.shape[axis] - max(-after, 0))
        self = self[placed(axis, cut)]
    widths = [(0, 0)] * (self.ndim - len(pairs)) + [(max(a, 0), max(b, 0)) for a, b in reversed(pairs)]
    return np.pad(self, widths, constant_values=value)


constant_pad_nd: Structural = Structural(
    "constant_pad_nd",
    "with a number around: pairs of widths, for the last dimension first; negative ones cut off",
    "self, ints pad, Scalar value=0",
    array=_padded,
    derivatives={"self": lambda g, pad: constant_pad_nd(g, pad=tuple(-width for width in pad), value=0)},
    places="function",
    samples=((_MATRIX, (1, 1)), (_MATRIX, (0, -1, 1, 0), 2.5)),
)


def _pad(self: Any, pad: Any, mode: str, value: float | None) -> Any:  # noqa: ANN401 - tensors
    if mode != "constant":
        raise TorchRuntimeError(f"autodiff pads with a constant only, not with mode '{mode}'")
    return constant_pad_nd(self, pad=pad, value=0 if value is None else value)


pad = Composite(
    "pad",
    "with a number around: pairs of widths, for the last dimension first",
    "self, ints pad, str mode='constant', Scalar value=None",
    compute=_pad,
    places="functional",
    samples=((_MATRIX, (1, 1)),),
)
