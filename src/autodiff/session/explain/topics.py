"""The topics: what is run for each, and the sentences about it. Figures in sentences are read from what was run."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from autodiff.session.report import Facts, Report
from autodiff.session.scenario import Scenario

__all__ = ["TOPICS", "Column", "Topic"]


class Column(NamedTuple):
    """One of the tensors that are put side by side: its heading, the example it is from, and its name there."""

    heading: str
    example: int
    name: str


class Topic(NamedTuple):
    """A topic.

    `examples` are run in turn. `prose` gives the sentences after each, from all the reports. `aliases` are other
    words for it, `errors` are parts of the errors and warnings that it explains besides those of its examples.
    """

    summary: str
    examples: tuple[Scenario, ...]
    prose: Callable[[Sequence[Report]], Sequence[str]]
    columns: tuple[Column, ...] = ()
    aliases: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


def _value(report: Report, name: str) -> str:
    return _digits({**report.inputs, **report.values}.get(name))


def _grad(report: Report, name: str, call: int = -1) -> str:
    """The gradient after a call, the last one unless told otherwise."""
    calls = report.backward or (report.grads,)
    return _digits(calls[call].get(name) if -len(calls) <= call < len(calls) else None)


def _digits(facts: Facts | None) -> str:
    """A number as one writes it in a sentence: `12`, `0.5`; other values as PyTorch prints them."""
    if facts is None:
        return "None"
    return f"{facts.value:g}" if isinstance(facts.value, float) else facts.repr


def _input(report: Report, name: str) -> str:
    facts = report.inputs.get(name)
    return str(None if facts is None else facts.repr)


def _node(report: Report, name: str) -> str:
    facts = report.values.get(name)
    return str(None if facts is None else facts.grad_fn)


def _error(report: Report) -> str:
    return "no error" if report.error is None else f"a {report.error.type}"


_X2, _X3, _X0 = (("x", "2"),), (("x", "3"),), (("x", "0"),)

_DETACH: Final = Topic(
    "the same value without its history: backward goes no further",
    (Scenario("y = x**2; z = y*3 + x", _X2), Scenario("y = (x**2).detach(); z = y*3 + x", _X2)),
    lambda r: (
        f"There are two ways from z back to x, through y and straight: x.grad = {_grad(r[0], 'x')} counts both.",
        (
            f"detach() returns a tensor with the same value ({_value(r[1], 'y')}) that does not know where it came "
            f"from: its grad_fn is {_node(r[1], 'y')}. Backward stops there, and x.grad = {_grad(r[1], 'x')} counts "
            "the straight way alone."
        ),
    ),
    columns=(Column("y before", 0, "y"), Column("y detached", 1, "y")),
    aliases=("detach_",),
)

_LEAF: Final = Topic(
    "a tensor where a graph begins; backward stores gradients in leaves only",
    (Scenario("y = x*3; z = y**2", _X2), Scenario("y = x*3; z = y**2", _X2, retain_grad=("y",))),
    lambda r: (
        (
            f"x was given, so it is a leaf. y was computed from it by {_node(r[0], 'y')} and is none: its gradient is "
            "passed on and not stored."
        ),
        (
            f"--retain-grad y, which is y.retain_grad() in PyTorch, stores it too: y.grad = {_grad(r[1], 'y')}. It "
            f"does not make y a leaf, and x.grad = {_grad(r[1], 'x')} stays what it is."
        ),
    ),
    columns=(Column("x", 0, "x"), Column("y", 0, "y"), Column("y --retain-grad", 1, "y")),
    aliases=("is-leaf", "retain-grad", "retains-grad"),
    errors=(".grad attribute of a tensor that is not a leaf", "can't retain_grad"),
)

_ACCUMULATION: Final = Topic(
    "backward adds to .grad, it does not replace it",
    (
        Scenario("y = x**2", _X3, backward=2, retain_graph=True),
        Scenario("y = x**2", _X3, backward=2, retain_graph=True, zero_grad=True),
    ),
    lambda r: (
        (
            f"The derivative is {_grad(r[0], 'x', 0)} both times. The second call adds its own to what is there, and "
            f"x.grad becomes {_grad(r[0], 'x', 1)}. That adds up the batches of one training step; it adds up the "
            "steps as well, if nobody clears the gradients."
        ),
        (
            "--zero-grad sets .grad to None between the calls, as optimizer.zero_grad() does in PyTorch: "
            f"now x.grad = {_grad(r[1], 'x', 1)} is the derivative alone."
        ),
    ),
    aliases=("accumulate", "accumulategrad", "zero-grad", "grad"),
)

_RETAIN_GRAPH: Final = Topic(
    "backward frees what the graph had saved, unless told to keep it",
    (Scenario("y = x**2", _X3, backward=2), Scenario("y = x**2", _X3, backward=2, retain_graph=True)),
    lambda r: (
        (
            f"{_node(r[0], 'y')} saved x, since the derivative of x**2 is computed from it. The first backward frees "
            f"that memory, and the second finds nothing: {_error(r[0])}."
        ),
        (
            "--retain-graph, which is backward(retain_graph=True), keeps it. If you did not mean to call backward "
            "twice, compute y anew instead; and mind that the gradients of both calls are added: "
            f"{_grad(r[1], 'x', 0)}, then {_grad(r[1], 'x', 1)}."
        ),
    ),
)

_REQUIRES_GRAD: Final = Topic(
    "which tensors backward computes gradients for",
    (
        Scenario("y = w*x", (("w", "2"), *_X3)),
        Scenario("y = w*x", (("w", "2"), *_X3), wrt=("w",)),
        Scenario("y = w*x", (("w", "2"), *_X3), wrt=()),
    ),
    lambda r: (
        f"Both inputs have requires_grad=True, and each has its gradient: {_grad(r[0], 'w')} and {_grad(r[0], 'x')}.",
        (
            f"--wrt w leaves it on for w alone. y still requires a gradient, for w's sake ({_node(r[1], 'y')}), but x "
            "gets none."
        ),
        (
            f"With no input that requires a gradient, y has no grad_fn ({_node(r[2], 'y')}), and backward has nothing "
            f"to start from: {_error(r[2])}. In PyTorch write w = torch.{_input(r[0], 'w')}."
        ),
    ),
    aliases=("wrt",),
)

_INPLACE: Final = Topic(
    "an operation that overwrites a tensor may overwrite what backward needs",
    (Scenario("y = exp(x); y += 1; z = y**2", _X0), Scenario("y = exp(x); y = y + 1; z = y**2", _X0)),
    lambda r: (
        (
            f"exp saved its result, since that is its own derivative, and y += 1 wrote over it. Each tensor counts "
            f"its changes (its version), so backward notices: {_error(r[0])}."
        ),
        f"y = y + 1 makes a new tensor and leaves the saved one alone: x.grad = {_grad(r[1], 'x')}.",
    ),
    aliases=("in-place", "version"),
    errors=("a leaf variable that requires grad is being used in an in-place", "a view of a leaf variable that"),
)

_KINKS: Final = Topic(
    "where a function has no slope, PyTorch picks one",
    (Scenario("y = relu(x)", _X0), Scenario("y = maximum(x, tensor(0.))", _X0), Scenario("y = clamp(x, min=0)", _X0)),
    lambda r: (
        "",
        "",
        (
            f"Three ways to write max(x, 0), one value ({_value(r[0], 'y')}) and three gradients: {_grad(r[0], 'x')}, "
            f"{_grad(r[1], 'x')} and {_grad(r[2], 'x')}. The function is flat on one side and rises on the other; at "
            "the kink any slope in between is allowed. PyTorch fixes one for each operation; autodiff gives the same."
        ),
    ),
    aliases=("kink", "subgradient"),
)

_GRAD_FN: Final = Topic(
    "each result remembers the operation that made it, and so the way back",
    (
        Scenario("y = x**2; z = y + 1; z.grad_fn.next_functions", _X3),
        Scenario("y = x**2; z = y + 1", _X3, no_grad=True, backward=0),
    ),
    lambda r: (
        (
            f"z came from an addition, {_node(r[0], 'z')}, and y from a power, {_node(r[0], 'y')}. next_functions "
            f"tells where {_node(r[0], 'z')} passes its gradient on; None stands for the plain 1. The digit in a name "
            "tells the forms of an operation apart."
        ),
        (
            f"Under torch.no_grad() nothing is remembered: z is {_value(r[1], 'z')} as before, its grad_fn is "
            f"{_node(r[1], 'z')}, and there is no way back."
        ),
    ),
    aliases=("next-functions", "no-grad", "graph"),
)

_SCALAR: Final = Topic(
    "backward starts from one number, or from weights for several",
    (
        Scenario("y = x**2", (("x", "[1, 2]"),)),
        Scenario("y = x**2; z = sum(y)", (("x", "[1, 2]"),)),
        Scenario("y = x**2", (("x", "[1, 2]"),), gradient="[1, 10]"),
    ),
    lambda r: (
        f"y has several numbers, and .grad holds the derivatives of one: {_error(r[0])}.",
        f"A sum is one number: x.grad = {_grad(r[1], 'x')}.",
        (
            f"--gradient, the argument of backward() in PyTorch, weights them before they are added: "
            f"{_grad(r[2], 'x')}. For every derivative of every number ask for --jacobian."
        ),
    ),
    aliases=("gradient", "scalar-outputs", "jacobian"),
    errors=("mismatch in shape: grad_output",),
)

_NAN: Final = Topic(
    "a branch that is not taken still takes part in backward",
    (Scenario("y = where(x > 0, sqrt(x), 0.)", _X0), Scenario("y = where(x > 0, sqrt(where(x > 0, x, 1.)), 0.)", _X0)),
    lambda r: (
        (
            f"The value is right, {_value(r[0], 'y')}, and the gradient is {_grad(r[0], 'x')}: where passes a "
            "gradient of zero to the branch it did not take, the slope of sqrt(x) is infinite there, and zero times "
            "infinity is no number."
        ),
        (
            f"Choose what goes into sqrt as well, so that its slope stays finite: x.grad = {_grad(r[1], 'x')}. "
            "autodiff trace --nan names the first operation that makes a nan."
        ),
    ),
    aliases=("where", "inf"),
    errors=("returned nan values",),
)

TOPICS: Final = {
    "detach": _DETACH,
    "leaf": _LEAF,
    "accumulation": _ACCUMULATION,
    "retain-graph": _RETAIN_GRAPH,
    "requires-grad": _REQUIRES_GRAD,
    "inplace": _INPLACE,
    "kinks": _KINKS,
    "grad-fn": _GRAD_FN,
    "scalar-output": _SCALAR,
    "nan": _NAN,
}
"""The topics in the order in which they are listed."""
