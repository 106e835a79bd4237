"""Functions of neural networks: linear maps, dropout and embeddings."""

from typing import Any

from autodiff.dtypes import Category, float64, int32, int64
from autodiff.errors import (
    TorchAssertionError,
    TorchIndexError,
    TorchNotImplementedError,
    TorchRuntimeError,
    TorchValueError,
)
from autodiff.numbers.array import Values, np
from autodiff.numbers.generator import current_generator
from autodiff.ops.added_products import addmm
from autodiff.ops.filling import full_like
from autodiff.ops.linalg import matmul
from autodiff.ops.loss_reduction import check_real
from autodiff.ops.matrix import measure_if_recorded
from autodiff.ops.op import Composite, Structural
from autodiff.ops.order import t
from autodiff.ops.selection import masked_fill
from autodiff.ops.shape import reshape, view

__all__: list[str] = []

# ------------------------------------------------------------------ a linear map


def _linear(self: Any, weight: Any, bias: Any) -> Any:  # noqa: ANN401 - tensors, or no bias
    shape, transposed = tuple(self.shape), t(weight)
    if not shape or not len(weight.shape):
        raise TorchRuntimeError(
            f"both arguments to linear need to be at least 1D, but they are {len(shape)}D and {len(weight.shape)}D"
        )
    if bias is None:
        return matmul(self, transposed)
    if len(shape) == 2:
        return addmm(bias, self, transposed)
    if len(weight.shape) == 2:
        rows = addmm(bias, reshape(self, shape=(-1, shape[-1])), transposed)
        return view(rows, size=(*shape[:-1], rows.shape[1]))
    return matmul(self, transposed) + bias


linear = Composite(
    "linear",
    "the product of self with the transposed weight, plus bias",
    "Tensor self, Tensor weight, Tensor bias=None",
    compute=_linear,
    places="functional",
    samples=(
        ([[1.0, 2.0]], [[0.5, -1.0], [1.5, 0.3]], [0.1, 0.2]),
        ([[1.0, 2.0]], [[0.5, -1.0]]),
        ([1.0, 2.0], [[0.5, -1.0], [1.5, 0.3]], [0.1, 0.2]),
    ),
)

# ------------------------------------------------------------------ dropout


def _kept(self: Values, p: float) -> Values:
    """0 with probability p, and otherwise what keeps the mean; drawn as PyTorch's `bernoulli_` draws."""
    ones = current_generator().fractions(self.size, float64) < 1 - p
    return ones.reshape(self.shape).astype(self.dtype) / self.dtype.type(1 - p)


dropout_noise = Structural(
    "dropout_noise",
    "0 with probability p, else 1 / (1 - p)",
    "self, Scalar p",
    array=_kept,
    public=False,
)


def _dropout(self: Any, p: float, training: bool) -> Any:  # noqa: ANN401 - a tensor
    if p == 0 or not training or not self.numel():
        return self
    if p == 1:
        return self * full_like(self, value=0)
    if self.dtype.category == Category.COMPLEX:
        raise TorchNotImplementedError(f"\"bernoulli_scalar_cpu_\" not implemented for '{self.dtype.title}'")
    if self.dtype.category < Category.FLOAT:
        raise TorchRuntimeError(f"result type Float can't be cast to the desired output type {self.dtype.title}")
    return self * dropout_noise(self, p=p)


def _checked_dropout(self: Any, p: float, training: bool) -> Any:  # noqa: ANN401 - a tensor
    if not 0 <= p <= 1:
        raise TorchValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    return _dropout(self, p, training)


dropout_function = Composite(
    "dropout",
    "self with elements set to 0 with probability p, and the others scaled up, when training",
    "self, Scalar p, bool train",
    compute=lambda self, p, train: _dropout(self, p, train),
    places="function",
)

dropout = Composite(
    "dropout",
    "self with elements set to 0 with probability p, and the others scaled up, when training",
    "self, Scalar p=0.5, bool training=True",
    compute=_checked_dropout,
    places="functional",
)

# ------------------------------------------------------------------ rows by their numbers


def _rows_of(weight: Values, indices: Values) -> Values:
    if indices.size and (indices.min() < 0 or indices.max() >= len(weight)):
        raise TorchIndexError("index out of range in self")
    return weight[indices]


def _added_rows(
    grad_output: Values, indices: Values, num_weights: int, padding_idx: int, scale_grad_by_freq: bool
) -> Values:
    """The gradients of rows, added where they came from; each by how often its number occurs if so wished."""
    flat = indices.ravel()
    counted = flat != padding_idx
    rows = grad_output.reshape(flat.size, -1)[counted]
    if scale_grad_by_freq:
        rows = rows / np.bincount(flat, minlength=num_weights)[flat[counted]][:, None].astype(rows.dtype)
    result = np.zeros((num_weights, grad_output.shape[-1]), dtype=grad_output.dtype)
    np.add.at(result, flat[counted], rows)
    return result


def _kept_rows(g: Any, indices: Any, padding_idx: int) -> Any:  # noqa: ANN401 - tensors
    rows = g[indices]
    return rows if padding_idx < 0 else masked_fill(rows, (indices == padding_idx).unsqueeze(-1), 0)


