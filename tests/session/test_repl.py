"""A conversation: entries leave names behind, errors end one entry, questions change nothing."""

import pytest

from autodiff.errors import Deliberate
from autodiff.render.plain import failure
from autodiff.render.trace import plain
from autodiff.session.program.budget import Budget
from autodiff.session.program.running import run_program
from autodiff.session.scenario import UsageProblem
from autodiff.session.talk.as_program import as_program
from autodiff.session.talk.conversation import Conversation, Opening


class Talk:
    """A conversation, and all that was written in it."""

    def __init__(self, *inputs: tuple[str, str], dtype: str = "float32", budget: Budget | None = None) -> None:
        self.said: list[str] = []
        self.warned: list[str] = []
        self.conversation = Conversation(
            self.said.append,
            lambda warned: self.warned.append(warned.category),
            Opening(inputs, dtype, budget or Budget()),
        )

    def __call__(self, *entries: str) -> str:
        """What entries write, errors included."""
        self.said.clear()
        for entry in entries:
            error = self.conversation.enter(entry)
            if error is not None:
                self.said.append(failure(error))
        return "".join(self.said)


def test_names_and_functions_stay() -> None:
    """What an entry gives a name is there for the next; a function sees names that come later."""
    talk = Talk(("x", "3"))
    assert talk("y = x**2", "y") == "tensor(9., grad_fn=<PowBackward0>)\n"
    assert talk("def f(a):\n    return a * later", "later = 10", "f(y)") == "tensor(90., grad_fn=<MulBackward0>)\n"
    assert talk("y.backward()", "x.grad") == "tensor(6.)\n"


def test_values_are_shown_as_at_the_prompt() -> None:
    """Texts with their quotes, None not at all, those of a loop one after the other."""
    talk = Talk()
    assert talk("'a'", "None", "print(None)", "for i in range(3):\n    i", "1, 2.5") == "'a'\nNone\n0\n1\n2\n(1, 2.5)\n"


def test_functions_of_torch_need_no_import() -> None:
    """`sin` is `torch.sin`; Python's own names, and the user's, come first."""
    talk = Talk(("x", "0"))
    assert talk("sin(x)", "max(1, 2)", "F.relu(x)", "math.floor(2.5)") == (
        "tensor(0., grad_fn=<SinBackward0>)\n2\ntensor(0., grad_fn=<ReluBackward0>)\n2\n"
    )
    assert talk("sin = 5", "sin") == "5\n"
    assert [name for name, _ in talk.conversation.listed()] == ["x", "sin"]


def test_an_error_ends_one_entry() -> None:
    """What was done before it stays done, and the conversation goes on."""
    talk = Talk()
    assert talk("a = 1\nb = nothing\nc = 2") == "NameError: name 'nothing' is not defined\nhint: line 2: in nothing\n"
    assert talk("a", "c").startswith("1\nNameError: name 'c' is not defined")
    assert talk("2x") == "error: unexpected name after a number\n  2x\n   ^\nhint: write 2*x\n"


@pytest.mark.parametrize(
    ("entries", "hint"),
    [
        (("z = x**2", "z.backward()", "z.backward()"), "give that one retain_graph=True, or compute z anew"),
        (("(x * ones(2)).backward()",), "several elements: write x * ones(2).sum()"),
        (("z = x.detach() * 2", "z.backward()"), "nothing that z is computed from requires a gradient"),
        (("x += 1",), "write x = x + 1, or change it under: with torch.no_grad():"),
        (("tensor(1, requires_grad=True)",), "3. instead of 3"),
        (("s = sigmoid(x)", "s.mul_(2)", "torch.autograd.grad(s, x)"), "something that s needs was changed in place"),
        (("def f(a):\n    return a.foo", "f(x)"), "in a.foo"),
    ],
)
def test_errors_have_hints(entries: tuple[str, ...], hint: str) -> None:
    """The line below an error speaks of the user's own names."""
    said = Talk(("x", "3"))(*entries)
    assert "\nhint: " in said
    assert hint in said.rpartition("hint: ")[2].replace("(x * ones(2))", "x * ones(2)")


