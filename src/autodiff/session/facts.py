"""From values to facts: what a report keeps of a tensor, a number or a sequence."""

from __future__ import annotations

from math import prod

from autodiff.dtypes import dtype
from autodiff.engine import Node, Tensor
from autodiff.session.report import Facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

__all__ = ["facts_of", "gradient_of"]

_MOST_KEPT: Final = 10_000_000
"""Elements; of a larger tensor only the text is kept."""


def facts_of(value: Any) -> Facts:  # noqa: ANN401 - any value of the language
    """The facts of a value, as it is now."""
    if isinstance(value, Tensor):
        shape, node = tuple(value.shape), value.grad_fn
        return Facts(
            value.tolist() if prod(shape) <= _MOST_KEPT else None,
            value.dtype.name,
            shape,
            value.requires_grad,
            node is None,
            None if node is None else type(node).__name__,
            repr(value),
        )
    return Facts(
        _plain(value), None, _shape(value), requires_grad=False, is_leaf=False, grad_fn=None, repr=_text(value)
    )


def gradient_of(tensor: Any) -> Facts | None:  # noqa: ANN401 - a Tensor
    """The facts of a tensor's gradient; None if it has none. Asks only tensors that keep one: others would warn."""
    gradient = tensor.grad if tensor.is_leaf or tensor.retains_grad else None
    return None if gradient is None else facts_of(gradient)


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON's values and complex numbers
    if isinstance(value, list | tuple):
        return [_plain(element) for element in value]  # evaluation lets nothing nest deep
    if isinstance(value, Tensor):
        return value.tolist()
    if value is None or isinstance(value, bool | int | float | complex | str):
        return value
    return _text(value)


def _text(value: Any) -> str:  # noqa: ANN401 - any value of the language
    """The value as Python shows it; a node without its address, which is different every time."""
    if isinstance(value, Node):
        return f"<{type(value).__name__}>"
    if isinstance(value, tuple) and type(value) is tuple:
        return f"({', '.join(map(_text, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, slice | type(...)) or value is None:
        return repr(value)
    if isinstance(value, bool | int | float | complex | str | tuple | Tensor | dtype):
        return repr(value)
    return f"<{type(value).__name__}>"


def _shape(value: Any) -> tuple[int, ...]:  # noqa: ANN401 - any value of the language
    return (len(value),) if isinstance(value, list | tuple) else ()
