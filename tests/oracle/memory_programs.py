"""Random programs about memory: views, in-place changes through any of them, detaching, and several backwards.

The operations are few and well known, so that what differs is the history the engine keeps, not a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

__all__ = ["memory_program"]

LEAVES: Final = (
    "tensor([1., 2., 3.], requires_grad=True)",
    "tensor([[1., 2., 3.], [4., 5., 6.]], requires_grad=True)",
    "tensor(2., requires_grad=True)",
    "tensor([0.5, 1.5, 2.5], requires_grad=True)",
    "tensor([3.], requires_grad=True)",
    "tensor([1., 2., 3.])",
    "tensor(3.)",
    "tensor([[1., 2., 3.], [4., 5., 6.]])",
)
VIEWS: Final = (
    "[0]", "[-1]", "[1:]", "[:, 0]", "[0, 1]", "[None]", "[...]", "[::2]", "[:]", "[:, 1:]", ".view(-1)", ".T", ".t()",
    ".unsqueeze(0)", ".squeeze()", ".reshape(-1)", ".flatten()", ".expand(2, 3)", ".expand(3)", ".transpose(0, 1)",
    ".narrow(0, 0, 1)", ".select(0, 0)", ".diagonal()", ".view_as(x)", ".unbind()[0]", ".unbind(0)[1]", ".split(1)[0]",
    ".chunk(2)[1]", ".movedim(0, 1)", ".contiguous()", ".as_strided((2,), (1,))",
)  # fmt: skip
COPIES: Final = (".clone()", ".detach()", ".data", ".detach().clone()", "[[0]]", "[[0, 1]]", ".clone().detach()")
UNARY: Final = (
    ".exp()",
    ".sin()",
    ".sqrt()",
    ".tanh()",
    ".relu()",
    ".sum()",
    ".mean()",
    " * 1",
    " * 2",
    " + 1",
    " ** 2",
    ".sum(0)",
)
CHANGES: Final = (
    ".zero_()", ".fill_(2)", ".add_(1)", ".mul_(2)", ".exp_()", ".sin_()", ".sqrt_()", ".neg_()", ".relu_()",
    ".clamp_(0, 2)", ".squeeze_()", ".unsqueeze_(0)", ".t_()", ".detach_()", ".retain_grad()", ".requires_grad_()",
    ".requires_grad_(False)", ".copy_(w)", ".copy_(x)", ".fill_(w)", ".mul_(w)", ".add_(x)", ".mul_(x)", ".sub_(w)",
    ".div_(w)", ".tanh_()", ".pow_(2)", ".lerp_(w, 0.5)", ".addcmul_(x, w)",
)  # fmt: skip
PLACES: Final = ("[0]", "[1:]", "[:, 0]", "[0, 1]", "[None]", "[...]", "[:]", "[[0]]", "[[0, 1]]", "[::2]", "[-1]")
QUESTIONS: Final = (
    "", ".grad_fn", "._version", ".is_leaf", ".requires_grad", ".grad", ".grad_fn.next_functions", "._is_view()",
    "._base is None", ".retains_grad", ".grad_fn._saved_self", ".output_nr",
)  # fmt: skip


class _Writer:
    def __init__(self, random: Random, *, blocks: bool) -> None:
        self.random = random
        self.blocks = blocks
        self.names = ["x", "w"]
        self.text = [f"{name} = {random.choice(LEAVES[:5] if name == 'x' else LEAVES)}" for name in self.names]

    def name(self) -> str:
        names = self.names
        return self.random.choice(names[-3:] if self.random.random() < 0.6 else names)

    def value(self) -> str:
        pick = self.random.choice
        kind = self.random.random()
        if kind < 0.45:
            return f"{self.name()}{pick(VIEWS)}"
        if kind < 0.6:
            return f"{self.name()}{pick(COPIES)}"
        if kind < 0.75:
            return f"{self.name()} {pick('+*-/')} {self.name()}"
        return f"{self.name()}{pick(UNARY)}"

    def assignment(self) -> str:
        name = f"y{len(self.names) - 1}"
        text = f"{name} = {self.value()}"
        self.names.append(name)
        return text

    def backward(self) -> str:
        keep = self.random.choice(("", "", "retain_graph=True", "create_graph=True"))
        return f"{self.name()}{self.random.choice(('', '.sum()', '.sum()', '.sum()'))}.backward({keep})"

    def change(self) -> str:
        pick = self.random.choice
        writers: list[Callable[[], str]] = [
            lambda: f"{self.name()} {pick('+-*/')}= {pick((self.name(), '2', '0.5', self.name()))}",
            lambda: f"{self.name()}{pick(CHANGES)}",
            lambda: f"{self.name()}{pick(PLACES)} {pick('+-*')}= {pick((self.name(), '2', '0.5'))}",
            lambda: f"{self.name()}{pick(PLACES)} = {pick((self.name(), '2', '0.5', self.value()))}",
            lambda: f"{self.name()}{pick(VIEWS)}{pick(CHANGES)}",
        ]
        text = pick(writers)()
        return f"with no_grad(): {text}" if self.blocks and self.random.random() < 0.15 else text

    def question(self) -> str:
        return f"{self.name()}{self.random.choice(QUESTIONS)}"


def memory_program(random: Random, *, blocks: bool = True) -> tuple[str, ...]:
    """The statements of a random program; with `blocks` some of them are not recorded."""
    writer = _Writer(random, blocks=blocks)
    writer.text += [writer.assignment() for _ in range(random.randint(1, 3))]
    for _ in range(random.randint(3, 9)):
        kinds = (writer.assignment, writer.change, writer.backward, writer.question)
        writer.text.append(random.choices(kinds, (3, 5, 2, 2))[0]())
    for name in writer.names:
        writer.text += [name, f"{name}.grad", f"{name}.grad_fn", f"{name}._version"]
    return tuple(writer.text)
