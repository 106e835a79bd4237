"""Topics about the graph: what is recorded, kept, freed and cut."""

from typing import Final

from autodiff.session.explain.topic import (
    AT_0,
    AT_2,
    AT_3,
    Column,
    Topic,
    error,
    given,
    grad,
    node,
    value,
)
from autodiff.session.scenario import Scenario

__all__ = ["ACCUMULATION", "DETACH", "GRAD_FN", "INPLACE", "LEAF", "ORDER", "REQUIRES_GRAD", "RETAIN_GRAPH"]

DETACH: Final = Topic(
    "the same value without its history: backward goes no further",
    (
        Scenario("y = x**2; z = y*3 + x", AT_2),
        Scenario("y = x**2; d = y.detach(); z = d*3 + y", AT_2),
        Scenario("y = x**2; z = y*3 + x", AT_2, detach_inplace=("y",)),
    ),
    lambda r: (
        f"There are two ways from z back to x, through y and straight: x.grad = {grad(r[0], 'x')} counts both.",
        (
            f"d = y.detach() has the value of y ({value(r[1], 'd')}) and no history: backward stops there. y itself "
            f"stays what it was, and x.grad = {grad(r[1], 'x')} counts the way through it."
        ),
        (
            f"--detach-inplace y, that is y.detach_(), cuts y itself, for all who use it: x.grad = {grad(r[2], 'x')}. "
            "requires_grad_(False) is for leaves."
        ),
    ),
    columns=(Column("y", 0, "y"), Column("d = y.detach()", 1, "d"), Column("y.detach_()", 2, "y")),
    aliases=("detach_",),
)

LEAF: Final = Topic(
    "a tensor where a graph begins; backward stores gradients in leaves only",
    (Scenario("y = x*3; z = y**2", AT_2), Scenario("y = x*3; z = y**2", AT_2, retain_grad=("y",))),
    lambda r: (
        (
            f"x was given, so it is a leaf. y was computed from it by {node(r[0], 'y')} and is none: its gradient is "
            "passed on and not stored."
        ),
        (
            f"--retain-grad y, which is y.retain_grad() in PyTorch, stores it too: y.grad = {grad(r[1], 'y')}. It "
            f"does not make y a leaf, and x.grad = {grad(r[1], 'x')} stays what it is."
        ),
    ),
    columns=(Column("x", 0, "x"), Column("y", 0, "y"), Column("y --retain-grad", 1, "y")),
    aliases=("is-leaf", "retain-grad", "retains-grad"),
    errors=(".grad attribute of a tensor that is not a leaf", "can't retain_grad"),
)

ACCUMULATION: Final = Topic(
    "backward adds to .grad, it does not replace it",
    (
        Scenario("y = x**2", AT_3, backward=2, retain_graph=True),
        Scenario("y = x**2", AT_3, backward=2, retain_graph=True, zero_grad=True),
    ),
    lambda r: (
        (
            f"The derivative is {grad(r[0], 'x', 0)} both times. The second call adds its own to what is there, and "
            f"x.grad becomes {grad(r[0], 'x', 1)}. That adds up the batches of one training step; it adds up the "
            "steps as well, if nobody clears the gradients."
        ),
        (
            "--zero-grad sets .grad to None between the calls, as optimizer.zero_grad() does in PyTorch: "
            f"now x.grad = {grad(r[1], 'x', 1)} is the derivative alone."
        ),
    ),
    aliases=("accumulate", "accumulategrad", "zero-grad", "grad"),
)

RETAIN_GRAPH: Final = Topic(
    "backward frees what the graph had saved, unless told to keep it",
    (Scenario("y = x**2", AT_3, backward=2), Scenario("y = x**2", AT_3, backward=2, retain_graph=True)),
    lambda r: (
        (
            f"{node(r[0], 'y')} saved x, since the derivative of x**2 is computed from it. The first backward frees "
            f"that memory, and the second finds nothing: {error(r[0])}."
        ),
        (
            "--retain-graph, which is backward(retain_graph=True), keeps it. If you did not mean to call backward "
            "twice, compute y anew instead; and mind that the gradients of both calls are added: "
            f"{grad(r[1], 'x', 0)}, then {grad(r[1], 'x', 1)}."
        ),
    ),
)

