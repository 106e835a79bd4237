"""Operations explained: one is run on a sample that its tests use, too, and backward through it is traced."""

from collections.abc import Iterator
from difflib import get_close_matches

from autodiff.ops.op import Op
from autodiff.ops.table import OVERLOADS, all_operations
from autodiff.session.explain.explained import Explanation, Shown
from autodiff.session.explain.explaining import command_of
from autodiff.session.scenario import Scenario
from autodiff.session.trace.traced import Recorded, Step, Trace, Walk
from autodiff.session.trace.tracing import trace

__all__ = ["close_to", "explain_operation"]

_LETTERS = "xyzabcdefgh"
_LONGEST = 120
"""Characters of a sample that is still read at a glance."""
_PREFIXES = {"linalg": "torch.linalg", "special": "torch.special", "functional": "F", "method": "x"}
"""What is written before the name of an operation that is no function of torch, by the place where it is found."""


def explain_operation(wanted: str) -> Explanation | None:
    """What an operation or a node of that name does, with backward through a sample of it; None if there is none.

    Of an operation without a sample that can be written down, it is told what it does.
    """
    word = wanted.strip().strip("<>").removeprefix("torch.").removesuffix("()")
    named = _named(word)
    for op in named:
        for scenario in _samples(op):
            found = trace(scenario)
            steps = [step for walk in found.events if isinstance(walk, Walk) for step in walk.steps]
            step = next((step for step in steps if step.node == op.node_name), None)
            if found.report.error is None and step is not None:
                shown = Shown(command_of("trace", scenario), found, _prose(op, step, found))
                return Explanation(op.node_name, _summary(op), (shown,))
    return Explanation(named[0].node_name, _summary(named[0]), ()) if named else None


def _summary(op: Op) -> str:
    return f"backward of {op.name}: {op.doc}"


def close_to(wanted: str) -> list[str]:
    """The names of operations and nodes that are spelled almost like it."""
    names = dict.fromkeys([*(op.node_name for op in all_operations() if op.public and op.derivatives), *OVERLOADS])
    return get_close_matches(wanted, list(names), n=1, cutoff=0.75)


def _named(word: str) -> list[Op]:
    """The operations that record a node of that name, or else have that name themselves."""
    if word in OVERLOADS:
        return [op for op in OVERLOADS[word] if op.derivatives]
    return [op for op in all_operations() if op.public and op.derivatives and op.node_name == word]


def _samples(op: Op) -> Iterator[Scenario]:
    """The samples as scenarios, the shortest first, each also with the sum of what comes out."""
    found = []
    for sample in op.samples:
        inputs: list[tuple[str, str]] = []
        words: list[str] = []
        for parameter, value in zip(op.signature, sample, strict=False):
            tensor = parameter.name in op.inputs and isinstance(value, float | list)
            if tensor and "." not in repr(value):  # indices and masks
                words.append(f"tensor({value!r})")
            elif tensor:
                name = _LETTERS[len(inputs) % len(_LETTERS)]
                inputs.append((name, repr(value)))
                words.append(name)
            else:
                words.append(f"{parameter.name}={value!r}" if parameter.keyword_only else repr(value))
        expression = _call(op, words)
        size = len(expression) + sum(len(value) for _, value in inputs)
        if inputs and size <= _LONGEST:
            found.append((size, Scenario(f"out = {expression}", tuple(inputs))))
    for _, scenario in sorted(found, key=lambda each: each[0]):
        yield scenario
        for summed in ("out", "out[0]", "real(out)"):
            yield scenario._replace(expression=f"{scenario.expression}; total = sum({summed})")


def _call(op: Op, words: list[str]) -> str:
    """The call of an operation as the language has it."""
    if op.places & {"function", "language"}:
        return f"{op.name}({', '.join(words)})"
    place = next((place for place in _PREFIXES if place in op.places_of(op.name)), "function")
    rest = words[1:] if place == "method" else words
    return f"{_PREFIXES.get(place, 'torch')}.{op.name.removeprefix(f'{place}_')}({', '.join(rest)})"


def _prose(op: Op, step: Step, found: Trace) -> str:
    """The rules, and what they need to be saved."""
    rules = [f"{part.rule} to {part.input}" for part in step.outgoing if part.rule is not None]
    made = next((e for e in found.events if isinstance(e, Recorded) and e.node == op.node_name), None)
    saved = [each.name for each in made.saved] if made is not None else []
    passes = f"With g, the gradient that comes in, it passes {', and '.join(rules)}. " if rules else ""
    of = f" ({', '.join(saved)})" if saved else ""
    keeps = f"The rule needs values of the forward pass{of}, which are saved until backward frees them."
    return passes + (keeps if saved else "It saves no tensor, so backward can pass here as often as you like.")
