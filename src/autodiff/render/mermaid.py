"""A graph as a Mermaid flowchart, which GitHub and others draw: the forward program and the backward graph."""

from collections.abc import Iterator
from typing import Final

from autodiff.render.graph_folding import Item, folded
from autodiff.render.graph_words import UNICODE, root_words, run_words, shown_steps, step_words, words
from autodiff.session.graph.report import ForwardStep, GraphReport

__all__ = ["mermaid"]

_CLASSES: Final = """  classDef required fill:#cfe2ff,stroke:#4a7bc8,color:#000;
  classDef plain fill:#f2f2f2,stroke:#777,color:#000;
  classDef output fill:#d3f0d3,stroke:#4a9a4a,color:#000;
"""
_MEANT: Final = '#&<>"`*_[](){}|\\~$:;%'
"""Characters that Mermaid, or the Markdown in its labels, would act on."""
_ESCAPES: Final = str.maketrans({each: f"#{ord(each)};" for each in _MEANT})


def mermaid(report: GraphReport, depth: int | None = None) -> str:
    """The graph as the text of a flowchart. Every text of the user's stands in a label, where it is escaped."""
    drawing = folded(report, depth)
    lines = [*_forward(report, depth), "  subgraph backward"]
    lines += [f"    root{count}([{_label(root_words(root))}]):::output" for count, root in enumerate(report.roots)]
    lines += [f"    {_node(item)}" for item in drawing.items.values()]
    for count, (root, key) in enumerate(zip(report.roots, drawing.roots, strict=True)):
        if key is not None:
            lines.append(f"    root{count} -->{_on_edge(None, root.output)} {key}")
    for item in drawing.items.values():
        lines += [f"    {edge}" for edge in _edges(item)]
    return f"flowchart TB\n{_CLASSES}{''.join(f'{line}{chr(10)}' for line in [*lines, '  end'])}"


def _forward(report: GraphReport, depth: int | None) -> Iterator[str]:
    """The steps in a column, in order."""
    first, left_out, last = shown_steps(report, depth)
    if not first:
        return
    yield "  subgraph forward"
    boxes = [_step(step) for step in first]
    boxes += [f"[{_label(f'{UNICODE.dots} {left_out} more steps')}]:::plain"] if left_out else []
    boxes += [_step(step) for step in last]
    yield from (f"    f{count}{box}" for count, box in enumerate(boxes))
    if len(boxes) > 1:
        yield f"    {' --> '.join(f'f{count}' for count in range(len(boxes)))}"
    yield "  end"


def _step(step: ForwardStep) -> str:
    said = step_words(step)
    facts = "  ".join(part for part in (f"{said.dtype}{said.shape}", said.node) if part)
    return f"[{_label(f'{said.text}: {said.value}', facts)}]:::{'required' if said.requires_grad else 'plain'}"


def _node(item: Item) -> str:
    if item.node is None:
        return f"{item.key}[[{_label(run_words(item, UNICODE))}]]:::plain"
    said = words(item.node)
    lines = [f"{item.node.name} #{item.first}", *said.texts, said.type]
    lines += [f"saved {text}" for text in said.saved]
    lines += [said.lost or "", *(f"grad {text}" for text in said.gradients)]
    return f"{item.key}[{_label(*lines)}]:::{'required' if item.node.is_leaf else 'plain'}"


def _edges(item: Item) -> Iterator[str]:
    several = len(item.links) > 1 and item.node is not None
    for slot, link in enumerate(item.links):
        if link.item is not None:
            yield f"{item.key} -->{_on_edge(slot if several else None, link.output)} {link.item}"


def _on_edge(slot: int | None, output: int) -> str:
    """What is written on an edge: of which input it is if there are several, to which output unless the first."""
    parts = [*([] if slot is None else [str(slot)]), *([f"output {output}"] if output else [])]
    return f'|"{", ".join(parts)}"|' if parts else ""


def _label(*lines: str) -> str:
    """The lines that are not empty as one label."""
    return f'"{"<br/>".join(line.translate(_ESCAPES) for line in lines if line)}"'
