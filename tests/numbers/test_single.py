"""Functions whose last float32 digit is that of C's library."""

import math

import pytest

from autodiff.numbers import single

CASES = [
    # recorded with PyTorch 2.13.0: torch.sinh(torch.tensor(x)).item()
    ("sinh", 0.3871000111103058, 0.39684027433395386),
    ("sinh", 0.5354999899864197, 0.5614627599716187),
    ("sinh", 0.7210000157356262, 0.7851115465164185),
    ("sinh", 0.7580999732017517, 0.8328306674957275),
    ("cosh", 0.795199990272522, 1.3331873416900635),
    ("cosh", 0.9435999989509583, 1.4792189598083496),
    ("cosh", 0.9807000160217285, 1.5206851959228516),
    ("cosh", 1.0920000076293945, 1.6578867435455322),
    ("asinh", 0.42419999837875366, 0.41240960359573364),
    ("asinh", 0.46129998564720154, 0.44633251428604126),
    ("asinh", 0.7580999732017517, 0.6996145248413086),
    ("asinh", 0.795199990272522, 0.7289157509803772),
    ("acosh", 1.57260000705719, 1.0247149467468262),
    ("acosh", 2.3145999908447266, 1.4820663928985596),
    ("acosh", 2.3887999057769775, 1.516931176185608),
    ("acosh", 2.4258999824523926, 1.5338739156723022),
    ("atanh", 0.38322898745536804, 0.4038390517234802),
    ("atanh", 0.017621999606490135, 0.01762382499873638),
    ("atanh", 0.054350998252630234, 0.0544046089053154),
    ("atanh", 0.09108000248670578, 0.09133312106132507),
]


@pytest.mark.parametrize(("name", "x", "expected"), CASES)
def test_the_last_digit_is_that_of_c(name: str, x: float, expected: float) -> None:
    """Where the value in double, rounded once, differs from PyTorch's, these give PyTorch's."""
    assert getattr(single, name)(x) == expected


@pytest.mark.parametrize("name", ["expm1", "log1p", "tanh", "sinh", "cosh", "asinh", "acosh", "atanh"])
def test_every_float_has_an_answer(name: str) -> None:
    """Infinities, nan, signed zeros, poles and arguments outside the domain give what `math` gives, or C."""
    for x in (math.inf, -math.inf, math.nan, 0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 1e30, -1e30, 1e-40):
        value = getattr(single, name)(x)
        try:
            expected = getattr(math, name)(x)
        except OverflowError:
            expected = math.copysign(math.inf, value)
        except ValueError:
            assert math.isinf(value) or math.isnan(value)
            continue
        assert value == pytest.approx(expected, rel=1e-6, nan_ok=True)


def test_arrays_are_computed_by_element_but_for_whole_vectors() -> None:
    """Of 34 elements the first 32 are rounded once, as PyTorch's vectors do, the last two are C's."""
    from autodiff.numbers.array import np

    x = np.full(34, 1.0928999185562134, dtype=np.float32)
    values = single.by_element(single.sinh, "sinh", whole=single.VECTOR)(x)
    assert set(values[:32].tolist()) == {float(np.float32(math.sinh(float(x[0]))))}
    assert set(values[32:].tolist()) == {single.sinh(float(x[0]))}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # recorded with PyTorch 2.13.0: complex64 tensors, .item()
        ("(a - 10 - b) ** 7", -150172.6875 - 23243068.0j),
        ("z / z", 1.0 - 1.5089337779272682e-08j),
        ("(b - 2.5) / (a * 0)", complex(-math.inf, math.inf)),
    ],
)
def test_complex_arithmetic_rounds_at_every_step(expression: str, expected: complex) -> None:
    """Products, quotients and powers of complex64 tensors have PyTorch's digits, and its infinities."""
    import autodiff

    names = {"a": autodiff.tensor(-0.5j), "b": autodiff.tensor(1 + 2j), "z": autodiff.tensor(-0.3 + 0.5j).acosh()}
    assert eval(expression, names).item() == expected  # noqa: S307 - ours


@pytest.mark.parametrize(("x", "exponent", "expected"), [(-math.inf, 0.5, math.nan), (1.390283226966858, 3.0, None)])
def test_a_power_of_a_number_differs_from_that_of_a_tensor(x: float, exponent: float, expected: float | None) -> None:
    """x**0.5 is a root and x**3 a product, each of a number only; of a tensor both are C's power."""
    import autodiff

    of_number = (autodiff.tensor(x) ** exponent).item()
    of_tensor = (autodiff.tensor(x) ** autodiff.tensor(exponent)).item()
    assert of_number != of_tensor
    if expected is not None:
        assert of_number == pytest.approx(expected, nan_ok=True)
