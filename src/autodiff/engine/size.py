"""The size of a tensor: a tuple that says `torch.Size`."""

from __future__ import annotations

from _operator import index  # as in operator, without a file to load
from math import prod

from autodiff.errors import TorchTypeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self, SupportsIndex, overload

__all__ = ["Size"]


class Size(tuple[int, ...]):
    """The length of every dimension; slices, sums and repetitions of sizes are sizes.

    Raises TypeError for entries that are not integers.
    """

    __slots__ = ()
    __module__ = "torch"

    def __new__(cls, lengths: Iterable[SupportsIndex] = (), /) -> Self:
        """Take integers, and whatever counts as one."""
        self = tuple.__new__(cls, lengths)
        for length in self:
            if type(length) is not int:
                return tuple.__new__(cls, [_length(item, position) for position, item in enumerate(self)])
        return self

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    def numel(self) -> int:
        """Count the elements of a tensor of this size."""
        return prod(self)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: SupportsIndex, /) -> int: ...
        @overload
        def __getitem__(self, key: slice, /) -> Size: ...

    def __getitem__(self, key: SupportsIndex | slice, /) -> int | Size:
        entry = tuple.__getitem__(self, key)
        return Size(entry) if isinstance(entry, tuple) else entry

    def __add__(self, other: object, /) -> Size:
        if isinstance(other, tuple):
            return Size((*self, *other))
        raise TorchTypeError(f"can only concatenate tuple (not {type(other).__name__}) to torch.Size")

    def __radd__(self, other: object, /) -> Size:
        return Size((*other, *self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, times: SupportsIndex, /) -> Size:
        return Size(tuple.__mul__(self, times))

    __rmul__ = __mul__

    def __reduce__(self) -> tuple[Callable[[tuple[int, ...]], Size], tuple[tuple[int, ...]]]:
        return _size, (tuple(self),)  # not the class: its __module__ names a package that need not be installed


def _size(lengths: tuple[int, ...]) -> Size:
    """Make a size again from its pickled lengths."""
    return Size(lengths)


def _length(item: SupportsIndex, position: int) -> int:
    """Read one entry as an int; booleans and 0-d integer tensors count as integers."""
    try:
        return index(item)
    except TypeError:
        raise TorchTypeError(
            f"torch.Size() takes an iterable of 'int' (item {position} is '{type(item).__name__}')"
        ) from None
