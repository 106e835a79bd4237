"""Explanations are run, not written: what stands in them changes with the engine."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from autodiff.engine import AccumulateGrad, Tensor
from autodiff.render import Screen
from autodiff.render.explain import EXPLANATIONS
from autodiff.session import Report, Scenario, UsageProblem, run
from autodiff.session.explain.explained import Explanation
from autodiff.session.explain.explaining import explain, topics
from autodiff.session.explain.topics import TOPICS
from tests.session.explained_by_pytorch import answers


def text(topic: str) -> str:
    """What `autodiff explain` prints in a pipe."""
    return EXPLANATIONS["plain"](explain(topic), Screen())


def reports(found: Explanation) -> Iterator[Report]:
    """The reports of the examples."""
    return (shown.found for shown in found.examples if isinstance(shown.found, Report))


@pytest.mark.parametrize("topic", TOPICS)
def test_half_a_screen(topic: str) -> None:
    """About twenty lines of at most 80 columns, without empty ones."""
    lines = text(topic).splitlines()
    assert len(lines) <= 27
    assert max(map(len, lines)) <= 80
    assert all(lines)


@pytest.mark.parametrize("topic", TOPICS)
def test_before_and_after_differ(topic: str) -> None:
    """The examples come to different gradients, states or errors."""
    found = [(each.grads, each.values, each.error and each.error.message) for each in reports(explain(topic))]
    assert len(found) >= 2
    assert all(a != b for a, b in pairwise(found))


def test_the_numbers_are_the_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """If backward gave other gradients, examples, sentences and the tensors side by side would tell those."""
    assert "x.grad = 36 " in text("leaf")
    honest = Tensor.backward

    def wrong(output: Any, *given: Any, **named: Any) -> None:  # noqa: ANN401
        honest(output, *given, **named)
        for node in _nodes(output.grad_fn):
            if isinstance(node, AccumulateGrad):
                node.variable.grad += 0.5  # type: ignore[union-attr] # a leaf

    monkeypatch.setattr(Tensor, "backward", wrong)
    changed = text("leaf")
    assert "x.grad = 36.5 " in changed
    assert "  x.grad: tensor(36.5000)\n" in changed
    assert re.search(r"^  grad +tensor\(36.5000\)  None ", changed, re.MULTILINE)
    assert "36." not in changed.replace("36.5", "").replace("tensor(36., grad_fn", "")


def _nodes(root: Any) -> Iterator[Any]:  # noqa: ANN401 - a Node
    found = [root]
    for node in found:
        yield node
        found += [after for after, _ in node.next_functions if after is not None]


@pytest.mark.parametrize("topic", TOPICS)
def test_no_figure_is_typed_in(topic: str) -> None:
    """The sentences of reports without anything in them name no number, but those of the commands themselves."""
    found = TOPICS[topic]
    nothing = Report("", {}, {}, None, (), {})
    commands = " ".join(each.expression for each in found.examples)
    for sentence in found.prose([nothing] * len(found.examples)):
        for figure in re.findall(r"(?<![\w])\d+(?:\.\d+)?", sentence):
            assert figure in commands or "**" in sentence, sentence


def test_a_command_can_be_typed() -> None:
    """Words the shell would act on are quoted, options are spelled as the command line has them."""
    shown = [each.command for each in explain("accumulation").examples]
    assert shown[1] == "autodiff eval 'y = x**2' x=3 --backward 2 --retain-graph --zero-grad"
    assert explain("requires-grad").examples[2].command.endswith("--wrt ''")


def test_tensors_side_by_side() -> None:
    """What detach changes and what it leaves."""
    before, after, cut = explain("detach").states
    assert before.facts.value == after.facts.value == cut.facts.value == 4
    assert (before.facts.requires_grad, before.facts.is_leaf, before.facts.grad_fn) == (True, False, "PowBackward0")
    assert (after.facts.requires_grad, after.facts.is_leaf, after.facts.grad_fn) == (False, True, None)
    leaf, other, kept = explain("leaf").states
    assert leaf.grad is not None
    assert other.grad is None
    assert kept.grad is not None


@pytest.mark.parametrize(
    ("wanted", "topic"),
    [
        ("retain_graph", "retain-graph"),
        ("--retain-grad", "leaf"),
        ("detach_()", "detach"),
        ("requires_grad", "requires-grad"),
        ("zero_grad", "accumulation"),
        ("Trying to backward through the graph a second", "retain-graph"),
        ("RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn", "requires-grad"),
        ("a leaf Variable that requires grad is being used in an in-place operation.", "inplace"),
        ("AddBackward0", "AddBackward0"),
        ("<PowBackward0>", "PowBackward0"),
        ("torch.relu", "ReluBackward0"),
    ],
)
def test_what_can_be_asked(wanted: str, topic: str) -> None:
    """Other spellings, an error as it was read, and names of operations and nodes."""
    assert explain(wanted).topic == topic


@pytest.mark.parametrize("expression", ["x += 1", "y = x.detach(); y.retain_grad()"])
def test_errors_find_their_topic(expression: str) -> None:
    """An error of the engine's leads to the topic that lists it."""
    error = run(Scenario(expression, (("x", "2"),))).error
    assert error is not None
    assert explain(error.message).topic in {"inplace", "leaf"}


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("detatch", "did you mean detach?"),
        ("kink-s", "did you mean kinks?"),
        ("AddBackward", "did you mean AddBackward0?"),
    ],
)
def test_a_guess(wanted: str, hint: str) -> None:
    """What is misspelt is guessed."""
    with pytest.raises(UsageProblem) as caught:
        explain(wanted)
    assert caught.value.hint == hint


def test_an_operation_tells_its_rule() -> None:
    """The formula is the table's, what it saves is what the engine saved."""
    told = " ".join(text("PowBackward0").split())
    assert "it passes g * (2 * self) to self" in told
    assert "The rule needs values of the forward pass (self)" in told
    assert "It saves no tensor" in " ".join(text("AddBackward0").split())


def test_the_list() -> None:
    """Every topic with one line about it."""
    assert [each.topic for each in topics()][:8] == [
        "detach", "leaf", "accumulation", "retain-graph", "requires-grad", "inplace", "kinks", "grad-fn",
    ]  # fmt: skip
    assert all(len(each.topic) + len(each.summary) <= 85 for each in topics())


@pytest.mark.oracle
def test_pytorch_comes_to_the_same() -> None:
    """Every example, line by line: values, gradients after each call, errors."""
    assert answers() == [_as_pytorch_prints(run(scenario)) for topic in TOPICS.values() for scenario in topic.examples]


def _as_pytorch_prints(report: Report) -> str:
    lines = [f"{name} {facts.repr}" for name, facts in report.values.items() if name != "out"]
    lines += [" ".join(f"{name}.grad: {facts and facts.repr}" for name, facts in g.items()) for g in report.backward]
    if report.error is not None:
        lines.append(f"{report.error.type}: {report.error.message}")
    return "".join(f"{line}\n" for line in lines)
