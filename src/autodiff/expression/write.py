"""Writing an expression in the language: what is written reads back as the same expression."""

from __future__ import annotations

from autodiff.errors import TooLarge
from autodiff.expression.expr import Call, Constant, Expr, Power, Product, Sum, Symbol, Whole, is_linear, nodes_below
from autodiff.expression.number import is_fraction
from autodiff.light import MappingProxyType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Final, TypeAlias

    from autodiff.expression.number import Rational

__all__ = ["Text", "degree", "in_order", "text_of", "write", "write_named"]

_INFIX: Final = {
    "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!=", "logical_and": "&", "logical_or": "|",
}  # fmt: skip
_COMPARES, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM, _NAMED = range(7)
"""How tightly a text binds; a power needs atoms, and a name hides what it means."""
_MOST_CHARACTERS: Final = 1 << 27
_SHORT: Final = 8
"""A sum of so many terms may stand between other factors."""
_ANYWHERE: Final = frozenset({"function", "functional", "language"})
Text: TypeAlias = "tuple[str, int]"
"""What is written, and how tightly it binds."""


def write(root: Expr) -> str:
    """The expression as text of the language. Raises TooLarge if that is too long."""
    return write_named([root])[1][0]


def write_named(
    roots: Sequence[Expr], names: Mapping[int, str] = MappingProxyType({})
) -> tuple[list[tuple[str, str]], list[str]]:
    """Names with their texts, and the texts of the expressions in which those names stand.

    `names` are those of nodes, by their numbers; the roots are of one algebra.
    """
    texts: dict[int, Text] = {}
    named = []
    characters = 0
    for node in nodes_below(list(roots)):
        text = text_of(node, texts)
        if node.number in names:
            named.append((names[node.number], text[0]))
            text = names[node.number], _NAMED
        texts[node.number] = text
        characters += len(text[0])
        if characters > _MOST_CHARACTERS:
            error = TooLarge(f"written out, the expression would need more than {_MOST_CHARACTERS} characters")
            error.hint = "--cse gives a name to what occurs several times"
            raise error
    return named, [texts[root.number][0] for root in roots]


def text_of(node: Expr, texts: dict[int, Text]) -> Text:
    """A node in writing, made of the texts of its parts, by their numbers."""
    if isinstance(node, Constant):
        return _number(node.value)
    if isinstance(node, Symbol):
        return node.name, _ATOM
    if isinstance(node, Sum):
        return _sum(node, texts)
    if isinstance(node, (Product, Power)):
        return _product(1, node, texts)
    if isinstance(node, Whole):
        return _whole(node, texts)
    return _call(node, texts)  # type: ignore[arg-type] # the one kind that is left


def _number(value: Rational) -> Text:
    if is_fraction(value):
        return f"{value.numerator}/{value.denominator}", _PRODUCT
    if isinstance(value, float) and value != value:
        return "nan", _ATOM
    text = repr(value)
    return text, _ATOM if value >= 0 else _SIGN


def _held(text: Text, level: int) -> str:
    """The text, in parentheses if it binds less tightly than `level`."""
    return text[0] if text[1] >= level else f"({text[0]})"


def _sum(node: Sum, texts: dict[int, Text]) -> Text:
    terms: list[tuple[Rational, Expr | None]] = [(c, part) for c, part in node.terms]
    terms.sort(key=lambda term: -degree(term[1]))
    if node.constant:
        terms.append((node.constant, None))
    if terms[0][0] < 0:  # a sum begins with what is added, if anything is
        first = next((k for k, term in enumerate(terms) if term[0] > 0), 0)
        terms.insert(0, terms.pop(first))
    if len(terms) == 1:
        coefficient, part = terms[0]
        return _product(coefficient, part, texts)  # type: ignore[arg-type] # there is no constant
    pieces = []
    for k, (coefficient, part) in enumerate(terms):
        size = -coefficient if coefficient < 0 else coefficient
        shown = _number(size) if part is None else _product(size, part, texts)
        signs = (" + ", " - ") if k else ("", "-")
        pieces.append(signs[coefficient < 0] + _held(shown, _PRODUCT))
    return "".join(pieces), _SUM


def degree(term: Expr | None) -> float:
    """The total degree of the symbols that stand as factors above the line: terms are written from high to low."""
    if term is None:
        return -1.0
    total = 0.0
    for factor in term.parts if isinstance(term, Product) else (term,):
        if isinstance(factor, Symbol):
            total += 1
        elif isinstance(factor, Whole):
            total += len(factor.parts)
        elif isinstance(factor, Power) and isinstance(factor.base, Symbol) and isinstance(factor.exponent, Constant):
            total += max(0.0, float(factor.exponent.value))
    return total


