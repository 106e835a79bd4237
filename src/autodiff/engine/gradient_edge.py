"""`torch.autograd.graph`: edges of the graph that stand for tensors, and what nodes have in common."""

from abc import ABC
from collections.abc import Iterable
from typing import Any, NamedTuple

from autodiff.engine.core import TensorBase, plain
from autodiff.engine.gradient import filled
from autodiff.engine.graph import Edge, Node, Output, node_of, output_of
from autodiff.engine.view import current_edge
from autodiff.errors import TorchRuntimeError

__all__ = ["GradientEdge", "GraphNode", "get_gradient_edge", "increment_version", "standing_for"]


class GradientEdge(NamedTuple):
    """Where the gradient of a tensor goes, to be given to `grad` and `backward` in its place."""

    node: Node
    output_nr: int
    ownership_token: Any = None


GradientEdge.__module__ = "torch.autograd.graph"


class GraphNode(ABC):  # noqa: B024 - it only says that nodes are of it
    """The class all nodes of the graph are said to have."""

    __module__ = "torch.autograd.graph"


GraphNode.__name__ = GraphNode.__qualname__ = "Node"
GraphNode.register(Node)


def get_gradient_edge(tensor: Any) -> GradientEdge:  # noqa: ANN401 - a tensor
    """The edge a gradient of `tensor` goes along. Raises RuntimeError if it requires none."""
    if not tensor.requires_grad:
        raise TorchRuntimeError(
            "It is not possible to get the gradient edge for a Tensor that does not require gradients"
        )
    edge = current_edge(tensor)
    if edge is None:  # a view made without recording
        raise TorchRuntimeError(
            "It is not possible to get the gradient edge for a Tensor that does not require gradients"
        )
    return GradientEdge(node_of(edge), output_of(edge))


def standing_for(edge: GradientEdge) -> Any:  # noqa: ANN401 - a tensor
    """A tensor of zeros whose gradient goes along `edge`."""
    target: Edge = Output(edge.node, edge.output_nr) if edge.output_nr else edge.node
    return plain(filled(edge.node.output_metas()[edge.output_nr], 0)._data, target)


def increment_version(tensor: Any) -> None:  # noqa: ANN401 - a tensor or several
    """Count a change of the memory, as if it had been written to in place."""
    tensors = (tensor,) if isinstance(tensor, TensorBase) else tensor
    if not isinstance(tensors, Iterable):
        raise TorchRuntimeError("increment_version expect a Iterable[Tensor] as input")
    for t in tensors:
        t._data.set_version(t._data.version + 1)
