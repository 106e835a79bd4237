"""Every sample in the table prints what PyTorch 2.13.0 printed: value, gradients, nodes, or the refusal."""

from typing import Any

import pytest

import autodiff
from tests.ops.answers import answer, names_of
from tests.ops.record_samples import every_call, read
from tests.ops.score import LAST_DIGIT, NOT_YET, differences, listed
from tests.oracle.verdict import UNIT, printed_verdict

MOST_DIFFERENCES = 20


def test_every_sample_agrees_or_is_listed() -> None:
    """What differs is exactly what the two lists say: they only shrink."""
    found = [*differences()]
    allowed = {*listed(NOT_YET), *listed(LAST_DIGIT)}
    assert [text for text in found if text not in allowed] == []
    assert sorted(allowed - set(found)) == []


def test_rounding_differences_are_few_and_small() -> None:
    """A transcendental function may differ by one unit in the last printed digit, in few places."""
    exceptions = listed(LAST_DIGIT)
    assert len(exceptions) <= MOST_DIFFERENCES
    for text in exceptions:
        _, there, here = differences()[text]
        assert printed_verdict(str(there), str(here)) == UNIT


def test_every_sample_is_recorded() -> None:
    """Whoever adds an operation, or changes its samples, records them: tests/ops/record_samples.py."""
    recorded, wanted = set(read()), set(every_call())
    assert sorted(call.call for call in wanted - recorded) == []
    assert sorted(call.call for call in recorded - wanted) == []


@pytest.mark.oracle
def test_the_recorded_answers_are_those_of_this_pytorch(torch: Any) -> None:  # noqa: ANN401
    """A live PyTorch of the recorded version answers the same."""
    if not str(torch.__version__).startswith("2.13.0"):
        pytest.skip(f"recorded from PyTorch 2.13.0, not {torch.__version__}")
    names = names_of(torch)
    assert [call.call for call, facts in read().items() if answer(call, names) != facts] == []


def test_a_difference_would_be_found() -> None:
    """The comparison sees a changed digit, a changed node and a missing refusal."""
    names = names_of(autodiff)
    call, facts = next((c, f) for c, f in read().items() if "nodes" in f)
    assert answer(call, names) == facts
    assert answer(call._replace(inputs=("a = tensor(0.71, requires_grad=True)",)), names) != facts
    assert "error" in answer(call._replace(call="nothing(a)"), names)