def test_each_entry_has_a_budget() -> None:
    """One that uses it up ends with an error; the next begins with all of it."""
    talk = Talk(budget=Budget(steps=2000))
    for _ in range(3):
        assert talk("for i in range(50):\n    pass") == ""
    assert "more than 2000 steps" in talk("while True:\n    pass")
    assert talk("1") == "1\n"


def test_what_is_switched_on_stays() -> None:
    """Modes last from entry to entry, and end with the conversation."""
    talk = Talk(("x", "3"))
    talk("off = torch.set_grad_enabled(False)")
    assert talk("x * 2", "on = torch.set_grad_enabled(True)", "x * 2") == (
        "tensor(6.)\ntensor(6., grad_fn=<MulBackward0>)\n"
    )
    talk("torch.set_default_dtype(torch.float64)")
    assert talk("tensor(1.).dtype") == "torch.float64\n"
    assert Talk()("tensor(1.).dtype") == "torch.float32\n"


def test_an_interrupted_entry_leaves_no_mode_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C inside `with no_grad()`: gradients are recorded again, and no frame is left."""
    talk = Talk(("x", "3"))
    machine = talk.conversation.machine
    weigh = machine.hear

    def interrupted(entry: int, number: int, value: object) -> None:
        weigh(entry, number, value)
        if talk.conversation.names.get("now"):
            raise KeyboardInterrupt

    monkeypatch.setattr(machine, "hear", interrupted)
    with pytest.raises(KeyboardInterrupt):
        talk("def f():\n    now = x * 1\n    return now\nwith torch.no_grad():\n    now = 1\n    f()")
    monkeypatch.undo()
    assert machine.frames == []
    assert talk("x * 2") == "tensor(6., grad_fn=<MulBackward0>)\n"


def test_warnings_are_given() -> None:
    """The warning for `.grad` of what is no leaf."""
    talk = Talk(("x", "3"))
    talk("(x * 2).grad")
    assert talk.warned == ["UserWarning"]


@pytest.mark.parametrize("dtype", ["float64", "complex64", "bfloat16"])
def test_inputs_are_those_of_eval(dtype: str) -> None:
    """Numbers become leaves of the dtype, tensors stay what they are."""
    talk = Talk(("x", "3"), ("c", "tensor(3)"), dtype=dtype)
    assert talk("x.dtype", "x.requires_grad", "c.dtype") == f"torch.{dtype}\nTrue\ntorch.int64\n"
    with pytest.raises(Deliberate):
        Talk(("x", "nothing"))


# ------------------------------------------------------------------ questions


def test_a_rehearsal_changes_nothing() -> None:
    """`:trace` of a value tells what backward would do; gradients and the graph stay, also those retained."""
    talk = Talk(("x", "3"))
    talk("y = x**2; y.retain_grad(); z = y * x", "z.backward(retain_graph=True)")
    before = talk.conversation.gradients()
    told = plain(talk.conversation.trace("z"))
    assert "x.grad: 27 + (9 + 18) = 54" in told
    assert "z.backward(retain_graph=True), as a rehearsal" in told
    assert talk.conversation.gradients() == before
    assert talk("z.backward()", "x.grad") == "tensor(54.)\n"
    assert ":trace" not in as_program(talk.conversation)


def test_a_statement_is_traced_while_it_runs() -> None:
    """It is an entry like others: its gradients stay, and it is written down."""
    talk = Talk(("x", "3"))
    talk("y = x**2", "other = x * 5")
    told = plain(talk.conversation.trace("y.backward()"))
    assert told == (
        "y = x**2 = 9: PowBackward0, saves x = 3\n"
        "backward 1: y.backward()\n"
        "  PowBackward0 of y = x**2 receives 1\n"
        "    to x: g * (2 * self) = g * (2 * x) = 1 * (2 * 3) = 6\n"
        "    frees x = 3\n"
        "  AccumulateGrad of x receives 6\n"
        "    x.grad: was None, now 6\n"
    )
    assert talk("x.grad") == "tensor(6.)\n"
    assert "y.backward()\n" in as_program(talk.conversation)


def test_a_trace_leaves_no_hook_behind() -> None:
    """Neither on the nodes nor on the leaves."""
    talk = Talk(("x", "3"))
    talk("y = x**2")
    talk.conversation.trace("y")
    node = talk.conversation.names["y"].grad_fn
    for each in (node, node.next_functions[0][0]):
        extra = each.observed()
        assert not extra.pre_hooks
        assert not extra.post_hooks
        assert not any(extra.tensor_hooks.values())


def test_a_trace_that_fails_says_why() -> None:
    """The error is in the report, or raised for what is no tensor."""
    talk = Talk(("w", "[1, 2]"))
    error = talk.conversation.trace("w * 2").report.error
    assert "scalar outputs" in error.message
    assert error.hint.startswith("(w * 2) has several elements: write (w * 2).sum().backward()")
    with pytest.raises(Deliberate, match="backward begins at a tensor"):
        talk.conversation.trace("3")
    with pytest.raises(UsageProblem, match="no value yet"):
        Talk().conversation.trace("")


def test_a_graph_names_what_entries_made() -> None:
    """Each node with the part of the entry that made it, though that is long past."""
    talk = Talk(("x", "3"))
    talk("y = x**2 + 3*x", "def f(a):\n    return a.exp() * 2", "z = f(y)", "unrelated = [1]")
    report = talk.conversation.graph("z")
    assert [(node.name, node.source, node.whole) for node in report.nodes if not node.is_leaf] == [
        ("MulBackward0", "a.exp() * 2", True),
        ("ExpBackward0", "a.exp()", True),
        ("AddBackward0", "x**2 + 3*x", True),
        ("PowBackward0", "x**2", True),
        ("MulBackward0", "3*x", True),
    ]
    assert [root.name for root in talk.conversation.graph().roots] == ["z"]
    with pytest.raises(UsageProblem):
        Talk().conversation.graph()


def test_gradients_of_lists_are_found() -> None:
    """Leaves without a name of their own are called by their place."""
    talk = Talk(("x", "3"))
    talk("layers = [x, tensor([1.], requires_grad=True)]", "(layers[0] * layers[1]).sum().backward()")
    found = talk.conversation.gradients()
    assert {name: facts and facts.repr for name, facts in found.items()} == {
        "x": "tensor(1.)",
        "layers[1]": "tensor([3.])",
    }


def test_names_are_listed_whatever_they_are() -> None:
    """Functions by their parameters; a list that contains itself is no obstacle for the others."""
    talk = Talk(("x", "3"))
    talk("a = [1]", "a.append(a)", "def f(u, v=1):\n    pass")
    assert talk.conversation.listed() == [
        ("x", "tensor(3., requires_grad=True)"),
        ("a", "a list: sequences are nested more than 100 deep"),
        ("f", "a function of u, v"),
    ]


# ------------------------------------------------------------------ as a program


def _output(text: str, *, echo: bool = True) -> str:
    said: list[str] = []
    error = run_program(text, said.append, lambda _: None, Budget(), echo=echo)
    assert error is None, error
    return "".join(said)


@pytest.mark.parametrize(
    ("inputs", "dtype"),
    [
        ((("x", "3"), ("w", "[[1, nan], [-inf, 2*pi]]")), "float32"),
        ((("x", "2+1j"), ("w", "[1, 2]")), "complex128"),
        ((("x", "sin(tensor(3., requires_grad=True))"), ("w", "tensor(3)")), "float64"),
    ],
)
def test_a_session_is_saved_as_a_program(inputs: tuple[tuple[str, str], ...], dtype: str) -> None:
    """Run, it prints what the session showed: with its inputs, its dtype, and without what failed."""
    talk = Talk(*inputs, dtype=dtype)
    entries = [
        "x",
        "w",
        "y = cos(x) * 2  # a comment",
        "nothing",
        "for i in range(2):\n    print(i, y)",
        "1; foo; 2",
        "2x",
    ]
    entries += ["def f(a):\n    return F.relu(a)", "f(tensor(-1.))", "math.pi"]
    said = talk(*entries)
    shown = "".join(line for line in said.splitlines(keepends=True) if not line.startswith(("NameError", "hint")))
    shown = shown.replace("error: unexpected name after a number\n  2x\n   ^\n", "")
    program = as_program(talk.conversation)
    assert _output(program) == shown
    assert "foo" not in program
    assert "# a comment" in program
