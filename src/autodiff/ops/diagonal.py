"""Diagonals of matrices, and the triangles beside them."""

from typing import Any

from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import wrapped
from autodiff.ops.op import Composite, Structural
from autodiff.ops.shape import contiguous, expand, new_zeros, view

__all__: list[str] = []

_VECTOR, _MATRIX, _SQUARE = [0.5, -1.5, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], [[1.0, 2.0], [3.0, 5.0]]


def _diagonal_of(self: Values, offset: int, dim1: int, dim2: int) -> Values:
    first, second = wrapped(dim1, self.ndim), wrapped(dim2, self.ndim)
    if first == second:
        raise TorchRuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return self.diagonal(offset, first, second)


diagonal = Structural(
    "diagonal",
    "the diagonal of two dimensions, as the last dimension",
    "self, int offset=0, int dim1=0, int dim2=1",
    array=lambda self, offset, dim1, dim2: _writable(_diagonal_of(self, offset, dim1, dim2), self),
    view=True,
    derivatives={
        "self": lambda g, self_shape, offset, dim1, dim2: diagonal_backward(
            g, input_sizes=self_shape, offset=offset, dim1=dim1, dim2=dim2
        )
    },
    samples=((_MATRIX,), (_MATRIX, 1)),
)


def _writable(part: Values, whole: Values) -> Values:
    """NumPy guards diagonals against writing; ours may be changed in place like any view."""
    if whole.flags.writeable:
        part.flags.writeable = True
    return part


def _on_diagonal(grad_output: Values, input_sizes: Any, offset: int, dim1: int, dim2: int) -> Values:  # noqa: ANN401
    result = np.zeros(input_sizes, dtype=grad_output.dtype)
    _writable(_diagonal_of(result, offset, dim1, dim2), result)[...] = grad_output
    return result


diagonal_backward: Structural = Structural(
    "diagonal_backward",
    "zeros, with grad_output on the diagonal",
    "grad_output, ints input_sizes, int offset, int dim1, int dim2",
    array=_on_diagonal,
    derivatives={"grad_output": lambda g, offset, dim1, dim2: diagonal(g, offset=offset, dim1=dim1, dim2=dim2)},
    public=False,
)

diagonal_copy = Structural(
    "diagonal_copy",
    "the diagonal of two dimensions, in memory of its own",
    "self, int offset=0, int dim1=0, int dim2=1",
    node="DiagonalBackward0_copy",
    array=lambda self, offset, dim1, dim2: _diagonal_of(self, offset, dim1, dim2).copy(),
    derivatives={
        "self": lambda g, self_shape, offset, dim1, dim2: diagonal_backward(
            g, input_sizes=self_shape, offset=offset, dim1=dim1, dim2=dim2
        )
    },
    places="function",
    samples=((_MATRIX,), (_MATRIX, -1)),
)


def _embedded(self: Values, offset: int, dim1: int, dim2: int) -> Values:
    ndim = self.ndim + 1
    first, second = wrapped(dim1, ndim), wrapped(dim2, ndim)
    if first == second:
        raise TorchRuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    length = self.shape[-1] + abs(offset)
    lengths = list(self.shape[:-1])
    for dim in sorted((first, second)):
        lengths.insert(dim, length)
    return _on_diagonal(self, lengths, offset, first, second)


def _diagonal_replaced(self: Values, src: Values, offset: int, dim1: int, dim2: int) -> Values:
    result = self.copy()
    part = _writable(_diagonal_of(result, offset, dim1, dim2), result)
    if part.shape != src.shape:
        raise TorchRuntimeError(
            f"expected src to have a size equal to the slice of self. src size = {list(src.shape)}, slice size = "
            f"{list(part.shape)}"
        )
    part[...] = src
    return result


