"""Reports as a table on a terminal. The only place that imports Rich; the user's text is never read as markup."""

from collections.abc import Iterable
from io import StringIO
from typing import Any

from rich import box
from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from autodiff.render.digits import number
from autodiff.render.plain import chosen, visible
from autodiff.session.diff.report import Differentiation
from autodiff.session.report import Facts, Matrix, Operation, Report

__all__ = ["bar", "derivatives", "grid", "operations", "styled", "table"]

_BETWEEN, _EDGES = 3, 2  # columns of the screen that a box takes
_ROLES = {
    "lines": "",
    "text": "",
    "type": "dim",
    "saved": "yellow",
    "more": "italic",
    "gradient": "green",
    "name": "bright_blue",
    "required": "bright_blue",
}
_MOST_SHOWN = 12  # elements of a value in a cell; `--get` shows them all


def table(report: Report, *, width: int, color: bool) -> str:
    """A row a name: value, gradient, dtype, shape, leaf, grad_fn; then the matrices. Fits `width` columns."""
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    for heading in ("name", "value", "gradient", "dtype", "shape", "leaf", "grad_fn"):
        drawn.add_column(heading, overflow="fold", justify="right" if heading in {"value", "gradient"} else "left")
    rows: dict[str, Facts | None] = {**report.inputs, **report.values, **report.derivatives}
    rows |= dict.fromkeys(name for name in report.grads if name not in rows)
    for name, facts in rows.items():
        drawn.add_row(*[Text(visible(cell)) for cell in [name, *_cells(name, facts, report)]])
    parts = [drawn] if rows else []
    for name, matrix in report.matrices.items():
        parts += _blocks(name, matrix, width)
    return "".join(_text(part, width=width, color=color) for part in parts)


def _blocks(name: str, matrix: Matrix, width: int) -> list[Table]:
    """The matrix with its name in the corner; one below the other, as many tables as `width` asks for."""
    labels = [name, *matrix.rows]
    blocks: list[list[list[str]]] = []
    free = 0
    for k, heading in enumerate(matrix.columns):
        column = [heading, *(row[k] for row in matrix.cells)]
        needed = max(map(len, column)) + _BETWEEN
        if not blocks or needed > free:
            blocks.append([labels])
            free = width - max(map(len, labels)) - _EDGES
        blocks[-1].append(column)
        free -= needed
    return [_block(columns) for columns in blocks]


def _block(columns: list[list[str]]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    for k, column in enumerate(columns):
        drawn.add_column(Text(visible(column[0])), overflow="fold", justify="right" if k else "left")
    for row in zip(*(column[1:] for column in columns), strict=True):
        drawn.add_row(*[Text(visible(cell)) for cell in row])
    return drawn


def derivatives(found: Differentiation, *, width: int, color: bool) -> str:
    """A row a derivative: what is differentiated by what, its text, its value if there is one."""
    valued = any(each.value is not None for each in found.derivatives)
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    for heading in ("", "derivative", *(["value"] if valued else [])):
        drawn.add_column(heading, overflow="fold", justify="right" if heading == "value" else "left")
    rows = [(name, text, None) for name, text in found.named]
    for label, text, value in [*rows, *((each.label, each.text, each.value) for each in found.derivatives)]:
        shown = [] if not valued else ["" if value is None else chosen(value, "float64")]
        drawn.add_row(*[Text(visible(cell)) for cell in (label, text, *shown)])
    return _text(drawn, width=width, color=color) if drawn.row_count else ""


def grid(
    headings: Iterable[str],
    rows: Iterable[Iterable[str]],
    *,
    right: Iterable[str],
    width: int,
    color: bool,
    required: Iterable[bool] = (),
) -> str:
    """Rows of texts under headings; the columns in `right` are set to the right. Fits `width` columns.

    Rows that are `required` to have a gradient are blue.
    """
    drawn, right = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False), set(right)
    for heading in headings:
        drawn.add_column(heading, overflow="fold", justify="right" if heading in right else "left")
    blue = iter(required)
    for row in rows:
        drawn.add_row(*[Text(visible(cell)) for cell in row], style=_ROLES["required"] if next(blue, False) else None)
    return _text(drawn, width=width, color=color)


def styled(lines: Iterable[Iterable[tuple[str, str]]], *, width: int, color: bool) -> str:
    """Lines of texts, each with its role, which gives it its colour; they are as long as they are."""
    texts = (Text.assemble(*((visible(text), _ROLES[role]) for text, role in line)) for line in lines)
    return _text(*texts, width=width, color=color)


def bar(done: int, total: int, *, width: int, color: bool) -> str:
    """How much of the total is done, as a bar of `width` columns."""
    text = _text(ProgressBar(total, done, width), width=width, color=color).rstrip("\n")
    return text if color else text.ljust(width)  # in colours what is left has one of its own


def operations(listed: Iterable[Operation], *, width: int, color: bool) -> str:
    """A row an operation: how it is called, what it does, its node."""
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    for heading in ("operation", "meaning", "grad_fn"):
        drawn.add_column(heading, overflow="fold")
    for each in listed:
        drawn.add_row(*[Text(cell) for cell in (each.signature, each.doc, each.node or "")])
    return _text(drawn, width=width, color=color)


def _cells(name: str, facts: Facts | None, report: Report) -> list[str]:
    gradient = _gradient(name, report)
    if facts is None:  # a subexpression whose gradient was retained
        return ["", gradient, "", "", "", ""]
    dtype = facts.dtype or ""
    leaf = ("yes" if facts.is_leaf else "no") if facts.dtype else ""
    shape = str(list(facts.shape)) if facts.dtype else ""
    return [_shown(facts), gradient, dtype, shape, leaf, facts.grad_fn or ""]


def _gradient(name: str, report: Report) -> str:
    """The gradient; after several backward calls one line for each."""
    calls = [call[name] for call in report.backward if name in call] or [report.grads.get(name)]
    shown = ["None" if each is None else _shown(each) for each in calls]
    if len(shown) > 1:
        return "\n".join(f"{call}: {text}" for call, text in enumerate(shown, 1))
    return shown[0] if name in report.grads else ""


def _shown(facts: Facts) -> str:
    count = 1
    for length in facts.shape:
        count *= length
    return facts.repr if count > _MOST_SHOWN or facts.value is None else _nested(facts.value, facts.dtype)


def _nested(value: Any, dtype: str | None) -> str:  # noqa: ANN401 - a number or nested lists
    if isinstance(value, list | tuple):
        return f"[{', '.join(_nested(element, dtype) for element in value)}]"
    return number(value, dtype)


def _text(*drawn: Table | Text | ProgressBar, width: int, color: bool) -> str:
    """Tables, a bar, or lines of text, with colours only if asked for."""
    stream = StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    for each in drawn:
        console.print(each, soft_wrap=isinstance(each, Text))
    lines = stream.getvalue().strip("\n").splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines if line.strip())
