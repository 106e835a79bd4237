"""The text of a tensor: its elements, and where it came from."""

from __future__ import annotations

from autodiff.engine.display import print_options, shown, tensor_text
from autodiff.engine.graph import AccumulateGrad, node_of
from autodiff.engine.mode import dual_level
from autodiff.engine.view import current_edge, requires_grad
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Array, np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from autodiff.engine.core import TensorBase
__all__ = ["tensor_repr"]


def tensor_repr(t: TensorBase) -> str:
    """`tensor(20., grad_fn=<AddBackward0>)`: what PyTorch prints."""
    level = dual_level.get()
    return _plain_repr(t, ()) if level is None else level.shown(t, _plain_repr)


def _plain_repr(t: TensorBase, tangents: Sequence[str]) -> str:
    """The text, with those of the tangents it has."""
    suffixes = _history(t)
    suffixes += [f"tangent={tangent}" for tangent in tangents]
    options = print_options()
    data = t._data
    if isinstance(data, Array):
        places = shown(data.shape, options)
        values = (data.value if places is None else data.value[np.ix_(*places)]).tolist()
    else:
        values = data.read()
    return tensor_text(values, data.shape, data.dtype, suffixes, options)


def _history(t: TensorBase) -> list[str]:
    """Where `t` came from, in words; one of several views that were changed cannot say."""
    try:
        edge = current_edge(t)
    except TorchRuntimeError:
        return ["grad_fn=<Invalid>"]
    if edge is not None and not isinstance(edge, AccumulateGrad):
        return [f"grad_fn=<{type(node_of(edge)).__name__}>"]
    return ["requires_grad=True"] if requires_grad(t) else []
