"""Attributes that cannot be assigned, with PyTorch's words for it."""

from typing import TYPE_CHECKING, Any, NoReturn

from autodiff.errors import TorchAttributeError

__all__ = ["read_only"]


if TYPE_CHECKING:
    read_only = property
else:

    class read_only(property):  # noqa: N801 - used as `property` is
        """A property of a tensor that follows from others. Assigning or deleting it raises AttributeError."""

        _name = ""

        def __set_name__(self, owner: type, name: str) -> None:
            self._name = name

        def _refuse(self) -> NoReturn:
            raise TorchAttributeError(f"attribute '{self._name}' of 'torch._C.TensorBase' objects is not writable")

        def __set__(self, owner: Any, value: Any) -> None:  # noqa: ANN401
            self._refuse()

        def __delete__(self, owner: Any) -> None:  # noqa: ANN401
            self._refuse()
