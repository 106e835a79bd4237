"""The structure of a nest of tensors as text, in the words of PyTorch's error messages."""

from typing import Any

__all__ = ["structure"]


def structure(nest: Any) -> str:  # noqa: ANN401 - any nest
    """`TreeSpec(tuple, None, [*])`: the containers, with a star for every leaf."""
    parts: list[str] = []
    waiting: list[Any] = [(nest, 0)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        container, indent = item
        if not isinstance(container, (tuple, list, dict)):
            parts.append("*")
            continue
        keys = list(container) if isinstance(container, dict) else None
        parts.append(f"TreeSpec({type(container).__name__}, {keys}, [")
        waiting.append("])")
        children = list(container.values() if isinstance(container, dict) else container)
        for k in range(len(children) - 1, -1, -1):
            waiting.append((children[k], indent + 2))
            if k:
                waiting.append(",\n" + " " * (indent + 2))
    return "".join(parts)
