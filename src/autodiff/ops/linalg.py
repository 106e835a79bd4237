"""Products of vectors and matrices."""

from collections.abc import Sequence
from math import prod
from typing import Any

from autodiff.errors import TorchIndexError, TorchNotImplementedError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.conjugation import conj
from autodiff.ops.dimension import common_shape
from autodiff.ops.dotting import sum_of_products
from autodiff.ops.op import Composite, Structural
from autodiff.ops.order import t, transpose
from autodiff.ops.shape import contiguous, expand, reshape, squeeze_dim, squeeze_in_place, unsafe_view, unsqueeze

__all__: list[str] = []

_M23, _M32 = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], [[1.0, -2.0], [0.5, 4.0], [2.0, 1.0]]
_V3, _W3 = [0.5, -1.5, 2.0], [1.0, 3.0, -0.25]


def _same_dtype(text: str, a: Values, b: Values) -> None:
    if a.dtype != b.dtype:
        raise TorchRuntimeError(text.format(_TITLES[a.dtype.name][0], _TITLES[b.dtype.name][0]))


_TITLES = {
    "float32": ("Float", "float"), "float64": ("Double", "double"), "int64": ("Long", "long int"),
    "int32": ("Int", "int"),
    "complex64": ("ComplexFloat", "c10::complex<float>"), "complex128": ("ComplexDouble", "c10::complex<double>"),
    "float16": ("Half", "c10::Half"), "bool": ("Bool", "bool"), "uint8": ("Byte", "unsigned char"),
    "int8": ("Char", "signed char"), "int16": ("Short", "short"),
}  # fmt: skip


def refuse_bools(kernel: str, *factors: Values) -> None:
    """Raise PyTorch's NotImplementedError for products of bools, unless there are none."""
    if factors[0].dtype == np.bool_ and all(factor.size for factor in factors):
        raise TorchNotImplementedError(f"\"{kernel}\" not implemented for 'Bool'")


def dot_product(self: Values, tensor: Values) -> Values:
    """The sum of products of two vectors of one dtype. Raises PyTorch's RuntimeError for anything else."""
    if self.ndim != 1 or tensor.ndim != 1:
        raise TorchRuntimeError(f"1D tensors expected, but got {self.ndim}D and {tensor.ndim}D tensors")
    _same_dtype("dot : expected both vectors to have same dtype, but found {} and {}", self, tensor)
    if self.shape != tensor.shape:
        a, b = self.size, tensor.size
        raise TorchRuntimeError(
            f"inconsistent tensor size, expected tensor [{a}] and src [{b}] to have the same number of elements, "
            f"but got {a} and {b} elements respectively"
        )
    refuse_bools("dot", self)
    return sum_of_products(self, tensor)


dot = Structural(
    "dot",
    "the sum of products of two vectors",
    "self, Tensor tensor",
    array=dot_product,
    derivatives={"self": lambda g, tensor: g * conj(tensor), "tensor": lambda g, self: g * conj(self)},
    samples=((_V3, _W3),),
)


def mv_product(self: Values, vec: Values) -> Values:
    """The product of a matrix and a vector. Raises PyTorch's RuntimeError unless they fit."""
    if not self.ndim:
        raise TorchIndexError("Dimension specified as 0 but tensor has no dimensions")
    if self.ndim != 2 or vec.ndim != 1:
        raise TorchRuntimeError(f"vector + matrix @ vector expected, got 1, {self.ndim}, {vec.ndim}")
    if self.shape[1] != vec.shape[0]:
        raise TorchRuntimeError(
            f"size mismatch, got input ({self.shape[0]}), mat ({self.shape[0]}x{self.shape[1]}), vec ({vec.shape[0]})"
        )
    if self.dtype != vec.dtype:
        a, b = _TITLES[self.dtype.name][0], _TITLES[vec.dtype.name][0]
        raise TorchRuntimeError(f"addmv input tensors must have the same dtype, but got {b}, {a}, and {b}")
    refuse_bools("addmv_impl_cpu", self)
    return self @ vec


