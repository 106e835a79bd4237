"""Laws of the backward walk: order, linearity, accumulation, what is let go, and one arithmetic on every path."""

import re
from random import Random
from typing import Any

import pytest

import autodiff as torch
from autodiff.ops.op import Elementwise
from autodiff.ops.table import OVERLOADS
from tests.ops.answers import names_of
from tests.oracle.programs import program

EXPRESSIONS = (
    "x * w + b",
    "x ** 3 / w - b",
    "sin(x * w) * exp(b)",
    "sigmoid(x) + tanh(w) * relu(b)",
    "log(x) - sqrt(w) * b",
)


def leaves(*values: float, shape: tuple[int, ...] = ()) -> list[Any]:
    """Leaves that require a gradient."""
    return [torch.full(shape, value, requires_grad=True) for value in values]


def evaluated(text: str, tensors: list[Any]) -> Any:  # noqa: ANN401 - a tensor
    """One of the expressions above on x, w and b."""
    return eval(text, names_of(torch) | dict(zip("xwb", tensors, strict=True)))  # noqa: S307 - our own texts


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_gradients_are_linear_in_the_seed(text: str) -> None:
    """A seed four times as large gives gradients four times as large, exactly: four is a power of two."""
    found = []
    for seed in (0.75, 3.0):
        tensors = leaves(1.5, 0.5, 2.0)
        evaluated(text, tensors).backward(torch.tensor(seed))
        found.append([t.grad.item() for t in tensors])
    assert [4 * g for g in found[0]] == found[1]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_accumulation_adds(text: str) -> None:
    """Two calls leave twice the gradient, in the same tensor."""
    tensors = leaves(1.5, 0.5, 2.0)
    out = evaluated(text, tensors)
    out.backward(retain_graph=True)
    first = [t.grad for t in tensors]
    values = [g.item() for g in first]
    out.backward()
    assert all(t.grad is g for t, g in zip(tensors, first, strict=True))
    assert [t.grad.item() for t in tensors] == [2 * v for v in values]


def test_a_gradient_has_memory_of_its_own() -> None:
    """Changing a gradient changes neither the seed nor another leaf's gradient."""
    (x, w), seed = leaves(1.0, 2.0, shape=(3,)), torch.ones(3)
    (x + w).backward(seed)
    x.grad.zero_()
    assert w.grad.tolist() == [1.0, 1.0, 1.0]
    assert seed.tolist() == [1.0, 1.0, 1.0]


def test_the_latest_node_runs_first() -> None:
    """Gradients arrive in the opposite order of creation, also across branches."""
    seen: list[str] = []
    (x,) = leaves(2.0)
    a = x * 2
    b = x * 3
    c = a * 5
    d = b + c
    for name, tensor in {"a": a, "b": b, "c": c, "d": d}.items():
        tensor.register_hook(lambda _, name=name: seen.append(name))
    d.backward()
    assert seen == ["d", "c", "b", "a"]


def test_what_comes_before_an_error_is_accumulated() -> None:
    """A leaf gets its gradient as soon as it is complete, even if the walk fails afterwards."""
    x, w = leaves(2.0, 3.0)
    a = x * x
    b = a * w
    a.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        b.backward()
    assert (w.grad.item(), x.grad.item()) == (4.0, 4.0)


def test_a_shared_part_is_walked_once() -> None:
    """A chain of diamonds has 2**60 paths, and takes sixty steps."""
    (x,) = leaves(1.0)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**60


def test_saved_values_are_let_go_one_by_one() -> None:
    """Only the nodes that were visited lose their saved values; another root over a fresh part still works."""
    (x,) = leaves(3.0)
    shared = x + 1
    one, two = shared * shared, shared**3
    one.backward()
    two.backward()
    assert x.grad.item() == 2 * 4 + 3 * 16
    with pytest.raises(RuntimeError, match="a second time"):
        two.backward()


def test_grad_leaves_the_leaves_alone() -> None:
    """`autograd.grad` gives gradients and stores none, not even in leaves nobody asked about."""
    x, w = leaves(2.0, 5.0)
    (g,) = torch.autograd.grad(x * w, [x])
    assert g.item() == 5.0
    assert x.grad is None
    assert w.grad is None


def assignments(seed: int) -> tuple[list[str], list[str]]:
    """The leaves and the assignments of a random program in float32."""
    statements = [s for s in program(Random(seed)) if " = tensor(" in s or s.startswith("y")]  # noqa: S311
    made = [s for s in statements if " = tensor(" in s]
    computed = [s for s in statements if s.startswith("y") and s[2:5] == " = "]
    plain = all("requires_grad" in s and "dtype" not in s and "j" not in s for s in made)
    called = {name for s in computed for name in re.findall(r"([a-z_0-9]+)\(", s)} - {"detach"}
    pointwise = all(isinstance(op, Elementwise) for name in called for op in OVERLOADS[name])
    return (made, computed) if plain and pointwise else ([], [])


def gradients(made: list[str], computed: list[str], *, how: str) -> list[str]:
    """Value and gradients of the last result: by `backward`, with a graph of the gradient, or on vectors of one."""
    names = names_of(torch)
    for statement in made:
        name, _, rest = statement.partition(" = tensor(")
        value = rest.partition(",")[0]
        names[name] = torch.tensor([float(value)] if how == "vector" else float(value), requires_grad=True)
    tensors = [names[s.partition(" ")[0]] for s in made]
    for statement in computed:
        exec(statement, names)  # noqa: S102 - generated above
    out = names[computed[-1].partition(" ")[0]]
    if not out.requires_grad:
        return [repr(out.item())]
    if how == "graph":
        found = torch.autograd.grad(out.sum(), tensors, create_graph=True, allow_unused=True)
    else:
        out.sum().backward()
        found = [t.grad for t in tensors]
    return [repr(out.item()), *("None" if g is None else repr(g.item()) for g in found)]


def test_every_path_gives_the_same_bits() -> None:
    """Numbers, numbers with a graph of the gradient, and vectors of one element agree in float32, bit for bit."""
    compared = 0
    for seed in range(400):
        made, computed = assignments(seed)
        if not made or not computed:
            continue
        try:
            wanted = gradients(made, computed, how="number")
        except (RuntimeError, TypeError):
            continue  # refused: bools, or a derivative that does not exist
        text = "; ".join([*made, *computed])
        assert gradients(made, computed, how="graph") == wanted, text
        assert gradients(made, computed, how="vector") == wanted, text
        compared += 1
    assert compared > 100


def test_the_message_for_a_changed_leaf_depends_on_no_number_of_a_node() -> None:
    """One node in 64 keeps its edges as links; what the message names is the same for all."""
    said = set()
    for _ in range(200):
        x, w = torch.tensor(3.0, requires_grad=True), torch.tensor(2.0, requires_grad=True)
        y = w / x
        x.detach_()
        x += w
        with pytest.raises(RuntimeError) as caught:
            y.backward()
        said.add(str(caught.value))
    assert len(said) == 1
