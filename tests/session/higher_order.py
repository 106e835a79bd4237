"""What PyTorch 2.13.0 prints for derivatives of higher order, recorded in `higher_order.txt`.

    python -m tests.session.higher_order

asks PyTorch again and writes the file anew. A line with `$` is a call of ours; below it stands what the same in
PyTorch prints: `torch.autograd.grad` with `create_graph=True`, or `torch.autograd.functional`.
"""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["ANSWERS", "Case", "program", "read"]

ANSWERS: Final = Path(__file__).with_suffix(".txt")

_PROGRAM: Final = """\
import torch
from torch.autograd import functional

torch.set_printoptions(linewidth=1000)

def order(function, most, **inputs):
    leaves = {name: value.requires_grad_() for name, value in inputs.items()}
    out = function(**leaves)
    for name, x in leaves.items():
        found = out
        for k in range(1, most + 1):
            if found.requires_grad:
                (found,) = torch.autograd.grad(found.sum(), x, create_graph=True, allow_unused=True)
                found = torch.zeros_like(x) if found is None else found
            else:
                found = torch.zeros_like(x)
            power = "" if k == 1 else str(k)
            print(f"d{power}out/d{name}{power}: {found!r}")

def matrix(kind, function, *values):
    found = getattr(functional, kind)(function, values)
    rows = values if kind == "hessian" else function(*values)
    if isinstance(rows, torch.Tensor):
        rows, found = (rows,), (found,)
    print(torch.cat([
        torch.cat([part.reshape(row.numel(), value.numel()) for part, value in zip(parts, values)], 1)
        for parts, row in zip(found, rows)
    ]))

"""


class Case(NamedTuple):
    """A call, and what PyTorch prints: `option` is `order`, `jacobian` or `hessian`."""

    command: str
    answer: str

    @property
    def words(self) -> list[str]:
        """The words of the command: the expression, its inputs, the option."""
        return shlex.split(self.command)[2:]

    @property
    def expression(self) -> str:
        """What is differentiated."""
        return self.words[0]

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """The inputs, as texts."""
        return tuple((name, value) for name, sign, value in (word.partition("=") for word in self.words[1:]) if sign)

    @property
    def option(self) -> str:
        """What is asked for."""
        return next(word for word in self.words if word.startswith("--"))[2:]


def read() -> list[Case]:
    """The recorded cases."""
    return [Case(*part.split("\n", 1)) for part in ANSWERS.read_text(encoding="utf-8").split("$ ")[1:]]


def program(case: Case) -> str:
    """A call of what `_PROGRAM` defines."""
    names = ", ".join(name for name, _ in case.inputs)
    tensors = [f"torch.tensor({value})" for _, value in case.inputs]
    function = f"lambda {names}: {case.expression}"
    if case.option == "order":
        given = [f"{name}={value}" for (name, _), value in zip(case.inputs, tensors, strict=True)]
        return f"order({function}, {case.words[-1]}, {', '.join(given)})\n"
    return f"matrix('{case.option}', {function}, {', '.join(tensors)})\n"


def asked(cases: list[Case]) -> str:
    """The file as PyTorch would have it now."""
    calls = "".join(f"print({f'$ {case.command}'!r})\n{program(case)}" for case in cases)
    command = [sys.executable, "-c", _PROGRAM + calls]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout


if __name__ == "__main__":
    ANSWERS.write_text(asked(read()), encoding="utf-8")
