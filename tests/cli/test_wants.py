"""What people ask of such a tool again and again: the command, and what it says."""

import json
from typing import Final

import pytest

from tests.cli.process import autodiff

ANSWERS: Final[list[tuple[str, tuple[str, ...], int, str, str]]] = [
    ("which backward freed which node, and the two remedies",
     ("eval", "y = x**2; y.backward(); y.backward()", "x=3"), 4, "y: tensor(9., grad_fn=<PowBackward0>)\n",
     ("hint: y.backward() (column 11) freed what x**2 (column 5) had saved; "
     "give it retain_graph=True, or compute x**2 anew before column 25\n")),
    ("the same for calls of an option",
     ("eval", "x**2", "x=3", "--backward", "2"), 4, "backward 1:\nx.grad: tensor(6.)\n",
     "hint: the first backward freed what x**2 had saved; add --retain-graph to keep it, or call backward once\n"),
    ("what cut the path of the gradient",
     ("eval", "y = x**2; d = y.detach(); loss = d*2", "x=3"), 4, "loss: tensor(18.)\n",
     "hint: loss is computed from y.detach() ... no path leads back to x\n"),
    ("an integer cuts it, too",
     ("eval", "x*2", "x=tensor(3)"), 4, "out: tensor(6)\n",
     "hint: x is torch.int64, which has no gradient: write x=3. or x=tensor(3.)\n"),
    ("what requires_grad is before and after detach and detach_",
     ("eval", "y = x**2; a = y.detach(); b = a.requires_grad, y.requires_grad; y.detach_(); y.requires_grad", "x=3",
      "--backward", "0"), 0, "b: (False, True)\nout: False\n", ""),
    ("whose .grad is None, and how to keep it",
     ("eval", "y = x**2; y.backward(); y.grad", "x=3"), 0, "out: None\nx.grad: tensor(6.)\n",
     "hint: column 25: y is computed from others and keeps no gradient; call y.retain_grad() before backward"),
    ("errors name the variables and their shapes",
     ("eval", "weights @ inputs", "weights=[1, 2]", "inputs=[1, 2, 3]"), 4, "",
     "hint: column 1: in weights @ inputs, weights has shape [2] and inputs has shape [3]\n"),
    ("who made the nan in the branch that is not taken",
     ("trace", "--nan", "where(x > 0, sqrt(x), 0*x)", "x=0"), 1,
     "backward: the first nan is made by SqrtBackward0 of sqrt(x) at column 14\n    0 / (2 * 0) = nan\n", ""),
    ("a power at zero is PyTorch's",
     ("eval", "x**b + 0**b", "x=2", "b=0"), 0, "x.grad: tensor(0.)\nb.grad: tensor(0.6931)\n", ""),
    ("a norm at zero is PyTorch's", ("eval", "norm(x)", "x=[0, 0]"), 0, "x.grad: tensor([0., 0.])\n", ""),
    ("gradients of several calls add up, step by step",
     ("trace", "y = x**2; y.backward(retain_graph=True); y.backward()", "x=3"), 0, "    x.grad: 6 + 6 = 12\n", ""),
    ("and where only the sum is printed, that is said",
     ("eval", "y = x**2; y.backward(retain_graph=True); y.backward()", "x=3"), 0, "x.grad: tensor(12.)\n",
     "hint: x.grad is the sum of the backward calls at columns 11 and 42 (6 + 6 = 12); x.grad = None starts anew\n"),
    ("a pipe gets the result and nothing else", ("eval", "x**2", "x=3", "--get", "x.grad"), 0, "6.0\n", ""),
    ("an error is no result: it stands elsewhere and has a code", ("eval", "x**", "x=3"), 3, "", "error: "),
    ("no question is asked in a pipe", ("trace", "x*1", "x=3", "--step"), 0, "    x.grad: was None, now 1\n", ""),
    ("all digits of a number", ("eval", "x*1.00001", "x=1", "--get", "out"), 0, "1.00001\n", ""),
    ("which statement changed what backward needs, and how to say it without",
     ("eval", "y = exp(x); y += 1", "x=1"), 4, "y: tensor(3.7183, grad_fn=<AddBackward0>)\n",
     "hint: y += 1 (column 13) changed what exp(x) (column 5) had saved; write y = y + 1\n"),
    ("a leaf in place, and how to say it without",
     ("eval", "x *= 2", "x=1"), 4, "",
     "hint: column 1: x *= 2 would change a leaf that requires a gradient; write x = x * 2\n"),
    ("only scalars have an implicit gradient: a sum, or a seed",
     ("eval", "x**2", "x=[1, 2]"), 4, "out: tensor([1., 4.], grad_fn=<PowBackward0>)\n",
     "hint: out has 2 elements; sum it, or add --gradient '[1, 1]'\n"),
    ("what a node computes and saves",
     ("trace", "x*w", "x=3", "w=4"), 0, "x*w = 12: MulBackward0 at column 1, saves w = 4, x = 3\n", ""),
    ("next_functions can be asked for",
     ("eval", "y = x*2; y.grad_fn.next_functions", "x=2"), 0, "out: ((<AccumulateGrad>, 0), (None, 0))\n", ""),
    ("the steps, not only the answer",
     ("trace", "sin(x)", "x=0"), 0, "    to x: g * cos(self) = g * cos(x) = 1 * cos(0) = 1\n", ""),
    ("expectations in CI have a tolerance and a code of their own",
     ("eval", "x**2", "x=3", "--expect", "x.grad=7"), 1, "", "x.grad: expected 7, got 6.0, difference 1.0\n"),
    ("a formula is never run as Python",
     ("eval", "__import__('os').system('id')", "x=3"), 4, "", "NameError: name '__import__' is not defined\n"),
    ("^ is not a power", ("eval", "x^2", "x=3"), 3, "", "hint: write x**2\n"),
    ("2x is no product", ("eval", "2x+1", "x=3"), 3, "", "   ^\nhint: write 2*x\n"),
    ("the second derivative", ("eval", "x**3", "x=2", "--order", "2"), 0, "d2out/dx2: tensor(12.", ""),
    ("a power by its base and by its exponent",
     ("eval", "x**y", "x=2", "y=3"), 0, "x.grad: tensor(12.)\ny.grad: tensor(5.5452)\n", ""),
    ("a function by the name it has elsewhere",
     ("eval", "tg(x)", "x=1"), 4, "", "NameError: name 'tg' is not defined\nhint: column 1: did you mean tan?\n"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "code", "output", "errors"), [each[1:] for each in ANSWERS],
                         ids=[each[0] for each in ANSWERS])  # fmt: skip
def test_answers(command: tuple[str, ...], code: int, output: str, errors: str) -> None:
    """The code, and the part of each stream that answers; an empty part means that nothing has to be there."""
    done = autodiff(*command)
    assert done.code == code
    assert output in done.output
    assert errors in done.errors
    assert bool(done.errors) == bool(errors) or code == 1


def test_deep_expressions_overflow_nothing() -> None:
    """Parsing, evaluating, walking back and freeing are loops."""
    assert autodiff("eval", "-", given="x" + "+x" * 100_000 + "\n").code == 4
    done = autodiff("eval", "(" * 20_000 + "x" + ")" * 20_000 + "+x" * 20_000, "x=1", "--get", "x.grad")
    assert (done.code, done.output) == (0, "20001.0\n")


@pytest.mark.parametrize("command", ["eval", "trace"])
def test_json_has_no_nan_literal(command: str) -> None:
    """What is no number in JSON is a text."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    done = autodiff(command, "x/0*0 + log(x)", "x=0", "--json")
    assert json.loads(done.output, parse_constant=refuse)["grads"]["x"]["value"] == "nan"
