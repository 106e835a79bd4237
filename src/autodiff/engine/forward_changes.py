"""What in-place changes do to tangents: they are changed in place, too."""

from typing import Any

from autodiff.engine.core import TensorBase
from autodiff.engine.forward_level import Directions, Level, forward_enabled
from autodiff.engine.gradient import filled, meta_of, own_copy
from autodiff.engine.mode import dual_level, mode
from autodiff.engine.record import OperationNode
from autodiff.engine.saved import Saved

__all__ = ["written"]


def written(level: Level, t: TensorBase, result: TensorBase, node: Any) -> None:  # noqa: ANN401 - the change's, or None
    """After a change of `t`: its tangents are those of the result, in the memory its tangents have already."""
    new, old = level.tangents(result), level.tangents(t)
    if (new is None and old is None) or not forward_enabled.get() or mode.get().inference:
        return
    if new is None:
        new = [filled(meta_of(tangent), 0) for tangent in old or ()]
    token = dual_level.set(level.outer)
    try:
        if old is None:
            _give_view(level, t, new)
            return
        _keep_old_tangents(level, node, old)
        for tangent, value in zip(old, new, strict=True):
            tangent.copy_(value)
    finally:
        dual_level.reset(token)


def _give_view(level: Level, t: Any, tangents: Directions) -> None:  # noqa: ANN401 - a tensor without tangents
    """Tangents for `t`; if it is a view, its base has zeros around them from now on."""
    view = t.view_of
    if view is not None and level.tangents(view.base) is None:
        whole = [filled(meta_of(view.base), 0) for _ in tangents]
        parts = [level.part(t, view.base, zeros) for zeros in whole]
        for part, tangent in zip(parts, tangents, strict=True):
            part.copy_(tangent)
        level.give(view.base, whole)
        view.base.extra.tangents.written = True
        tangents = parts
    else:
        tangents = [tangent.clone() for tangent in tangents]
    level.give(t, tangents)
    t.extra.tangents.written = True


def _keep_old_tangents(level: Level, node: Any, old: Directions) -> None:  # noqa: ANN401 - a node or None
    """If backward needs the value that was overwritten, it needs its tangents as they were."""
    if not isinstance(node, OperationNode):
        return
    for saved in node.saved.values():
        if isinstance(saved, Saved) and saved.tangents is not None and saved.tangents.by_level.get(level) is old:
            saved.tangents = level.with_others(saved.tangents, [own_copy(tangent) for tangent in old])
