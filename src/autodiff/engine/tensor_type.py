"""What `Tensor` is made by, so that `Tensor(...)` makes one."""

from __future__ import annotations

from autodiff.dtypes import default_dtype

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["TensorType"]


class TensorType(type):
    """What `Tensor` is made by: calling it makes a tensor of the default dtype."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """`Tensor()`, `Tensor(2, 3)` or `Tensor([1, 2])`; a subclass with a constructor of its own is left to it."""
        own: Any = cls.__new__
        if own is not object.__new__:
            return super().__call__(*args, **kwargs)
        from autodiff.engine.construction import constructed

        made: Any = constructed(args, kwargs, default_dtype())
        kind: Any = cls
        return made if made.__class__ is kind else kind.wrap(made._data)
