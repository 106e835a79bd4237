"""What a derivative's label says: `d3[0]/dxdy2` is of the first output, by x and twice by y."""

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Differentials", "differentials"]


class Differentials(NamedTuple):
    """The `order` of a derivative, the output it is of (None: the only one), and names with how often each is taken."""

    order: int
    component: str | None
    names: tuple[tuple[str, int], ...]


def differentials(label: str, inputs: Sequence[str]) -> Differentials | None:
    """The label read, or None if it is not one of a derivative.

    `d2/dx2` may be about x or about x2: the order decides, which is the number of names.
    """
    head, _, below = label.partition("/")
    head, _, component = head.partition("[")
    if head[:1] != "d" or not (head[1:] or "1").isdigit() or below[:1] != "d":
        return None
    order = int(head[1:] or 1)
    known = [*inputs] if order > 1 else [*inputs, below[1:]]
    waiting: list[tuple[str, tuple[tuple[str, int], ...], int]] = [(below, (), order)]
    while waiting:
        rest, found, left = waiting.pop()
        if not rest and not left:
            return Differentials(order, component.rstrip("]") or None, found)
        for name in known if rest[:1] == "d" and left > 0 else ():
            if rest[1:].startswith(name):
                after = rest[1 + len(name) :]
                digits = after[: len(after) - len(after.lstrip("0123456789"))]
                options = [(after, 1)] + ([(after[len(digits) :], int(digits))] if digits else [])
                waiting.extend((text, (*found, (name, count)), left - count) for text, count in options)
    return None
