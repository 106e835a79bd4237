"""All operations, and the ways to find them."""

from collections.abc import Mapping
from typing import Final

from autodiff.ops import (
    activation,
    added_products,
    arithmetic,
    bessel,
    cast,
    cholesky,
    circular,
    comparison,
    complex,
    condition,
    counting,
    cross_entropy,
    cumulative,
    determinant,
    diagonal,
    differences,
    distance,
    division,
    eigen,
    einsum,
    exponential,
    extremes,
    factored,
    factorization,
    filling,
    gamma,
    gates,
    gathering,
    indexing,
    joining,
    layer,
    likelihood,
    linalg,
    loss,
    margin,
    margin_classes,
    masking,
    matrix_function,
    memory,
    norm,
    normalization,
    order,
    orthogonal,
    pairwise,
    power,
    products,
    quantiles,
    reduction,
    repeating,
    replacing,
    rounding,
    scaled,
    selection,
    shape,
    singular,
    slices,
    slicing,
    smooth,
    softmax,
    sorting,
    special,
    statistics,
    striding,
    system,
    triangular,
)
from autodiff.ops.op import Elementwise, Op, collect

__all__ = ["FORMS", "OPS", "OVERLOADS", "found_in"]

OPS: Final[tuple[Op, ...]] = collect(
    selection, shape, joining, order, slicing, replacing, striding, complex, arithmetic, scaled,
    rounding, pairwise, exponential, division, power, circular, comparison, activation, smooth, special, gamma, bessel,
    indexing,
    gathering, slices, masking, cast, memory, reduction, extremes, cumulative, differences, diagonal,
    repeating, linalg, added_products, products, einsum,
    triangular, factorization, factored, system, determinant, cholesky, singular, orthogonal, eigen, matrix_function,
    sorting, counting, quantiles, norm, condition, distance,
    statistics,
    filling, gates, loss, softmax, cross_entropy, likelihood, margin, margin_classes, normalization, layer,
)  # fmt: skip
"""Every operation, in the order of declaration."""


def _by_name(ops: tuple[Op, ...]) -> dict[str, tuple[Op, ...]]:
    found: dict[str, list[Op]] = {}
    for op in ops:
        if op.public:
            for name in (op.name, *op.spellings):
                found.setdefault(name, []).append(op)
    return {name: tuple(group) for name, group in found.items()}


OVERLOADS: Final[Mapping[str, tuple[Op, ...]]] = _by_name(OPS)
"""The operations a user can name: all those that share the name, to be told apart by their operands."""


def found_in(place: str) -> dict[str, tuple[Op, ...]]:
    """The operations a user can name in a place (see `Op.places`): `softmax` of torch has other forms than F's."""
    found = {name: tuple(op for op in ops if place in op.places_of(name)) for name, ops in OVERLOADS.items()}
    return {name: ops for name, ops in found.items() if ops}


FORMS: Final[Mapping[str, Elementwise]] = {op.name: op for op in reversed(OPS) if isinstance(op, Elementwise)}
"""How a step of a formula is computed on Python numbers, by the name of its operation."""
