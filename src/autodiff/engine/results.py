"""Several results under names, such as `torch.max(x, 0)` gives them."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from autodiff.errors import TorchAttributeError

__all__ = ["named"]


class _Kind(type):
    """The class of such classes: Python's own messages call them by their whole name, as those made in C."""

    @property
    def __name__(cls) -> str:  # type: ignore[override] # nobody renames them
        return cls.__qualname__


class _Results(tuple[Any, ...], metaclass=_Kind):
    """A tuple whose items have names, shown as PyTorch shows them."""

    __slots__ = ()
    names: ClassVar[tuple[str, ...]]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a tensor
        if name in self.names:
            return self[self.names.index(name)]
        raise TorchAttributeError(f"'{type(self).__module__}.{type(self).__name__}' object has no attribute '{name}'")

    def __repr__(self) -> str:
        lines = ",\n".join(f"{name}={value!r}" for name, value in zip(self.names, self, strict=True))
        return f"{type(self).__module__}.{type(self).__name__}(\n{lines})"


@cache
def _class(name: str, names: tuple[str, ...]) -> type[_Results]:
    members = {"__slots__": (), "__module__": "torch.return_types", "__qualname__": name, "names": names}
    return _Kind(f"torch.return_types.{name}", (_Results,), members)  # type: ignore[return-value] # which is one


def named(operation: str, names: tuple[str, ...], values: Sequence[Any]) -> Any:  # noqa: ANN401 - a tuple
    """The results of `operation` as a tuple with names, or without if these only serve the node (`result0`)."""
    if names[0] == "result0":
        return tuple(values)
    return _class(operation, names)(values)
