"""The incomplete gamma functions in float32, every step rounded, as PyTorch's kernels compute them.

Their steps are those of the Cephes library as changed by SciPy ([igam1], [igam2] in ATen/native/Math.h), with products
and sums fused where the compiler fuses them. The logarithm of the gamma function in them is C's (e_lgammaf_r.c), which
rounds worse than PyTorch's own `lgamma`. Where orders are large and near the argument, double precision stands in.
"""

import math
from collections.abc import Callable, Sequence
from math import exp, inf, log, sqrt
from typing import Final

from autodiff.numbers import special
from autodiff.numbers.fused import multiply_add
from autodiff.numbers.scalar import round_float32 as r

__all__ = ["gamma_p", "gamma_q"]

_EPSILON: Final = 2.0**-24
_LARGE: Final = 2.0**24
_LARGEST_LOGARITHM: Final = r(88.72283905206835)
_MOST_STEPS: Final = 2000
_LANCZOS_G: Final = r(6.024680040776729583740234375)
_LANCZOS: Final = tuple(
    map(
        r,
        (
            *(0.006061842346248906525783753964555936883222, 0.5098416655656676188125178644804694509993),
            *(19.51992788247617482847860966235652136208, 449.9445569063168119446858607650988409623),
            *(6955.999602515376140356310115515198987526, 75999.29304014542649875303443598909137092),
            *(601859.6171681098786670226533699352302507, 3481712.15498064590882071018964774556468),
            *(14605578.08768506808414169982791359218571, 43338889.32467613834773723740590533316085),
            *(86363131.28813859145546927288977868422342, 103794043.1163445451906271053616070238554),
            56906521.91347156388090791033559122686859,
        ),
    )
)
_LANCZOS_BELOW: Final = (
    *(1.0, 66.0, 1925.0, 32670.0, 357423.0, 2637558.0, 13339535.0, 45995730.0, 105258076.0, 150917976.0),
    *(120543840.0, 39916800.0, 0.0),
)


def _fused(a: float, b: float, c: float) -> float:
    return r(multiply_add(a, b, c))


def _apart(a: float, b: float, c: float) -> float:
    return r(r(a * b) + c)


# ------------------------------------------------------------------ the logarithm of the gamma function

_TC, _TF, _TT = r(1.4616321325), r(-1.2148628384e-01), r(6.6971006518e-09)
_A = (7.7215664089e-02, 3.2246702909e-01, 6.7352302372e-02, 2.0580807701e-02, 7.3855509982e-03, 2.8905137442e-03,
      1.1927076848e-03, 5.1006977446e-04, 2.2086278477e-04, 1.0801156895e-04, 2.5214456400e-05,
      4.4864096708e-05)  # fmt: skip
_T = (4.8383611441e-01, -1.4758771658e-01, 6.4624942839e-02, -3.2788541168e-02, 1.7970675603e-02, -1.0314224288e-02,
      6.1005386524e-03, -3.6845202558e-03, 2.2596477065e-03, -1.4034647029e-03, 8.8108185446e-04, -5.3859531181e-04,
      3.1563205994e-04, -3.1275415677e-04, 3.3552918467e-04)  # fmt: skip
_U = (-7.7215664089e-02, 6.3282704353e-01, 1.4549225569, 9.7771751881e-01, 2.2896373272e-01, 1.3381091878e-02)
_V = (1.0, 2.4559779167, 2.1284897327, 7.6928514242e-01, 1.0422264785e-01, 3.2170924824e-03)
_S = (-7.7215664089e-02, 2.1498242021e-01, 3.2577878237e-01, 1.4635047317e-01, 2.6642270386e-02, 1.8402845599e-03,
      3.1947532989e-05)  # fmt: skip
_R = (1.0, 1.3920053244, 7.2193557024e-01, 1.7193385959e-01, 1.8645919859e-02, 7.7794247773e-04, 7.3266842264e-06)
_W = (8.3333335817e-02, -2.7777778450e-03, 7.9365057172e-04, -5.9518753551e-04, 8.3633989561e-04, -1.6309292987e-03)


