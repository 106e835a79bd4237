"""Where tensors are and how they lie in memory: on the CPU, in strides."""

from typing import Any, Final, Self

from autodiff.engine.create import _check_device
from autodiff.errors import TorchRuntimeError

__all__ = ["device", "layout", "strided"]


class device:  # noqa: N801 - PyTorch's spelling
    """A device by its type and, if it has one, its number; tensors are on the CPU only."""

    __slots__ = ("index", "type")
    __module__ = "torch"

    def __init__(self, type: Any, index: int | None = None) -> None:  # noqa: ANN401 - a name or a device
        name, _, number = str(type).partition(":")
        if name != "cuda":  # naming one is no mistake; putting a tensor there is
            _check_device(name)
        if number and not number.isdigit():
            raise TorchRuntimeError(f"Invalid device string: '{type}'")
        self.type = name
        self.index = int(number) if number else index

    def __repr__(self) -> str:
        return f"device(type='{self.type}'{'' if self.index is None else f', index={self.index}'})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


class layout:  # noqa: N801 - PyTorch's spelling
    """How the elements lie in memory."""

    __slots__ = ("_name",)
    __module__ = "torch"

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"torch.{self._name}"

    def __deepcopy__(self, memory: object) -> Self:
        return self


strided: Final = layout("strided")
"""Elements at regular distances."""
