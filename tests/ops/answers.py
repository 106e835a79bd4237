"""What an implementation answers to a call: value, gradients, the nodes behind both, or the error."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

from tests.transcripts.replay import attribute

if TYPE_CHECKING:
    from types import ModuleType

    from tests.ops.calls import Call

__all__ = ["DTYPES", "Namespace", "answer", "names_of"]

Namespace = dict[str, Any]
DTYPES: Final = ("float32", "float64", "complex64", "int64")
"""What each sample is tried in."""


def names_of(module: ModuleType) -> Namespace:
    """What a program of the language sees: torch's functions and constants, and the functional ones."""
    functional = attribute(module, "nn.functional")
    found = {name: getattr(functional, name) for name in dir(functional) if not name.startswith("_")}
    found |= {name: getattr(module, name) for name in dir(module) if not name.startswith("_")}
    return found | {"torch": module}


def answer(call: Call, names: Namespace) -> dict[str, Any]:
    """The printed value and gradients of a call, the chain of nodes, and the nodes of the gradients."""
    local = dict(names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for statement in call.inputs:
                exec(statement, local)  # noqa: S102 - the samples are ours
            value = eval(call.call, local)  # noqa: S307
            return _facts(value, [local[name] for name in call.leaves], local)
        except Exception as error:  # noqa: BLE001 - a refusal is an answer
            return {"error": f"{type(error).__name__}: {error}".split("\n", maxsplit=1)[0]}


def _facts(value: Any, leaves: list[Any], names: Namespace) -> dict[str, Any]:  # noqa: ANN401
    facts: dict[str, Any] = {"value": str(value)}
    out = value[0] if isinstance(value, (tuple, list)) else value
    if not getattr(out, "requires_grad", False):
        return facts
    facts["nodes"] = chain(out.grad_fn)
    ones = names["ones_like"](out)
    gradients = names["autograd"].grad(out, leaves, ones, create_graph=True, allow_unused=True)
    facts["behind"] = [g.grad_fn.name() if g is not None and g.grad_fn is not None else None for g in gradients]
    out.backward(ones)
    facts["grads"] = [str(leaf.grad) for leaf in leaves]
    return facts


def chain(node: Any, depth: int = 6) -> str:  # noqa: ANN401 - a node, or None
    """The names of the nodes down to the leaves."""
    if node is None or depth == 0:
        return "None"
    below = [chain(following, depth - 1) for following, _ in node.next_functions]
    return f"{node.name()}({', '.join(below)})" if below else str(node.name())
