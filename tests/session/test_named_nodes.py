"""Every node of a graph can be told in the user's words: a name, or a part of the text with its column."""

import pytest

from autodiff.engine import AccumulateGrad, Node, Tensor, grad
from autodiff.language import parse
from autodiff.session import Scenario
from autodiff.session.bind import Setting
from autodiff.session.named_nodes import NamedNodes


def evaluated(text: str, inputs: dict[str, str], **fields: object) -> NamedNodes:
    """The nodes of a text with inputs and fields of a scenario, after it was evaluated."""
    scenario = Scenario(text, tuple(inputs.items()))._replace(**fields)  # type: ignore[arg-type] # fields by name
    nodes = NamedNodes(Setting(scenario, parse(text)))
    nodes.run()
    return nodes


def reachable(root: Node | None) -> list[Node]:
    """The nodes below a root, itself included, latest first."""
    found = [root] if root is not None else []
    for node in found:
        found += [each for each, _ in node.next_functions if each is not None and each not in found]
    return sorted(found, key=lambda node: -node.number)


def words(nodes: NamedNodes, root: Node | None) -> list[tuple[str, str | None, str, int | None]]:
    """Each node below a root: its class, and its name, source and column in the text."""
    told = []
    for node in reachable(root):
        named = nodes.of(node)
        assert named is not None
        told.append((type(node).__name__, named.name, named.source, named.column))
    return told


def output(nodes: NamedNodes) -> Tensor:
    """The last value of the text."""
    last = nodes.evaluation.result
    if last is None:
        last = list(nodes.evaluation.assigned.values())[-1]
    assert isinstance(last, Tensor)
    return last


TEXTS = [
    ("x**2+3*x+2", [
        ("AddBackward0", None, "x**2+3*x+2", 1), ("AddBackward0", None, "x**2+3*x", 1),
        ("MulBackward0", None, "3*x", 6), ("PowBackward0", None, "x**2", 1), ("AccumulateGrad", "x", "x", None),
    ]),
    ("y = sin(x); z = y*2", [
        ("MulBackward0", "z", "y*2", 17), ("SinBackward0", "y", "sin(x)", 5), ("AccumulateGrad", "x", "x", None),
    ]),
    ("y = x*1\ny += 1", [
        ("AddBackward0", "y", "y += 1", 1), ("MulBackward0", "y", "x*1", 5), ("AccumulateGrad", "x", "x", None),
    ]),
    ("w = tensor(2., requires_grad=True); w*3", [
        ("MulBackward0", None, "w*3", 37), ("AccumulateGrad", "w", "tensor(2., requires_grad=True)", 5),
    ]),
    ("z = x; x*1", [("MulBackward0", None, "x*1", 8), ("AccumulateGrad", "x", "x", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=[text for text, _ in TEXTS])
def test_nodes_have_names_and_places(text: str, expected: list[tuple[str, str | None, str, int | None]]) -> None:
    """A node is called as its result was first called, and stands where the text made it."""
    nodes = evaluated(text, {"x": "3"})
    assert words(nodes, output(nodes).grad_fn) == expected


def test_a_step_on_the_way_is_told_from_the_whole() -> None:
    """A function made of several nodes is one part of the text, and only the last node is all of it."""
    nodes = evaluated("y = sum(softplus(x)*std(x))", {"x": "[1, 2]"})
    found = [nodes.of(node) for node in reachable(output(nodes).grad_fn)]
    assert [named.whole for named in found if named is not None and named.source == "std(x)"].count(True) == 1


def test_each_output_of_a_node_has_its_name() -> None:
    """`a, b = ...` names the outputs of one node; the third has no name."""
    nodes = evaluated("a, b, c = unbind(x); a*b", {"x": "[1, 2, 3]"})
    unbound = nodes.evaluation.assigned["a"].grad_fn
    found = [nodes.of(unbound, k) for k in range(3)]
    assert [named.name for named in found if named is not None] == ["a", "b", "c"]
    assert nodes.tensor(unbound, 1) is nodes.evaluation.assigned["b"]


def test_in_place_changes_of_views_have_a_place() -> None:
    """What wrote into a part of a tensor is the statement that did."""
    nodes = evaluated("y = x*1; y[0] = 5; sum(y)", {"x": "[1, 2]"})
    told = {kind: source for kind, _, source, _ in words(nodes, nodes.evaluation.result.grad_fn)}
    assert told["CopySlices"] == "y[0] = 5"


def test_values_are_kept() -> None:
    """The value of each node that is a whole part of the text can be had; a leaf's node gives the leaf."""
    nodes = evaluated("x**2 + 1", {"x": "3"})
    values = [nodes.tensor(node) for node in reachable(nodes.evaluation.result.grad_fn)]
    assert [None if t is None else t.item() for t in values] == [10.0, 9.0, 3.0]


def test_what_backward_makes_is_not_of_the_text() -> None:
    """A gradient's own graph after the evaluation has no place in the text, but its leaves have their names."""
    nodes = evaluated("y = x**3", {"x": "2"})
    (slope,) = grad(nodes.evaluation.assigned["y"], nodes.setting.leaves["x"], create_graph=True)
    assert isinstance(slope, Tensor)
    found = reachable(slope.grad_fn)
    assert nodes.of(found[0]) is None
    assert nodes.label(found[0]) == type(found[0]).__name__
    assert [nodes.label(node) for node in found if isinstance(node, AccumulateGrad)] == ["x"]


def test_a_further_observer_is_told() -> None:
    """Every instruction is told once, in order."""
    heard: list[int] = []
    scenario = Scenario("x*2", (("x", "3"),))
    nodes = NamedNodes(Setting(scenario, parse("x*2")), lambda number, _: heard.append(number))
    nodes.run()
    assert heard == list(range(len(nodes.program.instructions)))
