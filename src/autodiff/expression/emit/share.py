"""Common subexpressions: what is written several times gets a name.

Nothing is named that is computed only in a branch of a `where`: computed outside, it could fail where it is not wanted.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import count

from autodiff.expression.expr import Call, Constant, Expr, Power, Sum, Symbol, nodes_below

__all__ = ["cse"]


def cse(
    roots: Sequence[Expr], taken: Collection[str] = (), *, prefix: str = "t", repeated: bool = True, deepest: int = 0
) -> list[tuple[str, Expr]]:
    """What to compute first, under names t0, t1 ... that are not `taken`, each made of those before it.

    The roots are of one algebra. With `repeated` whatever occurs more than once is named; with `deepest` whatever is
    nested deeper than that, since parsers of programming languages have limits.
    """
    nodes = nodes_below(list(roots))
    always = _always(nodes, roots)
    uses = dict.fromkeys((node.number for node in nodes), 0)
    turned = _reciprocals(nodes)
    for used in (*roots, *(part for node in nodes for part in node.parts)):
        uses[turned.get(used.number, used.number)] += 1
    names = _fresh(prefix, taken)
    depths: dict[int, int] = {}
    found = []
    for node in nodes:
        depth = 1 + max((depths[part.number] for part in node.parts), default=-1)
        safe = node.number in always
        again = repeated and safe and uses[node.number] > 1
        deep = deepest and depth >= deepest and (safe or not node.conditions)
        if (again or deep) and not _is_simple(node):
            found.append((next(names), node))
            depth = 0
        depths[node.number] = depth
    return found


def _always(nodes: Sequence[Expr], roots: Sequence[Expr]) -> set[int]:
    """The nodes that are computed whatever the conditions say."""
    found = {root.number for root in roots}
    for node in reversed(nodes):
        if node.number in found:
            chosen = isinstance(node, Call) and node.operation == "where"
            found.update(part.number for part in (node.parts[:1] if chosen else node.parts))
    return found


def _reciprocals(nodes: Sequence[Expr]) -> dict[int, int]:
    """For each power with a negative exponent, what it divides by, where that occurs too."""
    powers = {
        (p.base.number, p.exponent.value): p.number
        for p in nodes
        if isinstance(p, Power) and isinstance(p.exponent, Constant)
    }
    found = {
        number: powers.get((base, -exponent), base if exponent == -1 else None)
        for (base, exponent), number in powers.items()
        if exponent < 0
    }
    return {number: other for number, other in found.items() if other is not None}


def _is_simple(node: Expr) -> bool:
    """Whether a name for it would be no shorter."""
    if isinstance(node, Sum) and len(node.parts) == 1 and not node.constant:
        return isinstance(node.parts[0], Symbol)
    return isinstance(node, (Constant, Symbol))


def _fresh(prefix: str, taken: Collection[str]) -> Iterator[str]:
    return (name for name in (f"{prefix}{k}" for k in count()) if name not in taken)
