"""A graph as strict JSON: one object on one line, every node and every step, nothing folded."""

from json import dumps
from typing import Final

from autodiff.render.strict_json import SCHEMA, failure_text, object_text, tensor_text
from autodiff.session.graph.report import ForwardStep, GraphNode, GraphOutput, GraphReport, GraphRoot, SavedValue
from autodiff.session.report import Facts

__all__ = ["json"]

_NONE: Final = "null"


def json(report: GraphReport) -> str:
    """The steps, the nodes by number with their edges, what they are the graph of, and the gradients."""
    members = {
        "schema": dumps(SCHEMA),
        "expression": dumps(report.expression),
        "forward": _array(map(_step, report.steps)),
        "nodes": _array(map(_node, report.nodes)),
        "roots": _array(map(_root, report.roots)),
        "backward": dumps(report.backward),
        "grads": object_text({name: _value(facts) for name, facts in report.gradients.items()}),
        "warnings": dumps([{"category": each.category, "message": each.message} for each in report.warnings]),
        "error": _NONE if report.error is None else failure_text(report.error),
    }
    return f"{object_text(members)}\n"


def _array(parts: "map[str]") -> str:
    return f"[{', '.join(parts)}]"


def _value(facts: Facts | None) -> str:
    return _NONE if facts is None else tensor_text(facts)


def _step(step: ForwardStep) -> str:
    return object_text(
        {
            "number": dumps(step.number),
            "kind": dumps(step.kind),
            "source": dumps(step.source),
            "line": dumps(step.line),
            "column": dumps(step.column),
            "operands": dumps(list(step.operands)),
            "name": dumps(step.name),
            "value": tensor_text(step.value),
            "node": dumps(step.node),
            "output": dumps(step.output),
        }
    )


def _node(node: GraphNode) -> str:
    return object_text(
        {
            "number": dumps(node.number),
            "name": dumps(node.name),
            "is_leaf": dumps(node.is_leaf),
            "next_functions": dumps([{"node": edge.node, "output": edge.output} for edge in node.edges]),
            "outputs": _array(map(_output, node.outputs)),
            "saved": object_text({each.name: _saved(each) for each in node.saved}),
            "source": dumps(node.source),
            "line": dumps(node.line),
            "column": dumps(node.column),
            "whole": dumps(node.whole),
        }
    )


def _output(output: GraphOutput) -> str:
    return object_text(
        {
            "name": dumps(output.name),
            "dtype": dumps(output.dtype),
            "shape": dumps(list(output.shape)),
            "value": _value(output.value),
            "grad": _value(output.gradient),
        }
    )


def _saved(saved: SavedValue) -> str:
    return object_text({"state": dumps(saved.state), "value": _value(saved.value)})


def _root(root: GraphRoot) -> str:
    return object_text(
        {
            "name": dumps(root.name),
            "value": tensor_text(root.value),
            "node": dumps(root.node),
            "output": dumps(root.output),
        }
    )
