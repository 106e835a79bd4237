"""Some hundreds of random expressions, and every operation at points of its own: three ways to one number."""

from random import Random

import pytest

from autodiff.expression import write
from tests.expression import many
from tests.expression.differences import slope
from tests.expression.many import judged, verdicts
from tests.expression.test_operations import calls


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("seed", range(100, 102))
def test_three_ways_agree(seed: int) -> None:
    """Written, by backward, by difference; nearly all expressions have a point at which that can be seen."""
    found = list(verdicts(seed, 150))
    assert [(text, verdict.why) for text, verdict in found if verdict.kind == "disagreed"] == []
    assert sum(verdict.kind == "agreed" for _, verdict in found) > 130


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize(("text", "values"), [pytest.param(*call, id=call[0]) for call in calls()])
def test_every_operation_near_its_samples(text: str, values: dict[str, float]) -> None:
    """To second order, at three points near each sample where the operation is smooth."""
    random = Random(0)  # noqa: S311 - not a secret
    agreed = 0
    for _ in range(8):
        there = {name: value + random.uniform(-0.05, 0.05) for name, value in values.items()}
        verdict = judged(text, random, 2, there)
        assert verdict.kind != "disagreed", verdict.why
        agreed += verdict.kind == "agreed"
    assert agreed >= 3 or "is not written down" in verdict.why


def test_a_wrong_derivative_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge does not take what is a little too large."""
    monkeypatch.setattr(many, "write", lambda expression: f"({write(expression)})*1.00001")
    assert judged("x**3 + sin(y)", Random(0), 1).kind == "disagreed"  # noqa: S311


def test_a_difference_knows_its_error() -> None:
    """It is small for what is smooth, and large at a kink."""
    found, error = slope(lambda x: x**5, 1.3)
    assert abs(found - 5 * 1.3**4) <= max(error, 1e-12) < 1e-9
    assert slope(abs, 1e-4)[1] > 1e-3
