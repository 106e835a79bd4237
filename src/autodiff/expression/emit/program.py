"""What a target writes: expressions of one algebra, those that come first under names, and free names."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple

from autodiff.errors import TooLarge
from autodiff.expression.emit.meaning import Meaning, restated
from autodiff.expression.emit.share import cse
from autodiff.expression.expr import Call, Expr, nodes_below

__all__ = ["VALUE", "Emitted", "Named", "Paper", "identifier", "prepared"]

Named = Sequence[tuple[str, Expr]]
"""Labels such as `d/dx`, and what they stand for."""
VALUE: Final = "value"
_LONGEST: Final = 50_000_000
"""Characters that may be handled in all: some derivatives are small graphs, but enormous texts."""


class Emitted(NamedTuple):
    """`shared` to be computed first, in this order; then the `outputs`, the value first if it is among them."""

    inputs: tuple[str, ...]
    shared: tuple[tuple[str, Expr], ...]
    outputs: tuple[tuple[str, Expr], ...]

    def nodes(self) -> list[Expr]:
        """Every node, the innermost first."""
        return nodes_below([root for _, root in (*self.shared, *self.outputs)])


def prepared(
    named: Named,
    inputs: Sequence[str],
    value: Expr | None,
    *,
    share: bool,
    target: str,
    native: Callable[[Call], bool],
    meanings: Mapping[str, Meaning],
    prefix: str = "t",
    deepest: int = 0,
) -> Emitted:
    """The expressions in functions that the target has. Raises NotImplementedError for what it has none for."""
    outputs = [*([] if value is None else [(VALUE, value)]), *named]
    roots = restated([root for _, root in outputs], target, native, meanings)
    shared = cse(roots, inputs, prefix=prefix, repeated=share, deepest=deepest) if share or deepest else ()
    labels = [label for label, _ in outputs]
    return Emitted(tuple(inputs), tuple(shared), tuple(zip(labels, roots, strict=True)))


class Paper:
    """Counts the characters written. Raises TooLarge when there are more than anybody reads."""

    def __init__(self) -> None:
        self.written = 0

    def write(self, text: str) -> str:
        """The text, counted."""
        self.written += len(text)
        if self.written > _LONGEST:
            error = TooLarge("the text of the derivative is too long to be written down")
            error.hint = "`--cse` gives a name to what occurs again"
            raise error
        return text


def identifier(label: str, taken: Collection[str] = ()) -> str:
    """A label as a name of a programming language that is not `taken`: `d/dx` is d_x, `d2/dx2` is d2_dx2."""
    text = label.replace("d/d", "d_")
    kept = "".join(c if c.isalnum() or c == "_" else " " for c in text)
    name = "_".join(kept.split())
    if not name or name[0].isdigit():
        name = f"_{name}"
    while name in taken:
        name += "_"
    return name
