"""Advice on what is no error: a warning of PyTorch's, and gradients of several calls that add up unseen."""

import warnings
from collections.abc import Iterator
from contextlib import suppress
from contextvars import copy_context
from typing import Any, Final

from autodiff.engine import Tensor
from autodiff.errors import Deliberate
from autodiff.language import Program, place
from autodiff.session.bind import Setting
from autodiff.session.named_nodes import NamedNodes
from autodiff.session.paths import shortened
from autodiff.session.report import Report
from autodiff.session.scenario import Scenario
from autodiff.session.trace.traced import Accumulation, Quantity, Walk

__all__ = ["with_advice"]

_LONGEST_PROGRAM: Final = 2_000  # instructions
_LONGEST_SUM: Final = 40


def with_advice(report: Report, scenario: Scenario, program: Program, *, sums: bool) -> Report:
    """The report with hints on its warnings and, with `sums`, on gradients that several calls in the text added up.

    To advise must not raise an error, nor warn again.
    """
    if len(program.instructions) > _LONGEST_PROGRAM:
        return report
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return copy_context().run(_advised, report, scenario, program, sums=sums)
        except Exception:  # noqa: BLE001 - the report is what the user came for
            return report


def _advised(report: Report, scenario: Scenario, program: Program, *, sums: bool) -> Report:
    warned = tuple(
        each._replace(hint=explain(scenario, program))
        for each in report.warnings
        for explain in [next((found for fragment, found in _KNOWN if fragment in each.message), _nothing)]
    )
    return report._replace(warnings=warned, hints=tuple(_sums(scenario)) if sums else ())


def _nothing(_: Scenario, __: Program) -> None:
    """No advice."""


def _not_a_leaf(scenario: Scenario, program: Program) -> str | None:
    """Which `.grad` was asked of a tensor that keeps none."""
    values: dict[int, Any] = {}
    found: list[int] = []

    def observe(number: int, value: Any) -> None:  # noqa: ANN401
        values[number] = value
        instruction = program.instructions[number]
        owner = values.get(instruction.operands[0]) if instruction.operands else None
        if (
            instruction.kind == "attribute"
            and instruction.payload == "grad"
            and isinstance(owner, Tensor)
            and not (owner.is_leaf or owner.retains_grad)
        ):
            found.append(number)

    with suppress(Deliberate):  # what was seen until then is what matters
        NamedNodes(Setting(scenario, program), observe).run()
    if not found:
        return None
    owner = shortened(program.source(program.instructions[found[0]].operands[0]))
    column = place(program.text, program.instructions[found[0]].start)[1]
    return (
        f"column {column}: {owner} is computed from others and keeps no gradient; call {owner}.retain_grad() before "
        f"backward, or add --retain-grad '{owner}'"
    )


def _create_graph(scenario: Scenario, _: Program) -> str:
    name = scenario.inputs[0][0] if scenario.inputs else "x"
    return f"torch.autograd.grad(out, {name}, create_graph=True) gives the gradient without storing it in {name}.grad"


_KNOWN: Final = (
    (".grad attribute of a Tensor that is not a leaf", _not_a_leaf),
    ("Using backward() with create_graph=True", _create_graph),
)


# ------------------------------------------------------------------ sums nobody asked for


def _sums(scenario: Scenario) -> Iterator[str]:
    """One line for each leaf whose gradient is the sum of several calls of `backward` in the text.

    Only the sum is printed then, while the calls of `--backward` are printed one by one.
    """
    from autodiff.session.trace.tracing import trace

    walks = [event for event in trace(scenario).events if isinstance(event, Walk)]
    added: dict[str, list[tuple[Walk, Accumulation]]] = {}
    for walk in walks:
        for step in walk.steps:
            for change in step.accumulated if step.node == "AccumulateGrad" else ():
                if change.after is not None:
                    earlier = added.get(change.holder, []) if change.before is not None else []
                    added[change.holder] = [*earlier, (walk, change)]
    yield from (_told(name, changes) for name, changes in added.items() if len(changes) > 1)


def _told(name: str, changes: list[tuple[Walk, Accumulation]]) -> str:
    columns = [str(walk.column) for walk, _ in changes]
    calls = f"{', '.join(columns[:-1])} and {columns[-1]}"
    total = _sum([change for _, change in changes])
    return f"{name}.grad is the sum of the backward calls at columns {calls}{total}; {name}.grad = None starts anew"


def _sum(changes: list[Accumulation]) -> str:
    """` (1 + 4 + 20 = 25)`; nothing if it is long, or a part is a sum itself."""
    parts: list[Quantity] = [change.added[0] for change in changes if len(change.added) == 1]
    after = changes[-1].after
    if len(parts) != len(changes) or after is None:
        return ""
    text = f" ({' + '.join(part.text for part in parts)} = {after.text})"
    return text if len(text) <= _LONGEST_SUM else ""
