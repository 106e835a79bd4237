"""The facts of a graph: nodes, edges and saved values as PyTorch has them, and the forward program beside them."""

import json
from typing import Any

import pytest

from autodiff.session import Scenario
from autodiff.session.graph.facts import graph
from autodiff.session.graph.report import ForwardStep, GraphReport
from tests.session.record_graphs import RECORDED, TEXTS

EXPECTED: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))


def found(text: str, inputs: dict[str, str] | None = None, **fields: Any) -> GraphReport:  # noqa: ANN401 - fields
    """The graph of a text, before any backward unless it is asked for."""
    return graph(Scenario(text, tuple((inputs or {"x": "3"}).items()), backward=0)._replace(**fields))


def steps(report: GraphReport) -> list[ForwardStep]:
    """The steps that made a tensor."""
    return [step for step in report.steps if step.kind != "name" and step.value.dtype is not None]


@pytest.mark.parametrize("title", TEXTS)
def test_the_graph_is_pytorchs(title: str) -> None:
    """Names, edges with their outputs, leaves and saved values, each before what it leads to."""
    report = found(*TEXTS[title])
    assert report.error is None
    first = report.roots[0].node
    assert first == 1
    below = len(EXPECTED[title])  # other roots come after the output
    assert [
        [
            node.name,
            [list(edge) for edge in node.edges],
            node.outputs[0].name if node.is_leaf else None,
            {saved.name: saved.value and saved.value.repr for saved in node.saved},
        ]
        for node in report.nodes[:below]
    ] == EXPECTED[title]


def test_every_text_is_recorded() -> None:
    """The record is not older than the texts."""
    assert list(EXPECTED) == list(TEXTS)


def test_steps_stand_beside_their_nodes() -> None:
    """Each step has its text, its value as it was then, and the node that remembers it."""
    report = found("y = x**2; y *= 3; y+1")
    told = [(s.source, s.name, s.value.repr, s.node) for s in steps(report)]
    assert told == [
        ("3", "x", "tensor(3., requires_grad=True)", None),
        ("x**2", "y", "tensor(9., grad_fn=<PowBackward0>)", 3),
        ("y *= 3", "y", "tensor(27., grad_fn=<MulBackward0>)", 2),
        ("y+1", None, "tensor(28., grad_fn=<AddBackward0>)", 1),
    ]


def test_nodes_have_the_users_words_and_the_value_that_was() -> None:
    """A value that was changed in place since is told as it was when its node was made."""
    report = found("y = x**2; y *= 3; y+1")
    power = report.nodes[2]
    assert (power.name, power.source, power.line, power.column) == ("PowBackward0", "x**2", 1, 5)
    assert power.outputs[0].value is not None
    assert power.outputs[0].value.value == 9.0


def test_several_outputs_have_their_own_facts() -> None:
    """A node of two results has both shapes and dtypes, and the name of the one that has one."""
    (sort,) = [node for node in found("v, i = sort(x); v[0]", {"x": "[2, 1]"}).nodes if node.name == "SortBackward0"]
    assert [(out.dtype, out.shape, out.name) for out in sort.outputs] == [
        ("float32", (2,), "v"),
        ("int64", (2,), None),
    ]


def test_backward_frees_and_accumulates() -> None:
    """After a backward call the leaf has its gradient and saved tensors are gone; plain numbers stay."""
    report = found("x**2", backward=1)
    power, leaf = report.nodes
    assert [(saved.name, saved.state) for saved in power.saved] == [("exponent", "kept"), ("self", "freed")]
    assert leaf.outputs[0].gradient is not None
    assert leaf.outputs[0].gradient.repr == "tensor(6.)"
    assert report.backward == 1


def test_what_was_changed_in_place_is_told_apart() -> None:
    """A saved value whose memory changed is not freed, but cannot be used."""
    report = found("y = x*1; z = y**2; y += 1; z")
    power = next(node for node in report.nodes if node.name == "PowBackward0")
    assert [saved.state for saved in power.saved] == ["kept", "changed"]


def test_a_retained_gradient_stands_at_its_node() -> None:
    """The node of an intermediate result has the gradient that result retains."""
    report = found("y = x**2; y*5", backward=1, retain_grad=("y",))
    assert [node.outputs[0].gradient and node.outputs[0].gradient.repr for node in report.nodes] == [
        None,
        "tensor(5.)",
        "tensor(30.)",
    ]


def test_create_graph_has_the_gradients_graph() -> None:
    """A gradient made with create_graph is a root, whose nodes the text did not make."""
    report = found("x**3", backward=1, create_graph=True)
    assert [root.name for root in report.roots] == ["out", "x.grad"]
    first = report.roots[1].node
    assert first is not None
    assert report.nodes[first - 1].source is None


def test_the_option_that_detaches_is_a_step() -> None:
    """What `--detach` does is seen in the program; the cut part keeps its own graph."""
    report = found("y = x**2; z = (y+1)*2", detach=("y",))
    assert "y.detach()" in [step.source for step in report.steps]
    assert [(root.name, root.node) for root in report.roots] == [("z", None), ("y", 1)]


def test_a_subexpression_is_detached() -> None:
    """The step is named by the part of the expression that the option names."""
    report = found("x**2+x", detach=("x**2",))
    assert [(s.source, s.value.requires_grad) for s in steps(report)][1:3] == [
        ("x**2", True),
        ("(x**2).detach()", False),
    ]


def test_without_gradients_there_is_no_graph() -> None:
    """Under `--no-grad`, and for a plain number, the output is a root without a node."""
    assert [(root.name, root.node) for root in found("x*2", no_grad=True).roots] == [("out", None)]
    assert [(root.name, root.node) for root in found("2+3").roots] == [("out", None)]


def test_what_was_found_before_an_error_is_there() -> None:
    """A second backward fails, and the graph shows what the first one freed."""
    report = found("x**2", backward=2)
    assert report.error is not None
    assert report.error.message.startswith("Trying to backward through the graph a second time")
    assert [node.name for node in report.nodes] == ["PowBackward0", "AccumulateGrad"]
    broken = found("y = x**2; y.foo")
    assert broken.error is not None
    assert [root.name for root in broken.roots] == ["y"]
    assert found("x**").error is not None


def test_texts_are_those_of_the_default_dtype() -> None:
    """Under `--dtype float64` a float64 tensor is printed without its dtype, as PyTorch does then."""
    (root,) = found("x*2", dtype="float64").roots
    assert root.value.repr == "tensor(6., grad_fn=<MulBackward0>)"
    assert root.value.dtype == "float64"


def test_large_values_keep_their_text_only() -> None:
    """The elements of a large tensor are not copied into the facts."""
    (root,) = found("x*ones(2000)").roots
    assert root.value.value is None
    assert root.value.repr.startswith("tensor([3., 3., 3.,  ..., 3., 3., 3.]")


def test_lines_and_columns_count_from_one() -> None:
    """A program of several lines tells where each node was made."""
    report = found("y = x*2\r\nz = y +  sin(y)")
    assert [(node.name, node.line, node.column) for node in report.nodes] == [
        ("AddBackward0", 2, 5),
        ("MulBackward0", 1, 5),
        ("AccumulateGrad", None, None),
        ("SinBackward0", 2, 10),
    ]


def test_a_long_chain_is_no_trouble() -> None:
    """Nothing recurses, and no step's text is the whole text."""
    report = found("sin(" * 5_000 + "x" + ")" * 5_000)
    assert len(report.nodes) == 5_001
    assert max(len(step.source) for step in report.steps) <= 120