embedding_backward: Structural = Structural(
    "embedding_dense_backward",
    "the gradients of rows, added where they came from",
    "Tensor grad_output, Tensor indices, int num_weights, int padding_idx, bool scale_grad_by_freq",
    array=_added_rows,
    derivatives={"grad_output": _kept_rows},
    public=False,
)

embedding_native = Structural(
    "embedding",
    "the rows of weight with the given numbers",
    "Tensor weight, Tensor indices, int padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False, "
    "int weight_sym_argsize_0=0",
    array=lambda weight, indices, **_: _rows_of(weight, indices),
    derivatives={
        "weight": lambda g, indices, weight_sym_argsize_0, padding_idx, scale_grad_by_freq, sparse: embedding_backward(
            g,
            indices,
            num_weights=weight_sym_argsize_0,
            padding_idx=padding_idx,
            scale_grad_by_freq=scale_grad_by_freq,
        )
    },
    public=False,
)


def _embedding(weight: Any, indices: Any, padding_idx: int, scale_grad_by_freq: bool, sparse: bool) -> Any:  # noqa: ANN401
    if len(weight.shape) != 2:
        measure_if_recorded(weight, 0)
        raise TorchRuntimeError("'weight' must be 2-D")
    if indices.dtype not in (int32, int64):
        title = indices.dtype.title
        kind = (
            f"CPU{title}Type" if indices.dtype.category in (Category.BOOL, Category.COMPLEX) else f"torch.{title}Tensor"
        )
        raise TorchRuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got "
            f"{kind} instead (while checking arguments for embedding)"
        )
    check_real(weight, "embedding")
    return embedding_native(
        weight,
        indices,
        padding_idx=padding_idx,
        scale_grad_by_freq=scale_grad_by_freq,
        sparse=sparse,
        weight_sym_argsize_0=weight.shape[0],
    )


embedding_function = Composite(
    "embedding",
    "the rows of weight with the given numbers",
    "Tensor weight, Tensor indices, int padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False",
    compute=_embedding,
    places="function",
)


def _embedding_of_numbers(
    input: Any,  # noqa: ANN401 - tensors
    weight: Any,  # noqa: ANN401
    padding_idx: int | None,
    max_norm: float | None,
    norm_type: float,
    scale_grad_by_freq: bool,
    sparse: bool,
) -> Any:  # noqa: ANN401
    if padding_idx is None:
        padding_idx = -1
    else:
        if not -weight.shape[0] <= padding_idx < weight.shape[0]:
            raise TorchAssertionError("Padding_idx must be within num_embeddings")
        padding_idx %= weight.shape[0]
    if max_norm is not None:
        _shorten(weight.detach(), input, max_norm, norm_type)
    return _embedding(weight, input, padding_idx, scale_grad_by_freq, sparse)


def _shorten(weight: Any, indices: Any, max_norm: float, norm_type: float) -> None:  # noqa: ANN401 - tensors
    """Scale down in place the used rows whose norm is above `max_norm`."""
    rows = weight[indices.reshape(-1)]
    norms = rows.norm(norm_type, -1, True)
    weight[indices.reshape(-1)] = rows * masked_fill(max_norm / (norms + 1e-7), norms <= max_norm, 1.0)


embedding = Composite(
    "embedding",
    "the rows of weight with the given numbers",
    "Tensor input, Tensor weight, int padding_idx=None, Scalar max_norm=None, Scalar norm_type=2.0, "
    "bool scale_grad_by_freq=False, bool sparse=False",
    compute=_embedding_of_numbers,
    places="functional",
    samples=(([0, 1, 1], [[2.0, 0.5], [0.2, 3.0]]), ([[1, 0]], [[2.0, 0.5], [0.2, 3.0]])),
)

# ------------------------------------------------------------------ classes as rows of 0 and 1


def _one_hot(self: Values, num_classes: int) -> Values:
    if not self.size and num_classes <= 0:
        raise TorchRuntimeError(
            "Can not infer total number of classes from empty tensor."
            if num_classes == -1
            else "Class values must be smaller than num_classes."
        )
    if self.size and self.min() < 0:
        raise TorchRuntimeError("Class values must be non-negative.")
    count = int(self.max()) + 1 if num_classes == -1 else num_classes
    if self.size and self.max() >= count:
        raise TorchRuntimeError("Class values must be smaller than num_classes.")
    return (self[..., None] == np.arange(count)).astype(np.int64)


one_hot_native = Structural(
    "one_hot",
    "a row for each class, with 1 at its place and 0 elsewhere",
    "self, int num_classes",
    array=_one_hot,
    public=False,
)


def _one_hot_checked(self: Any, num_classes: int) -> Any:  # noqa: ANN401 - a tensor
    if self.dtype is not int64:
        raise TorchRuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    return one_hot_native(self, num_classes=num_classes)


one_hot = Composite(
    "one_hot",
    "a row for each class, with 1 at its place and 0 elsewhere",
    "self, int num_classes=-1",
    compute=_one_hot_checked,
    places="functional",
    samples=(([0, 2],), ([[0, 1]], 3)),
)
