"""Several results under names, such as `torch.max(x, 0)` gives them."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

__all__ = ["named"]


class _Results(tuple[Any, ...]):
    """A tuple whose items have names, shown as PyTorch shows them."""

    __slots__ = ()
    names: ClassVar[tuple[str, ...]]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a tensor
        if name in self.names:
            return self[self.names.index(name)]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __repr__(self) -> str:
        lines = ",\n".join(f"{name}={value!r}" for name, value in zip(self.names, self, strict=True))
        return f"{type(self).__module__}.{type(self).__name__}(\n{lines})"


@cache
def _class(name: str, names: tuple[str, ...]) -> type[_Results]:
    return type(name, (_Results,), {"__slots__": (), "__module__": "torch.return_types", "names": names})


def named(operation: str, names: tuple[str, ...], values: Sequence[Any]) -> Any:  # noqa: ANN401 - a tuple
    """The results of `operation` as a tuple with names, or without if these only serve the node (`result0`)."""
    if names[0] == "result0":
        return tuple(values)
    return _class(operation, names)(values)
