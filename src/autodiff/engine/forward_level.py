"""Dual tensors: what a tensor's tangents are, and the level at which it has them.

A level is a forward derivative being taken: in one or several directions at once, innermost first. Only while a level
is there do operations look for tangents (`apply` asks one context variable); a 0-d tensor with tangents keeps its
number in an array, and so never takes the short way of scalars.
"""

from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, Final
from weakref import WeakSet

from autodiff.engine.core import Tangents, TensorBase, plain
from autodiff.engine.mode import dual_level
from autodiff.engine.view import current_edge, geometry
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import backed
from autodiff.numbers.scalar import Scalar
from autodiff.ops.striding import as_strided

__all__ = ["Level", "alike", "carried", "check_size", "enclosing", "forward_enabled"]

Directions = Sequence[Any]
"""One tangent for each direction."""
forward_enabled: Final[ContextVar[bool]] = ContextVar("forward_enabled", default=True)


class Level:
    """One forward derivative being taken, inside `outer`.

    `number` is what `torch.func` calls it (None for a level of `forward_ad`). At the end of the level all its tangents
    are forgotten.
    """

    def __init__(self, number: int | None = None) -> None:
        self.number = number
        self.outer: Level | None = dual_level.get()
        self.holders: WeakSet[Tangents] = WeakSet()

    def enter(self) -> None:
        """Let operations find tangents of this level."""
        dual_level.set(self)

    def leave(self) -> None:
        """Forget all tangents of this level."""
        dual_level.set(self.outer)
        for holder in tuple(self.holders):
            holder.by_level.pop(self, None)

    # -------------------------------------------------------------- the tangents of a tensor

    def tangents(self, t: TensorBase) -> Directions | None:
        """The tangents of `t` at this level: its own, or those an in-place change gave its base."""
        if not forward_enabled.get():
            return None
        extra = t._extra
        if extra is None:
            return None
        if extra.tangents is not None and self in extra.tangents.by_level:
            return extra.tangents.by_level[self]  # type: ignore[no-any-return]
        base = None if extra.view is None else extra.view.base
        if base is None or base._extra is None or base._extra.tangents is None:
            return None
        whole = base._extra.tangents.by_level.get(self)
        if whole is None or not base._extra.tangents.written:
            return None
        self.give(t, [self.part(t, base, tangent) for tangent in whole])
        return self.tangents(t)

    def give(self, t: TensorBase, tangents: Directions) -> None:
        """Let `t` have these tangents."""
        extra = t.extra
        extra.tangents = self.with_others(extra.tangents, tangents)
        if isinstance(t._data, Scalar):
            backed(t._data)  # so that the short way of scalars is not taken

    def with_others(self, others: Tangents | None, tangents: Directions) -> Tangents:
        """These tangents, and the others of other levels; each level will forget its own."""
        made = Tangents(others)
        made.by_level[self] = tangents
        for level in made.by_level:
            level.holders.add(made)
        return made

    def part(self, t: TensorBase, base: TensorBase, tangent: Any) -> Any:  # noqa: ANN401 - tensors
        """The part of a base's tangent that belongs to its view `t`."""
        size, stride, offset = geometry(t, base)
        return self.outside(as_strided, tangent, size=size, stride=stride, storage_offset=offset)

    def outside(self, call: Callable[..., Any], *inputs: Any, **attributes: Any) -> Any:  # noqa: ANN401 - what it gives
        """Call an operation, or any function of tensors, as the levels further out see it."""
        token = dual_level.set(self.outer)
        try:
            return call(*inputs, **attributes)
        finally:
            dual_level.reset(token)

    def primal(self, t: Any) -> Any:  # noqa: ANN401 - a tensor
        """`t` without its tangents at this level: the same memory, node and view, the same tangents further out."""
        if self.tangents(t) is None:
            return t
        made = plain(t._data, current_edge(t))
        made.extra.view = t.view_of
        made = alike(t, made)
        for level, found in t._extra.tangents.by_level.items():
            if level is not self:
                level.give(made, found)
        return made

    # -------------------------------------------------------------- what operations and in-place changes do

    def apply(self, op: Any, inputs: Sequence[Any], attributes: Any) -> Any:  # noqa: ANN401 - as `apply`
        """Apply an operation to tensors of which some may have tangents."""
        from autodiff.engine.forward import applied

        return applied(self, op, inputs, attributes)

    def call(self, function: Any, args: tuple[Any, ...]) -> Any:  # noqa: ANN401 - the user's
        """Call a user's function with tensors of which some may have tangents."""
        from autodiff.engine.forward_function import called

        return called(self, function, args)

    def shown(self, t: TensorBase, text: Callable[[TensorBase, Sequence[str]], str]) -> str:
        """The text of a tensor with its tangents, where `text` writes one without."""
        for level in enclosing(self):
            found = level.tangents(t)
            if found is not None:
                break
        else:
            return text(t, ())
        token = dual_level.set(level.outer)
        try:
            if level.number is None:
                return text(t, [f"{tangent}" for tangent in found])
            inner = repr(level.primal(t)).replace("\n", "\n    ")
        finally:
            dual_level.reset(token)
        return f"GradTrackingTensor(lvl={level.number}, value=\n    {inner}\n)"

    def write(self, t: TensorBase, result: TensorBase, node: Any) -> None:  # noqa: ANN401 - the change's, or None
        """Give `t`, whose memory was just changed, the tangents of the result."""
        from autodiff.engine.forward_changes import written

        for level in enclosing(self):
            written(level, t, result, node)


def enclosing(level: Level | None) -> Iterator[Level]:
    """The level and those around it, innermost first."""
    while level is not None:
        yield level
        level = level.outer


def check_size(t: TensorBase, tangent: TensorBase) -> None:
    """Raise PyTorch's RuntimeError unless the tangent has the size of its tensor."""
    if t.shape != tangent.shape:
        raise TorchRuntimeError(
            "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not "
            f"supported. Tensor is of size {list(t.shape)} while the given forward gradient is of size "
            f"{list(tangent.shape)}."
        )


def alike(t: Any, made: Any) -> Any:  # noqa: ANN401 - tensors
    """`made` as a tensor of the class of `t`, with what that class notes down."""
    kind = type(t)
    if kind is type(made):
        return made
    other = kind.wrap(made._data, made._node)
    other.extra.view = made.view_of
    for name in vars(kind).get("__slots__", ()):
        setattr(other, name, getattr(t, name))
    return other


def carried(source: Any, target: Any) -> Any:  # noqa: ANN401 - tensors
    """`target` with the tangents of `source`, whose elements it has."""
    for level in enclosing(dual_level.get()):
        found = level.tangents(source)
        if found is not None:
            level.give(target, found)
    return target
