"""Presentation MathML: a `math` element, in which several outputs are rows of a table."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import ClassVar, Final

from autodiff.expression.emit.marks import GREEK
from autodiff.expression.emit.notation import Notation
from autodiff.expression.emit.program import Named, prepared
from autodiff.expression.expr import Expr

__all__ = ["mathml"]

_OPEN: Final = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">'


def _operator(text: str) -> str:
    return f"<mo>{escape(text)}</mo>"


class _MathML(Notation):
    plus, minus, dot, times, comma = (
        _operator("+"),
        _operator("\u2212"),
        _operator("·"),
        _operator("\u00d7"),
        _operator(","),
    )
    nothing_applied = _operator("\u2061")
    relations: ClassVar[Mapping[str, str]] = {
        name: _operator(mark) for name, mark in zip(("gt", "ge", "lt", "le", "eq", "ne"), ">≥<≤=≠", strict=True)
    }
    both, either, partial = _operator("∧"), _operator("\u2228"), "<mi>∂</mi>"

    def row(self, parts: Sequence[str]) -> str:
        """One element, whatever is in it."""
        found = [part for part in parts if part]
        return found[0] if len(found) == 1 else f"<mrow>{''.join(found)}</mrow>"

    def times_unseen(self) -> str:
        """The operator that is there, and is not to be seen."""
        return _operator("\u2062")

    def symbol(self, name: str) -> str:
        """A letter or a word, with an index if it ends with digits."""
        stem = name.rstrip("0123456789").rstrip("_")
        index = name[len(stem) :].lstrip("_")
        if not stem or not index:
            return f"<mi>{escape(GREEK.get(name, name))}</mi>"
        return f"<msub><mi>{escape(GREEK.get(stem, stem))}</mi><mn>{index}</mn></msub>"

    def literal(self, text: str) -> str:
        """A number."""
        return f"<mn>{text}</mn>"

    def constant(self, name: str) -> str:
        """Infinity has a sign."""
        return "<mi>∞</mi>" if name == "infinity" else "<mi>NaN</mi>"

    def word(self, name: str) -> str:
        """The name of a function."""
        return f"<mi>{escape(name)}</mi>"

    def fraction(self, above: str, below: str) -> str:
        """A quotient."""
        return f"<mfrac>{above}{below}</mfrac>"

    def raised(self, base: str, exponent: str) -> str:
        """A power."""
        return f"<msup>{base}{exponent}</msup>"

    def root(self, inner: str, degree: int) -> str:
        """A root."""
        return f"<msqrt>{inner}</msqrt>" if degree == 2 else f"<mroot>{inner}<mn>{degree}</mn></mroot>"

    def fenced(self, inner: str, *, tall: bool, fence: str = "()") -> str:  # noqa: ARG002
        """Fences stretch by themselves."""
        return f"<mrow>{_operator(fence[0])}{inner}{_operator(fence[1])}</mrow>"

    def cases(self, cases: Sequence[tuple[str, str]], otherwise: str) -> str:
        """A brace and a table."""
        rows = [(value, f"<mrow><mtext>if&#xA0;</mtext>{condition}</mrow>") for value, condition in cases]
        rows.append((otherwise, "<mtext>otherwise</mtext>"))
        return f"<mrow>{_operator('{')}{_table(rows, 'left left')}</mrow>"


def _table(rows: Sequence[Sequence[str]], align: str) -> str:
    cells = ["".join(f"<mtd>{cell}</mtd>" for cell in row) for row in rows]
    return f'<mtable columnalign="{align}">{"".join(f"<mtr>{row}</mtr>" for row in cells)}</mtable>'


def mathml(named: Named, inputs: Sequence[str], value: Expr | None = None, *, share: bool = False) -> str:
    """A `math` element; with `share` the rows of t0, t1 ... come first."""
    emitted = prepared(named, inputs, value, share=share, target="MathML", native=lambda _: True, meanings={})
    writer = _MathML(emitted)
    definitions, outputs = writer.written()
    if len(outputs) == 1 and not definitions:
        return f"{_OPEN}{outputs[0][1]}</math>\n"
    lines = [*definitions, *((writer.label(label), text) for label, text in outputs)]
    return f"{_OPEN}{_table([(name, _operator('='), text) for name, text in lines], 'right center left')}</math>\n"
