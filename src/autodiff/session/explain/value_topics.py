"""Topics about values: where gradients start, and points where a derivative is a convention."""

from typing import Final

from autodiff.session.explain.topic import AT_0, Topic, error, grad, value
from autodiff.session.scenario import Scenario

__all__ = ["KINKS", "NAN", "SCALAR", "ZERO"]

KINKS: Final = Topic(
    "where a function has no slope, PyTorch picks one",
    (
        Scenario("y = relu(x)", AT_0),
        Scenario("y = maximum(x, tensor(0.))", AT_0),
        Scenario("y = clamp(x, min=0)", AT_0),
    ),
    lambda r: (
        "",
        "",
        (
            f"Three ways to write max(x, 0), one value ({value(r[0], 'y')}) and three gradients: {grad(r[0], 'x')}, "
            f"{grad(r[1], 'x')} and {grad(r[2], 'x')}. The function is flat on one side and rises on the other; at "
            "the kink any slope in between is allowed. PyTorch fixes one for each operation; autodiff gives the same."
        ),
    ),
    aliases=("kink", "subgradient"),
)

SCALAR: Final = Topic(
    "backward starts from one number, or from weights for several",
    (
        Scenario("y = x**2", (("x", "[1, 2]"),)),
        Scenario("y = x**2; z = sum(y)", (("x", "[1, 2]"),)),
        Scenario("y = x**2", (("x", "[1, 2]"),), gradient="[1, 10]"),
    ),
    lambda r: (
        f"y has several numbers, and .grad holds the derivatives of one: {error(r[0])}.",
        f"A sum is one number: x.grad = {grad(r[1], 'x')}.",
        (
            f"--gradient, the argument of backward() in PyTorch, weights them before they are added: "
            f"{grad(r[2], 'x')}. For every derivative of every number ask for --jacobian."
        ),
    ),
    aliases=("gradient", "scalar-outputs", "jacobian"),
    errors=("mismatch in shape: grad_output",),
)

NAN: Final = Topic(
    "a branch that is not taken still takes part in backward",
    (
        Scenario("y = where(x > 0, sqrt(x), 0.)", AT_0),
        Scenario("y = where(x > 0, sqrt(where(x > 0, x, 1.)), 0.)", AT_0),
    ),
    lambda r: (
        (
            f"The value is right, {value(r[0], 'y')}, and the gradient is {grad(r[0], 'x')}: where passes a "
            "gradient of zero to the branch it did not take, the slope of sqrt(x) is infinite there, and zero times "
            "infinity is no number."
        ),
        (
            f"Choose what goes into sqrt as well, so that its slope stays finite: x.grad = {grad(r[1], 'x')}. "
            "autodiff trace --nan names the first operation that makes a nan."
        ),
    ),
    aliases=("where", "inf"),
    errors=("returned nan values",),
)

ZERO: Final = Topic(
    "powers and norms at zero, where conventions differ",
    (
        Scenario("y = x**p", (*AT_0, ("p", "0"))),
        Scenario("y = norm(v)", (("v", "[0, 0]"),)),
        Scenario("y = sqrt(sum(v*v))", (("v", "[0, 0]"),)),
    ),
    lambda r: (
        (
            f"Zero to the power of zero is {value(r[0], 'y')}. The formulas p*x**(p-1) and x**p*log(x) say nothing "
            f"here; PyTorch gives {grad(r[0], 'x')} and {grad(r[0], 'p')}, where others give nan."
        ),
        f"A norm has a kink at zero; of all the slopes it might have PyTorch takes {grad(r[1], 'v')}.",
        (
            f"Written out it is the same value, and {grad(r[2], 'v')}: the slope of sqrt is infinite at zero, and "
            "infinity times zero is no number."
        ),
    ),
    aliases=("powers-at-zero", "conventions"),
)
