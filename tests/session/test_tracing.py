"""A trace tells what happened in the engine's order, and changes nothing of it."""

from typing import Any

import pytest

from autodiff.render import Screen
from autodiff.render.trace import NAN, TRACES
from autodiff.session import Scenario, run
from autodiff.session.trace.traced import Recorded, Trace, Walk
from autodiff.session.trace.tracing import trace

STORY = "a.backward(); b = a*4; b.retain_grad(); b.backward(retain_graph=True); c = b*5; c.retain_grad(); c.backward()"
TOLD = """\
backward 1: a.backward() at column 1
  AccumulateGrad of a receives 1
    a.grad: was None, now 1
b = a*4 = 28: MulBackward0 at column 19, saves 4
backward 2: b.backward(retain_graph=True) at column 41
  MulBackward0 of b = a*4 receives 1
    b.grad: was None, now 1
    to a: g * other = g * 4 = 1 * 4 = 4
    keeps 4
  AccumulateGrad of a receives 4
    a.grad: 1 + 4 = 5
c = b*5 = 140: MulBackward0 at column 76, saves 5
backward 3: c.backward() at column 98
  MulBackward0 of c = b*5 receives 1
    c.grad: was None, now 1
    to b: g * other = g * 5 = 1 * 5 = 5
    frees 5
  MulBackward0 of b = a*4 receives 5
    b.grad: 1 + 5 = 6
    to a: g * other = g * 4 = 5 * 4 = 20
    frees 4
  AccumulateGrad of a receives 20
    a.grad: 5 + 20 = 25
"""


def scenario(text: str, *inputs: str, **fields: Any) -> Scenario:  # noqa: ANN401 - the fields are of several types
    """A scenario of a text, inputs `NAME=VALUE` and fields."""
    pairs = tuple((word.partition("=")[0], word.partition("=")[2]) for word in inputs)
    return Scenario(text, pairs)._replace(**fields)


def told(text: str, *inputs: str, **fields: Any) -> str:  # noqa: ANN401
    """The lines of a trace."""
    return TRACES["plain"](trace(scenario(text, *inputs, **fields)), Screen())


def steps(found: Trace) -> list[Any]:
    """The steps of all walks."""
    return [step for event in found.events if isinstance(event, Walk) for step in event.steps]


def test_the_story_of_three_tensors() -> None:
    """Three backward calls on one leaf: every sum and product is computed, and nothing is left out."""
    assert told(STORY, "a=7") == TOLD


def test_the_story_is_computed() -> None:
    """Other numbers, other sums."""
    assert "    a.grad: 4 + 15 = 19\n" in told(STORY.replace("*4", "*3"), "a=7")


def test_the_story_in_eighty_columns() -> None:
    """The table fits a terminal of the usual width, and a narrow one."""
    for width in (80, 50):
        drawn = TRACES["table"](trace(scenario(STORY, "a=7")), Screen(width))
        assert max(map(len, drawn.splitlines())) <= width
    assert "5 + 20 = 25" in TRACES["table"](trace(scenario(STORY, "a=7")), Screen(80))


SCENARIOS = [
    scenario("x**2+3*x+2", "x=3"),
    scenario("y = sin(x)*exp(x); z = y/x + sqrt(y)", "x=0.7", retain_grad=("y",)),
    scenario("x**3", "x=2", backward=3, retain_graph=True),
    scenario("x**3", "x=2", backward=2, retain_graph=True, zero_grad=True),
    scenario("x**3", "x=2", backward=2),
    scenario("y = x**2; z = y*x", "x=3", detach=("y",)),
    scenario("sum(softmax(w*x, dim=0)*x)", "x=[1, 2, 3]", "w=0.1"),
    scenario("x*w", "x=[1, 2]", "w=[[1], [2]]", gradient="[[1, 2], [3, 4]]"),
    scenario("std(x)*var(x)", "x=[1, 2, 4]"),
    scenario("a, b = unbind(x); a*2", "x=[1, 2]"),
    scenario("y = x*1; y += sin(y); y[0] = 5; sum(y)", "x=[1, 2]"),
    scenario("abs(z)**2", "z=1+2j"),
    scenario("x**2", "x=3", create_graph=True),
    scenario("g = torch.autograd.grad(x**3, x, create_graph=True)[0]; g.backward()", "x=2"),
    scenario("w = tensor(2., requires_grad=True); (w*x).backward(); w.grad", "x=3"),
    scenario("x @ x", "x=[1, 2]", dtype="float64"),
    scenario("x + 1", "x=3", no_grad=True),
    scenario("x*y", "x=3", "y=2", wrt=("x",)),
]


@pytest.mark.parametrize("asked", SCENARIOS, ids=lambda s: s.expression)
def test_tracing_changes_nothing(asked: Scenario) -> None:
    """The report of a traced run, errors and warnings included, is that of the run itself."""
    plain, traced = run(asked), trace(asked).report
    assert repr(traced) == repr(plain)


@pytest.mark.parametrize("asked", SCENARIOS, ids=lambda s: s.expression)
def test_every_format_can_show_it(asked: Scenario) -> None:
    """Lines, a table that fits, and JSON without NaN."""
    from json import loads

    found = trace(asked, nan=True)
    assert TRACES["plain"](found, Screen()).count("\n\n") == 0
    assert all(len(line) <= 80 for line in TRACES["table"](found, Screen(80)).splitlines())
    read = loads(TRACES["json"](found, Screen()), parse_constant=pytest.fail)
    assert len(read["events"]) == len(found.events)