diagonal_scatter: Structural = Structural(
    "diagonal_scatter",
    "self, with src on a diagonal",
    "self, Tensor src, int offset=0, int dim1=0, int dim2=1",
    array=_diagonal_replaced,
    derivatives={
        "self": lambda g, offset, dim1, dim2: diagonal_scatter(
            g,
            new_zeros(g, size=diagonal(g, offset=offset, dim1=dim1, dim2=dim2).shape),
            offset=offset,
            dim1=dim1,
            dim2=dim2,
        ),
        "src": lambda g, offset, dim1, dim2: diagonal(g, offset=offset, dim1=dim1, dim2=dim2),
    },
    samples=(([[1.0, 2.0], [3.0, 5.0]], [0.5, -1.5]),),
)

diag_embed = Structural(
    "diag_embed",
    "zeros, with the last dimension on the diagonal of two new ones",
    "self, int offset=0, int dim1=-2, int dim2=-1",
    array=_embedded,
    derivatives={"self": lambda g, offset, dim1, dim2: diagonal(g, offset=offset, dim1=dim1, dim2=dim2)},
    samples=((_VECTOR,), (_MATRIX, 1)),
)


def _diag(self: Any, diagonal: int) -> Any:  # noqa: ANN401 - tensors
    ndim = len(self.shape)
    if ndim not in (1, 2):
        raise TorchRuntimeError(f"diag(): Supports 1D or 2D tensors. Got {ndim}D")
    if ndim == 1:
        return diag_embed(self, offset=diagonal, dim1=-2, dim2=-1)
    return diagonal_copy(self, offset=diagonal, dim1=0, dim2=1)


diag = Composite(
    "diag",
    "the diagonal of a matrix, or the matrix with a vector as its diagonal",
    "self, int diagonal=0",
    compute=_diag,
    samples=((_VECTOR,), (_MATRIX, 1)),
)

linalg_diagonal = Composite(
    "linalg_diagonal",
    "the diagonals of a batch of matrices",
    "A, *, int offset=0, int dim1=-2, int dim2=-1",
    compute=lambda A, offset, dim1, dim2: diagonal(A, offset=offset, dim1=dim1, dim2=dim2),  # noqa: N803 - PyTorch's name
    places="linalg",
    samples=((_MATRIX,),),
)


def _trace(self: Values) -> Any:  # noqa: ANN401 - a number
    if self.ndim != 2:
        raise TorchRuntimeError(f"trace: expected a matrix, but got tensor with dim {self.ndim}")
    return self.trace()


def _spread_on_diagonal(g: Any, shape: tuple[int, int]) -> Any:  # noqa: ANN401 - tensors
    return diagonal_backward(expand(g, size=(min(shape),)), input_sizes=shape, offset=0, dim1=0, dim2=1)


trace = Structural(
    "trace",
    "the sum of the diagonal of a matrix",
    array=_trace,
    derivatives={"self": lambda g, self_shape: _spread_on_diagonal(g, self_shape)},
    samples=((_SQUARE,), (_MATRIX,)),
)


def _triangle(name: str, doc: str) -> Structural:
    def cut(self: Values, diagonal: int) -> Values:
        if self.ndim < 2:
            raise TorchRuntimeError(f"{name}: input tensor must have at least 2 dimensions")
        result: Values = getattr(np, name)(self, diagonal)
        return result

    def triangle(g: Any, diagonal: int) -> Any:  # noqa: ANN401 - tensors
        return operation(g, diagonal=diagonal)

    operation = Structural(
        name,
        doc,
        "self, int diagonal=0",
        array=cut,
        derivatives={"self": triangle},
        in_place=True,
        samples=((_MATRIX,), (_MATRIX, 1)),
    )
    return operation


tril = _triangle("tril", "a matrix with zeros above a diagonal")
triu = _triangle("triu", "a matrix with zeros below a diagonal")

diagflat = Composite(
    "diagflat",
    "a matrix with all elements of self on a diagonal",
    "self, int offset=0",
    compute=lambda self, offset: diag_embed(view(contiguous(self), size=(-1,)), offset=offset, dim1=-2, dim2=-1),
    samples=((_VECTOR,), (_MATRIX, 1)),
)
