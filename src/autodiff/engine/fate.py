"""What became of a tensor after its node was made: noted down at the node, for the messages of those that saved it."""

from typing import Final

from autodiff.engine.core import TensorBase
from autodiff.engine.graph import Edge, node_of, output_of
from autodiff.engine.node_facts import Fate

__all__ = ["CLONED", "fate_of", "known_fate", "succeed"]

CLONED: Final = Fate("CloneBackward0")
"""Of memory with a value that was about to be overwritten."""


def fate_of(edge: Edge) -> Fate:
    """What became of the tensor whose gradient goes to `edge`, to be noted down there."""
    node = node_of(edge)
    return node.observed().fates.setdefault(output_of(edge), Fate(node.name()))


def known_fate(edge: Edge) -> Fate | None:
    """The same, if anything has."""
    extra = node_of(edge).extra
    return None if extra is None else extra.fates.get(output_of(edge))


def succeed(t: TensorBase, before: Edge | None, after: Edge) -> None:
    """Note down that the gradient of `t`, which went to `before`, goes to `after` from now on."""
    if before is None or node_of(before).leaf:
        return
    fate = fate_of(before)
    fate.name = node_of(after).name()
    heir = node_of(after).observed()
    heir.fates[output_of(after)] = fate
    retained = node_of(before).observed().retained
    keeper = retained.get(output_of(before))
    if keeper is not None and keeper() is t:
        heir.retained[output_of(after)] = retained.pop(output_of(before))
