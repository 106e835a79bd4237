"""Tensors as text: exactly the characters PyTorch prints.

Everything here works on plain Python numbers, so printing a scalar loads nothing. All elements are
written first, flat and unpadded; the brackets are then closed from the innermost dimension outwards.
"""

from __future__ import annotations

from _contextvars import ContextVar  # as in contextvars, without a file to load
from math import inf, isfinite, prod

from autodiff.dtypes import bool_, complex64, complex128, default_dtype, float64, int64
from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from autodiff.dtypes import dtype

__all__ = [
    "PROFILES",
    "PrintOptions",
    "changed",
    "element_texts",
    "print_options",
    "set_print_options",
    "shown",
    "tensor_text",
]

_PREFIX: Final = "tensor("
_INDENT: Final = len(_PREFIX)


class PrintOptions(NamedTuple):
    """What `set_printoptions` can change.

    `precision` counts digits after the point; a tensor of more than `threshold` elements is cut to the first
    and last `edgeitems` entries of every dimension; `linewidth` is in columns; `sci_mode` forces or forbids
    the exponent, None leaves it to the values.
    """

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


PROFILES: Final = {
    "default": PrintOptions(),
    "short": PrintOptions(precision=2, edgeitems=2),
    "full": PrintOptions(threshold=inf),
}

_DEFAULT: Final = PROFILES["default"]
_current: ContextVar[PrintOptions] = ContextVar("print_options", default=_DEFAULT)


def print_options() -> PrintOptions:
    """Return the options in force in this context."""
    return _current.get()


def set_print_options(options: PrintOptions) -> None:
    """Put `options` in force in this context."""
    _current.set(options)


