"""Values kept for backward, and why one cannot be used any more: changed in place, detached."""

from collections.abc import Callable
from typing import Any

from autodiff.engine.core import Tangents, TensorBase, plain
from autodiff.engine.fate import known_fate
from autodiff.engine.graph import AccumulateGrad, Edge, Node, node_of, output_of
from autodiff.engine.inference import NO_SAVE, refuse
from autodiff.engine.messages import (
    DETACHED_IN_PLACE,
    HOOKED_ALREADY,
    PACKING_CHANGES,
    modified_in_place,
    refused_view,
    short_name,
)
from autodiff.engine.mode import UNRECORDED, mode
from autodiff.errors import TorchRuntimeError, TorchTypeError
from autodiff.numbers.array import Array, backed
from autodiff.numbers.scalar import Scalar

__all__ = ["Saved", "refuse_detached", "restored", "stale", "unpacked"]


class Saved:
    """A value kept for backward: its memory, the version it had, where its own gradient goes, and its tangents."""

    __slots__ = ("data", "edge", "packed", "tangents", "unpack", "version")

    def __init__(self, data: Scalar | Array, edge: Edge | None) -> None:
        refuse(data, NO_SAVE)
        self.data = data
        self.version = data.version
        self.edge = edge
        self.tangents: Tangents | None = None
        self.packed: Any = None
        self.unpack: Callable[[Any], Any] | None = None

    def pack(self, pack: Callable[[Any], Any], unpack: Callable[[Any], Any], edge: Edge | None) -> None:
        """Keep what `pack` makes of the value, with the history of `edge`. Raises RuntimeError if `pack` changes it."""
        if self.unpack is not None:
            raise TorchRuntimeError(HOOKED_ALREADY)
        token = mode.set(UNRECORDED)
        try:
            self.packed = pack(restored(self.data, edge))
        finally:
            mode.reset(token)
        if self.data.version != self.version:
            raise TorchRuntimeError(PACKING_CHANGES)
        self.unpack = unpack

    def restored(self, own_node: Edge | None = None) -> TensorBase:
        """The value as a tensor with its history. Raises RuntimeError if the memory was changed since."""
        edge = own_node or self.edge
        if self.unpack is not None:
            return plain(unpacked(self.unpack, self.packed)._data, edge)  # type: ignore[no-any-return] # a Tensor
        if own_node is None:
            refuse_detached(edge)
        if self.data.version != self.version:
            raise stale(self.data, self.version, edge, follow=own_node is None)
        found = restored(self.data, edge)
        if self.tangents is not None and self.tangents.by_level and found._extra is None:
            found.extra.tangents = self.tangents
            if isinstance(self.data, Scalar):
                backed(self.data)  # a 0-d tensor with tangents never takes the short way
        return found


def unpacked(unpack: Callable[[Any], Any], packed: Any) -> TensorBase:  # noqa: ANN401
    """What the user's hook makes of what was `packed`. Raises TypeError if that is no tensor."""
    made = unpack(packed)
    if isinstance(made, TensorBase):
        return made
    kind = type(made).__name__
    raise TorchTypeError(f"Output of saved tensor unpack_hook expected to be a Tensor but got result of type {kind}")


def restored(data: Scalar | Array, edge: Edge | None) -> TensorBase:
    """A saved value with its history: the leaf itself, if it is one that still has this memory."""
    if isinstance(edge, AccumulateGrad):
        leaf = edge.variable
        if leaf is not None and leaf._data is data:
            return leaf
    return plain(data, edge)  # type: ignore[no-any-return] # a Tensor


def stale(data: Scalar | Array, expected: int, edge: Edge | None, *, follow: bool = True) -> Exception:
    """That a saved value was changed in place; of an input (`follow`), PyTorch names the latest node."""
    source = ""
    if edge is None or isinstance(edge, AccumulateGrad):
        name, output = _adopted(data, edge), 0
    else:
        name, output = _latest(edge) if follow else (node_of(edge).name(), output_of(edge))
    if name:
        source = f", which is output {output} of {short_name(name)},"
    leaf = edge.variable if isinstance(edge, AccumulateGrad) else None  # which may have been reshaped in place
    shape = ", ".join(map(str, data.shape if leaf is None else leaf._data.shape))
    title = f"CPU{data.dtype.title}Type" if data.dtype.is_complex else f"torch.{data.dtype.title}Tensor"
    return TorchRuntimeError(modified_in_place(title, shape, source, data.version, expected))


def refuse_detached(edge: Edge | None) -> None:
    """Raise PyTorch's RuntimeError if the tensor whose gradient went to `edge` was detached in place."""
    fate = None if edge is None else known_fate(edge)
    if fate is not None and fate.detached:
        raise TorchRuntimeError(DETACHED_IN_PLACE)


def _adopted(data: Scalar | Array, leaf: AccumulateGrad | None) -> str:
    """The name of the node that a tensor comes from now that was a `leaf`, or without history; empty if from none."""
    if leaf is not None:
        variable = leaf.variable
        edge = None if variable is None else variable._node
        return "" if edge is None or isinstance(edge, AccumulateGrad) else _latest(edge)[0]
    fate = getattr(data, "fate", None)
    return "" if fate is None or fate.detached else fate.name


_SEVERAL = frozenset({"unbind", "split"})
"""The operations that return several views, be it one."""


def _latest(edge: Edge) -> tuple[str, int]:
    """The name of the node that a changed input comes from now, and of its output."""
    fate = known_fate(edge)
    if fate is not None:
        return fate.name, output_of(edge)
    node = node_of(edge)
    if not _makes_view(node):
        return node.name(), output_of(edge)
    source = node
    while _makes_view(source):  # a view of one of several views may not be made anew either
        if source.several or source.op.name in _SEVERAL:  # type: ignore[attr-defined] # it makes views
            name = short_name(node.name())
            raise TorchRuntimeError(refused_view(name, output_of(edge), "several", indirect=True))
        before = source.edges[0]
        if before is None:
            break
        source = node_of(before)
    return "AsStridedBackward0", 0


def _makes_view(node: Node | None) -> bool:
    op = getattr(type(node), "op", None)
    return bool(getattr(op, "view", False)) and not getattr(op, "name", "").endswith("_")
