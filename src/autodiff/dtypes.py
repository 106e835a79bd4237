"""The dtypes, how they promote, and the default dtype.

Promotion follows PyTorch's rule (measured for all 768 ordered pairs): operands fall in three
ranks, tensors with dimensions, 0-d tensors and Python numbers; a lower rank counts only if its
category (bool < integer < float < complex) is higher.
"""

from __future__ import annotations

from _contextvars import ContextVar  # as in contextvars, without a file to load

from autodiff.errors import TorchTypeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Final

__all__ = [
    "DTYPES",
    "Category",
    "bfloat16",
    "bool_",
    "complex32",
    "complex64",
    "complex128",
    "default_complex_dtype",
    "default_dtype",
    "dtype",
    "dtype_of_number",
    "float16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "promote_types",
    "promoted",
    "result_type",
    "set_default_dtype",
    "uint8",
]


class Category:
    """What promotion compares first: plain integers, since `enum` takes long to import."""

    BOOL: Final = 0
    INTEGER: Final = 1
    FLOAT: Final = 2
    COMPLEX: Final = 3


class dtype:  # noqa: N801 - PyTorch's spelling, visible as `torch.dtype`
    """The type of a tensor's elements.

    `itemsize` is in bytes. `title` is PyTorch's class-like name (`Float` in `torch.FloatTensor` and in
    most messages), `cpp` the C++ name a few messages use.
    """

    __slots__ = ("category", "cpp", "itemsize", "name", "title")
    __module__ = "torch"

    def __init__(self, name: str, category: int, itemsize: int, title: str, cpp: str) -> None:
        self.name = name
        self.category = category
        self.itemsize = itemsize
        self.title = title
        self.cpp = cpp

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> tuple[Callable[[str], dtype], tuple[str]]:
        return _of_name, (self.name,)  # not by reference: __module__ names a package that need not be installed

    @property
    def is_floating_point(self) -> bool:
        """Whether the elements are real floats."""
        return self.category == Category.FLOAT

    @property
    def is_complex(self) -> bool:
        """Whether the elements have an imaginary part."""
        return self.category == Category.COMPLEX

    @property
    def is_differentiable(self) -> bool:
        """Whether a tensor of this dtype may require a gradient."""
        return self.category >= Category.FLOAT

    @property
    def is_signed(self) -> bool:
        """Whether an element can be negative."""
        return self.name not in {"uint8", "bool"}


bool_: Final = dtype("bool", Category.BOOL, 1, "Bool", "bool")
uint8: Final = dtype("uint8", Category.INTEGER, 1, "Byte", "unsigned char")
int8: Final = dtype("int8", Category.INTEGER, 1, "Char", "signed char")
int16: Final = dtype("int16", Category.INTEGER, 2, "Short", "short")
int32: Final = dtype("int32", Category.INTEGER, 4, "Int", "int")
int64: Final = dtype("int64", Category.INTEGER, 8, "Long", "long int")
float16: Final = dtype("float16", Category.FLOAT, 2, "Half", "c10::Half")
bfloat16: Final = dtype("bfloat16", Category.FLOAT, 2, "BFloat16", "c10::BFloat16")
float32: Final = dtype("float32", Category.FLOAT, 4, "Float", "float")
float64: Final = dtype("float64", Category.FLOAT, 8, "Double", "double")
complex32: Final = dtype("complex32", Category.COMPLEX, 4, "ComplexHalf", "c10::complex<c10::Half>")
complex64: Final = dtype("complex64", Category.COMPLEX, 8, "ComplexFloat", "c10::complex<float>")
complex128: Final = dtype("complex128", Category.COMPLEX, 16, "ComplexDouble", "c10::complex<double>")

DTYPES: Final = (
    bool_, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64, complex32, complex64, complex128,
)  # fmt: skip


def _of_name(name: str) -> dtype:
    """Find the one dtype of this name."""
    return next(d for d in DTYPES if d.name == name)


_default: ContextVar[dtype] = ContextVar("default_dtype", default=float32)

# The complex dtype whose parts have the width of a float dtype. bfloat16 has none of its own.
_COMPLEX_OF: Final = {float16: complex32, bfloat16: complex64, float32: complex64, float64: complex128}


def default_dtype() -> dtype:
    """The dtype of tensors made from Python floats."""
    return _default.get()


def default_complex_dtype() -> dtype:
    """The dtype of tensors made from Python complex numbers."""
    return _COMPLEX_OF[_default.get()]


def set_default_dtype(d: object) -> None:
    """Set the dtype of tensors made from Python floats. Raises TypeError unless it is a floating-point dtype."""
    if not isinstance(d, dtype):
        raise TorchTypeError("invalid dtype object: only floating-point types are supported as the default type")
    if not d.is_floating_point:
        raise TorchTypeError("only floating-point types are supported as the default type")
    _default.set(d)


def dtype_of_number(number: complex) -> dtype:
    """The dtype a Python number enters promotion with."""
    if isinstance(number, bool):
        return bool_
    if isinstance(number, int):
        return int64
    return default_dtype() if isinstance(number, float) else default_complex_dtype()


def promote_types(a: dtype, b: dtype) -> dtype:
    """The dtype two tensors of equal rank meet in: the least upper bound of the lattice."""
    if a is b:
        return a
    low, high = sorted((a, b), key=lambda d: (d.category, d.itemsize, d.name))
    if high.category == Category.COMPLEX and low.category == Category.FLOAT:
        own = _COMPLEX_OF[low]
        return high if high.itemsize >= own.itemsize else own
    if low.category != high.category:
        return high
    if uint8 in (a, b):  # unsigned meets signed: the next signed size that holds both
        return int16 if high.itemsize == 1 else high
    if low.itemsize == high.itemsize:  # float16 and bfloat16 hold different numbers of one size
        return float32
    return high


def promoted(dtypes: Iterable[dtype]) -> dtype:
    """The dtype that tensors of equal rank, of which there is one at least, meet in."""
    first, *others = dtypes
    for other in others:
        first = promote_types(first, other)
    return first


def result_type(tensors: list[dtype], scalars: list[dtype], numbers: list[dtype]) -> dtype:
    """The dtype an operation computes in, from the dtypes of its operands by rank.

    `tensors` have dimensions, `scalars` are 0-d tensors, `numbers` are Python numbers.
    """
    ranks = [promoted(rank) for rank in (tensors, scalars, numbers) if rank]
    highest = ranks[0]
    for rank in ranks[1:]:
        highest = _yield_to_category(highest, rank)
    return highest


def _yield_to_category(high: dtype, low: dtype) -> dtype:
    if low.category <= high.category:
        return high
    if high.category == Category.FLOAT:
        return _COMPLEX_OF[high]  # the complex dtype of the high rank's own width
    return promote_types(high, low)