mv: Structural = Structural(
    "mv",
    "matrix times vector",
    "self, Tensor vec",
    array=mv_product,
    derivatives={"self": lambda g, vec: outer(g, conj(vec)), "vec": lambda g, self: mv(conj(t(self)), g)},
    samples=((_M23, _V3),),
)


def mm_product(self: Values, mat2: Values) -> Values:
    """The product of two matrices. Raises PyTorch's RuntimeError unless they fit."""
    if self.ndim != 2:
        raise TorchRuntimeError("self must be a matrix")
    if mat2.ndim != 2:
        raise TorchRuntimeError("mat2 must be a matrix")
    if self.shape[1] != mat2.shape[0]:
        a, b = "x".join(map(str, self.shape)), "x".join(map(str, mat2.shape))
        raise TorchRuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({a} and {b})")
    if self.dtype != mat2.dtype:
        a, b = _TITLES[self.dtype.name][1], _TITLES[mat2.dtype.name][1]
        raise TorchRuntimeError(f"expected m1 and m2 to have the same dtype, but got: {a} != {b}")
    refuse_bools("addmm_impl_cpu_", self, mat2)
    if self.shape[1] == 1 and min(len(self), mat2.shape[1]) > 1:
        return self * mat2  # where a sum would lose the sign of a zero
    return self @ mat2


mm: Structural = Structural(
    "mm",
    "matrix times matrix",
    "self, Tensor mat2",
    array=mm_product,
    derivatives={
        "self": lambda g, mat2, self_shape, self_strides: left_back(g, mat2, self_shape, self_strides),
        "mat2": lambda g, self, mat2_shape, mat2_strides: right_back(g, self, mat2_shape, mat2_strides),
    },
    samples=((_M23, _M32),),
)


def _by_columns(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether a matrix lies in memory column by column, as its gradient then shall."""
    return strides[0] == 1 and strides[1] == shape[0]


def left_back(g: Any, right: Any, shape: Sequence[int], strides: Sequence[int]) -> Any:  # noqa: ANN401 - tensors
    """The gradient of the left factor of a product, in the order of its memory."""
    if _by_columns(shape, strides):
        return t(mm(conj(right), t(g)))
    return mm(g, conj(t(right)))


def right_back(g: Any, left: Any, shape: Sequence[int], strides: Sequence[int]) -> Any:  # noqa: ANN401 - tensors
    """The gradient of the right factor of a product, in the order of its memory."""
    if _by_columns(shape, strides):
        return t(mm(t(g), conj(left)))
    return mm(conj(t(left)), g)


def bmm_product(self: Values, mat2: Values) -> Values:
    """The product of matrices, pair by pair. Raises PyTorch's RuntimeError unless they fit."""
    for name, matrix in (("batch1", self), ("batch2", mat2)):
        if matrix.ndim != 3:
            raise TorchRuntimeError(f"{name} must be a 3D tensor")
    if self.shape[0] != mat2.shape[0] or self.shape[2] != mat2.shape[1]:
        raise TorchRuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{self.shape[0]}, {self.shape[2]}] "
            f"but got: [{mat2.shape[0]}, {mat2.shape[1]}]."
        )
    _same_dtype("expected scalar type {} but found {}", self, mat2)
    refuse_bools("bmm", self, mat2)
    return self @ mat2


bmm: Structural = Structural(
    "bmm",
    "the products of matrices, pair by pair",
    "self, Tensor mat2",
    array=bmm_product,
    derivatives={
        "self": lambda g, mat2: bmm(g, conj(transpose(mat2, dim0=1, dim1=2))),
        "mat2": lambda g, self: bmm(conj(transpose(self, dim0=1, dim1=2)), g),
    },
    samples=(([_M23], [_M32]),),
)


def _outer(self: Any, vec2: Any) -> Any:  # noqa: ANN401 - tensors
    for name, vector in (("self", self), ("vec2", vec2)):
        if len(vector.shape) != 1:
            raise TorchRuntimeError(f"outer: Expected 1-D argument {name}, but got {len(vector.shape)}-D")
    return reshape(self, shape=(len(self), 1)) * vec2


