"""What carries the value of a tensor with dimensions: a NumPy array that views some memory.

NumPy is imported by the first use of `np`, so that a scalar expression never pays for it.
"""

from __future__ import annotations

from autodiff import dtypes
from autodiff.late import late_module
from autodiff.light import cache
from autodiff.numbers.scalar import SCALARS, ByDtype, Scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar, Final, TypeAlias

    import numpy as np

    from autodiff.dtypes import dtype

    Values: TypeAlias = Any
    """A NumPy array; its dtype and shape are known only at run time."""
else:
    Values = object
    np = late_module("numpy")

__all__ = [
    "ARRAYS",
    "Array",
    "Storage",
    "Values",
    "array_of",
    "backed",
    "memory_of",
    "np",
    "numpy_dtype",
    "offset_and_strides",
    "owner_of",
]

# bfloat16 has no NumPy type: its values are kept in float32 and rounded.
_NUMPY_NAME: Final = {dtypes.bfloat16: "float32"}


@cache
def numpy_dtype(d: dtype) -> np.dtype[Any]:
    """The NumPy dtype that holds values of `d`."""
    return np.dtype(_NUMPY_NAME.get(d, d.name))


class Storage:
    """Memory that several tensors may view; `version` counts its in-place changes."""

    __slots__ = ("version",)
    version: int

    def __init__(self) -> None:
        self.version = 0


class Array:
    """The value of a tensor: `value` views memory that `storage` counts the changes of; `fate` as a scalar has it."""

    __slots__ = ("fate", "storage", "value")
    dtype: ClassVar[dtype]
    inference: ClassVar[bool] = False
    zero: ClassVar[bool] = False  # 0 for good, and without memory
    value: Values
    storage: Storage | Scalar  # a scalar is its own storage
    fate: Any

    @classmethod
    def of(cls, values: Values, storage: Storage | Scalar | None = None) -> Array:
        """`values` as they are, if they have this dtype already, in memory of their own unless `storage` says whose."""
        self = cls()
        wanted = numpy_dtype(cls.dtype)
        if values.dtype.kind == "c" and wanted.kind not in "cb":
            values = values.real  # said to the user by the cast itself
        if values.dtype == wanted:
            self.value = values
        elif values.ndim and not values.flags.c_contiguous:
            from autodiff.numbers.layout import copy_alike

            self.value = copy_alike(values, wanted)
        else:
            with np.errstate(invalid="ignore", over="ignore"):  # a nan becomes some integer, a large number infinite
                self.value = values.astype(wanted)
        if cls.dtype is dtypes.bfloat16 and storage is None:  # values of their own, which may have float32's digits
            self.value = _bfloat16(self.value)
        self.storage = storage or Storage()
        return self

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of every dimension."""
        return tuple(self.value.shape)

    @property
    def version(self) -> int:
        """How often the memory was changed in place."""
        return self.storage.version

    def write(self, value: Any) -> None:  # noqa: ANN401 - a number or an array that broadcasts
        """Change the values in place; every view of the memory sees the change."""
        self.value[...] = value
        self.storage.version += 1

    def read(self) -> Any:  # noqa: ANN401 - a number or nested lists
        """The value as a Python number, or nested lists of them."""
        return self.value.tolist()

    def set_version(self, version: int) -> None:
        """Start counting changes from `version`."""
        self.storage.version = version

    def share(self) -> Array:
        """The same memory under a version counter of its own (`tensor.data`)."""
        return type(self).of(self.value, Storage())


def _array_class(d: dtype) -> type[Array]:
    return type(f"{d.title}Array", (Array,), {"__slots__": (), "dtype": d})


ARRAYS: Final[Mapping[dtype, type[Array]]] = ByDtype(_array_class, SCALARS)


def _bfloat16(values: Values) -> Values:
    bits = np.ascontiguousarray(values).view(np.uint32)
    rounded = (bits + 0x7FFF + (bits >> 16 & 1)) & np.uint32(0xFFFF0000)
    return np.where(np.isfinite(values), rounded.view(np.float32), values)


class _Backed(Scalar):
    """A scalar whose number lives in an array from now on, because somebody took a view of it."""

    __slots__ = ()
    dtype: ClassVar[dtype]

    @property
    def value(self) -> Any:  # noqa: ANN401 - reads through
        return _slot.__get__(self).item()

    @value.setter
    def value(self, value: Any) -> None:  # noqa: ANN401
        _slot.__get__(self)[...] = value


_slot: Any = Scalar.__dict__["value"]  # where the array itself is kept


@cache
def _backed_class(kind: type[Scalar]) -> type[_Backed]:
    """The class of scalars of one dtype that are views; made once, since classes are slow to make and to collect."""
    members = {"__slots__": (), "dtype": kind.dtype, "round": staticmethod(kind.round)}
    return type(f"Backed{kind.__name__}", (_Backed,), members)


def backed(scalar: Scalar) -> Array:
    """The memory of `scalar` as a 0-d array, for views of it; both see each other's changes from now on."""
    kind = type(scalar)
    window_on: Scalar | None = getattr(scalar, "target", None)
    if window_on is not None:  # `t.data`: its memory is the other's, its versions are its own
        view = backed(window_on)
        view.storage = scalar
        return view
    if not isinstance(scalar, _Backed):
        memory = array_of(scalar, kind.dtype)
        scalar.__class__ = _backed_class(kind)  # type: ignore[arg-type] # a class hashes by identity
        _slot.__set__(scalar, memory)
    view = ARRAYS[kind.dtype]()
    view.value = _slot.__get__(scalar)
    view.storage = scalar
    return view


def memory_of(data: Scalar | Array) -> Values | None:
    """The array that `data` views; None for a scalar that nobody has taken a view of."""
    if isinstance(data, Array):
        return data.value
    target = getattr(data, "target", data)
    return _slot.__get__(target) if isinstance(target, _Backed) else None


def array_of(data: Scalar | Array, d: dtype) -> Values:
    """The values of `data` as an array of dtype `d` (0-d for a scalar)."""
    if isinstance(data, Array):
        return data.value if data.dtype is d else ARRAYS[d].of(data.value).value
    return np.asarray(SCALARS[d].round(data.value), dtype=numpy_dtype(d))


def offset_and_strides(view: Values, base: Values) -> tuple[int, tuple[int, ...]]:
    """Where `view` lies in the memory of `base`, counted in elements."""
    size = base.itemsize
    start = view.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return start // size, tuple(stride // size for stride in view.strides)


def owner_of(values: Values) -> Values:
    """The array whose memory it is that `values` lie in."""
    owner, base = values, values.base
    while base is not None:
        owner = base if isinstance(base, np.ndarray) else owner  # NumPy puts objects of its own between strided views
        base = getattr(base, "base", None)
    return owner
