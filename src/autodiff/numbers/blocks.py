"""Elementwise work on large arrays in blocks that fit the cache: what is computed on the way takes no memory."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from autodiff.numbers.array import Values, np

__all__ = ["by_blocks", "chosen"]

BLOCK: Final = 15360
"""Elements of a block: less than 128 KiB of doubles, from where on the C library asks the system for memory."""
MANY: Final = 1000
"""Below so many elements a call costs more than the memory."""


def flattened(values: Sequence[Any]) -> list[Values] | None:
    """Views of arrays of one shape as lines; single elements as they are. None if some need more than that."""
    shape = max((v.shape for v in values), key=len)
    if any(v.ndim and (v.shape != shape or not v.flags.c_contiguous) for v in values):
        return None
    return [v.reshape(-1) if v.ndim else v for v in values]


def by_blocks(function: Callable[..., Values], values: Sequence[Any], kind: Any) -> Values:  # noqa: ANN401 - a dtype
    """An elementwise function of several steps, of arrays and numbers; its values have the dtype `kind`."""
    arrays = [v for v in values if isinstance(v, np.ndarray)]
    if max(v.size for v in arrays) <= BLOCK:
        return function(*values)
    lines = flattened(arrays)
    if lines is None:
        return function(*values)
    out = np.empty(max((v.shape for v in arrays), key=len), kind)

    def compute(part: Values, *pieces: Values) -> None:
        piece = iter(pieces)
        part[...] = function(*[next(piece) if isinstance(v, np.ndarray) else v for v in values])

    in_blocks(compute, out.reshape(-1), lines)
    return out


def in_blocks(compute: Callable[..., None], out: Values, lines: Sequence[Values]) -> None:
    """Call `compute` with each block of `out` and of the lines."""
    for start in range(0, len(out), BLOCK):
        part = slice(start, start + BLOCK)
        compute(out[part], *[line[part] if line.ndim else line for line in lines])


def chosen(condition: Any, yes: Any, no: Any) -> Values:  # noqa: ANN401 - arrays
    """`yes` where the condition holds, `no` elsewhere, of one dtype.

    np.where decides element by element: ten times slower where the condition follows no pattern. Here bits decide.
    """
    kinds = {getattr(value, "dtype", None) for value in (yes, no)}
    kind = getattr(yes, "dtype", None)
    mask = np.asarray(condition)
    if mask.size < MANY or mask.dtype.char != "?" or len(kinds) > 1 or kind is None or kind.char not in _BITS:
        return np.where(condition, yes, no)
    lines = flattened((mask, np.asarray(yes), np.asarray(no)))
    if lines is None or not mask.ndim:
        return np.where(condition, yes, no)
    bits = _BITS[kind.char]
    whole = [line.view(bits) for line in lines[1:]]
    zeros = [not (line.ndim or line) for line in whole]
    out = np.empty(mask.shape, kind)
    compute = _or_zero if zeros[1] else _zero_or if zeros[0] else _either
    in_blocks(compute, out.reshape(-1).view(bits), [lines[0], *whole])
    return out


_BITS: Final = {"f": "int32", "d": "int64"}
"""Integers of the same size, by the kind of float."""


def _or_zero(out: Values, condition: Values, yes: Values, _no: Values) -> None:
    np.multiply(condition, yes, out=out)


def _zero_or(out: Values, condition: Values, _yes: Values, no: Values) -> None:
    np.multiply(np.logical_not(condition), no, out=out)


def _either(out: Values, condition: Values, yes: Values, no: Values) -> None:
    np.copyto(out, condition)
    np.negative(out, out=out)  # all bits are set where the condition holds
    np.bitwise_and(out, np.bitwise_xor(yes, no), out=out)
    np.bitwise_xor(out, no, out=out)
