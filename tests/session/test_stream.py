"""Many expressions under the same inputs: what one line does is not seen by the next."""

import pytest

from autodiff.session import Scenario
from autodiff.session.stream import reports

INPUTS = (("x", "3"), ("a", "[1, 2]"), ("t", "tensor(4.)"))
LINES = ["{}", "{}.detach().mul_(2)", "{}", '{{"expression": "{}", "dtype": "float64"}}', "{}"]


@pytest.mark.parametrize(("name", "value"), [("x", 3.0), ("a", [1.0, 2.0]), ("t", 4.0)])
def test_every_line_has_leaves_of_its_own(name: str, value: object) -> None:
    """A leaf that was changed in place, or has another dtype, is as it was given in the next line."""
    found = list(reports([line.format(name) for line in LINES], Scenario("-", INPUTS, gradient="1")))
    assert [report.inputs[name].value for report in found] == [value] * 5
    assert [report.values["out"].value for report in (found[0], found[2], found[4])] == [value] * 3
    assert [report.inputs["x"].dtype for report in found] == [*["float32"] * 3, "float64", "float32"]


def test_a_bad_input_is_told_for_every_line() -> None:
    """What could not be read once is read again, and refused in the same words."""
    found = list(reports(["x", "x + 1"], Scenario("-", (("x", "3"), ("y", "None")))))
    messages = [report.error.message if report.error else None for report in found]
    assert messages == ["an input is a number, a list or a tensor, and y is NoneType"] * 2


def test_the_gradients_at_the_end_are_those_of_the_last_call() -> None:
    """Also when a later call fails: then they are what is left."""
    (twice,) = reports(["x**2"], Scenario("-", (("x", "3"),), backward=2, retain_graph=True))
    assert [twice.backward[k]["x"].value for k in (0, 1)] == [6.0, 12.0]  # type: ignore[union-attr] # they are there
    assert twice.grads == twice.backward[1]
    (failed,) = reports(["x**2"], Scenario("-", (("x", "3"),), backward=2, zero_grad=True))
    assert failed.error is not None
    assert (len(failed.backward), failed.grads) == (1, {"x": None})
