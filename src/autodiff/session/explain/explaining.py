"""Explaining: what a topic needs is run, and the sentences are written from what came out."""

from collections.abc import Sequence
from typing import Any, Final

from autodiff.session.evaluate import Evaluation
from autodiff.session.explain.explained import Explanation, Shown, State, TopicLine
from autodiff.session.explain.topic import Topic
from autodiff.session.explain.topics import TOPICS
from autodiff.session.facts import facts_of, gradient_of
from autodiff.session.running import Spectator, run
from autodiff.session.scenario import Scenario, UsageProblem

__all__ = ["command_of", "explain", "topics"]

_SHORTEST_QUOTE: Final = 12
"""Characters of an error's text that tell which error it is."""
_NAMES: Final = ("detach", "detach_inplace", "retain_grad")
_SWITCHES: Final = ("retain_graph", "create_graph", "zero_grad", "no_grad")


def topics() -> tuple[TopicLine, ...]:
    """The topics, in the order of reading."""
    return tuple(TopicLine(name, topic.summary) for name, topic in TOPICS.items())


def explain(wanted: str) -> Explanation:
    """The explanation of a topic, of a part of an error's text, or of an operation or its node.

    Raises UsageProblem for what is none of these.
    """
    name = _topic(wanted)
    if name is not None:
        return _explained(name, TOPICS[name])
    from autodiff.session.explain.operations import close_to, explain_operation  # the whole table of operations

    found = explain_operation(wanted)
    if found is not None:
        return found
    from difflib import get_close_matches

    words = [*TOPICS, *(alias for topic in TOPICS.values() for alias in topic.aliases)]
    close = get_close_matches(_plain(wanted), words, n=1) or close_to(wanted)
    guessed = (_topic(close[0]) or close[0]) if close else None
    hint = f"did you mean {guessed}?" if guessed else f"the topics are {', '.join(TOPICS)}"
    raise UsageProblem(f"there is nothing to explain under '{wanted}'", hint)


def _plain(text: str) -> str:
    """As topics are spelled: `retain_graph` and `--retain-graph` are `retain-graph`."""
    return text.strip().lower().removeprefix("--").removeprefix("torch.").strip(".()").replace("_", "-").strip("-")


def _topic(wanted: str) -> str | None:
    """The topic of a word or of an error's text."""
    word, text = _plain(wanted), " ".join(wanted.lower().split())
    for name, topic in TOPICS.items():
        if word == name or word in map(_plain, topic.aliases):
            return name
    for name, topic in TOPICS.items():
        if any(part in text for part in topic.errors):
            return name
    return next((name for name, topic in TOPICS.items() if _raises(topic, text)), None)


def _raises(topic: Topic, text: str) -> bool:
    """Whether the text is part of an error that an example ends with, or the other way round."""
    if len(text) < _SHORTEST_QUOTE:
        return False
    errors = (run(scenario).error for scenario in topic.examples)
    said = [f"{error.type}: {error.message}".lower() for error in errors if error is not None]
    return any(text in each or each.partition(": ")[2] in text for each in said)


def _explained(name: str, topic: Topic) -> Explanation:
    reports = [run(scenario) for scenario in topic.examples]
    examples = zip(topic.examples, reports, topic.prose(reports), strict=True)
    shown = tuple(Shown(command_of("eval", scenario), report, told) for scenario, report, told in examples)
    states = tuple(_state(topic.examples[each.example], each.name, each.heading) for each in topic.columns)
    return Explanation(name, topic.summary, shown, states)


# ------------------------------------------------------------------ a tensor, looked at after the run


class _Witness(Spectator):
    """Keeps the evaluation, to look at a tensor that a report has no room for."""

    def __init__(self) -> None:
        self.seen: Any = None

    def evaluation(self, setting: Any) -> Evaluation:  # noqa: ANN401 - a Setting
        """The evaluation, kept."""
        self.seen = setting.evaluation()
        return self.seen  # type: ignore[no-any-return] # it is one


def _state(scenario: Scenario, name: str, heading: str) -> State:
    witness = _Witness()
    run(scenario, witness)
    tensor = witness.seen.names[name]
    return State(heading, facts_of(tensor), gradient_of(tensor))


# ------------------------------------------------------------------ what can be typed


def command_of(command: str, scenario: Scenario) -> str:
    """The command line that runs a scenario, quoted for a shell."""
    words = [command, scenario.expression, *(f"{name}={value}" for name, value in scenario.inputs)]
    if scenario.wrt is not None:
        words += ["--wrt", ",".join(scenario.wrt)]
    if scenario.dtype != "float32":
        words += ["--dtype", scenario.dtype]
    for field in _NAMES:
        words += [word for target in getattr(scenario, field) for word in (_option(field), target)]
    if scenario.backward is not None:
        words += ["--backward", str(scenario.backward)]
    if scenario.gradient is not None:
        words += ["--gradient", scenario.gradient]
    words += [_option(field) for field in _SWITCHES if getattr(scenario, field)]
    return _quoted(["autodiff", *words])


def _option(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _quoted(words: Sequence[str]) -> str:
    from shlex import quote  # only an explanation writes commands

    return " ".join(map(quote, words))
