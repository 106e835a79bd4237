"""Constants in the shape of a tensor, and copies within bounds."""

from autodiff.numbers.array import np
from autodiff.ops.op import Structural

__all__: list[str] = []

full_like = Structural(
    "full_like",
    "the same number throughout, in the shape of self",
    "self, Scalar value",
    array=lambda self, value: np.full_like(self, value),
    public=False,
)

bounded_clone = Structural(
    "clone",
    "a copy whose elements are at least some number; the gradient ignores the bound, which PyTorch sets unrecorded",
    "self, Scalar least",
    array=lambda self, least: np.maximum(self, np.asarray(least, dtype=self.dtype)),
    derivatives={"self": lambda g: g},
    public=False,
)
