"""Casts: the same values in another dtype."""

from typing import Any

from autodiff import dtypes
from autodiff.dtypes import Category, dtype
from autodiff.errors import TorchValueError
from autodiff.numbers.layout import copy_alike
from autodiff.ops.op import Composite, Structural
from autodiff.ops.warning import DISCARDED, warn_once

__all__: list[str] = []

to_copy = Structural(
    "_to_copy",
    "a copy of another dtype",
    "self, dtype dtype",
    array=lambda self, dtype: copy_alike(self),
    scalar=lambda self, dtype: self,
    node="ToCopyBackward0",
    derivatives={"self": lambda g: g},
    public=False,
)


def in_dtype(tensor: Any, wanted: dtype, *, copy: bool = False) -> Any:  # noqa: ANN401 - a tensor
    """The tensor in another dtype; itself if it has that one already, unless a copy is asked for."""
    if tensor.dtype is wanted and not copy:
        return tensor
    if tensor.dtype.category == Category.COMPLEX and wanted.category < Category.COMPLEX and wanted is not dtypes.bool_:
        warn_once(DISCARDED)
    return to_copy(tensor, dtype=wanted)


to_dtype = Composite(
    "to",
    "the tensor in another dtype; itself if it has that one already",
    "self, dtype dtype, bool non_blocking=False, bool copy=False",
    compute=lambda self, dtype, non_blocking, copy: in_dtype(self, dtype, copy=copy),
    places="method",
)

to_device = Composite(
    "to",
    "the tensor on a device (there is only the CPU), perhaps in another dtype",
    "self, device device='cpu', dtype dtype=None, bool non_blocking=False, bool copy=False",
    compute=lambda self, device, dtype, non_blocking, copy: in_dtype(self, dtype or self.dtype, copy=copy),
    places="method",
)

to_other = Composite(
    "to",
    "the tensor in the dtype of other",
    "self, Tensor other, bool non_blocking=False, bool copy=False",
    compute=lambda self, other, non_blocking, copy: in_dtype(self, other.dtype, copy=copy),
    places="method",
)

type_as = Composite(
    "type_as",
    "the tensor in the dtype of other",
    "self, Tensor other",
    compute=lambda self, other: in_dtype(self, other.dtype),
    places="method",
)


def _named(self: Any, dtype: str | None) -> Any:  # noqa: ANN401 - a tensor, or the name of its type
    if dtype is None:
        return f"torch.{self.dtype.title}Tensor"
    wanted = next((d for d in dtypes.DTYPES if dtype == f"torch.{d.title}Tensor"), None)
    if wanted is None:
        raise TorchValueError(f"invalid type: '{dtype}'")
    return in_dtype(self, wanted)


type_dtype = Composite(
    "type",
    "the tensor in another dtype",
    "self, dtype dtype",
    compute=lambda self, dtype: in_dtype(self, dtype),
    places="method",
)

type_name = Composite(
    "type",
    "the name of the tensor's type, or the tensor in the type of that name",
    "self, str dtype=None",
    compute=_named,
    places="method",
)


def _cast(name: str, wanted: dtype) -> Composite:
    return Composite(
        name,
        f"the tensor in {wanted}",
        compute=lambda self: in_dtype(self, wanted),
        places="method",
        samples=((1.5,), ([0.5, -1.5],)) if name in ("double", "float") else (),
    )


float_, double = _cast("float", dtypes.float32), _cast("double", dtypes.float64)
half, bfloat16 = _cast("half", dtypes.float16), _cast("bfloat16", dtypes.bfloat16)
cfloat, cdouble = _cast("cfloat", dtypes.complex64), _cast("cdouble", dtypes.complex128)
bool_, byte, char = _cast("bool", dtypes.bool_), _cast("byte", dtypes.uint8), _cast("char", dtypes.int8)
short, int_, long = _cast("short", dtypes.int16), _cast("int", dtypes.int32), _cast("long", dtypes.int64)

cpu = Composite("cpu", "the tensor itself: it is on the CPU already", compute=lambda self: self, places="method")
