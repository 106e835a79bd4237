"""Writing an expression in the language: what is written reads back as the same expression."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from autodiff.expression.expr import Call, Constant, Expr, Power, Product, Sum, Symbol, nodes_below
from autodiff.expression.number import Rational

__all__ = ["degree", "in_order", "write"]

_INFIX: Final = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!=", "logical_and": "&", "logical_or": "|"}
_COMPARES, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(6)
"""How tightly a text binds: what stands in a power needs parentheses unless it is an atom."""
Text = tuple[str, int]


def write(root: Expr) -> str:
    """The expression as text of the language."""
    texts: dict[int, Text] = {}
    for node in nodes_below([root]):
        texts[node.number] = _text(node, texts)
    return texts[root.number][0]


def _text(node: Expr, texts: dict[int, Text]) -> Text:
    if isinstance(node, Constant):
        return _number(node.value)
    if isinstance(node, Symbol):
        return node.name, _ATOM
    if isinstance(node, Sum):
        return _sum(node, texts)
    if isinstance(node, (Product, Power)):
        return _product(1, node, texts)
    assert isinstance(node, Call)
    return _call(node, texts)


def _number(value: Rational) -> Text:
    if isinstance(value, Fraction):
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
        assert part is not None
        return _product(coefficient, part, texts)
    pieces = []
    for k, (coefficient, part) in enumerate(terms):
        size = abs(coefficient)
        shown = _number(size) if part is None else _product(size, part, texts)
        text = _held(shown, _PRODUCT)
        pieces.append((" - " if coefficient < 0 else " + " if k else "") + text if k else ("-" if coefficient < 0 else "") + text)
    return "".join(pieces), _SUM


def degree(term: Expr | None) -> float:
    """The total degree of the symbols that stand as factors above the line: terms are written from high to low."""
    if term is None:
        return -1.0
    total = 0.0
    for factor in term.parts if isinstance(term, Product) else (term,):
        if isinstance(factor, Symbol):
            total += 1
        elif isinstance(factor, Power) and isinstance(factor.base, Symbol) and isinstance(factor.exponent, Constant):
            total += max(0.0, float(factor.exponent.value))
    return total


def _product(coefficient: Rational, term: Expr, texts: dict[int, Text]) -> Text:
    """A coefficient times a term, what has a negative exponent below the line."""
    above, below = [], []
    for factor in in_order(term.parts if isinstance(term, Product) else (term,)):
        exponent = factor.exponent if isinstance(factor, Power) else None
        if isinstance(factor, Power) and isinstance(exponent, Constant) and exponent.value < 0:
            below.append(_power(factor.base, -exponent.value, texts))
        elif isinstance(factor, Power):
            above.append(_power(factor.base, exponent.value, texts) if isinstance(exponent, Constant) else _power_of(factor, texts))
        else:
            above.append(texts[factor.number])
    size = abs(coefficient)
    if isinstance(size, Fraction):
        top, bottom = size.numerator, size.denominator
    else:
        top, bottom = size, 1
    if top != 1 or not above:
        above.insert(0, (repr(top), _ATOM))
    if bottom != 1:
        below.insert(0, (str(bottom), _ATOM))
    sign = "-" if coefficient < 0 else ""
    if not below and len(above) == 1:
        return (sign + _held(above[0], _SIGN), _SIGN) if sign else above[0]
    text = sign + "*".join(_held(each, _POWER) for each in above)
    if below:
        text += "/" + (_held(below[0], _POWER) if len(below) == 1 else "(" + "*".join(_held(b, _POWER) for b in below) + ")")
    return text, _PRODUCT


def in_order(factors: Iterable[Expr]) -> list[Expr]:
    """Symbols and their powers by name, then the others as they were met, but sums last."""

    def key(factor: Expr) -> tuple[int, str]:
        base = factor.base if isinstance(factor, Power) else factor
        if isinstance(base, Symbol) and not (isinstance(factor, Power) and not isinstance(factor.exponent, Constant)):
            return 0, base.name
        return (2, "") if isinstance(factor, Sum) else (1, "")

    return sorted(factors, key=key)


def _power(base: Expr, exponent: Rational, texts: dict[int, Text]) -> Text:
    if exponent == 1:
        return texts[base.number]
    if exponent == Fraction(1, 2):
        return f"sqrt({texts[base.number][0]})", _ATOM
    shown = _number(exponent)
    return f"{_held(texts[base.number], _ATOM)}**{_held(shown, _POWER)}", _POWER


def _power_of(node: Power, texts: dict[int, Text]) -> Text:
    return f"{_held(texts[node.base.number], _ATOM)}**{_held(texts[node.exponent.number], _POWER)}", _POWER


def _call(node: Call, texts: dict[int, Text]) -> Text:
    if node.operation in _INFIX:
        left, right = (_held(texts[part.number], _SUM if node.operation not in ("logical_and", "logical_or") else _ATOM) for part in node.parts)
        return f"{left} {_INFIX[node.operation]} {right}", _COMPARES
    arguments = [texts[part.number][0] for part in node.parts]
    arguments += [f"{name}={value!r}" for name, value in node.attributes]
    return f"{node.operation}({', '.join(arguments)})", _ATOM
