"""What stands in the class of tensors where a property or a method would: read-only attributes, late methods."""

from __future__ import annotations

from autodiff.errors import TorchAttributeError
from autodiff.late import import_module

__all__ = ["late", "read_only"]

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


class late:  # noqa: N801 - it stands where a function would
    """The function `name` of a file of the engine, as a method; by default it is called like the method."""

    def __init__(self, module: str, name: str | None = None) -> None:
        self._module = module
        self._function = name

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner
        self._name = name

    def __get__(self, instance: Any, kind: Any = None) -> Any:  # noqa: ANN401 - a method, bound or not
        found = getattr(import_module(f"autodiff.engine.{self._module}"), self._function or self._name)
        setattr(self._owner, self._name, found)
        return found if instance is None else found.__get__(instance)
