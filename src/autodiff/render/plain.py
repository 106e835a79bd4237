"""Reports as plain text: what a PyTorch script would print, a line a name."""

from __future__ import annotations

from autodiff.session.report import (
    SYNTAX,
    USAGE,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from autodiff.session.diff.report import Differentiation
    from autodiff.session.report import Facts, Failure, Matrix, Mismatch, Operation, Report, Warned

__all__ = ["chosen", "derivatives", "failure", "mismatch", "operations", "plain", "visible", "warned"]


def plain(report: Report) -> str:
    """The values, then the gradients, then what is of higher order.

    With several backward calls, the gradients of each stand under a line of their own.
    """
    lines = [f"{name}: {facts.repr}" for name, facts in report.values.items()]
    several = len(report.backward) > 1 or (report.error is not None and len(report.backward) == 1)
    for call, gradients in enumerate(report.backward, 1):
        if several:
            lines.append(f"backward {call}:")
        lines += _gradient_lines(gradients)
    if not report.backward:  # the text may have called backward itself
        lines += _gradient_lines({name: facts for name, facts in report.grads.items() if facts is not None})
    lines += [f"{label}: {facts.repr}" for label, facts in report.derivatives.items()]
    for name, matrix in report.matrices.items():
        lines += [f"{name}:", *_aligned(matrix)]
    return "".join(f"{visible(line)}\n" for line in lines)


def derivatives(found: Differentiation) -> str:
    """The text alone if there is one derivative, else a line each; what they share first, values below each."""
    alone = len(found.derivatives) == 1 and not found.derivatives[0].of_array  # a Jacobian is no gradient
    lines = [f"{name} = {text}" for name, text in found.named]
    point = ", ".join(f"{name}={text}" for name, text in found.at)
    for each in found.derivatives:
        lines.append(each.text if alone else f"{each.label}: {each.text}")
        if each.value is not None:
            lines.append(f"{'' if alone else f'{each.label} '}at {point}: {chosen(each.value, 'float64')}")
    return "".join(f"{visible(line)}\n" for line in lines)


def _gradient_lines(gradients: Mapping[str, Facts | None]) -> list[str]:
    return [f"{name}.grad: {'None' if facts is None else facts.repr}" for name, facts in gradients.items()]


def _aligned(matrix: Matrix) -> list[str]:
    """A line for the columns' names, then one a row; as wide as it is, since nothing may be wrapped in a pipe."""
    lines = [("", *matrix.columns), *((row, *cells) for row, cells in zip(matrix.rows, matrix.cells, strict=True))]
    first, *others = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join([line[0].ljust(first), *(cell.rjust(width) for cell, width in zip(line[1:], others, strict=True))])
        for line in lines
    ]


def visible(text: str) -> str:
    """The text without what a terminal would act on: other control characters than line breaks are spelt out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


# ------------------------------------------------------------------ what goes to standard error


def warned(warnings: Iterable[Warned], hints: Iterable[str] = ()) -> str:
    """One line a warning, with its hint below it; then the hints on what is no mistake."""
    lines = []
    for each in warnings:
        lines += [f"{each.category}: {visible(each.message)}", *([f"hint: {visible(each.hint)}"] if each.hint else [])]
    return "".join(f"{line}\n" for line in [*lines, *(f"hint: {visible(hint)}" for hint in hints)])


def failure(error: Failure) -> str:
    """The error as the user sees it: the class and PyTorch's text, or the line with a caret; then the hint."""
    if error.kind in (SYNTAX, USAGE):
        lines = [f"error: {visible(error.message)}"]
        if error.source is not None:
            lines += [f"  {visible(error.source)}", " " * (1 + (error.caret or 1)) + "^"]
    else:
        lines = [f"{error.type}: {visible(error.message)}" if error.message else error.type]
    if error.hint:
        lines.append(f"hint: {' '.join(visible(error.hint).split(chr(10)))}")
    return "".join(f"{line}\n" for line in lines)


def mismatch(found: Mismatch) -> str:
    """An expectation that does not hold, in one line."""
    difference = "" if found.difference is None else f", difference {found.difference!r}"
    return visible(f"{found.name}: expected {found.expected}, got {found.got}{difference}") + "\n"


# ------------------------------------------------------------------ single facts, listings


def chosen(value: Any, dtype: str | None) -> str:  # noqa: ANN401 - a number, nested lists, None or a text
    """A value alone, in full precision: `9.0`, `[1.0, 2.0]`, `None`, `AddBackward0`."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(chosen(element, dtype) for element in value)}]"
    from autodiff.render.digits import number

    return visible(number(value, dtype))


def operations(listed: Iterable[Operation]) -> str:
    """One line an operation: how it is called, its node, what it does."""
    return "".join(f"{each.signature}\t{each.node or '-'}\t{each.doc}\n" for each in listed)
