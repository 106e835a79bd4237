# ruff: noqa: T201 - a script prints
"""How long our derivatives are beside SymPy's, for every line of textbook.txt, and whether they are the same function.

    PYTHONPATH=src python -m tests.expression.against_sympy [--all] [--record]

Needs SymPy, which the tests do not: they read what was recorded in sympy.txt.
Each line: the expression, what is written and its length, the length of SymPy's
`diff`, the ratio, and the length of SymPy's `simplify`. Without `--all` only those that are longer than SymPy's `diff`,
or much longer than its `simplify`.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.expression.test_textbook import lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SYMPY: Final = Path(__file__).with_name("sympy.txt")
LONGEST: Final = 1.1
"""What we allow ourselves to be longer than SymPy's `diff`."""
MUCH: Final = 1.3
"""So many times shorter, SymPy's `simplify` knows something that we do not do."""
POWER: Final = "x**a/x is not defined at 0 where a*x**(a - 1) is; SymPy's simplify writes it as we do"
DOMAIN: Final = "shorter by forgetting where the original is undefined; with --assume nonzero we write that, too"
DOUBLE: Final = (
    "sin, cos and their powers become functions of 2*x: no such identities here, what users wrote stays visible"
)
FUNCTION: Final = "1 + tan(x)**2, cos(x)/sin(x), 4*cosh(x/2)**2: identities of functions, of which we have none"
REASONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("a**x", "x**a", "x**y", "(x**y)**z"), POWER),
    **dict.fromkeys(("log(a*x)", "atan(1/x)", "atan(x/a)/a"), DOMAIN),
    **dict.fromkeys(("sin(x)*cos(x)", "sin(x)**2", "log(tan(x))"), DOUBLE),
    **dict.fromkeys(("log(sin(x))", "sin(x)/cos(x)", "tan(x)", "1/(1+exp(-x))", "1/(1+exp(-a*x-b))"), FUNCTION),
    "maximum(x,0)": "Heaviside is a constant in PyTorch: it has no derivative there, and where() has",
    "log((1+x)/(1-x))": "(x + 1)*(1 - x) is multiplied out: a product below the line stays one here",
    "log(x+sqrt(x**2+1))": "it needs that x + sqrt(x**2 + 1) is nowhere 0, which our signs do not tell",
    "hypot(x,y)": "hypot is a square root in SymPy; here it stays what it is, for it does not overflow",
}
"""Why SymPy is shorter for an expression: all that are allowed to be longer."""
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

    class sigmoid(sympy.Function):  # noqa: N801 - its name is what is written
        """The logistic function, which SymPy does not have."""

        def fdiff(self, argindex: int = 1) -> Any:  # noqa: ANN401
            del argindex
            return self * (1 - self)

        @classmethod
        def eval(cls, x: Any) -> Any:  # noqa: ANN401
            """A number for a number."""
            return 1 / (1 + sympy.exp(-x)) if x.is_Number else None

    def elu(x: Any) -> Any:  # noqa: ANN401
        return where(x > 0, x, sympy.exp(x) - 1)

    functions = {
        "where": where,
        "relu": lambda x: where(x > 0, x, 0),
        "maximum": sympy.Max,
        "sgn": sympy.sign,
        "sigmoid": sigmoid,
        "abs": sympy.Abs,
        "elu": elu,
        "softsign": lambda x: x / (1 + sympy.Abs(x)),
        "silu": lambda x: x * sigmoid(x),
        "softplus": lambda x: where(x > 20, x, sympy.log(1 + sympy.exp(x))),
        "gelu": lambda x: x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
        "expm1": lambda x: sympy.exp(x) - 1,
        "log1p": lambda x: sympy.log(1 + x),
        "log2": lambda x: sympy.log(x, 2),
        "log10": lambda x: sympy.log(x, 10),
        "lgamma": sympy.loggamma,
        "digamma": sympy.digamma,
        "hypot": lambda x, y: sympy.sqrt(x**2 + y**2),
    }
    return {**functions, **{name: sympy.Symbol(name, real=True) for name in "abcdmsxyz"}}


def _same(original: Any, ours: Any, theirs: Any, random: Random) -> tuple[int, bool]:  # noqa: ANN401
    """Points at which the original and both derivatives are real, and whether these are equal within 1e-9."""
    symbols = sorted(original.free_symbols | ours.free_symbols, key=str)
    compared = 0
    for _ in range(10 * POINTS):
        point = {symbol: random.uniform(-2, 3) for symbol in symbols}
        value, left, right = (complex(each.subs(point).evalf()) for each in (original, ours, theirs))
        if value.imag or right.imag or right != right:
            continue
        compared += 1
        if abs(left - right) > 1e-9 * (1 + abs(right)):
            return compared, False
        if compared == POINTS:
            break
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
            points, same = _same(expression, sympy.sympify(read(ours, names)), theirs, random)
            yield Compared(text, name, order, ours, str(theirs), str(sympy.simplify(theirs)), points, same)


def main() -> None:
    """Prints one line per derivative that is worth a look, and a summary."""
    parser = argparse.ArgumentParser(description="Compare the written derivatives with SymPy's.")
    parser.add_argument("--all", action="store_true", help="every line")
    parser.add_argument("--record", action="store_true", help="write what SymPy says to sympy.txt")
    options = parser.parse_args()
    everything = options.all
    found = list(comparisons())
    if options.record:
        rows = (f"{e.expression} | {e.order} | {e.name} | {e.diff} | {e.simplified}\n" for e in found)
        SYMPY.write_text("".join(rows), encoding="utf-8")
    for each in found:
        ours, simple = len(each.ours), len(each.simplified)
        if everything or not each.same or not each.points or each.ratio > 1 or ours > MUCH * simple:
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