def changed(
    options: PrintOptions,
    *,
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> PrintOptions:
    """Merge the arguments of `set_printoptions` into `options`; a profile PyTorch does not know changes nothing."""
    base = options if profile is None else PROFILES.get(profile, options)
    return PrintOptions(
        base.precision if precision is None else precision,
        base.threshold if threshold is None else threshold,
        base.edgeitems if edgeitems is None else edgeitems,
        base.linewidth if linewidth is None else linewidth,
        sci_mode,  # the only one a call resets by leaving it out
    )


def shown(shape: Sequence[int], options: PrintOptions = _DEFAULT) -> tuple[Sequence[int], ...] | None:
    """Pick the indices that are printed along each dimension of a tensor of this shape; None when all of them are."""
    if 0 in shape:  # listing a tensor of size (1000000, 0) would make a million empty lists for nothing
        return tuple(() for _ in shape)
    if prod(shape) <= options.threshold:
        return None
    edge = options.edgeitems
    if not any(size > 2 * edge for size in shape):
        return None
    return tuple((*range(edge), *range(size - edge, size)) if size > 2 * edge else range(size) for size in shape)


def tensor_text(
    values: Any,  # noqa: ANN401 - a number, or lists as deep as the shape is long
    shape: Sequence[int],
    of: dtype,
    suffixes: Sequence[str] = (),
    options: PrintOptions = _DEFAULT,
) -> str:
    """Write a tensor as PyTorch does.

    `values` is what `tolist()` gives: a Python number for a 0-d tensor, else lists nested as deep as `shape` is
    long, holding only the entries at the indices `shown` picks.
    `suffixes` are texts such as `requires_grad=True`, in the order in which they appear after size and dtype.
    """
    body = _PREFIX + _body(values, shape, of, options)
    return _with_suffixes(body, (*_facts(shape, of, options), *suffixes), options.linewidth)


def element_texts(numbers: Sequence[Any], of: dtype, options: PrintOptions = _DEFAULT) -> list[str]:
    """Write each of the numbers as it would stand in a tensor of them all, without padding."""
    return [text.strip() for text in _elements(numbers, of, options)[0]] if numbers else []


def _facts(shape: Sequence[int], of: dtype, options: PrintOptions) -> list[str]:
    """List the suffixes for what the elements alone do not tell: the size and the dtype."""
    default = default_dtype()
    facts = []
    if 0 in shape:
        if len(shape) != 1:
            facts.append(f"size={tuple(shape)}")
        implied = of is default
    else:
        if not options.edgeitems:
            facts.append(f"size={tuple(shape)}")
        # complex64 goes unmentioned also beside a half-precision default, whose own partner is complex32.
        implied = of is default or of is int64 or of is bool_ or of is (complex128 if default is float64 else complex64)
    if not implied:
        facts.append(f"dtype={of!r}")
    return facts


def _with_suffixes(body: str, suffixes: Sequence[str], linewidth: int) -> str:
    """`body` closed, each suffix on the current line if it fits and on a line of its own otherwise."""
    parts = [body]
    column = len(body) - body.rfind("\n") + 1
    for suffix in suffixes:
        if column + len(suffix) + 2 > linewidth:
            parts.append(",\n" + " " * _INDENT + suffix)
            column = _INDENT + len(suffix)
        else:
            parts.append(", " + suffix)
            column += len(suffix) + 2
    parts.append(")")
    return "".join(parts)


def _body(values: Any, shape: Sequence[int], of: dtype, options: PrintOptions) -> str:  # noqa: ANN401 - see tensor_text
    """Write the elements in their brackets."""
    if not shape:
        return _alone(values, options) if of.is_floating_point else _elements([values], of, options)[0][0]
    if 0 in shape:
        return "[]"
    cut = prod(shape) > options.threshold
    if cut and not options.edgeitems:
        return "[...]"
    for _ in shape[1:]:
        values = [entry for block in values for entry in block]
    texts, width = _elements(values, of, options)
    return _bracketed(texts, width, shape, cut, options)


def _elements(numbers: Sequence[Any], of: dtype, options: PrintOptions) -> tuple[list[str], int]:
    """Write every number, padded, and count the columns one of them takes when a line is filled."""
    if not of.is_complex:
        return _column(numbers, options) if of.is_floating_point else _aligned([str(number) for number in numbers])
    reals, real_width = _column([number.real for number in numbers], options)
    imaginaries, imaginary_width = _column([number.imag for number in numbers], options)
    texts = []
    for real, padded in zip(reals, imaginaries, strict=True):
        imaginary = padded.lstrip()
        texts.append(f"{real}{imaginary}j" if imaginary[0] == "-" else f"{real}+{imaginary}j")
    return texts, real_width + imaginary_width + 1


def _aligned(texts: list[str]) -> tuple[list[str], int]:
    """Pad the texts to the longest and give its length."""
    width = max(map(len, texts))
    return [text.rjust(width) for text in texts], width


def _column(numbers: Sequence[float], options: PrintOptions) -> tuple[list[str], int]:
    """Write floats in the notation they share, aligned to the right, and give the column's width.

    Zeros, nan and inf neither choose the notation nor widen the column, so they may stick out of it.
    """
    telling = [number for number in numbers if number and isfinite(number)]
    notation, point = _notation(telling, options)
    texts = [format(number, notation) + point if isfinite(number) else format(number) for number in numbers]
    if len(telling) == len(numbers):
        return _aligned(texts)
    width = max([len(format(number, notation) + point) for number in telling], default=1)
    return [text.rjust(width) for text in texts], width


def _alone(number: float, options: PrintOptions) -> str:
    """Write the float of a 0-d tensor: a column of one, which nothing is aligned with."""
    if not isfinite(number):
        return format(number)
    notation, point = _notation([number] if number else [], options)
    return format(number, notation) + point


def _notation(telling: Sequence[float], options: PrintOptions) -> tuple[str, str]:
    """Choose the format specification for the finite numbers other than zero, and what follows each of them."""
    if not telling:
        return ".0f", "."
    scientific = options.sci_mode
    if scientific is None:
        sizes = [abs(number) for number in telling]
        smallest, largest = min(sizes), max(sizes)
        scientific = largest / smallest > 1000.0 or largest > 1.0e8 or smallest < 1.0e-4
    if scientific:
        return f".{options.precision}e", ""
    if all(number.is_integer() for number in telling):
        return ".0f", "."
    return f".{options.precision}f", ""


def _bracketed(texts: list[str], width: int, shape: Sequence[int], cut: bool, options: PrintOptions) -> str:
    """Nest the flat texts in brackets, from the innermost dimension outwards."""
    edge = options.edgeitems
    per_line = max(1, (options.linewidth - _INDENT - len(shape) + 1) // (width + 2))
    blocks = texts
    for depth in reversed(range(len(shape))):
        gap = cut and shape[depth] > 2 * edge
        size = 2 * edge if gap else shape[depth]
        margin = " " * (_INDENT + depth + 1)
        innermost = depth == len(shape) - 1
        separator = ",\n" + margin if innermost else "," + "\n" * (len(shape) - 1 - depth) + margin
        outer = []
        for start in range(0, len(blocks), size):
            entries = blocks[start : start + size]
            if gap:
                entries.insert(edge, " ..." if innermost else "...")
            if innermost:
                entries = [", ".join(entries[i : i + per_line]) for i in range(0, len(entries), per_line)]
            outer.append("[" + separator.join(entries) + "]")
        blocks = outer
    return blocks[0]
