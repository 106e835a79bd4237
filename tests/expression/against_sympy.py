# ruff: noqa: T201 - a script prints
"""How long our derivatives are beside SymPy's, for every line of textbook.txt, and whether they are the same function.

    PYTHONPATH=src python -m tests.expression.against_sympy [--all]

Needs SymPy, which the tests do not. Each line: the expression, what is written and its length, the length of SymPy's
`diff`, the ratio, and the length of SymPy's `simplify`. Without `--all` only those that are longer than SymPy's `diff`,
or more than a quarter longer than its `simplify`.
"""

from __future__ import annotations

import argparse
import importlib
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.expression.test_textbook import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 1.1
"""What we allow ourselves to be longer than SymPy's `diff`."""
POINTS: Final = 6
"""Random points at which the two are compared; those at which SymPy's is no real number tell nothing."""


class Compared(NamedTuple):
    """A derivative as we write it, and SymPy's; `points` at which both were looked at, `same` whether they agree."""

    expression: str
    name: str
    order: int
    ours: str
    diff: str
    simplified: str
    points: int
    same: bool

    @property
    def ratio(self) -> float:
        """Our length to that of SymPy's `diff`."""
        return len(self.ours) / len(self.diff)


def _names(sympy: Any) -> dict[str, Any]:  # noqa: ANN401 - the module, which has no types
    """The language's functions as SymPy knows them; it has no name of its own for some."""

    def where(condition: Any, yes: Any, no: Any) -> Any:  # noqa: ANN401
        return sympy.Piecewise((yes, condition), (no, True))

    functions = {
        "where": where,
        "relu": lambda x: sympy.Max(x, 0),
        "maximum": sympy.Max,
        "sgn": sympy.sign,
        "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    }
    return {**functions, **{name: sympy.Symbol(name, real=True) for name in "abcdmsxyz"}}


def _same(ours: Any, theirs: Any, random: Random) -> tuple[int, bool]:  # noqa: ANN401
    """Points at which both have a real value, and whether these are equal within 1e-9."""
    symbols = sorted(ours.free_symbols | theirs.free_symbols, key=str)
    compared = 0
    for _ in range(POINTS):
        point = {symbol: random.uniform(-2, 3) for symbol in symbols}
        left, right = (complex(each.subs(point).evalf()) for each in (ours, theirs))
        if right.imag or right != right:
            continue
        compared += 1
        if abs(left - right) > 1e-9 * (1 + abs(right)):
            return compared, False
    return compared, True


def comparisons() -> Iterator[Compared]:
    """One for each derivative of the list."""
    sympy: Any = importlib.import_module("sympy")
    read: Any = importlib.import_module("sympy.parsing.sympy_parser").parse_expr
    names, random = _names(sympy), Random(0)  # noqa: S311 - nothing is secret
    for text, order, shown in lines():
        expression = read(text, names)
        for name, ours in (part.split(": ", 1) for part in shown.split("; ")):
            theirs = sympy.diff(expression, names[name], order)
            points, same = _same(sympy.sympify(read(ours, names)), theirs, random)
            yield Compared(text, name, order, ours, str(theirs), str(sympy.simplify(theirs)), points, same)


def main() -> None:
    """Prints one line per derivative that is worth a look, and a summary."""
    parser = argparse.ArgumentParser(description="Compare the written derivatives with SymPy's.")
    parser.add_argument("--all", action="store_true", help="every line")
    everything = parser.parse_args().all
    found = list(comparisons())
    for each in found:
        ours, simple = len(each.ours), len(each.simplified)
        if everything or not each.same or not each.points or each.ratio > 1 or ours > 1.25 * simple:
            print(f"{each.expression}, {each.order} times by {each.name}{'' if each.same else ': NOT THE SAME'}")
            print(f"    {ours:>4}        {each.ours}")
            print(f"    {len(each.diff):>4}  {each.ratio:>4.2f}  {each.diff}")
            print(f"    {simple:>4}  {ours / simple:>4.2f}  {each.simplified}")
    longest = max(found, key=lambda each: each.ratio)
    longer = sum(each.ratio > LONGEST for each in found)
    total, theirs, simple = (sum(len(getattr(e, n)) for e in found) for n in ("ours", "diff", "simplified"))
    print(f"{len(found)} derivatives, {sum(each.same and each.points > 0 for each in found)} of them found the same")
    print(f"characters: {total} ours, {theirs} diff ({total / theirs:.2f}), {simple} simplify ({total / simple:.2f})")
    print(f"{longer} longer than {LONGEST} times diff; the longest {longest.ratio:.2f}: {longest.expression}")


if __name__ == "__main__":
    main()
