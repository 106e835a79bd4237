"""The hint below an error: what to do about it, in the user's names and columns."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from autodiff.engine import Tensor
from autodiff.errors import Deliberate
from autodiff.language import Program, place
from autodiff.session.blame import blamed, tensors_of
from autodiff.session.paths import cuts, shortened
from autodiff.session.report import Facts
from autodiff.session.scenario import Located, Scenario

__all__ = ["Scene", "hint_for"]

_MOST_ONES: Final = 6


class Scene(NamedTuple):
    """Where an error happened.

    `located` is None if it was not while an instruction ran; `calls` counts the backward calls that succeeded.
    """

    scenario: Scenario
    program: Program | None
    output: str | None
    values: dict[str, Facts]
    calls: int
    located: Located | None


def hint_for(cause: Exception, scene: Scene) -> str | None:
    """One line that helps, or None."""
    message = str(cause)
    for fragment, explain in _KNOWN:
        if fragment in message:
            hint = _attempted(explain, scene)
            if hint is not None:
                return hint
    own: str | None = cause.hint if isinstance(cause, Deliberate) else None
    if scene.located is None:
        return own
    column = f"column {_column(scene.located)}"
    return f"{column}: {own}" if own else f"{column}: {_operands(scene.located)}"


def _attempted(explain: Callable[[Scene], str | None], scene: Scene) -> str | None:
    """The hint, or None: to explain an error must not raise another."""
    try:
        return explain(scene)
    except Exception:  # noqa: BLE001 - the error itself is what the user came for
        return None


# ------------------------------------------------------------------ the texts


def _no_path(scene: Scene) -> str | None:
    start = None if scene.located is None else _asked(scene.located)
    if scene.program is None or (start is None and (scene.output is None or scene.located is not None)):
        return None
    out = str(scene.output) if start is None else shortened(scene.program.source(start))
    inputs = [name for name, _ in scene.scenario.inputs]
    if scene.scenario.no_grad:
        return f"{out} is computed under --no-grad ... no path leads back{_to(inputs)}"
    if not inputs:
        return f"nothing that {out} is computed from requires a gradient; give it an input, for example x=3"
    found = cuts(scene.scenario, scene.program, start)
    if found is None:
        return None
    if found.at == [out]:
        return f"{out} is where it stops ... no path leads back{_to(found.live)}"
    if found.at:
        verb = "is" if found.whole else "is computed from"
        return f"{out} {verb} {' and '.join(found.at)} ... no path leads back{_to(found.live)}"
    if not found.dead:
        return f"{out} does not depend on {' or '.join(inputs)}"
    return "; ".join(_dead(scene.scenario, name, leaf) for name, leaf in found.dead.items())


def _asked(located: Located) -> int | None:
    """The instruction whose value a call of `backward` or `grad` in the text was to start from."""
    call = located.program.instructions[located.number]
    if call.kind != "call":
        return None
    if not located.arguments[0].tabled:  # a tensor's method
        return located.program.instructions[call.operands[0]].operands[0]
    return call.operands[1] if len(call.operands) > 1 else None


def _to(names: list[str]) -> str:
    return f" to {' or '.join(names)}" if names else ""


def _dead(scenario: Scenario, name: str, leaf: Any) -> str:  # noqa: ANN401 - a Tensor
    if not leaf.dtype.is_differentiable:
        return f"{name} is {leaf.dtype}, which has no gradient: write {name}=3. or {name}=tensor(3.)"
    if scenario.wrt is not None and name not in scenario.wrt:
        return f"{name} does not require a gradient: --wrt leaves it out"
    return f"{name} does not require a gradient: write tensor(..., requires_grad=True), or the number alone"


def _twice(scene: Scene) -> str | None:
    if scene.program is None:
        return None
    found = blamed(scene.scenario, scene.program, in_text=scene.located is not None)
    if found is None and scene.located is not None:
        column = _column(scene.located)
        return f"a backward before column {column} freed what it needs; give that one retain_graph=True"
    part = "the graph" if found is None else found.source
    if found is None or found.by is None:
        return f"the first backward freed what {part} had saved; add --retain-graph to keep it, or call backward once"
    earlier, later = _at(scene.program, found.by), "the next backward"
    if scene.located is not None:
        later = f"column {_column(scene.located)}"
    place_of = "" if found.column is None else f" (column {found.column})"
    remedies = f"give it retain_graph=True, or compute {part} anew before {later}"
    return f"{earlier} freed what {part}{place_of} had saved; {remedies}"


def _at(program: Program, number: int) -> str:
    """The text of an instruction with its column."""
    column = place(program.text, program.instructions[number].start)[1]
    return f"{shortened(program.source(number))} (column {column})"


def _several_elements(scene: Scene) -> str | None:
    if scene.located is not None:
        return _several_in_text(scene.located)
    if scene.output is None or scene.output not in scene.values:
        return None
    facts = scene.values[scene.output]
    if facts.dtype is None:
        return f"an element of {scene.output} has several elements; sum it, or ask for --jacobian"
    count = 1
    for length in facts.shape:
        count *= length
    ones = str(_ones(facts.value)) if 0 < count <= _MOST_ONES else f"ones_like({scene.output})"
    return f"{scene.output} has {count} elements; sum it, or add --gradient '{ones}'"


def _several_in_text(located: Located) -> str | None:
    start = _asked(located)
    found = next(tensors_of(located.arguments), None)
    if start is None or found is None:
        return None
    name, column = shortened(located.program.source(start)), _column(located)
    return f"column {column}: {name} has {found.numel()} elements; sum it, or pass a gradient: ones_like({name})"


def _ones(value: Any) -> Any:  # noqa: ANN401 - nested lists
    return [_ones(element) for element in value] if isinstance(value, list) else 1


def _complex_output(scene: Scene) -> str:
    advice = f"{scene.output} is complex; take {scene.output}.real or abs({scene.output})"
    return advice if scene.scenario.jacobian or scene.scenario.hessian else f"{advice}, or add --gradient 1"


def _gradient_shape(scene: Scene) -> str | None:
    if scene.output is None or scene.output not in scene.values:
        return None
    shape = list(scene.values[scene.output].shape)
    return f"{scene.output} has shape {shape}, and --gradient {scene.scenario.gradient} has another"


def _leaf_in_place(scene: Scene) -> str | None:
    if scene.located is None:
        return None
    located = scene.located
    text = shortened(located.program.source(located.number))
    advice = _out_of_place(located.program, located.number) or "compute a new tensor instead"
    return f"column {_column(located)}: {text} would change a leaf that requires a gradient; {advice}"


def _out_of_place(program: Program, number: int) -> str | None:
    """How to say without changing anything what an instruction does in place."""
    instruction, text = program.instructions[number], shortened(program.source(number))
    if instruction.kind == "augment":
        payload: Any = instruction.payload
        operation, name = payload
        return f"write {name} = {name} {_SIGNS[operation]} {shortened(program.source(instruction.operands[0]))}"
    if instruction.kind in {"assign_index", "augment_index"}:
        target = shortened(program.source(instruction.operands[0]))
        return f"write {target} = {target}.clone() before it"
    if instruction.kind != "call" or text.count("_(") != 1:
        return None
    owner = program.instructions[instruction.operands[0]].operands
    plain = text.replace("_(", "(", 1)
    if owner and program.instructions[owner[0]].kind == "name":
        return f"write {program.source(owner[0])} = {plain}"
    return f"write {plain}"


_SIGNS: Final = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "floor_divide": "//", "remainder": "%", "pow": "**", "matmul": "@",
}  # fmt: skip


def _integers(scene: Scene) -> str | None:
    if scene.located is None:
        return "write the number with a point: 3. instead of 3"
    return f"column {_column(scene.located)}: write the number with a point, 3. instead of 3, or add dtype=float32"


def _modified(scene: Scene) -> str | None:
    """The statement that changed what backward needs, or all that may have done it."""
    if scene.program is None:
        return None
    found = blamed(scene.scenario, scene.program, in_text=scene.located is not None)
    if found is not None and found.by is not None:
        part = found.source if found.column is None else f"{found.source} (column {found.column})"
        advice = _out_of_place(scene.program, found.by) or "compute a new one instead"
        return f"{_at(scene.program, found.by)} changed what {part} had saved; {advice}"
    kinds = {"assign_index", "augment", "augment_index"}
    changing = [k for k, i in enumerate(scene.program.instructions) if i.kind in kinds or _acts_in_place(scene, k)]
    if not changing:
        return None
    told = " or ".join(_at(scene.program, number) for number in changing)
    return f"{told} changed a value that backward needs; compute a new one instead"


def _acts_in_place(scene: Scene, number: int) -> bool:
    instructions = scene.program.instructions if scene.program is not None else []
    if instructions[number].kind != "call":
        return False
    callee = instructions[instructions[number].operands[0]]
    return callee.kind == "attribute" and str(callee.payload).endswith("_")


def _no_backward(scene: Scene) -> str | None:
    if scene.located is not None or scene.output not in scene.values:
        return None
    facts = scene.values[scene.output]
    inputs = [name for name, _ in scene.scenario.inputs]
    if isinstance(facts.value, list):
        return f"{scene.output} holds several values; take one, {scene.output}[0], or combine them"
    depends = f", which does not depend on {' or '.join(inputs)}" if inputs else ", and has no gradient"
    return f"{scene.output} is a plain number{depends}"


def _retained(scene: Scene) -> str | None:
    targets = " or ".join(scene.scenario.retain_grad)
    return f"{targets} requires no gradient, so there is none to keep" if targets else None


_KNOWN: Final[tuple[tuple[str, Callable[[Scene], str | None]], ...]] = (
    ("does not require grad and does not have a grad_fn", _no_path),
    ("backward through the graph a second time", _twice),
    ("implicitly created only for scalar outputs", _several_elements),
    ("implicitly created only for real scalar outputs", _complex_output),
    ("Mismatch in shape: grad_output", _gradient_shape),
    ("that requires grad is being used in an in-place operation", _leaf_in_place),
    ("can require gradients", _integers),
    ("modified by an inplace operation", _modified),
    ("has no attribute 'backward'", _no_backward),
    ("can't retain_grad on Tensor", _retained),
)


# ------------------------------------------------------------------ where, and with what


def _column(located: Located) -> int:
    return place(located.program.text, located.program.instructions[located.number].start)[1]


def _operands(located: Located) -> str:
    """The part of the expression that failed, and the shapes or types of what went in."""
    program, instruction = located.program, located.program.instructions[located.number]
    said = f"in {shortened(program.source(located.number))}"
    facts = []
    for number, value in zip(instruction.operands, located.arguments, strict=False):
        if isinstance(value, Tensor):
            facts.append(f"{shortened(program.source(number))} has shape {list(value.shape)}")
    return f"{said}, {' and '.join(facts)}" if len(facts) > 1 else said
