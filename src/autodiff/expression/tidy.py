"""Writing shorter what a derivative comes out as: common factors, common denominators, products multiplied out.

Which of them is better is seen in the text alone: every new sum and product is written in these ways, and the shortest
stays. What stood in the original expression is left as it was said. A rewriting that forgets where the expression is
undefined is taken only if what it gives is undefined there too, as in `Algebra.may_lose`.
"""

from __future__ import annotations

from autodiff.expression.domain import missing
from autodiff.expression.expr import Constant, Expr, Power, Product, Sum, nodes_below
from autodiff.expression.factors import expanded, factors_of, multiplied, over, regrouped, shared, without
from autodiff.expression.identities import alternatives, remade
from autodiff.expression.number import is_fraction
from autodiff.expression.write import text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import Any, Final

    from autodiff.expression.algebra import Algebra
    from autodiff.expression.domain import Condition
    from autodiff.expression.factors import Factors
    from autodiff.expression.number import Rational
    from autodiff.expression.write import Text

__all__ = ["tidied"]

_LONGEST: Final = 4000
"""What needs more characters than this stays as it is."""
_MOST_TERMS: Final = 100
_NESTED: Final = 3
"""So many characters are better than a quotient in a sum in a product."""
_TOO_LONG: Final[Text] = ("." * (_LONGEST + 1), 0)


def tidied(root: Expr, original: Expr) -> Expr:
    """The expression written shorter, except in what is part of the `original` too."""
    new = [node for node in nodes_below([root]) if isinstance(node, (Sum, Product))]
    if not new:
        return root
    return _Tidying(root.algebra, {node.number for node in nodes_below([original])}).result(root)


