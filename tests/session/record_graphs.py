"""What PyTorch's graphs are made of, in `graphs.json`: `python -m tests.session.record_graphs` records it."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any, Final

RECORDED: Final = Path(__file__).with_name("graphs.json")

TEXTS: Final = {
    "polynomial": ("y = x**2+3*x+2", {"x": "3."}),
    "shared": ("y = x*x; z = y*y+y", {"x": "2."}),
    "reflected": ("y = 1-2/x", {"x": "2."}),
    "layer": (
        "h = torch.tanh(w@x+b); loss = ((h-1)**2).sum()",
        {"x": "[1., 2.]", "w": "[[1., 2.], [3., 4.]]", "b": "[0., 0.]"},
    ),
    "several outputs": ("u = x.unbind(); y = u[1]*u[2]+u[1]", {"x": "[1., 2., 3.]"}),
    "sorted": ("v, i = torch.sort(x); y = v[0]*v[1]", {"x": "[3., 1., 2.]"}),
    "in place": ("y = x*2; y *= 3; z = y.exp()", {"x": "[1., 2.]"}),
    "copied slices": ("b = x*1; b[0] = 5; y = b.sum()", {"x": "[1., 2.]"}),
    "two leaves": ("y = torch.relu(x)*torch.sigmoid(w)+x", {"x": "1.5", "w": "-2."}),
    "mean": ("y = torch.log(x).mean()", {"x": "[1., 2., 3.]"}),
    "views": ("y = x.t().reshape(4)[1:3].prod()", {"x": "[[1., 2.], [3., 4.]]"}),
    "cut": ("y = x.detach()*x", {"x": "3."}),
}
"""Programs, and their leaves; the last assigned name is the output."""


def described(output: Any, leaves: dict[str, Any]) -> list[list[Any]]:  # noqa: ANN401 - tensors
    """A row a node, each before what it leads to: name, edges, the leaf's name, what is saved as text."""
    numbers: dict[Any, int] = {}
    waiting = [output.grad_fn]
    while waiting:
        node = waiting.pop()
        if node not in numbers:
            numbers[node] = len(numbers) + 1
            waiting += [after for after, _ in reversed(node.next_functions) if after is not None]
    rows = []
    for node in numbers:
        edges = [[None if after is None else numbers[after], index] for after, index in node.next_functions]
        leaf = next((name for name, t in leaves.items() if t is getattr(node, "variable", None)), None)
        saved = {name[7:]: repr(getattr(node, name)) for name in dir(node) if name.startswith("_saved_")}
        rows.append([type(node).__name__, edges, leaf, saved])
    return rows


def main() -> None:
    """Write the file."""
    torch: Any = import_module("torch")  # only where answers are recorded
    found = {}
    for title, (text, inputs) in TEXTS.items():
        leaves = {name: torch.tensor(eval(value), requires_grad=True) for name, value in inputs.items()}  # noqa: S307
        names = {"torch": torch, **leaves}
        exec(text, names)  # noqa: S102 - our own texts, as Python runs them
        output = text.rpartition(";")[2].partition(" =")[0].strip()
        found[title] = described(names[output], leaves)
    lines = ",\n".join(f"{json.dumps(title)}: {json.dumps(rows)}" for title, rows in found.items())
    RECORDED.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