outer: Composite = Composite(
    "outer", "the matrix of products of two vectors", "self, Tensor vec2", compute=_outer, spellings=("ger",)
)


def _matmul(self: Any, other: Any) -> Any:  # noqa: ANN401 - tensors
    """Dot, matrix-vector, matrix-matrix, or pair by pair for batches of matrices, by the dimensions."""
    a, b = len(self.shape), len(other.shape)
    if a == 0 or b == 0:
        raise TorchRuntimeError(f"both arguments to matmul need to be at least 1D, but they are {a}D and {b}D")
    if (a, b) == (1, 1):
        return dot(self, other)
    if (a, b) == (2, 1):
        return mv(self, other)
    if (a, b) == (1, 2):
        return squeeze_in_place(mm(unsqueeze(self, dim=0), other), dim=0)
    if (a, b) == (2, 2):
        return mm(self, other)
    if _folds(self, other):
        return _matmul_of_tall_matrix(self, other)
    return _matmul_of_batches(self, other)


def _folds(self: Any, other: Any) -> bool:  # noqa: ANN401 - tensors
    """Whether a batch of matrices is taken for one tall matrix, as at::native::should_fold decides."""
    a, b = len(self.shape), len(other.shape)
    if min(a, b) > 2:
        return False
    large, small = (self, other) if a >= b else (transpose(other, dim0=-1, dim1=-2), self)
    if small.requires_grad:
        return True  # a batch of copies of it would take memory in backward
    if a == 2:
        return False
    shape, strides = large.shape, large.stride()
    return 0 in shape or all(strides[k] == strides[k + 1] * shape[k + 1] for k in range(len(shape) - 2))


def _matmul_of_tall_matrix(self: Any, other: Any) -> Any:  # noqa: ANN401 - tensors
    """The batch becomes one tall matrix; with the matrix on the left, everything is transposed."""
    turned = len(self.shape) < len(other.shape)
    if turned:
        self, other = transpose(other, dim0=-1, dim1=-2), t(self) if len(self.shape) == 2 else self
    tall = reshape(self, shape=(prod(self.shape[:-1]), self.shape[-1]))
    product = mv(tall, other) if len(other.shape) == 1 else mm(tall, other)
    result = unsafe_view(product, size=(*self.shape[:-1], *other.shape[1:]))
    return contiguous(transpose(result, dim0=-1, dim1=-2)) if turned and len(other.shape) == 2 else result


def _matmul_of_batches(self: Any, other: Any) -> Any:  # noqa: ANN401 - tensors
    """Pair by pair; a single matrix that requires a gradient is not copied for that."""
    if len(self.shape) == len(other.shape) == 3 and self.shape[0] != other.shape[0]:
        if self.shape[0] == 1 and self.requires_grad:
            return _matmul(squeeze_dim(self, dim=0), other)
        if other.shape[0] == 1 and other.requires_grad:
            return _matmul(self, squeeze_dim(other, dim=0))
    left, right = tuple(self.shape[-2:]), tuple(other.shape[-2:])
    batch = common_shape(self.shape[:-2], other.shape[:-2])
    size = (*batch, *(left if len(left) == 2 else (1, *left)))
    firsts = reshape(expand(self, size=size), shape=(prod(batch), *size[-2:]))
    seconds = reshape(expand(other, size=(*batch, *right)), shape=(prod(batch), *right))
    size = (*batch, *left[:-1], *right[1:])
    if len(right) == 1:
        return unsafe_view(squeeze_dim(bmm(firsts, unsqueeze(seconds, dim=2)), dim=-1), size=size)
    return unsafe_view(bmm(firsts, seconds), size=size)


matmul = Composite(
    "matmul", "the product of vectors, matrices or batches of matrices", "self, Tensor other", compute=_matmul
)

linalg_matmul = Composite(
    "linalg_matmul",
    "the product of vectors, matrices or batches of matrices",
    "self, Tensor other",
    compute=_matmul,
    places="linalg",
    samples=((_M23, _M32),),
)