class _Tidying:
    """A walk over an expression, with the texts of all that was looked at."""

    def __init__(self, algebra: Algebra, original: Collection[int]) -> None:
        self._algebra = algebra
        self._original = original
        self._texts: dict[int, Text] = {}

    def result(self, root: Expr) -> Expr:
        """The root, its nodes tidied one by one, the innermost first."""
        found: dict[int, Expr] = {}
        for node in nodes_below([root]):
            if node.number in self._original or not node.parts:
                found[node.number] = node
                continue
            parts = [found[part.number] for part in node.parts]
            same = all(part is before for part, before in zip(parts, node.parts, strict=True))
            found[node.number] = self._shortest(node if same else remade(node, parts), 2)
        return found[root.number]

    def _shortest(self, node: Expr, depth: int) -> Expr:
        """The shortest way found to write the node; of sums that come up on the way, too, down to a depth."""
        if node.number in self._original or depth == 0:
            return node
        best = node
        for attempt in self._attempts(node, depth):
            candidate, lost = self._tried(attempt)
            if candidate is best or missing(lost - self._algebra.assumed, candidate.conditions):
                continue
            if self._cost(candidate) < self._cost(best):
                best = candidate
                self._algebra.lost |= lost
        return best

    def _tried(self, attempt: Callable[[], Expr]) -> tuple[Expr, set[Condition]]:
        """What the attempt gives, and the conditions it forgot."""
        before, self._algebra.lost = self._algebra.lost, set()
        try:
            return attempt(), self._algebra.lost
        finally:
            self._algebra.lost = before

    def _cost(self, node: Expr) -> int:
        """The length of the text, and some more for quotients in a sum in a product."""
        inner = node.parts[0] if isinstance(node, Sum) and len(node.parts) == 1 else node
        sums = [part for part in inner.parts if isinstance(part, Sum)] if isinstance(inner, Product) else []
        return self._length(node) + _NESTED * any(_is_quotient(term) for part in sums for term in part.parts)

    def _length(self, root: Expr) -> int:
        waiting = [root]
        while waiting:
            node = waiting[-1]
            unknown = [part for part in node.parts if part.number not in self._texts]
            if unknown and len(node.parts) <= _LONGEST:
                waiting.extend(unknown)
                continue
            waiting.pop()
            size = sum(len(self._texts[part.number][0]) for part in node.parts) if not unknown else _LONGEST + 1
            self._texts[node.number] = _TOO_LONG if size > _LONGEST else text_of(node, self._texts)
        return len(self._texts[root.number][0])

    def _attempts(self, node: Expr, depth: int) -> Iterator[Callable[[], Expr]]:
        yield from (attempt for attempt in alternatives(node) if self._length(node) <= _LONGEST)
        if isinstance(node, Sum) and 1 < _summands(node) <= _MOST_TERMS:
            if self._length(node) <= _LONGEST:
                yield from self._of_sum(node, depth)
        elif isinstance(node, Product):
            yield from self._of_product(node)

    # ------------------------------------------------------------------ sums

    def _of_sum(self, node: Sum, depth: int) -> Iterator[Callable[[], Expr]]:
        terms = [factors_of(part) for part in node.parts]
        if node.constant:
            terms.append(factors_of(None))
        coefficients = [*node.coefficients, *([node.constant] if node.constant else [])]
        for times, factor, rest in regrouped(node):
            yield lambda times=times, factor=factor, rest=rest: self._with_factor(times, factor, rest, depth)  # type: ignore[misc]
        common = shared(terms)
        for each in (over(terms), common):  # of two equally long ones that with fewer quotients
            if each and (each is not common or each != over(terms)):
                yield lambda each=each: self._divided(coefficients, terms, each)  # type: ignore[misc]
                yield lambda each=each: self._divided(coefficients, terms, each, depth)  # type: ignore[misc]
        if any(_has_sums(part) for part in node.parts):
            yield lambda: expanded(node)

    def _divided(
        self, coefficients: Sequence[Rational], terms: Sequence[Factors], common: Factors, depth: int = 0
    ) -> Expr:
        """The common factors times what is left of the sum, which is multiplied out unless `depth` is 0."""
        algebra = self._algebra
        left = algebra.sum(
            (coefficient, algebra.product(multiplied(without(term, common))))
            for coefficient, term in zip(coefficients, terms, strict=True)
        )
        if depth and isinstance(left, Sum):
            left = self._shortest(expanded(left), depth - 1)
        return algebra.product([*multiplied(common), left])

    def _with_factor(self, times: Rational, factor: Expr, rest: Expr, depth: int) -> Expr:
        """`times` the factor and the rest, which has it in all its terms, over what is common; otherwise their sum."""
        terms: list[tuple[Rational, Expr]] = [(times, factor), *(rest.terms if isinstance(rest, Sum) else [(1, rest)])]
        if isinstance(rest, Sum) and rest.constant:
            return rest + factor * times
        factors = [factors_of(part) for _, part in terms]
        return self._divided([c for c, _ in terms], factors, shared(factors), depth)

    # ------------------------------------------------------------------ products

    def _of_product(self, node: Product) -> Iterator[Callable[[], Expr]]:
        for k, factor in enumerate(node.parts):
            base = factor.base if isinstance(factor, Power) else factor
            if isinstance(base, Sum) and len(base.parts) <= _MOST_TERMS and any(_is_quotient(p) for p in base.parts):
                yield lambda k=k, base=base: self._quotient(node, k, base)  # type: ignore[misc]
        roots = [part for part in node.parts if self._is_root(part)]
        if len(roots) > 1:
            yield lambda: self._under_one_root(node, roots)

    def _quotient(self, node: Product, k: int, base: Sum) -> Expr:
        """The product with the sum in factor number `k` over a common denominator, where it may be cancelled."""
        terms = [factors_of(part) for part in base.parts]
        coefficients = [*base.coefficients]
        if base.constant:
            terms.append(factors_of(None))
            coefficients.append(base.constant)
        factor = self._divided(coefficients, terms, over(terms))
        whole = node.parts[k]
        factor = self._algebra.power(factor, whole.exponent) if isinstance(whole, Power) else factor
        return self._algebra.product([*node.parts[:k], factor, *node.parts[k + 1 :]])

    def _is_root(self, part: Expr) -> bool:
        """Whether it is the root of a constant that is not negative."""
        exponent = part.exponent if isinstance(part, Power) else None
        if not isinstance(exponent, Constant) or not is_fraction(exponent.value):
            return False
        base = part.parts[0]
        return isinstance(base, Constant) or not self._algebra.assumed.isdisjoint({("positive", base)})

    def _under_one_root(self, node: Product, roots: Sequence[Any]) -> Expr:
        algebra = self._algebra
        exponent = roots[0].exponent
        together = [root.base for root in roots if root.exponent is exponent]
        rest = [part for part in node.parts if not (self._is_root(part) and part.parts[1] is exponent)]
        return algebra.product([*rest, algebra.power(algebra.product(together), exponent)])


def _summands(node: Sum) -> int:
    return len(node.parts) + bool(node.constant)


def _has_sums(term: Expr) -> bool:
    """Whether there is a sum in the term that could be multiplied out."""
    factors = term.parts if isinstance(term, Product) else (term,)
    return any(isinstance(f.base if isinstance(f, Power) else f, Sum) for f in factors)


def _is_quotient(term: Expr) -> bool:
    factors = term.parts if isinstance(term, Product) else (term,)
    return any(isinstance(f, Power) and isinstance(f.exponent, Constant) and f.exponent.value < 0 for f in factors)
