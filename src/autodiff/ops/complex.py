"""Complex numbers: their parts, and their conjugates."""

from typing import Any

from autodiff.dtypes import DTYPES, Category, complex64, complex128, dtype, float32, float64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np, offset_and_strides, owner_of
from autodiff.ops.conjugation import conj
from autodiff.ops.op import Composite, Structural, any_of, floating, refused
from autodiff.ops.selection import where
from autodiff.ops.shape import contiguous, ones_like
from autodiff.ops.slicing import select

__all__: list[str] = []

_PART = {complex64: float32, complex128: float64}
_WHOLE = {part: whole for whole, part in _PART.items()}


def magnitude(d: dtype) -> tuple[dtype, dtype]:
    """A real result of a complex input has the dtype of its parts."""
    return d, _PART.get(d, d)


view_as_real = Structural(
    "view_as_real",
    "a complex tensor as a real one whose last dimension is (real part, imaginary part)",
    array=lambda self: self.reshape(*self.shape, 1).view(self.real.dtype),
    view=True,
    dtypes=magnitude,
    refuses=any_of(
        refused("view_as_real is only supported for complex tensors"), Category.BOOL, Category.INTEGER, Category.FLOAT
    ),
    derivatives={"self": lambda g: view_as_complex(contiguous(g))},
    places="function",
    samples=((0.5 - 2.0j,), ([0.5 + 1.0j, -1.5j],)),
)


def _pairs_dtype(d: dtype) -> tuple[dtype, dtype]:
    if d not in _WHOLE:
        raise TorchRuntimeError(
            "view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: "
            f"{d.title}"
        )
    return d, _WHOLE[d]


def _pairs(self: Values) -> Values:
    """The view of pairs in memory. Raises RuntimeError unless they lie there as complex numbers would."""
    if not self.ndim:
        raise TorchRuntimeError("Input tensor must have one or more dimensions")
    if self.shape[-1] != 2:
        raise TorchRuntimeError("Tensor must have a last dimension of size 2")
    *outer, last = (stride // self.itemsize for stride in self.strides)
    if last != 1:
        raise TorchRuntimeError("Tensor must have a last dimension with stride 1")
    if any(stride % 2 for stride in outer):
        raise TorchRuntimeError("Tensor must have a stride divisible by 2 for all but last dimension")
    if offset_and_strides(self, owner_of(self))[0] % 2:
        raise TorchRuntimeError("Tensor must have a storage_offset divisible by 2")
    return self.view(np.result_type(self.dtype, np.complex64))[..., 0]


view_as_complex: Structural = Structural(
    "view_as_complex",
    "a real tensor whose last dimension has length 2, as a complex one",
    array=_pairs,
    view=True,
    dtypes=_pairs_dtype,
    derivatives={"self": lambda g: view_as_real(g)},
    places="function",
    samples=(([[0.5, 2.0]],),),
)

real = Composite(
    "real",
    "the real part; a real tensor is returned as it is",
    compute=lambda self: (
        select(view_as_real(self), dim=len(self.shape), index=0) if self.dtype.category == Category.COMPLEX else self
    ),
    places="function",
)


def _imaginary(self: Any) -> Any:  # noqa: ANN401 - a tensor
    if self.dtype.category != Category.COMPLEX:
        raise TorchRuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    return select(view_as_real(self), dim=len(self.shape), index=1)


imag = Composite("imag", "the imaginary part", compute=_imaginary, places="function")

# ------------------------------------------------------------------ made of two real tensors


def _paired(d: dtype) -> tuple[dtype, dtype]:
    """The complex dtype whose parts are `d`. Raises PyTorch's RuntimeError for anything but floats."""
    if d not in _WHOLE:
        raise TorchRuntimeError(
            f"Expected both inputs to be Half, Float or Double tensors but got {d.title} and {d.title}"
        )
    return d, _WHOLE[d]


def _joined(real: Values, imag: Values) -> Values:
    if real.dtype != imag.dtype:
        own, other = (next(d.title for d in DTYPES if d.name == part.dtype.name) for part in (real, imag))
        raise TorchRuntimeError(f"Expected object of scalar type {own} but got scalar type {other} for second argument")
    shape = np.broadcast_shapes(real.shape, imag.shape)
    result = np.empty(shape, dtype=np.result_type(real.dtype, np.complex64))
    result.real, result.imag = real, imag
    return result


complex_ = Structural(
    "complex",
    "real + i * imag",
    "real, Tensor imag",
    array=_joined,
    dtypes=_paired,
    derivatives={"real": lambda g, real: _real_part(g), "imag": lambda g, imag: _imaginary(g)},
    places="function",
    samples=((1.5, -0.5), ([0.5, 2.0], [1.0, -3.0])),
)


def _real_part(self: Any) -> Any:  # noqa: ANN401 - a tensor
    return real.compute(self)


polar = Structural(
    "polar",
    "abs * exp(i * angle)",
    "abs, Tensor angle",
    array=lambda abs, angle: _joined(abs * np.cos(angle), abs * np.sin(angle)),
    dtypes=_paired,
    derivatives={
        "abs": lambda g, out: _real_part(g * conj(out.sgn())),
        "angle": lambda g, out: _real_part(g * conj(out * 1j)),
    },
    places="function",
    samples=((1.5, 0.5),),
)

# ------------------------------------------------------------------ lazily conjugated tensors

conj_physical = Composite(
    "conj_physical",
    "the complex conjugate, computed at once",
    compute=lambda self: conjugate_now(self) if self.dtype.category == Category.COMPLEX else self,
)

conjugate_now: Structural = Structural(
    "conj_physical",
    "the complex conjugate, computed at once",
    array=lambda self: self.conj(),
    derivatives={"self": lambda g: conjugate_now(g)},
    public=False,
)

resolve_conj = Composite(
    "resolve_conj",
    "the tensor with its conjugation computed",
    compute=lambda self: self.clone() if type(self.grad_fn).__name__ == "ConjBackward0" else self,
)

resolve_neg = Composite("resolve_neg", "the tensor itself: nothing is negated lazily here", compute=lambda self: self)

isreal = Composite(
    "isreal",
    "whether the imaginary part is zero",
    compute=lambda self: (
        imag.compute(self) == 0 if self.dtype.category == Category.COMPLEX else ones_like(self.detach()).bool()
    ),
)


def _argument(self: Values) -> Values:
    """The angle in the complex plane; of real numbers 0, pi, or nan."""
    if self.dtype.kind == "c":
        return np.angle(self)
    return np.where(np.isnan(self), self, np.where(self < 0, self.dtype.type(np.pi), self.dtype.type(0)))


def _angle_back(g: Any, self: Any) -> Any:  # noqa: ANN401 - tensors
    """i z g / |z|^2 for complex z, 0 at 0 and for real numbers."""
    if self.dtype.category != Category.COMPLEX:
        return 0
    return where(self == 0, 0, g * self / self.abs() ** 2 * 1j)


angle = Structural(
    "angle",
    "the angle of a complex number; of real ones 0, or pi for negative ones",
    array=_argument,
    dtypes=lambda d: magnitude(floating(d)[0]),
    derivatives={"self": _angle_back},
    samples=(([0.5, 2.0],),),
)
