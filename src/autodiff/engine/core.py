"""What a tensor is made of, below its operators: data, the node it came from, and what few tensors have."""

from __future__ import annotations

from autodiff.engine.members import read_only
from autodiff.engine.size import Size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar, Self

    from autodiff.dtypes import dtype
    from autodiff.engine.graph import Edge
    from autodiff.numbers.array import Array
    from autodiff.numbers.scalar import Scalar

__all__ = ["Extra", "Tangents", "TensorBase", "View", "is_array", "is_zero", "plain"]


class View:
    """That a tensor views the memory of `base`: the node its gradient goes to is made anew after in-place changes.

    `version` is the memory's version when the node was made. `creation` says why it may not be changed in place:
    it is one of `several` views returned together, or was made under `no_grad` or in `inference` mode; usually "".
    """

    __slots__ = ("base", "creation", "version")

    def __init__(self, base: TensorBase, version: int, creation: str = "") -> None:
        self.base = base
        self.version = version
        self.creation = creation


class Tangents:
    """The forward derivatives of a tensor by level, one for each direction; `written` if an in-place change gave them.

    They are not changed once a tensor or a saved value has them, except that a level forgets its own when it ends.
    """

    __slots__ = ("__weakref__", "by_level", "written")

    def __init__(self, others: Tangents | None = None) -> None:
        self.by_level: dict[Any, Any] = {} if others is None else dict(others.by_level)
        self.written: bool = others is not None and others.written


class Extra:
    """What few tensors have: a gradient kept by a non-leaf, a base they view, forward derivatives."""

    __slots__ = ("accumulator", "grad", "retains_grad", "tangents", "view")

    def __init__(self) -> None:
        self.accumulator: Edge | None = None  # the node of a leaf that wants no gradient for now
        self.grad: TensorBase | None = None
        self.retains_grad = False
        self.view: View | None = None
        self.tangents: Tangents | None = None


class TensorBase:
    """A tensor without its operators.

    `_data` may be shared with other tensors. `_node` is where a gradient of this tensor goes: the node that made it,
    an AccumulateGrad for a leaf that requires a gradient, None if it requires none. `bare` makes a tensor with nothing
    in it, sooner than `__new__` does.
    """

    __slots__ = ("__dict__", "__weakref__", "_data", "_extra", "_node")
    plain: ClassVar[type[TensorBase]]
    bare: ClassVar[Callable[[], Any]]
    _data: Scalar | Array
    _node: Edge | None
    _extra: Extra | None

    def __init_subclass__(cls, *, plain: bool = False) -> None:
        if plain:
            TensorBase.plain = cls
            TensorBase.bare = type.__call__.__get__(cls)

    @classmethod
    def wrap(cls, data: Scalar | Array, node: Edge | None = None) -> Self:
        """A tensor of `data` whose gradient goes to `node`."""
        self = object.__new__(cls)  # a subclass may have a constructor of its own
        self._data = data
        self._node = node
        self._extra = None
        return self

    @read_only
    def dtype(self) -> dtype:
        """The type of the elements."""
        return self._data.dtype

    @read_only
    def shape(self) -> Size:
        """The length of every dimension."""
        return Size(self._data.shape)

    @property
    def extra(self) -> Extra:
        """The rare attributes, made when first asked for."""
        if self._extra is None:
            self._extra = Extra()
        return self._extra

    @property
    def view_of(self) -> View | None:
        """What this tensor is a view of."""
        return self._extra.view if self._extra is not None else None

    def item(self) -> Any:  # noqa: ANN401 - bool, int, float or complex, by dtype
        """The only element, as a Python number."""
        data = self._data
        return data.read() if not data.shape else _only(data.read())


def plain(data: Scalar | Array, node: Edge | None = None) -> Any:  # noqa: ANN401 - a Tensor, which is defined above
    """A tensor of `data` whose gradient goes to `node`."""
    return TensorBase.plain.wrap(data, node)


def is_zero(g: Any) -> bool:  # noqa: ANN401 - a tensor or a number
    """Whether it is a tensor that is 0 for good, without memory."""
    return isinstance(g, TensorBase) and g._data.zero


def is_array(g: Any) -> bool:  # noqa: ANN401 - a tensor or a number
    """Whether it is a tensor with dimensions."""
    return isinstance(g, TensorBase) and bool(g._data.shape)


def _only(nested: Any) -> Any:  # noqa: ANN401 - lists of one element each
    while isinstance(nested, list):
        (nested,) = nested
    return nested
