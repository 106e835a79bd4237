"""The complex conjugate, which the rules of nearly every product name."""

from __future__ import annotations

from autodiff.dtypes import Category
from autodiff.ops.op import Composite, Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__: list[str] = []

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
    return conj_complex(self) if self.dtype.category == Category.COMPLEX else self


conj: Composite = Composite("conj", "the complex conjugate; a real tensor is returned as it is", compute=_conjugate)
