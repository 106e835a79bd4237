"""Values as a trace shows them: the digits PyTorch prints, on one line; and which of them are no finite numbers."""

import re
from math import isfinite, isnan
from typing import Any, Final

from autodiff.session.facts import facts_of
from autodiff.session.trace.traced import Quantity

__all__ = ["element", "not_finite", "quantity", "said"]

_LONGEST: Final = 60
_ENDS: Final = re.compile(r", (?:dtype|size)=[^\]]*$")
_POINTS: Final = re.compile(r"\.(?!\d)")


def quantity(tensor: Any) -> Quantity:  # noqa: ANN401 - a Tensor
    """A tensor's value now: `9`, `[1, 2.5000]`; a long one only by its shape."""
    facts = facts_of(tensor.detach())
    text = _ENDS.sub("", facts.repr.removeprefix("tensor(")[:-1])
    text = _POINTS.sub("", " ".join(text.split())).replace("[ ", "[")
    return Quantity(text if len(text) <= _LONGEST else f"{list(facts.shape)} numbers", facts)


def not_finite(tensor: Any, *, only_nan: bool = False) -> tuple[int, ...] | None:  # noqa: ANN401 - a Tensor
    """The index of the first element that is nan or, unless `only_nan`, infinite; None if there is none."""
    shape = tuple(tensor.shape)
    values = tensor.detach().reshape(-1).tolist() if shape else [tensor.item()]
    for place, value in enumerate(values):
        if value != value or not (only_nan or _is_finite(value)):
            index = []
            for length in reversed(shape):
                place, last = divmod(place, length)  # noqa: PLW2901 - the place among the dimensions that are left
                index.append(last)
            return tuple(reversed(index))
    return None


def said(tensor: Any, index: tuple[int, ...]) -> str:  # noqa: ANN401 - a Tensor
    """What an element that is not finite is: `nan`, `inf` or `-inf`."""
    value = element(tensor, index).item()
    parts = (value.real, value.imag) if isinstance(value, complex) else (value,)
    return "nan" if any(map(isnan, parts)) else str(next(part for part in parts if not isfinite(part)))


def element(tensor: Any, index: tuple[int, ...]) -> Any:  # noqa: ANN401 - a Tensor
    """The element that meets the one at `index` of a result it was broadcast to; the tensor, if it was not."""
    shape = tuple(tensor.shape)
    own = index[len(index) - len(shape) :] if len(shape) <= len(index) else None
    if own is None or any(length not in (1, k + 1) and k >= length for k, length in zip(own, shape, strict=True)):
        return tensor
    found = tensor.detach()
    for k, length in zip(own, shape, strict=True):
        found = found[k if length > 1 else 0]
    return found


def _is_finite(value: Any) -> bool:  # noqa: ANN401 - a number
    if isinstance(value, complex):
        return isfinite(value.real) and isfinite(value.imag)
    return isfinite(value)
