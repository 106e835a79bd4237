"""Special functions against PyTorch's double-precision values, recorded once."""

from __future__ import annotations

import math
from typing import Final

import pytest

from autodiff.numbers import bessel, special

RECORDED: Final[dict[str, dict[float, float]]] = {
    "lgamma": {-2.5: -0.05624371649767405, 0.5: 0.5723649429247001, 10.3: 13.482036786138359},
    "digamma": {
        -2.5: 1.1031566406452433,
        0.25: -4.2274535333762655,
        1.0: -0.5772156649015328,
        55.5: 4.0073469585404435,
    },
    "trigamma": {-2.5: 9.53924664493752, 0.25: 17.19732915341456, 1.0: 1.6449340676383375, 55.5: 0.01818131736322176},
    "erfinv": {
        -0.95: -1.3859038243496777,
        -0.3: -0.2724627147267543,
        1e-09: 8.86226925452758e-10,
        0.999: 2.3267537655135246,
    },
    "erfcx": {
        -5.0: 144009798674.66104,
        1.5: 0.3215854164543176,
        9.99: 0.05619664070685882,
        10.01: 0.056085454355001924,
    },
    "log_ndtr": {-40.0: -804.6084420137539, -1.5: -2.7059444008238898, 3.0: -0.0013508099647481923},
    "ndtri": {1e-20: -9.262340089798409, 0.3: -0.5244005127080409, 0.5: 0.0, 0.999: 3.090232306167813},
    "i0": {-3.0: 4.880792585865024, 19.9: 39513376.52006682, 20.1: 48017874.1071365, 300.0: 4.475847367935052e128},
    "i0e": {-3.0: 0.24300035416182536, 19.9: 0.09000858886438959, 20.1: 0.08955376362061344},
    "i1": {-3.0: -3.9533702174026093, 19.9: 38507423.874862276, 20.1: 46807739.533029884},
    "i1e": {-3.0: -0.19682671329730084, 19.9: 0.08771710213170608, 300.0: 0.02300412204026895},
}
RECORDED_PAIRS: Final[dict[str, dict[tuple[float, float], float]]] = {
    "hurwitz_zeta": {(2.0, 1.0): 1.6449340668482266, (1.5, 0.25): 10.213055360466601, (3.0, -2.5): 0.0541020258208641},
    "gamma_p": {(0.5, 0.1): 0.345279153981423, (3.0, 2.0): 0.3233235838169364},
    "gamma_q": {(0.5, 0.1): 0.6547208460185769, (3.0, 12.0): 0.0005222580500328981},
    "polygamma": {(2.0, 0.7): -6.434992874190923, (3.0, 1.5): 1.4090910340024367},
    "multivariate_lgamma": {(2.5, 3): 1.8809954616117743},
}
POLES: Final[dict[str, dict[float, float]]] = {
    "lgamma": {0.0: math.inf, -1.0: math.inf, 1e306: math.inf},
    "digamma": {0.0: -math.inf, -1.0: math.nan, -math.inf: math.nan, math.inf: math.inf},
    "erfinv": {1.0: math.inf, -1.0: -math.inf, 1.5: math.nan, math.nan: math.nan},
    "erfcx": {-30.0: math.inf, math.inf: 0.0},
    "log_ndtr": {-math.inf: -math.inf, math.inf: -0.0},
    "ndtri": {0.0: -math.inf, 1.0: math.inf, -0.5: math.nan},
    "i0": {800.0: math.inf, math.inf: math.nan},
}


@pytest.mark.parametrize("name", RECORDED)
def test_values(name: str) -> None:
    """The relative error is below 1e-13."""
    for x, expected in RECORDED[name].items():
        assert getattr(bessel if name in bessel.__all__ else special, name)(x) == pytest.approx(
            expected, rel=1e-13, abs=0
        ), x


@pytest.mark.parametrize("name", RECORDED_PAIRS)
def test_values_of_two_arguments(name: str) -> None:
    """The relative error is below 1e-12."""
    for pair, expected in RECORDED_PAIRS[name].items():
        assert getattr(bessel if name in bessel.__all__ else special, name)(*pair) == pytest.approx(
            expected, rel=1e-12, abs=0
        ), pair


@pytest.mark.parametrize("name", POLES)
def test_poles_and_edges(name: str) -> None:
    """Where a function is infinite or undefined it says so, and never raises."""
    for x, expected in POLES[name].items():
        assert repr(getattr(bessel if name in bessel.__all__ else special, name)(x)) == repr(expected), x


@pytest.mark.parametrize("x", [0.3, 0.5, 1.0, 7.5, 30.0])
def test_recurrences(x: float) -> None:
    """digamma(x + 1) - digamma(x) is 1/x, and the same one order higher."""
    assert special.digamma(x + 1) - special.digamma(x) == pytest.approx(1 / x, rel=1e-13)
    assert special.trigamma(x) - special.trigamma(x + 1) == pytest.approx(1 / (x * x), rel=1e-8)


def test_the_incomplete_gamma_function_of_an_integer_is_a_sum() -> None:
    """Q(25, 24) = exp(-24) * (1 + 24 + 24**2/2! + ... + 24**24/24!), where PyTorch's own value is off by 4e-10."""
    expected = math.exp(-24) * math.fsum(24.0**k / math.factorial(k) for k in range(25))
    assert special.gamma_q(25.0, 24.0) == pytest.approx(expected, rel=1e-12)


def test_the_incomplete_gamma_functions_add_up_to_one() -> None:
    """P and Q are each computed where they are accurate, and agree at the seam."""
    for a, x in ((0.5, 1.499), (0.5, 1.501), (20.0, 20.999), (20.0, 21.001)):
        assert special.gamma_p(a, x) + special.gamma_q(a, x) == pytest.approx(1, rel=1e-14)
