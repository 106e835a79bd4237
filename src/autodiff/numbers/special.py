"""Special functions of real numbers that Python's `math` lacks, in double precision.

Accuracy is the largest relative error found against PyTorch's double-precision results. References: A&S is
Abramowitz & Stegun, Handbook of Mathematical Functions (1964); Cephes is S. Moshier's mathematical library (1989).
"""

import math
from collections.abc import Callable
from math import copysign, inf, nan, pi, sqrt
from typing import Final

__all__ = [
    "digamma",
    "erfcx",
    "erfinv",
    "gamma_p",
    "gamma_q",
    "hurwitz_zeta",
    "lgamma",
    "log_ndtr",
    "multivariate_lgamma",
    "ndtri",
    "polygamma",
    "trigamma",
]

Rounding = Callable[[float], float]

# ------------------------------------------------------------------ the gamma function and its derivatives


def lgamma(x: float) -> float:
    """log |gamma(x)|; infinite at 0 and the negative integers."""
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return inf


def multivariate_lgamma(x: float, p: int) -> float:
    """The logarithm of the multivariate gamma function of dimension `p`."""
    return p * (p - 1) / 4 * math.log(pi) + sum(lgamma(x - j / 2) for j in range(p))


_DIGAMMA_SERIES: Final = (1 / 12, -691 / 32760, 1 / 132, -1 / 240, 1 / 252, -1 / 120, 1 / 12)  # B_2k / 2k, k = 7 ... 1
_DIGAMMA_OF_10: Final = 2.2517525890667211


def digamma(x: float, rounded: Rounding = float) -> float:
    """The derivative of log gamma: recurrence up to 10, then A&S 6.3.18; reflection 6.3.7 below 0 (2e-15).

    At 0 it is infinite with the sign opposite to that of the zero, at negative integers nan. `rounded` is the
    precision of every step, which shows in the last digits.
    """
    if x == 0:
        return copysign(inf, -x)
    if x == inf:
        return inf
    if x < 0:
        fraction = math.fmod(x, 1.0) if x != -inf else 0.0
        if fraction == 0:
            return nan
        return rounded(digamma(rounded(1 - x), rounded) - rounded(pi / math.tan(pi * fraction)))
    shift = 0.0
    while x < 10:
        shift = rounded(shift - rounded(1 / x))
        x = rounded(x + 1)
    if x == 10:
        return rounded(shift + rounded(_DIGAMMA_OF_10))
    inverse_square = rounded(1 / rounded(x * x))
    series = 0.0
    for coefficient in _DIGAMMA_SERIES:
        series = rounded(rounded(series * inverse_square) + rounded(coefficient))
    near = rounded(rounded(shift + rounded(math.log(x))) - rounded(0.5 / x))
    return rounded(near - rounded(inverse_square * series))


def trigamma(x: float, rounded: Rounding = float) -> float:
    """The second derivative of log gamma: recurrence, then A&S 6.4.12; reflection 6.4.7 below 1/2 (PyTorch's own).

    `rounded` is the precision of every step, which shows in the last digits and near the poles.
    """
    sign, result = 1.0, 0.0
    if x < 0.5:
        sine = rounded(math.sin(rounded(rounded(pi) * x))) if abs(x) != inf else nan
        square = rounded(sine * sine)
        sign, result = -1.0, -inf if square == 0 else -rounded(rounded(rounded(pi) * rounded(pi)) / square)
        x = rounded(1 - x)
    for _ in range(6):
        result = rounded(result + rounded(1 / rounded(x * x)))
        x = rounded(x + 1)
    square = rounded(1 / rounded(x * x))
    inner = rounded(rounded(1 / 30) - rounded(square * rounded(1 / 42)))
    inner = rounded(rounded(1 / 6) - rounded(square * inner))
    tail = rounded(rounded(1 + rounded(1 / rounded(2 * x))) + rounded(square * inner))
    return sign * rounded(result + rounded(tail / x))


def polygamma(n: float, x: float, rounded: Rounding = float) -> float:
    """The n-th derivative of digamma: A&S 6.4.10 with the zeta function for n > 1."""
    if n == 0:
        return digamma(x, rounded)
    if n == 1:
        return trigamma(x, rounded)
    value = math.factorial(int(n)) * hurwitz_zeta(n + 1, x)
    return value if n % 2 else -value


_BERNOULLI: Final = (
    1 / 6,
    -1 / 30,
    1 / 42,
    -1 / 30,
    5 / 66,
    -691 / 2730,
    7 / 6,
    -3617 / 510,
    43867 / 798,
    -174611 / 330,
)


def hurwitz_zeta(s: float, q: float) -> float:
    """The sum of (q + k)**-s over k >= 0: ten terms or more, then Euler and Maclaurin's formula (1e-15).

    Infinite for s = 1 and where q is 0 or a negative integer, nan for s < 1 and, unless s is an integer, below 0.
    """
    if s == 1:
        return inf
    if s < 1 or s != s or q != q:
        return nan
    if q <= 0:
        if q == -inf or q == math.floor(q):
            return inf
        if s % 1 != 0:
            return nan
    if inf in (s, q):
        return nan
    total = 0.0
    count = 0
    while count < 10 or q <= 9:
        total += q**-s
        q += 1
        count += 1
    total += q ** (1 - s) / (s - 1) + 0.5 * q**-s
    factor = s * q ** (-s - 1)
    for k, bernoulli in enumerate(_BERNOULLI, start=1):
        total += bernoulli * factor / math.factorial(2 * k)
        factor *= (s + 2 * k - 1) * (s + 2 * k) / (q * q)
    return float(total)


