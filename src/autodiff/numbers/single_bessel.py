"""Modified Bessel functions in float32, every step rounded: the Chebyshev series of Cephes, as PyTorch sums them."""

import math
from collections.abc import Sequence
from math import inf
from typing import Final

from autodiff.numbers.scalar import round_float32 as r

__all__ = ["i0", "i0e", "i1", "i1e"]

_SMALL_0: Final = tuple(
    map(
        r,
        (
            -4.4153416464793395e-18,
            3.3307945188222384e-17,
            -2.431279846547955e-16,
            1.715391285555133e-15,
            -1.1685332877993451e-14,
            7.676185498604936e-14,
            -4.856446783111929e-13,
            2.95505266312964e-12,
            -1.726826291441556e-11,
            9.675809035373237e-11,
            -5.189795601635263e-10,
            2.6598237246823866e-09,
            -1.300025009986248e-08,
            6.046995022541919e-08,
            -2.670793853940612e-07,
            1.1173875391201037e-06,
            -4.4167383584587505e-06,
            1.6448448070728896e-05,
            -5.754195010082104e-05,
            0.00018850288509584165,
            -0.0005763755745385824,
            0.0016394756169413357,
            -0.004324309995050576,
            0.010546460394594998,
            -0.02373741480589947,
            0.04930528423967071,
            -0.09490109704804764,
            0.17162090152220877,
            -0.3046826723431984,
            0.6767952744094761,
        ),
    )
)
_LARGE_0: Final = tuple(
    map(
        r,
        (
            -7.233180487874754e-18,
            -4.830504485944182e-18,
            4.46562142029676e-17,
            3.461222867697461e-17,
            -2.8276239805165836e-16,
            -3.425485619677219e-16,
            1.7725601330565263e-15,
            3.8116806693526224e-15,
            -9.554846698828307e-15,
            -4.150569347287222e-14,
            1.5400862175214207e-14,
            3.8527783827421426e-13,
            7.180124451383666e-13,
            -1.7941785315068062e-12,
            -1.3215811840447713e-11,
            -3.1499165279632416e-11,
            1.1889147107846439e-11,
            4.94060238822497e-10,
            3.3962320257083865e-09,
            2.266668990498178e-08,
            2.0489185894690638e-07,
            2.8913705208347567e-06,
            6.889758346916825e-05,
            0.0033691164782556943,
            0.8044904110141088,
        ),
    )
)
_SMALL_1: Final = tuple(
    map(
        r,
        (
            9.381537386495773e-09,
            -4.445059128796328e-08,
            2.0032947535521353e-07,
            -8.568720264695455e-07,
            3.4702513081376785e-06,
            -1.3273163656039436e-05,
            4.781565107550054e-05,
            -0.00016176081582589674,
            0.0005122859561685758,
            -0.0015135724506312532,
            0.004156422944312888,
            -0.010564084894626197,
            0.024726449030626516,
            -0.05294598120809499,
            0.1026436586898471,
            -0.17641651835783406,
            0.25258718644363365,
        ),
    )
)
_LARGE_1: Final = tuple(
    map(
        r,
        (
            -3.835380385964237e-09,
            -2.6314688468895196e-08,
            -2.512236237870209e-07,
            -3.882564808877691e-06,
            -0.00011058893876262371,
            -0.009761097491361469,
            0.7785762350182801,
        ),
    )
)


def i0(x: float) -> float:
    """The modified Bessel function of order 0."""
    size = abs(x)
    return _grown(size, 1.0, _SMALL_0) if size <= 8 else _grown(size, r(math.sqrt(size)), _LARGE_0)


def i1(x: float) -> float:
    """The modified Bessel function of order 1."""
    size = abs(x)
    if size <= 8:
        value = r(r(_exp(size) * size) * _chebyshev(r(r(size / 2) - 2), _SMALL_1))
    else:
        value = _grown(size, r(math.sqrt(size)), _LARGE_1)
    return -value if x < 0 else value


def i0e(x: float) -> float:
    """exp(-|x|) i0(x)."""
    size = abs(x)
    return _series(size, _SMALL_0) if size <= 8 else r(_series(size, _LARGE_0) / r(math.sqrt(size)))


def i1e(x: float) -> float:
    """exp(-|x|) i1(x)."""
    size = abs(x)
    scaled = r(_series(size, _SMALL_1) * size) if size <= 8 else r(_series(size, _LARGE_1) / r(math.sqrt(size)))
    return -scaled if x < 0 else scaled


def _grown(size: float, divisor: float, coefficients: Sequence[float]) -> float:
    return r(r(_exp(size) * _series(size, coefficients)) / divisor)


def _series(size: float, coefficients: Sequence[float]) -> float:
    return _chebyshev(r(r(size / 2) - 2) if size <= 8 else r(r(32 / size) - 2), coefficients)


def _chebyshev(x: float, coefficients: Sequence[float]) -> float:
    """Clenshaw's sum; the product and the difference are one fused step."""
    before, last, current = 0.0, 0.0, coefficients[0]
    for coefficient in coefficients[1:]:
        before, last = last, current
        current = r(r(x * last - before) + coefficient)
    return r(0.5 * r(current - before))


def _exp(x: float) -> float:
    try:
        return r(math.exp(x))
    except OverflowError:
        return inf
