"""Nested tuples, lists and dictionaries of tensors: their leaves, and the same nest of other leaves."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

__all__ = ["broadcast", "leaves", "outline", "rebuilt"]

_CONTAINERS: Final = (tuple, list, dict)


def _children(nest: Any) -> Iterable[Any]:  # noqa: ANN401 - a container
    return nest.values() if isinstance(nest, dict) else nest


def leaves(nest: Any) -> list[Any]:  # noqa: ANN401 - any nest
    """What is in the nest, in order; anything that is no container is a leaf."""
    found: list[Any] = []
    waiting = [nest]
    while waiting:
        item = waiting.pop()
        if isinstance(item, _CONTAINERS):
            waiting.extend(reversed(list(_children(item))))
        else:
            found.append(item)
    return found


def rebuilt(nest: Any, others: Iterable[Any]) -> Any:  # noqa: ANN401 - any nest
    """The same nest with `others` as its leaves, in order."""
    supply = iter(others)
    if not isinstance(nest, _CONTAINERS):
        return next(supply)
    open_nests: list[tuple[Any, Iterator[Any], list[Any]]] = [(nest, iter(_children(nest)), [])]
    while True:
        container, rest, made = open_nests[-1]
        item = next(rest, open_nests)  # the list itself cannot be an item
        if item is not open_nests:
            if isinstance(item, _CONTAINERS):
                open_nests.append((item, iter(_children(item)), []))
            else:
                made.append(next(supply))
            continue
        open_nests.pop()
        whole = _like(container, made)
        if not open_nests:
            return whole
        open_nests[-1][2].append(whole)


def _like(container: Any, made: list[Any]) -> Any:  # noqa: ANN401
    if isinstance(container, dict):
        return dict(zip(container, made, strict=True))
    if hasattr(container, "_fields"):
        return type(container)(*made)
    return type(container)(made)


def outline(nest: Any) -> Any:  # noqa: ANN401
    """The nest with None for every leaf: equal for nests of one structure."""
    return rebuilt(nest, [None] * len(leaves(nest)))


def broadcast(prefix: Any, nest: Any, accept: Callable[[Any], bool]) -> list[Any] | None:  # noqa: ANN401
    """One entry of `prefix` for every leaf of `nest`, where an entry may stand for a whole container.

    `accept` says what is an entry. None if the structures do not fit.
    """
    found: list[Any] = []
    waiting = [(prefix, nest)]
    while waiting:
        own, item = waiting.pop()
        if accept(own):
            found.extend([own] * len(leaves(item)))
            continue
        if (
            type(own) is not type(item)
            or len(own) != len(item)
            or (isinstance(own, dict) and own.keys() != item.keys())
        ):
            return None
        pairs = [(own[k], item[k]) for k in own] if isinstance(own, dict) else list(zip(own, item, strict=True))
        waiting.extend(reversed(pairs))
    return found
