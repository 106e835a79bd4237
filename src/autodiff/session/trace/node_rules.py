"""A node's derivatives written out: by the table's names, by the user's, and with the numbers it has saved."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from autodiff.engine import Node, Tensor
from autodiff.errors import Deliberate
from autodiff.ops.op import Op
from autodiff.session.named_nodes import Named, NamedNodes
from autodiff.session.paths import shortened
from autodiff.session.trace.quantities import element, quantity
from autodiff.session.trace.spelled import Unspelled, spell
from autodiff.session.trace.traced import Outgoing, Saved, Words

__all__ = ["formula_at", "held", "inputs_of", "kept", "operands_of", "outgoing", "saved_by", "words_of"]

_LONGEST_FIGURE: Final = 24
_LONGEST_TEXT: Final = 120
_UNKNOWN: Final = "\N{HORIZONTAL ELLIPSIS}"
"""Stands for a value that is too long to be put into a formula."""


def words_of(nodes: NamedNodes, node: Node, output: int = 0) -> Words:
    """The user's words for a node; its own name for one that the text did not make."""
    named = nodes.of(node, output)
    if named is None:
        return Words(type(node).__name__, type(node).__name__, None, None)
    return Words(named.label, shortened(named.source), named.line, named.column, named.whole)


def _op(node: Any) -> Op | None:  # noqa: ANN401 - a Node
    return getattr(type(node), "op", None)


def inputs_of(node: Any) -> list[tuple[str, Node, int]]:  # noqa: ANN401 - a Node
    """The inputs that need a gradient: the rule's name, and where it goes."""
    op = _op(node)
    names: Sequence[str] = () if op is None else op.tracked if len(op.tracked) == len(node.edges) else op.inputs
    found = []
    for k, (after, output) in enumerate(node.next_functions):
        if after is not None:
            several = op is not None and op.inputs == ("tensors",)
            found.append((f"tensors[{k}]" if several else names[k] if k < len(names) else str(k), after, output))
    return found


# ------------------------------------------------------------------ what a node has saved


def held(node: Any) -> dict[str, Any]:  # noqa: ANN401 - a Node
    """What the rules of a node name, except gradients; without what was let go or changed since."""
    op = _op(node)
    found: dict[str, Any] = {}
    if op is None:
        return found
    for name in dict.fromkeys(name for named in op.rule_names.values() for name in named if name != "g"):
        try:
            found[name] = node.value(name)
        except Deliberate:
            continue
    return found


def saved_by(nodes: NamedNodes, node: Node) -> tuple[Saved, ...]:
    """The values that a node keeps now."""
    op = _op(node)
    if op is None:
        return ()
    texts = _texts(nodes, node, op)
    return tuple(
        Saved(name, texts.get(name), quantity(value))
        for name, value in held(node).items()
        if name in (*op.inputs, *op.results) and isinstance(value, Tensor)
    )


def kept(node: Node, saved: Saved) -> Saved:
    """The saved value with what became of it."""
    return saved._replace(freed=saved.name not in held(node))


def operands_of(nodes: NamedNodes, named: Named) -> list[int]:
    """The instructions whose values an instruction took; of a call not the function, but a method's tensor."""
    if named.instruction is None:
        return []
    instructions = nodes.program.instructions
    kind, operands, *_ = instructions[named.instruction]
    if kind != "call":
        return list(operands)
    callee = instructions[operands[0]]
    owner = [o for o in callee.operands if instructions[o].payload not in {"torch", "F"}]
    return [*owner, *operands[1:]]


def _texts(nodes: NamedNodes, node: Node, op: Op) -> dict[str, str]:
    """What the user calls the operands and the result of a node, by the rule's names."""
    found: dict[str, str] = {}
    for name, after, output in inputs_of(node):
        named = nodes.of(after, output)
        if named is not None and named.whole:
            found[name] = named.label
    own = nodes.of(node)
    if own is None or not own.whole:
        return found
    for result in op.results[:1]:
        found[result] = own.label
    nameless = [name for name in op.inputs if name not in found]
    sources = [nodes.program.source(number) for number in operands_of(nodes, own)]
    others = [shortened(source) for source in sources if shortened(source) not in found.values()]
    if len(nameless) == len(others):
        found |= dict(zip(nameless, others, strict=True))
    return found


# ------------------------------------------------------------------ what it says of them


def outgoing(nodes: NamedNodes, node: Node, g: Any) -> list[Outgoing]:  # noqa: ANN401 - a Tensor, or a list of them
    """What a node is about to pass on, without the gradients themselves: to whom, and the rule in three readings."""
    op = _op(node)
    given = held(node)
    texts = {} if op is None else _texts(nodes, node, op)
    found = []
    for name, after, output in inputs_of(node):
        rule = None if op is None else _reading(op, name, {**given, "g": g}, {})
        named = None if op is None else _reading(op, name, {**given, "g": g}, _named(given, texts))
        numbers = None if op is None else _reading(op, name, {**given, "g": g}, _figures(given, g), decide=True)
        found.append(Outgoing(name, words_of(nodes, after, output).label, rule, named, numbers, None))
    return found


def formula_at(node: Node, name: str, given: Mapping[str, Any], g: Any, index: tuple[int, ...]) -> str | None:  # noqa: ANN401 - a Tensor
    """The rule for one input with the numbers of one element, of what the node had saved and the gradient `g`."""
    op = _op(node)
    if op is None or isinstance(g, list):
        return None
    here = {key: element(v, index) if isinstance(v, Tensor) else v for key, v in {**given, "g": g}.items()}
    return _reading(op, name, here, _figures(here, here["g"]), decide=True)


def _reading(
    op: Op, name: str, given: Mapping[str, Any], texts: Mapping[str, str], *, decide: bool = False
) -> str | None:
    """The rule for one input as a text; None if it has none, or a long one."""
    target, _, place = name.partition("[")
    if target not in op.derivatives or any(each not in given for each in op.rule_names[target]):
        return None
    wanted = {each: given[each] for each in op.rule_names[target]}
    try:
        text = spell(op.derivatives[target], wanted, texts, decide=decide)
    except Unspelled:
        return None
    if isinstance(text, list):
        text = text[int(place[:-1])] if place and int(place[:-1]) < len(text) else None
    return None if text is None or _UNKNOWN in text or len(text) > _LONGEST_TEXT else str(text)


def _named(given: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, str]:
    """The user's words for what a rule names; a value without words by its digits."""
    figures = {name: text for name, text in _figures(given, None).items() if text != _UNKNOWN}
    return {**figures, "g": "g", **texts}


def _figures(given: Mapping[str, Any], g: Any) -> dict[str, str]:  # noqa: ANN401 - a Tensor, or a list of them
    """The digits of what a rule names."""
    found = {}
    for name, value in {**given, "g": g}.items():
        text = quantity(value).text if isinstance(value, Tensor) else _UNKNOWN
        found[name] = text if len(text) <= _LONGEST_FIGURE else _UNKNOWN
    return found
