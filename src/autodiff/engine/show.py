"""The text of a tensor: its elements, and where it came from."""

from collections.abc import Sequence

from autodiff.engine.core import TensorBase
from autodiff.engine.display import print_options, shown, tensor_text
from autodiff.engine.graph import AccumulateGrad, node_of
from autodiff.engine.mode import dual_level
from autodiff.engine.view import current_edge
from autodiff.numbers.array import Array, np

__all__ = ["tensor_repr"]


def tensor_repr(t: TensorBase) -> str:
    """`tensor(20., grad_fn=<AddBackward0>)`: what PyTorch prints."""
    level = dual_level.get()
    return _plain_repr(t, ()) if level is None else level.shown(t, _plain_repr)


def _plain_repr(t: TensorBase, tangents: Sequence[str]) -> str:
    """The text, with those of the tangents it has."""
    edge = current_edge(t)
    suffixes = []
    if isinstance(edge, AccumulateGrad):
        suffixes.append("requires_grad=True")
    elif edge is not None:
        suffixes.append(f"grad_fn=<{type(node_of(edge)).__name__}>")
    suffixes += [f"tangent={tangent}" for tangent in tangents]
    options = print_options()
    data = t._data
    values = data.read() if not isinstance(data, Array) else None
    if isinstance(data, Array):
        places = shown(data.shape, options)
        values = (data.value if places is None else data.value[np.ix_(*places)]).tolist()
    return tensor_text(values, t.shape, t.dtype, suffixes, options)