def test_the_parts_of_a_sum_are_named() -> None:
    """A gradient that comes along several ways is the sum of what came."""
    text = told("x**2+3*x+2", "x=3")
    assert "  AccumulateGrad of x receives 3 + 6 = 9\n    x.grad: was None, now 3 + 6 = 9\n" in text
    again = told("x**2+3*x+2", "x=3", backward=2, retain_graph=True)
    assert "    x.grad: 9 + (3 + 6) = 18\n" in again


def test_the_rule_in_three_readings() -> None:
    """As the table has it, with the user's names, with numbers; the gradient that results is the engine's."""
    found = trace(scenario("y = sin(x)", "x=2"))
    (way,) = steps(found)[0].outgoing
    assert (way.rule, way.named, way.numbers) == ("g * cos(self)", "g * cos(x)", "1 * cos(2)")
    assert way.gradient.facts.value == run(scenario("sin(x)", "x=2")).grads["x"].value  # type: ignore[union-attr]


def test_nodes_run_latest_first() -> None:
    """The engine's own order: the latest node first, a leaf as soon as its gradient is complete."""
    found = trace(scenario("y = a*b; z = sin(a); y*z", "a=1", "b=2"))
    expected = ["MulBackward0", "SinBackward0", "MulBackward0", "AccumulateGrad", "AccumulateGrad"]
    assert [step.node for step in steps(found)] == expected


def test_a_broadcast_input_gets_the_sum() -> None:
    """What was repeated on the way there is summed on the way back."""
    text = told("sum(x*w)", "x=[1, 2]", "w=2", wrt=("w",))
    assert "    to w: g * self = g * x = [1, 1] * [1, 2], summed to shape []: 3\n" in text


def test_the_node_that_fails_is_told() -> None:
    """A second backward stops where a value is gone, and what was done before stands there."""
    found = trace(scenario("y = x**2; y*1 + 1", "x=3", backward=2))
    assert [step.failed for step in steps(found)].count(True) == 1
    assert steps(found)[-1].node == "MulBackward0"
    assert found.report.error is not None
    assert told("y = x**2; y.backward(); y.backward()", "x=3").endswith(
        "backward 2: y.backward() at column 25\n  PowBackward0 of y = x**2 receives 1\n    cannot go on\n"
    )


def test_clearing_between_calls_is_told() -> None:
    """With --zero-grad each call starts from None, and says so."""
    text = told("x**2", "x=3", backward=2, retain_graph=True, zero_grad=True)
    assert "backward 2: out.backward(retain_graph=True), after every .grad was set to None\n" in text
    assert text.count("x.grad: was None, now 6\n") == 2


def test_in_place_statements_are_recorded_as_they_stand() -> None:
    """An augmented assignment is told with its sign."""
    assert "y += 1, now 4: AddBackward0 at column 10\n" in told("y = x*1; y += 1", "x=3")


def test_grad_leaves_the_leaf_alone() -> None:
    """What `torch.autograd.grad` returns is not added to `.grad`."""
    text = told("torch.autograd.grad(x**2, x)", "x=3")
    assert "    x.grad: not changed, 6 is returned\n" in text


def test_a_parse_error_has_no_events() -> None:
    """The error is in the report."""
    found = trace(scenario("x +", "x=3"))
    assert found.events == ()
    assert found.report.error is not None


NOT_FINITE: list[tuple[str, list[str], dict[str, Any], str]] = [
    ("sqrt(x*0)", ["x=3"], {}, """\
forward: no nan, no inf
backward: the first inf is made by SqrtBackward0 of sqrt(x*0) at column 1
    1 / (2 * 0) = inf
    g is 1
    sqrt(x*0) is 0
backward: the first nan is made by MulBackward0 of x*0 at column 6
    inf * 0 = nan
    g is inf
"""),
    ("where(x > 0, log(x), 0*x)", ["x=0"], {}, """\
forward: the first -inf is made by LogBackward0 of log(x) at column 14
    x is 0
backward: the first nan is made by LogBackward0 of log(x) at column 14
    0 / 0 = nan
    g is 0
    x is 0
"""),
    ("y = x/w; sum(y)", ["x=[1, 2, 0]", "w=[1, 2, 0]"], {}, """\
forward: the first nan in element [2] is made by DivBackward0 of x/w at column 5
    x is 0
    w is 0
backward: the first inf in element [2] is made by DivBackward0 of y = x/w at column 5
    1 / 0 = inf
    g is 1
    w is 0
    x is 0
backward: the first nan in element [2] is made by DivBackward0 of y = x/w at column 5
    -1 * (0 / 0 / 0) = nan
    g is 1
    w is 0
    x is 0
"""),
    ("x*2", ["x=inf"], {}, "forward: the input x is inf\nbackward: no nan, no inf\n"),
    ("x*2", ["x=3"], {}, "forward: no nan, no inf\nbackward: no nan, no inf\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "inputs", "fields", "expected"), NOT_FINITE, ids=[each[0] for each in NOT_FINITE])
def test_the_first_nan_is_named(text: str, inputs: list[str], fields: dict[str, Any], expected: str) -> None:
    """Who made it, where that stands, the numbers that did it; an infinity first, then the nan that came of it."""
    assert NAN["plain"](trace(scenario(text, *inputs, **fields), nan=True), Screen()) == expected


def test_what_is_recorded_has_a_value() -> None:
    """The value is that of the moment, also if the memory is changed later."""
    found = trace(scenario("y = x*2; z = y + 1; y += 1", "x=3"))
    values = [event.quantity.text for event in found.events if isinstance(event, Recorded) and event.quantity]
    assert values == ["6", "7", "7"]


def test_a_long_chain_is_traced() -> None:
    """Nothing recurses over the graph."""
    assert len(steps(trace(scenario("y = x" + "; y = y + 1" * 3000, "x=3")))) == 3001