def _product(coefficient: Rational, term: Expr, texts: dict[int, Text]) -> Text:
    """A coefficient times a term, what has a negative exponent below the line."""
    above: list[Text] = []
    below: list[Text] = []
    whole = isinstance(term, Product) and texts.get(term.number, ("", _ATOM))[1] != _NAMED
    for factor in in_order(term.parts if whole else (term,)):
        exponent = factor.exponent if isinstance(factor, Power) else None
        if texts.get(factor.number, ("", _ATOM))[1] == _NAMED:
            above.append(texts[factor.number])
        elif isinstance(factor, Power) and isinstance(exponent, Constant):
            down = exponent.value < 0
            (below if down else above).append(_power(factor.base, -exponent.value if down else exponent.value, texts))
        elif isinstance(factor, Power):
            above.append(_power_of(factor, texts))
        else:
            above.append(texts[factor.number])
    size = -coefficient if coefficient < 0 else coefficient
    top, bottom = (size.numerator, size.denominator) if is_fraction(size) else (size, 1)
    if top != 1 or not above:
        above.insert(0, (repr(top), _ATOM))
    if bottom != 1:
        below.insert(0, (str(bottom), _ATOM))
    sign = "-" if coefficient < 0 else ""
    if not below and isinstance(term, Whole) and above[-1][1] == _PRODUCT:  # 2*A @ x is (2*A) @ x, which is the same
        return sign + "*".join(each for each, _ in above), _PRODUCT
    if not below and len(above) == 1:
        return (sign + _held(above[0], _SIGN), _SIGN) if sign else above[0]
    text = sign + "*".join(_held(each, _POWER) for each in above)
    if below:
        divisor = "*".join(_held(each, _POWER) for each in below)
        text += f"/{divisor}" if len(below) == 1 else f"/({divisor})"
    return text, _PRODUCT


def in_order(factors: Iterable[Expr]) -> list[Expr]:
    """Symbols and their powers by name, then sums of such, then the others as they were met, but other sums last."""

    def key(factor: Expr) -> tuple[int, str]:
        base = factor.base if isinstance(factor, Power) else factor
        if isinstance(factor, Power) and not isinstance(factor.exponent, Constant):
            return 2, ""
        if isinstance(base, Symbol):
            return 0, base.name
        if isinstance(base, Sum):
            return (1, "") if len(base.parts) <= _SHORT and all(map(_is_monomial, base.parts)) else (3, "")
        return 2, ""

    return sorted(factors, key=key)


def _is_monomial(term: Expr) -> bool:
    """Whether it is a product of powers of symbols, or of short sums of such."""
    for factor in term.parts if isinstance(term, Product) else (term,):
        base = factor.base if isinstance(factor, Power) and isinstance(factor.exponent, Constant) else factor
        if not isinstance(base, Symbol) and not (
            isinstance(base, Sum) and is_linear(base) and len(base.parts) < _SHORT
        ):
            return False
    return True


def _power(base: Expr, exponent: Rational, texts: dict[int, Text]) -> Text:
    if exponent == 1:
        return texts[base.number]
    if exponent == 0.5:
        return f"sqrt({texts[base.number][0]})", _ATOM
    shown = _number(exponent)
    return f"{_held(texts[base.number], _ATOM)}**{_held(shown, _POWER)}", _POWER


def _power_of(node: Power, texts: dict[int, Text]) -> Text:
    return f"{_held(texts[node.base.number], _ATOM)}**{_held(texts[node.exponent.number], _POWER)}", _POWER


def _call(node: Call, texts: dict[int, Text]) -> Text:
    if node.operation in _INFIX:
        level = _ATOM if node.operation in ("logical_and", "logical_or") else _SUM
        left, right = (_held(texts[part.number], level) for part in node.parts)
        return f"{left} {_INFIX[node.operation]} {right}", _COMPARES
    return f"{_spelled(node)}({', '.join(_arguments(node, texts))})", _ATOM


def _whole(node: Whole, texts: dict[int, Text]) -> Text:
    inner = [texts[part.number] for part in node.parts]
    if node.operation == "matmul":
        chained = isinstance(node.parts[0], Whole) and inner[0][1] == _PRODUCT
        left = inner[0][0] if chained else _held(inner[0], _POWER)
        return f"{left} @ {_held(inner[1], _POWER)}", _PRODUCT
    if node.operation == "T":
        return f"{_held(inner[0], _ATOM)}.T", _ATOM
    return f"{node.operation}({', '.join([*(text for text, _ in inner), *node.said])})", _ATOM


def _arguments(node: Call, texts: dict[int, Text]) -> Iterator[str]:
    """The arguments, by position as long as none is left out."""
    tensors, given = iter(node.parts), dict(node.attributes)
    by_name = False
    for parameter in node.op.signature:
        if parameter.name in node.op.inputs:
            part = next(tensors, None)
            text = None if part is None else texts[part.number][0]
        else:
            text = repr(given[parameter.name]) if parameter.name in given else None
        by_name |= text is None or parameter.keyword_only
        if text is not None:
            yield f"{parameter.name}={text}" if by_name else text


def _spelled(node: Call) -> str:
    """The name by which an expression calls the function."""
    somewhere = node.op.places & _ANYWHERE or "special" not in node.op.places
    return node.operation if somewhere else f"torch.special.{node.operation}"
