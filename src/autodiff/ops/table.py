"""All operations, and the ways to find them.

A file of operations is imported when one of its operations is asked for by name: an expression needs few of them.
Where a name is declared stands in `index.py`, which is generated from the declarations.
"""

from __future__ import annotations

from autodiff.late import import_module
from autodiff.light import cache, cached_property
from autodiff.ops import index
from autodiff.ops.op import Elementwise, Op

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, Final

    _ByName = Mapping[str, Any]
else:
    from _collections_abc import Mapping as _ByName  # that of `collections.abc`, without `collections`

__all__ = ["FORMS", "MODULES", "OVERLOADS", "all_operations", "declared_in", "found_in", "named_in_place", "names_in"]

MODULES: Final = (
    "conjugation", "selection", "shape", "joining", "order", "slicing", "splitting", "striding", "replacing",
    "copies", "complex", "arithmetic", "scaled", "rounding", "pairwise", "weighted", "exponential", "parts",
    "division", "power", "circular", "hyperbolic", "comparison", "activation_slopes", "activation", "smooth",
    "special", "gamma", "bessel", "polynomials", "indexing", "gathering", "scattering", "index_reduction", "slices",
    "masking", "cast", "memory", "reduction", "extremes", "cumulative", "differences", "diagonal", "repeating",
    "linalg", "added_products", "products", "einsum", "triangular", "factorization", "factored", "system",
    "determinant", "cholesky", "singular", "orthogonal", "eigen", "matrix_function", "sorting", "counting",
    "histograms", "places", "quantiles", "divisors", "norm", "condition", "distance", "statistics", "filling",
    "gates", "loss", "softmax", "cross_entropy", "likelihood", "margin", "margin_classes", "normalization", "layer",
)  # fmt: skip
"""The files of operations in the order in which overloads are tried; a file comes after those it imports from."""


@cache
def declared_in(module: str) -> tuple[Op, ...]:
    """The operations a file binds, its own and those it imports, in order."""
    return tuple(value for value in vars(import_module(f"autodiff.ops.{module}")).values() if isinstance(value, Op))


@cache
def all_operations() -> tuple[Op, ...]:
    """Every operation, in the order of declaration. This imports all files."""
    return tuple(dict.fromkeys(op for module in MODULES for op in declared_in(module)))


class _OnDemand(_ByName):
    """What `find` gives for one of the names, kept once it was asked for; `names` gives them all."""

    def __init__(self, names: Callable[[], Iterable[str]], find: Callable[[str], Any]) -> None:
        self._all = names
        self._find = find
        self._found: dict[str, Any] = {}

    @cached_property
    def _names(self) -> dict[str, None]:
        return dict.fromkeys(self._all())

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - what `find` gives
        if name not in self._found:
            if name not in self._names:
                raise KeyError(name)
            self._found[name] = self._find(name)
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@cache
def _files() -> dict[str, str]:
    """The files that declare a name, by the name."""
    return {name: files for files, _, _, names in index.NAMES for name in names.split()}


@cache
def _form_files() -> dict[str, str]:
    return {name: file for file, names in index.FORMS for name in names.split()}


def _overloads(name: str) -> tuple[Op, ...]:
    declared = (op for module in _files()[name].split() for op in declared_in(module))
    return tuple(dict.fromkeys(op for op in declared if op.public and name in (op.name, *op.spellings)))


def _form(name: str) -> Elementwise:
    forms = [op for op in declared_in(_form_files()[name]) if isinstance(op, Elementwise) and op.name == name]
    return next((op for op in forms if op.public), forms[0])  # what stands for it in place has its name too


OVERLOADS: Final[Mapping[str, tuple[Op, ...]]] = _OnDemand(lambda: sorted(_files()), _overloads)
"""The operations a user can name: all those that share the name, to be told apart by their operands."""

FORMS: Final[Mapping[str, Elementwise]] = _OnDemand(lambda: sorted(_form_files()), _form)
"""How a step of a formula is computed on Python numbers, by the name of its operation."""


@cache
def names_in(place: str) -> tuple[str, ...]:
    """The names of operations that are found in a place (see `Op.places`)."""
    return _sorted(names for _, places, _, names in index.NAMES if place in places.split())


@cache
def found_in(place: str) -> Mapping[str, tuple[Op, ...]]:
    """The operations a user can name in a place: `softmax` of torch has other forms than F's."""

    def find(name: str) -> tuple[Op, ...]:
        return tuple(op for op in OVERLOADS[name] if place in op.places_of(name))

    return _OnDemand(lambda: names_in(place), find)


def named_in_place() -> tuple[str, ...]:
    """The names of operations that may act in place: `sin`, of which there is `sin_`."""
    return _sorted(names for _, _, in_place, names in index.NAMES if in_place)


def _sorted(texts: Iterable[str]) -> tuple[str, ...]:
    """The names in texts of several."""
    return tuple(sorted(" ".join(texts).split()))
