"""Complex numbers: the conjugate and the parts."""

from typing import Any

from autodiff.dtypes import Category, complex64, complex128, dtype, float32, float64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import np
from autodiff.ops.op import Composite, Elementwise, Structural
from autodiff.ops.slicing import select

__all__: list[str] = []

_PART = {complex64: float32, complex128: float64}


def magnitude(d: dtype) -> tuple[dtype, dtype]:
    """A real result of a complex input has the dtype of its parts."""
    return d, _PART.get(d, d)


conj_complex = Elementwise(
    "conj",
    "the complex conjugate of a complex tensor",
    scalar=lambda z: z,
    complex=lambda z: z.conjugate(),
    array="conjugate",
    exact=True,
    derivatives={"self": lambda g: conj(g)},
    public=False,
)



def _conjugate(self: Any) -> Any:  # noqa: ANN401 - a tensor or a number
    if isinstance(self, (int, float, complex)):
        return self.conjugate()
    return conj_complex(self) if self.dtype.category is Category.COMPLEX else self


conj = Composite("conj", "the complex conjugate; a real tensor is returned as it is", compute=_conjugate)

view_as_real = Structural(
    "view_as_real",
    "a complex tensor as a real one whose last dimension is (real part, imaginary part)",
    array=lambda self: self.reshape(*self.shape, 1).view(self.real.dtype),
    view=True,
    dtypes=magnitude,
    derivatives={"self": lambda g: view_as_complex(g)},
)

view_as_complex = Structural(
    "view_as_complex",
    "a real tensor whose last dimension has length 2, as a complex one",
    array=lambda self: np.ascontiguousarray(self).view(np.result_type(self.dtype, np.complex64))[..., 0],
    view=True,
    dtypes=lambda d: (d, {float32: complex64, float64: complex128}[d]),
    derivatives={"self": lambda g: view_as_real(g)},
)

real = Composite(
    "real",
    "the real part; a real tensor is returned as it is",
    compute=lambda self: (
        select(view_as_real(self), dim=-1, index=0) if self.dtype.category is Category.COMPLEX else self
    ),
    places="function",
)


def _imaginary(self: Any) -> Any:  # noqa: ANN401 - a tensor
    if self.dtype.category is not Category.COMPLEX:
        raise TorchRuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    return select(view_as_real(self), dim=-1, index=1)


imag = Composite("imag", "the imaginary part", compute=_imaginary, places="function")
