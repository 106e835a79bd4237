# ruff: noqa: ANN401 - values of a program are of any kind
"""A conversation as a program: the entries that succeeded, after lines that say what they take for granted."""

from collections.abc import Iterator
from typing import Any, Final

from autodiff.language import parse
from autodiff.session.prefix import Module
from autodiff.session.published import function, known
from autodiff.session.talk.conversation import Conversation

__all__ = ["as_program"]

_PARTS: Final = {"complex64": "float32", "complex128": "float64"}


def as_program(conversation: Conversation) -> str:
    """The text of the program, which `autodiff run` and Python with PyTorch accept."""
    inputs = list(_inputs(conversation))
    opening = conversation.opening
    dtype = _PARTS.get(opening.dtype, opening.dtype)
    lines = ["import torch", *_imports(conversation)]
    lines += [f"torch.set_default_dtype(torch.{dtype})"] if dtype != "float32" else []
    return "".join(f"{line}\n" for line in [*lines, "", *inputs, *conversation.written])


def _imports(conversation: Conversation) -> Iterator[str]:
    borrowed = dict(conversation.machine.borrowed)
    for name, text in conversation.opening.inputs:
        if not conversation.leaves[name].is_leaf:
            names = (str(each.payload) for each in parse(text).instructions if each.kind == "name")
            borrowed |= {each: None for each in names if function(each) is not None or known(each) is not None}
    modules = {name: value for name, value in borrowed.items() if isinstance(value, Module) and value.path != name}
    for name, module in modules.items():
        yield f"import {module.path} as {name}"
    if "math" in borrowed:
        yield "import math"
    others = sorted(borrowed.keys() - modules.keys() - {"math", "torch"})
    if others:
        yield f"from torch import {', '.join(others)}"


def _inputs(conversation: Conversation) -> Iterator[str]:
    """A line for each input: the leaf it is, or the text of one that was computed."""
    for name, text in conversation.opening.inputs:
        tensor = conversation.leaves[name]
        if not tensor.is_leaf:
            yield f"{name} = {text.strip()}"
            continue
        needs = ", requires_grad=True" if tensor.requires_grad else ""
        yield f"{name} = torch.tensor({_spelled(tensor.detach().tolist())}, dtype={tensor.dtype}{needs})"


def _spelled(value: Any) -> str:
    """A number or nested lists as a program says them."""
    if isinstance(value, list):
        return f"[{', '.join(map(_spelled, value))}]"
    if isinstance(value, complex):
        return f"complex({_spelled(value.real)}, {_spelled(value.imag)})"
    text = repr(value)
    return f"float('{text}')" if text.strip("-") in {"inf", "nan"} else text
