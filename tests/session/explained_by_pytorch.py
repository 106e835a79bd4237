"""The examples of the explanations as a PyTorch program, which prints what `autodiff eval` prints."""

import re
import subprocess
import sys

from autodiff.session.explain.topics import TOPICS
from autodiff.session.scenario import Scenario

__all__ = ["answers", "program"]

_HEAD = """
import contextlib, warnings
import torch
from torch import clamp, exp, float32, maximum, no_grad, norm, relu, sqrt, sum, tensor, where
warnings.simplefilter("ignore")
def backward(calls, output, leaves, zero, *, grads=(), **options):
    try:
        for call in range(calls):
            for leaf in leaves.values() if zero and call else ():
                leaf.grad = None
            output.backward(**options)
            shown = (leaves | dict(grads)).items()
            print(*(f"{name}.grad: {leaf.grad!r}" for name, leaf in shown if leaf.requires_grad))
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
"""


def program(scenario: Scenario) -> str:
    """One example: its values, then its gradients after each call, or the error."""
    wrt = scenario.wrt
    leaves = {
        name: f"tensor({text}, dtype=float32, requires_grad={wrt is None or name in wrt})"
        for name, text in scenario.inputs
    }
    lines = [f"{name} = {text}" for name, text in leaves.items()]
    names = [part.partition("=")[0].strip(" +") for part in scenario.expression.split(";") if " = " in part]
    lines.append(f"with {'no_grad()' if scenario.no_grad else 'contextlib.nullcontext()'}: {_cut(scenario)}")
    lines += [f"{name}.retain_grad()" for name in scenario.retain_grad]
    lines += [f"print({name!r}, {name})" for name in dict.fromkeys(names)]
    given = f"dict({', '.join(f'{name}={name}' for name in leaves)})"
    kept = f"dict({', '.join(f'{name}={name}' for name in scenario.retain_grad)})"
    usual = 1 if " = " in scenario.expression.split(";")[-1] else 0
    calls = usual if scenario.backward is None else scenario.backward
    seed = "None" if scenario.gradient is None else f"tensor({scenario.gradient}, dtype=float32)"
    options = f"gradient={seed}, retain_graph={scenario.retain_graph or None}, grads={kept}"
    return "\n".join([*lines, f"backward({calls}, {names[-1]}, {given}, {scenario.zero_grad}, {options})", ""])


def _cut(scenario: Scenario) -> str:
    """The statements, with what is detached: where a name is used, or in place once it is there."""
    statements = scenario.expression.split("; ")
    for name in (*scenario.detach, *scenario.detach_inplace):
        made = next(k for k, each in enumerate(statements) if each.startswith(f"{name} = "))
        if name in scenario.detach:
            statements[made + 1 :] = [
                re.sub(rf"\b{name}\b", f"{name}.detach()", each) for each in statements[made + 1 :]
            ]
        else:
            statements.insert(made + 1, f"{name}.detach_()")
    return "; ".join(statements)


def answers(python: str = sys.executable) -> list[str]:
    """What PyTorch prints for each example, in order."""
    text = _HEAD
    for topic in TOPICS.values():
        for scenario in topic.examples:
            text += f"print('----')\n{_late(program(scenario), scenario)}"
    done = subprocess.run([python, "-c", text], capture_output=True, check=True, encoding="utf-8")
    return done.stdout.split("----\n")[1:]


def _late(text: str, scenario: Scenario) -> str:
    """`retain_grad` before what is computed from it: right after the statement that gives the name."""
    for name in scenario.retain_grad:
        text = text.replace(f"{name}.retain_grad()\n", "").replace("; ", f"; {name}.retain_grad(); ", 1)
    return text
