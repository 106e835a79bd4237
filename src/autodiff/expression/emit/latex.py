"""LaTeX for the inside of a formula; amsmath has the cases and the lines.

One output is a formula, several are lines of `aligned`, each with its name.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from autodiff.expression.emit.marks import GREEK
from autodiff.expression.emit.notation import Formula, Notation, Shown
from autodiff.expression.emit.program import Named, prepared
from autodiff.expression.expr import Expr

__all__ = ["latex"]

_COMMANDS: Final = frozenset(
    ("sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "log", "max", "min")
)
_MARKS: Final = frozenset(
    {"+", "-", ",", "=", "<", ">", r"\cdot", r"\times", r"\le", r"\ge", r"\ne", r"\land", r"\lor", r"\partial"}
)
_FENCES: Final = {
    "()": ("(", ")"), "[]": ("[", "]"), "||": ("|", "|"),
    "⌊⌋": (r"\lfloor ", r" \rfloor"), "⌈⌉": (r"\lceil ", r" \rceil"),
}  # fmt: skip


class _LaTeX(Notation):
    plus, minus, dot, times, comma = "+", "-", r"\cdot", r"\times", ","
    nothing_applied = ""
    relations: ClassVar[Mapping[str, str]] = {
        "gt": ">", "ge": r"\ge", "lt": "<", "le": r"\le", "eq": "=", "ne": r"\ne",
    }  # fmt: skip
    both, either, partial = r"\land", r"\lor", r"\partial"

    def row(self, parts: Sequence[str]) -> str:
        """With spaces, but not behind a sign that opens the row, nor between a function and its parenthesis."""
        text = previous = ""
        for part in filter(None, parts):
            opens = part.startswith(("(", r"\left"))
            close = not text or text == "-" or part == "," or (opens and text in self.names)
            apart = any(each.startswith(r"\mathrm{") for each in (previous, part)) and not {previous, part} & _MARKS
            text += part if close else rf" \, {part}" if apart else f" {part}"
            previous = part
        return text

    def applied(self, function: Formula) -> Shown:
        """A name, also of one letter, close to the parenthesis."""
        self.names.add(function.name)
        return super().applied(function)

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type] # as there
        self.names: set[str] = set()
        """What is followed by its arguments, not by a factor."""

    def symbol(self, name: str) -> str:
        """A letter, a Greek letter, either with an index, or a word."""
        stem = name.rstrip("0123456789").rstrip("_")
        index = name[len(stem) :].lstrip("_")
        if not index:
            stem, _, index = name.partition("_")
        if not stem or "_" in stem or "_" in index or (len(stem) > 1 and stem not in GREEK):
            return rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}"
        letter = rf"\{stem}" if stem in GREEK else stem
        return f"{letter}_{{{index}}}" if index else letter

    def literal(self, text: str) -> str:
        """Digits are as they are."""
        return text

    def constant(self, name: str) -> str:
        """Infinity has a sign."""
        return r"\infty" if name == "infinity" else r"\mathrm{NaN}"

    def word(self, name: str) -> str:
        """A command, or upright letters."""
        text = rf"\{name}" if name in _COMMANDS else rf"\operatorname{{{name.replace('_', chr(92) + '_')}}}"
        self.names.add(text)
        return text

    def fraction(self, above: str, below: str) -> str:
        r"""A \frac."""
        return rf"\frac{{{above}}}{{{below}}}"

    def raised(self, base: str, exponent: str) -> str:
        """A power; of a function's name, a name again."""
        text = f"{base}^{{{exponent}}}"
        if base in self.names:
            self.names.add(text)
        return text

    def root(self, inner: str, degree: int) -> str:
        r"""A \sqrt."""
        return rf"\sqrt{{{inner}}}" if degree == 2 else rf"\sqrt[{degree}]{{{inner}}}"

    def fenced(self, inner: str, *, tall: bool, fence: str = "()") -> str:
        """Fences as high as what is in them."""
        opening, closing = _FENCES[fence]
        if not tall and fence in ("()", "[]"):
            return f"{opening}{inner}{closing}"
        return rf"\left{opening}{inner}\right{closing.strip()}"

    def cases(self, cases: Sequence[tuple[str, str]], otherwise: str) -> str:
        """The environment cases."""
        lines = [rf"{value} & \text{{if }} {condition}" for value, condition in cases]
        return r"\begin{cases} " + r" \\ ".join([*lines, rf"{otherwise} & \text{{otherwise}}"]) + r" \end{cases}"


def latex(named: Named, inputs: Sequence[str], value: Expr | None = None, *, share: bool = False) -> str:
    """The formulas, without dollar signs; with `share` those of t_0, t_1 ... first."""
    emitted = prepared(named, inputs, value, share=share, target="LaTeX", native=lambda _: True, meanings={})
    writer = _LaTeX(emitted)
    definitions, outputs = writer.written()
    if len(outputs) == 1 and not definitions:
        return outputs[0][1] + "\n"
    lines = [
        f"{name} &= {text}" for name, text in [*definitions, *((writer.label(label), text) for label, text in outputs)]
    ]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}\n"
