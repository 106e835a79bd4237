"""Functions of plain numbers: `math`'s, and what PyTorch composes of those."""

import pytest

from autodiff.session import Scenario, run

CASES = [
    ("sin(1)", 0.8414709848078965),
    ("sigmoid(1)", 0.7310585786300049),
    ("silu(1)", 0.7310585786300049),
    ("logaddexp(1, 2)", 2.313261687518223),
    ("gelu(1)", 0.841344746068543),
    ("hardtanh(3)", 1),
    ("lerp(1, 2, 0.5)", 1.5),
    ("pow(2, 3)", 8),
    ("round(2.5)", 2),
    ("polygamma(1, 2)", 0.6449340668482264),
    ("softplus(1, beta=2)", 1.0634640055214861),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_a_function_of_plain_numbers_gives_a_plain_number(expression: str, expected: float) -> None:
    """Also where the operation is composed, rounds by itself, or has defaults."""
    report = run(Scenario(f"y = {expression}", backward=0))
    assert report.error is None
    assert float(report.values["y"].repr) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("expression", ["sigmoid()", "sigmoid(1, 2)", "lerp(1, 2)"])
def test_arguments_that_do_not_fit_are_refused_in_pytorchs_words(expression: str) -> None:
    """No error of Python's own functions is shown."""
    error = run(Scenario(expression, backward=0)).error
    assert error is not None
    assert (error.type, "lambda" in error.message) == ("TypeError", False)
    assert error.message.startswith(expression.partition("(")[0])