REQUIRES_GRAD: Final = Topic(
    "which tensors backward computes gradients for",
    (
        Scenario("y = w*x", (("w", "2"), *AT_3)),
        Scenario("y = w*x", (("w", "2"), *AT_3), wrt=("w",)),
        Scenario("y = w*x", (("w", "2"), *AT_3), wrt=()),
    ),
    lambda r: (
        f"Both inputs have requires_grad=True, and each has its gradient: {grad(r[0], 'w')} and {grad(r[0], 'x')}.",
        (
            f"--wrt w leaves it on for w alone. y still requires a gradient, for w's sake ({node(r[1], 'y')}), but x "
            "gets none."
        ),
        (
            f"With no input that requires a gradient, y has no grad_fn ({node(r[2], 'y')}), and backward has nothing "
            f"to start from: {error(r[2])}. In PyTorch write w = torch.{given(r[0], 'w')}."
        ),
    ),
    aliases=("wrt",),
)

INPLACE: Final = Topic(
    "an operation that overwrites a tensor may overwrite what backward needs",
    (Scenario("y = exp(x); y += 1; z = y**2", AT_0), Scenario("y = exp(x); y = y + 1; z = y**2", AT_0)),
    lambda r: (
        (
            f"exp saved its result, since that is its own derivative, and y += 1 wrote over it. Each tensor counts "
            f"its changes (its version), so backward notices: {error(r[0])}."
        ),
        f"y = y + 1 makes a new tensor and leaves the saved one alone: x.grad = {grad(r[1], 'x')}.",
    ),
    aliases=("in-place", "version"),
    errors=("a leaf variable that requires grad is being used in an in-place", "a view of a leaf variable that"),
)

GRAD_FN: Final = Topic(
    "each result remembers the operation that made it, and so the way back",
    (
        Scenario("y = x**2; z = y + 1; z.grad_fn.next_functions", AT_3),
        Scenario("y = x**2; z = x**y", AT_2),
        Scenario("y = x**2; z = y + 1", AT_3, no_grad=True, backward=0),
    ),
    lambda r: (
        (
            f"z came from an addition, {node(r[0], 'z')}, and y from a power, {node(r[0], 'y')}. next_functions "
            f"tells where {node(r[0], 'z')} passes its gradient on, and to which of that node's results; None stands "
            "for the plain 1."
        ),
        (
            "The digit in a name tells the forms of an operation apart: a power whose exponent is a number is "
            f"{node(r[1], 'y')}, one whose exponent is a tensor is {node(r[1], 'z')}."
        ),
        (
            f"Under torch.no_grad() nothing is remembered: z is {value(r[2], 'z')} as before, its grad_fn is "
            f"{node(r[2], 'z')}, and there is no way back."
        ),
    ),
    aliases=("next-functions", "no-grad", "graph"),
)

ORDER: Final = Topic(
    "backward runs a node when all its gradients have come in",
    (
        Scenario("y = x**2; a = 3*y; z = a*y", AT_2, retain_grad=("y",)),
        Scenario("y = x**2; a = 3*y; z = a*y", AT_2, retain_grad=("y",), detach=("a",)),
    ),
    lambda r: (
        (
            f"y is used twice. Its gradient is the sum of two parts, {grad(r[0], 'y')}, and {node(r[0], 'y')} waits "
            f"for both before it passes x.grad = {grad(r[0], 'x')} on: the latest node runs first."
        ),
        (
            f"One part alone, without the way through a, is {grad(r[1], 'y')} and would give {grad(r[1], 'x')}. An "
            f"engine that passes on what y has at each arrival adds {grad(r[1], 'x')}, then {grad(r[0], 'x')}: too "
            "much. The nodes wait in a queue and not on Python's stack, so a graph may be as deep as you like."
        ),
    ),
    aliases=("topological-order", "recursion", "queue"),
)
