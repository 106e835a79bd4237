"""Attributes that cannot be assigned, with PyTorch's words for it."""

from __future__ import annotations

from autodiff.errors import TorchAttributeError

__all__ = ["read_only"]


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    read_only = property
else:

    class read_only(property):  # noqa: N801 - used as `property` is
        """A property of a tensor that follows from others. Assigning or deleting it raises AttributeError."""

        def _refuse(self, kind: type) -> NoReturn:
            name = next(name for base in kind.__mro__ for name, member in vars(base).items() if member is self)
            raise TorchAttributeError(f"attribute '{name}' of 'torch._C.TensorBase' objects is not writable")

        def __set__(self, owner: Any, value: Any) -> None:  # noqa: ANN401
            self._refuse(type(owner))

        def __delete__(self, owner: Any) -> None:  # noqa: ANN401
            self._refuse(type(owner))
