"""The nodes of the graph: what a result remembers about how it was made.

An edge leads to a node, or to one output of a node that has several. Nodes are numbered in order of
creation: backward walks them from the latest to the earliest.
"""

from __future__ import annotations

import itertools
from _thread import _local
from _weakref import ref  # as in weakref, without the rest

from autodiff.engine.core import TensorBase
from autodiff.engine.node_facts import PUBLIC, InputMetadata, Kind, Meta, NodeExtra
from autodiff.errors import TorchTypeError
from autodiff.numbers.scalar import Scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, ClassVar, Final

    from autodiff.engine.handle import RemovableHandle

__all__ = [
    "AccumulateGrad",
    "Edge",
    "Link",
    "Meta",
    "Node",
    "NodeExtra",
    "Output",
    "ScalarAccumulateGrad",
    "edges_of",
    "linked",
    "needs_links",
    "next_number",
    "node_of",
    "output_of",
    "unlinked",
]

next_number: Final = itertools.count(1).__next__


class _Waiting(_local):
    """The nodes that wait to be freed in this thread, while one is.

    No context variable: the collector may free a link while CPython is setting one, which does not survive a second.
    """

    nodes: list[Any] | None = None


_waiting: Final = _Waiting()


class Node(metaclass=Kind):
    """One operation that was recorded. `number` orders nodes by creation.

    A `raw` node takes and passes on gradients as Python numbers instead of tensors. A node is its own `direct` edge.
    `leaf` marks an AccumulateGrad, `ends` a node that runs as soon as its gradient is complete, `scalar` a node of the
    short way, `several` one with more than one output, of which those without a gradient are filled with zeros unless
    it `sees_missing` ones.
    """

    __slots__ = ("extra", "number")
    __module__ = "builtins"
    raw: ClassVar[bool] = False
    direct: ClassVar[bool] = True
    leaf: ClassVar[bool] = False
    ends: ClassVar[bool] = False
    scalar: ClassVar[bool] = False
    several: bool = False
    sees_missing: bool = False
    number: int
    extra: NodeExtra | None

    @property
    def edges(self) -> tuple[Edge | None, ...]:
        """Where the gradients of the inputs go, in order; None for an input that needs none."""
        return ()

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        """PyTorch's view of the edges: the node and the number of its output, for each input."""
        return tuple((None, 0) if e is None else (node_of(e), output_of(e)) for e in self.edges)

    def name(self) -> str:
        """The node's name; a few of PyTorch's carry a C++ prefix."""
        name = type(self).__name__
        prefixed = name in {"AccumulateGrad", "NotImplemented", "CopySlices", "CopyBackwards"}
        return f"torch::autograd::{name}" if prefixed else name

    def __call__(self, *gradients: TensorBase) -> Any:  # noqa: ANN401 - a tensor, or a tuple of them
        """The gradients of the inputs, given those of the outputs. Raises PyTorch's TypeError for anything else."""
        expected = len(self.output_metas())
        if len(gradients) != expected:
            raise TorchTypeError(f"expected {expected} arguments, got {len(gradients)} instead")
        for k, g in enumerate(gradients):
            if not isinstance(g, (TensorBase, type(None))):
                raise TorchTypeError(f"argument {k} is not a Variable")
        pulled = tuple(self.pull(list(gradients) if self.several else gradients[0]))
        return pulled[0] if len(pulled) == 1 else pulled

    @property
    def requires_grad(self) -> bool:
        """Always true: a node is there for gradients only."""
        return True

    @property
    def metadata(self) -> dict[str, Any]:
        """Room for whatever a debugger notes down."""
        return self.observed().metadata

    def pull(self, g: Any) -> Sequence[Any]:  # noqa: ANN401 - a tensor, or a list for several outputs
        """The gradients of the inputs, given the gradient `g` of the output, as tensors."""
        raise NotImplementedError

    def output_metas(self) -> Sequence[Meta]:
        """What the gradients of the outputs must fit."""
        raise NotImplementedError

    @property
    def _input_metadata(self) -> tuple[InputMetadata, ...]:
        """The same, as PyTorch shows it."""
        return tuple(InputMetadata(meta) for meta in self.output_metas())

    def input_metas(self, g: TensorBase) -> Sequence[Meta]:
        """What the gradients of the inputs must fit, given one that fits the output."""
        return (Meta(tuple(g._data.shape), g.dtype),) * len(self.edges)

    def release(self) -> None:
        """Let the saved values go."""

    def register_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook` with the gradients of the inputs and of the outputs, after this node has run."""
        from autodiff.engine.handle import RemovableHandle

        return RemovableHandle(self.observed().post_hooks, hook)

    def register_prehook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook` with the gradients of the outputs, which it may replace, before this node runs."""
        from autodiff.engine.handle import RemovableHandle

        return RemovableHandle(self.observed().pre_hooks, hook)

    def observed(self) -> NodeExtra:
        """The rare attributes, made when first asked for."""
        if self.extra is None:
            self.extra = NodeExtra()
        return self.extra

    def _sequence_nr(self) -> int:
        return self.number

    def _set_sequence_nr(self, number: int) -> None:
        self.number = number

    def _register_hook_dict(self, hooks: dict[Any, Callable[..., Any]]) -> None:
        from autodiff.engine.hooks import all_of

        self.observed().tensor_hooks.setdefault(0, []).append(all_of(hooks))

    def __dir__(self) -> list[str]:
        return sorted([*PUBLIC, *dir(object), "__call__"])


class Output:
    """One of several outputs of a node (the first is the node itself)."""

    __slots__ = ("index", "node")
    raw = direct = scalar = False

    def __init__(self, node: Node, index: int) -> None:
        self.node = node
        self.index = index


class Link(Output):
    """An edge that frees what it leads to without recursion.

    Dropping the last node of a graph frees its inputs' nodes, and so on: nested calls inside Python, which overflow a
    small stack (CPython 3.13 nests 10 000 of them). So now and then an edge is a link: when it is freed it hands its
    node to a list, which the outermost link empties.
    """

    __slots__ = ()

    def __init__(self, node: Node) -> None:
        super().__init__(node, 0)

    def __del__(self, waiting: _Waiting = _waiting) -> None:
        queue = waiting.nodes
        if queue is not None:
            queue.append(self.node)
            return
        waiting.nodes = queue = [self.node]
        del self.node
        while queue:
            queue.pop()
        waiting.nodes = None


Edge = Node | Output


def linked(edge: Edge | None, number: int) -> Edge | None:
    """`edge` as node `number` keeps it: a link for one node in 61, unless it leads to a leaf, which leads nowhere.

    Up to 7 numbers are left out after a link, so that no graph has a pattern that never comes upon one.
    """
    if not needs_links(number):
        return edge
    for _ in range(number * 0x9E3779B1 >> 28 & 7):
        next_number()
    return Link(edge) if isinstance(edge, Node) and not edge.leaf else edge


def needs_links(number: int) -> bool:
    """Whether the node of this number keeps its edges as links."""
    return not number % 61


def unlinked(edge: Edge | None) -> Edge | None:
    """The edge itself, if it was kept as a link."""
    return edge.node if isinstance(edge, Link) else edge


def node_of(edge: Edge) -> Node:
    """The node an edge leads to."""
    return edge.node if isinstance(edge, Output) else edge


def output_of(edge: Edge) -> int:
    """The number of the output an edge leads to."""
    return edge.index if isinstance(edge, Output) else 0


def edges_of(node: Node) -> Iterator[Edge]:
    """The edges of a node that lead somewhere."""
    return (edge for edge in node.edges if edge is not None)


class AccumulateGrad(Node):
    """Where the gradient of a leaf is gathered: it lives here, so that leaf and node form no cycle.

    It is `closed` while the leaf wants no gradient.
    """

    __slots__ = ("closed", "grad", "meta", "reference")
    __module__ = "builtins"
    leaf = ends = True
    closed: bool
    grad: TensorBase | None
    meta: Meta
    reference: ref[TensorBase]

    @classmethod
    def of(cls, leaf: TensorBase) -> AccumulateGrad:
        """The node of `leaf`: a raw one for a 0-d leaf of real numbers."""
        data = leaf._data
        kind = ScalarAccumulateGrad if isinstance(data, Scalar) and not data.dtype.is_complex else AccumulateGrad
        self = kind()
        self.number = next_number()
        self.extra = None
        self.closed = False
        self.grad = None
        self.meta = Meta(tuple(data.shape), data.dtype)
        self.reference = ref(leaf)
        return self

    def output_metas(self) -> Sequence[Meta]:
        """That of the leaf."""
        return (self.meta,)

    def pull(self, g: Any) -> Sequence[Any]:  # noqa: ANN401, ARG002 - a tensor
        """Nothing: the gradient stays here."""
        return ()

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), "variable"])

    @property
    def variable(self) -> TensorBase | None:
        """The leaf, as long as somebody holds it."""
        return self.reference()


class ScalarAccumulateGrad(AccumulateGrad):
    """The same for a 0-d leaf."""

    __slots__ = ()
    __module__ = "builtins"
    raw = True


ScalarAccumulateGrad.__name__ = ScalarAccumulateGrad.__qualname__ = "AccumulateGrad"
