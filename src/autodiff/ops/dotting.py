"""Sums of products of two vectors, added in the order of PyTorch's vector library, so that the last bits agree.

On a processor with registers of 64 bytes: four of them gather fused products in turn, what is left over goes to the
first two and then to the first; they are added in pairs, and the lanes of the sum by halves.
"""

from typing import Any, Final

from autodiff.numbers.array import Values, np

__all__ = ["sum_of_products"]

_LANES: Final = {"f": 16, "d": 8}
"""How many elements a register holds, by the kind of element."""
_MOST: Final = 1 << 16
"""Longer vectors are left to NumPy, which is faster and may differ in the last bit."""


def sum_of_products(a: Values, b: Values) -> Values:
    """The sum of a * b for vectors of one dtype, a 0-d value of it."""
    lanes = _LANES.get(a.dtype.char)
    if lanes is None or not len(a) or len(a) > _MOST or not (a.flags.c_contiguous and b.flags.c_contiguous):
        return np.dot(a, b)
    first, second = _in_registers(a, lanes), _in_registers(b, lanes)
    if len(a) <= lanes:
        return _across((first * second)[0])
    products, errors = _exact_products(first, second)
    blocks = len(a) // (4 * lanes) * 4
    sums = _in_fours(products, errors, blocks, a.dtype)
    if len(a) // lanes - blocks >= 2:
        sums[:2] = _added(sums[:2], products[blocks : blocks + 2], errors, blocks)
        blocks += 2
    for last in range(blocks, len(products)):
        sums[:1] = _added(sums[:1], products[last : last + 1], errors, last)
    return _across((sums[0] + sums[1]) + (sums[2] + sums[3]))


def _in_fours(products: Values, errors: Values | None, count: int, kind: Any) -> Values:  # noqa: ANN401 - a NumPy dtype
    """The four registers after the first `count` rows of products."""
    sums = np.zeros((4, products.shape[1]), dtype=kind)
    if errors is not None:
        for row in range(0, count, 4):
            sums = _added(sums, products[row : row + 4], errors, row)
        return sums
    for four in products[:count].reshape(-1, *sums.shape):
        sums = (four + sums).astype(np.float32)
    return sums


def _added(sums: Values, products: Values, errors: Values | None, row: int) -> Values:
    """`sums` and products, rounded once: of doubles, the sum's and the products' own errors are added last (Knuth)."""
    if errors is None:
        return (products + sums).astype(np.float32)
    s = products + sums
    t = s - products
    return s + (((products - (s - t)) + (sums - t)) + errors[row : row + len(sums)])


def _in_registers(values: Values, lanes: int) -> Values:
    """A row for each register, the last one filled up with zeros."""
    missing = -len(values) % lanes
    padded = np.concatenate([values, np.zeros(missing, dtype=values.dtype)]) if missing else values
    return padded.reshape(-1, lanes)


def _exact_products(a: Values, b: Values) -> tuple[Values, Values | None]:
    """The products in double, which is exact for floats; of doubles also what their rounding left over (Dekker)."""
    if a.dtype == np.float32:
        return a.astype(np.float64) * b, None
    product = a * b
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    return product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2


def _halves(x: Values) -> tuple[Values, Values]:
    """The upper and the lower bits of doubles, whose products are exact."""
    upper = 134217729.0 * x
    upper = upper - (upper - x)
    return upper, x - upper


def _across(lanes: Values) -> Values:
    """The sum of the lanes: halves are added until 16 bytes are left, then neighbours."""
    while lanes.nbytes > 16:
        half = len(lanes) // 2
        lanes = lanes[:half] + lanes[half:]
    while len(lanes) > 1:
        lanes = lanes[0::2] + lanes[1::2]
    return lanes[0]
