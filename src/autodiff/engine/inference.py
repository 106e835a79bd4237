"""Tensors made in inference mode: they may be computed with, but never be part of a graph."""

from functools import cache
from typing import Any, Final

from autodiff.errors import TorchRuntimeError

__all__ = ["NO_CHANGE", "NO_REQUIRES_GRAD", "NO_SAVE", "NO_VERSION", "marked", "refuse"]

NO_SAVE: Final = (
    "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in "
    "computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in "
    "autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`."
)
NO_REQUIRES_GRAD: Final = "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed."
NO_CHANGE: Final = (
    "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal "
    "tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details."
)
NO_VERSION: Final = "Inference tensors do not track version counter."


def marked(data: Any) -> Any:  # noqa: ANN401 - a scalar or an array
    """The same memory, marked as made in inference mode."""
    data.__class__ = _marked_class(type(data))  # type: ignore[arg-type] # a class hashes by identity
    return data


@cache
def _marked_class(kind: type[Any]) -> type[Any]:
    return kind if kind.inference else type(f"Inference{kind.__name__}", (kind,), {"__slots__": (), "inference": True})


def refuse(data: Any, text: str) -> None:  # noqa: ANN401 - a scalar or an array
    """Raise PyTorch's RuntimeError if `data` was made in inference mode."""
    if data.inference:
        raise TorchRuntimeError(text)