def gamma_p(a: float, x: float) -> float:
    """The regularised lower incomplete gamma function: A&S 6.5.29 (1e-13)."""
    if x < 0 or a < 0 or (a == x == 0) or (a == inf == x):
        return nan
    if a == 0:
        return 1.0 if x > 0 else nan
    if x == 0 or a == inf:  # whatever the other is, nan as well
        return 0.0
    if x == inf or a != a or x != x:
        return 1.0 if x == inf else nan
    if a > _LARGE_ORDER:
        return _of_large_order(a, x, -1.0)
    return _lower_series(a, x) if x < a + 1 else 1 - _upper_fraction(a, x)


def gamma_q(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function: A&S 6.5.31 (1e-13)."""
    if _LARGE_ORDER < a < inf and 0 < x < inf:
        return _of_large_order(a, x, 1.0)
    below = gamma_p(a, x)
    return 1 - below if not (a > 0 and x >= a + 1) or x == inf else _upper_fraction(a, x)


_LARGE_ORDER: Final = 1e5


def _of_large_order(a: float, x: float, sign: float) -> float:
    """Q, or P with the sign -1, by the first terms of the uniform expansion DLMF 8.12.3 (1e-9)."""
    distance = (x - a) / a
    if abs(distance) < 1e-3:
        eta = distance * (1 - distance / 3 + 7 * distance**2 / 36)
        first = -1 / 3 + eta / 12 - 2 * eta**2 / 135
    else:
        eta = copysign(sqrt(2 * (distance - math.log1p(distance))), distance)
        first = 1 / distance - 1 / eta
    power = 0.5 * a * eta * eta
    rest = math.exp(-power) / sqrt(2 * pi * a) * (first - 1 / (540 * a)) if power < 700 else 0.0
    return 0.5 * math.erfc(sign * eta * sqrt(a / 2)) + sign * rest


def _lower_series(a: float, x: float) -> float:
    term = total = 1 / a
    n = a
    while abs(term) > 1e-17 * abs(total):
        n += 1
        term *= x / n
        total += term
    return total * math.exp(a * math.log(x) - x - lgamma(a))


def _upper_fraction(a: float, x: float) -> float:
    """The continued fraction, by Lentz's method."""
    b = x + 1 - a
    c, d = inf, 1 / b
    h = d
    for k in range(1, 10_000):
        step = -k * (k - a)
        b += 2
        d = 1 / (step * d + b)
        c = b + step / c
        h *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return h * math.exp(a * math.log(x) - x - lgamma(a))


# ------------------------------------------------------------------ the error function's relatives

_CENTRE: Final = (
    (0.886226899, -1.645349621, 0.914624893, -0.140543331),
    (-2.118377725, 1.442710462, -0.329097515, 0.012229801),
)
_TAIL: Final = ((-1.970840454, -1.624906493, 3.429567803, 1.641345311), (3.543889200, 1.637067800))


def erfinv(y: float) -> float:
    """The inverse of erf: a rational approximation and two steps of Newton's method, as PyTorch has it (1e-16)."""
    size = abs(y)
    if not size <= 1:
        return nan
    if size == 1:
        return copysign(inf, y)
    if size <= 0.7:
        z = y * y
        x = y * _polynomial(_CENTRE[0], z) / (1 + z * _polynomial(_CENTRE[1], z))
    else:
        z = sqrt(-math.log((1 - size) / 2))
        x = copysign(_polynomial(_TAIL[0], z), y) / (1 + z * _polynomial(_TAIL[1], z))
    for _ in range(2):
        x -= (math.erf(x) - y) / (2 / sqrt(pi) * math.exp(-x * x))
    return x


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    value = 0.0
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def erfcx(x: float) -> float:
    """exp(x*x) * erfc(x): directly below 10, with x*x split so that nothing is lost; then A&S 7.1.23 (2e-15)."""
    if x < -26.7:
        return inf
    if x < 10:
        coarse = float(int(x * 0x4000000)) / 0x4000000  # few enough digits for an exact square
        return math.exp(coarse * coarse) * (math.exp((x - coarse) * (x + coarse)) * math.erfc(x))
    total = term = 1.0
    for k in range(1, 20):
        term *= -(2 * k - 1) / (2 * x * x)
        total += term
    return total / (x * sqrt(pi))


def log_ndtr(x: float) -> float:
    """The logarithm of the standard normal distribution's area below x, accurate far below 0 (1e-15)."""
    if x < -1:
        return math.log(erfcx(-x / sqrt(2)) / 2) - x * x / 2 if x != -inf else -inf
    return math.log1p(-math.erfc(x / sqrt(2)) / 2)


def ndtri(p: float) -> float:
    """The quantile of the standard normal distribution: Wichura's algorithm AS 241 (1988), as Python has it (1e-15)."""
    from statistics import NormalDist  # late: it imports fractions and decimals

    if 0 < p < 1:
        return NormalDist().inv_cdf(p)
    return {0.0: -inf, 1.0: inf}.get(p, nan)