def _polynomial(x: float, coefficients: Sequence[float]) -> float:
    total = r(coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total = r(r(coefficient) + r(x * total))
    return total


def _log(x: float) -> float:
    return r(log(x))


def _lgamma(x: float) -> float:
    """log(gamma(x)) of a positive float32."""
    if x in (1, 2):
        return 0.0
    if x < 2.0**-70:
        return -_log(x)
    if x < 2:
        return _lgamma_below_2(x)
    if x < 8:
        y = r(x - int(x))
        total = r(r(0.5 * y) + r(r(y * _polynomial(y, _S)) / _polynomial(y, _R)))
        product = 1.0
        for k in range(int(x) - 1, 1, -1):
            product = r(product * r(y + k))
        return r(total + _log(product)) if int(x) > 2 else total
    if x >= 2.0**26:
        return r(x * r(_log(x) - 1))
    z = r(1 / x)
    w = r(r(4.1893854737e-01) + r(z * _polynomial(r(z * z), _W)))
    return r(r(r(x - 0.5) * r(_log(x) - 1)) + w)


def _lgamma_below_2(x: float) -> float:
    small = x < 0.9
    start = -_log(x) if small else 0.0
    one = 1 if small else 2  # the zero of log(gamma) that counts, one further for the recurrence
    if x >= one - 0.26839995:
        y = r(one - x)
        z = r(y * y)
        p = r(r(y * _polynomial(z, _A[::2])) + r(z * _polynomial(z, _A[1::2])))
        return r(start + r(p - r(0.5 * y)))
    if x >= (0.23163998 if small else 1.2316322):
        y = r(x - r(_TC - 1)) if small else r(x - _TC)
        z = r(y * y)
        w = r(z * y)
        p1, p2, p3 = (_polynomial(w, _T[k::3]) for k in range(3))
        p = r(r(z * p1) - r(_TT - r(w * r(p2 + r(y * p3)))))
        return r(start + r(_TF + p))
    y = x if small else r(x - 1)
    return r(start + r(r(-0.5 * y) + r(r(y * _polynomial(y, _U)) / _polynomial(y, _V))))


# ------------------------------------------------------------------ series and fractions


def _lanczos_sum(x: float) -> float:
    above, below, y = _LANCZOS, _LANCZOS_BELOW, x
    if x > 1:
        above, below, y = above[::-1], below[::-1], r(1 / x)
    top, bottom = above[0], below[0]
    for a, b in zip(above[1:], below[1:], strict=True):
        top, bottom = _fused(top, y, a), _fused(bottom, y, b)
    return r(top / bottom)


def _factor(a: float, x: float) -> float:
    """x**a * exp(-x) / gamma(a)."""
    if abs(r(a - x)) > 0.4 * a:
        power = r(_fused(a, _log(x), -x) - _lgamma(a))
        return 0.0 if power < -_LARGEST_LOGARITHM else r(exp(power))
    shifted = r(r(a + _LANCZOS_G) - 0.5)
    result = r(r(sqrt(r(shifted / r(math.e)))) / _lanczos_sum(a))
    if a < 200 and x < 200:
        return r(result * r(r(exp(r(a - x))) * r(r(x / shifted) ** a)))
    part = r(r(r(r(x - a) - _LANCZOS_G) + 0.5) / shifted)
    return r(result * r(exp(a * (r(math.log1p(part)) - part) + x * (0.5 - _LANCZOS_G) / shifted)))


def _lower_series(a: float, x: float) -> float:
    factor = _factor(a, x)
    n, term, total = a, 1.0, 1.0
    for _ in range(_MOST_STEPS if factor else 0):
        n = r(n + 1)
        term = r(term * r(x / n))
        total = r(total + term)
        if term <= r(_EPSILON * total):
            break
    return r(r(total * factor) / a)


def _upper_series(a: float, x: float) -> float:
    factor, total = 1.0, 0.0
    for n in range(1, _MOST_STEPS):
        factor = r(factor * r(-x / n))
        term = r(factor / r(a + n))
        total = r(total + term)
        if abs(term) <= r(_EPSILON * abs(total)):
            break
    power = _log(x)
    first = -r(math.expm1(_fused(a, power, -_lgamma(r(1 + a)))))
    return _fused(-r(exp(_fused(a, power, -_lgamma(a)))), total, first)


def _upper_fraction(a: float, x: float, fused: Callable[[float, float, float], float]) -> float:
    factor = _factor(a, x)
    y, z, count = r(1 - a), r(r(x + r(1 - a)) + 1), 0.0
    p2, q2, p1, q1 = 1.0, x, r(x + 1), r(z * x)
    result = r(p1 / q1)
    for _ in range(_MOST_STEPS if factor else 0):
        count, y, z = r(count + 1), r(y + 1), r(z + 2)
        step = r(y * count)
        p, q = fused(p1, z, -r(p2 * step)), fused(q1, z, -r(q2 * step))
        change = 1.0
        if q:
            before, result = result, r(p / q)
            change = abs(r(r(before - result) / result))
        p2, p1, q2, q1 = p1, p, q1, q
        if abs(p) > _LARGE:
            p2, p1, q2, q1 = p2 / _LARGE, p1 / _LARGE, q2 / _LARGE, q1 / _LARGE
        if change <= _EPSILON:
            break
    return r(result * factor)


# ------------------------------------------------------------------ which of them


def _at_the_edge(a: float, x: float) -> bool:
    return not (0 < a < inf and 0 < x < inf)


def _is_asymptotic(a: float, x: float) -> bool:
    distance = abs(x - a) / a
    return (20 < a < 200 and distance < 0.3) or (a > 200 and distance < 4.5 / sqrt(a))


def gamma_p(a: float, x: float) -> float:
    """The regularised lower incomplete gamma function of float32 numbers."""
    if _at_the_edge(a, x) or _is_asymptotic(a, x):
        return r(special.gamma_p(a, x))
    if x > 1 and x > a:
        return r(1 - _upper(a, x, _apart))
    return _lower_series(a, x)


def gamma_q(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function of float32 numbers."""
    if _at_the_edge(a, x) or _is_asymptotic(a, x):
        return r(special.gamma_q(a, x))
    return _upper(a, x, _fused)


def _upper(a: float, x: float, fused: Callable[[float, float, float], float]) -> float:
    if x > 1.1:
        return r(1 - _lower_series(a, x)) if x < a else _upper_fraction(a, x, fused)
    if (-0.4 / _log(x) if x <= 0.5 else x * 1.1) < a:
        return r(1 - _lower_series(a, x))
    return _upper_series(a, x)
