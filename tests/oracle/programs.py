"""Random programs of the language, for whoever compares two implementations of it.

What they call is read from the table of operations, so a new operation is compared as soon as it is declared. Some
statements are wrong on purpose now and then (a second backward, an in-place change of a leaf): errors are answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autodiff.ops.op import REQUIRED, Composite, Elementwise
from autodiff.ops.table import OVERLOADS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from autodiff.ops.op import Op

__all__ = ["SHAPES", "program"]

OPERATORS: Final = ["+", "-", "*", "/", "+", "-", "*", "/", "**"]
RARE_OPERATORS: Final = ["%", "//", "==", "<", ">="]
NUMBERS: Final = ("2", "3", "0.5", "1.5", "0.1", "-1", "10", "0.25", "1", "7", "-0.7", "2.5", "0")
VALUES: Final = ("3.", "2.", "0.5", "1.5", "-1.2", "0.3", "-0.4", "2.7", "0.9", "1.", "0.", "-3.", "12.5", "1e-3")
SHAPES: Final = ((), (3,), (2, 3), (1,), (2, 1), (3, 2))
ABSENT: Final = frozenset({"rsub", "as_strided", "real", "imag"})
"""Functions whose wrong use is a matter of its own, and attributes."""


def _required(op: Op) -> list[str]:
    """The kinds of the parameters an operation cannot do without."""
    return [p.kind for p in op.signature if p.default is REQUIRED]


def _callable(count: int, place: str) -> list[str]:
    """The names of pointwise operations of so many tensors, at a place where users find them."""
    return [
        name
        for name, ops in OVERLOADS.items()
        if place in ops[0].places_of(name)
        and name not in ABSENT
        and any(
            isinstance(op, (Elementwise, Composite))
            and len(_required(op)) == count
            and set(_required(op)) <= {"Tensor", "Operand"}
            for op in ops
        )
    ]


def _smooth_first(names: list[str]) -> tuple[str, ...]:
    """The names, those with a derivative more often than comparisons and the logic of bits."""
    smooth = [name for name in names if any(op.derivatives for op in OVERLOADS[name])]
    return (*names, *smooth * 4)


def _pointwise(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of operations that act on each element."""
    return tuple(name for name in names if all(isinstance(op, Elementwise) for op in OVERLOADS[name]))


UNARY: Final = _smooth_first(list(dict.fromkeys(_callable(1, "function") + _callable(1, "functional"))))
BINARY: Final = _smooth_first(_callable(2, "function"))
METHODS: Final = _smooth_first(_callable(1, "method"))
IN_PLACE: Final = tuple(name for name in METHODS if any(op.in_place for op in OVERLOADS[name]))
_COMMON: Final = "sin cos exp log sqrt tanh sigmoid relu tan abs log1p"
COMMON: Final = tuple(name for name in _COMMON.split() if name in UNARY)


class _Writer:
    """Writes one program, statement by statement."""

    def __init__(self, random: Random, *, arrays: bool) -> None:
        self.random = random
        self.arrays = arrays
        of = tuple if arrays else _pointwise
        self.unary, self.binary, self.methods = of(UNARY), of(BINARY), of(METHODS)
        self.leaves: list[str] = []
        self.results: list[str] = []
        self.text: list[str] = []

    @property
    def names(self) -> list[str]:
        """Every tensor named so far."""
        return self.leaves + self.results

    def chance(self, share: float) -> bool:
        """True in a `share` of the cases."""
        return self.random.random() < share

    def name(self) -> str:
        """A tensor; the later, the likelier."""
        names = self.names
        return names[-1] if self.chance(0.35) else self.random.choice(names)

    # -------------------------------------------------------------- statements

    def leaf(self, name: str) -> None:
        """A leaf: mostly float32 that requires a gradient."""
        shape = self.random.choice(SHAPES) if self.arrays else ()
        kind = self.random.random()
        if kind < 0.86 or not self.leaves:
            made = f"tensor({self.nested(shape, VALUES)}, requires_grad=True)"
        elif kind < 0.92:
            made = f"tensor({self.nested(shape, VALUES)}, dtype=float64, requires_grad=True)"
        elif kind < 0.95:
            made = f"tensor({self.nested(shape, VALUES)})"
        elif kind < 0.985:
            made = f"tensor({self.nested(shape, ('1', '2', '3', '-2', '0'))})"
        else:
            made = f"tensor({self.nested(shape, ('1+2j', '-0.5j', '2-1j'))}, requires_grad=True)"
        self.text.append(f"{name} = {made}")
        self.leaves.append(name)

    def nested(self, shape: Sequence[int], values: Sequence[str]) -> str:
        """Numbers in brackets."""
        if not shape:
            return self.random.choice(values)
        return f"[{', '.join(self.nested(shape[1:], values) for _ in range(shape[0]))}]"

    def assignment(self) -> None:
        """A new name, or sometimes an old one."""
        value = self.expression(self.random.randint(1, 3))
        name = self.random.choice(self.results) if self.results and self.chance(0.1) else f"y{len(self.results) + 1}"
        self.text.append(f"{name} = {value}")
        if name not in self.results:
            self.results.append(name)

    def statement(self) -> None:
        """Anything else."""
        writers: list[tuple[float, Callable[[], str]]] = [
            (4, self.backward),
            (2, lambda: self.expression(2)),
            (2, lambda: f"{self.random.choice(self.leaves)}.grad"),
            (1, lambda: f"{self.name()}.retain_grad()"),
            (1, lambda: f"{self.name()}.detach_()"),
            (1, lambda: f"{self.name()} {self.random.choice('+-*/')}= {self.expression(1)}"),
            (1, lambda: f"{self.name()}.{self.random.choice(IN_PLACE)}_()"),
            (0.5, lambda: f"{self.random.choice(self.leaves)}.grad = None"),
            (0.5, lambda: f"{self.name()}.grad_fn"),
            (0.5, lambda: f"{self.name()}.requires_grad"),
            (0.3, lambda: f"{self.name()}.requires_grad_()"),
            (0.3, lambda: f"{self.name()}.is_leaf"),
        ]
        if self.arrays:
            writers.append((1.5, lambda: f"{self.name()}{self.index()} {self.random.choice('+-*')}= {self.number()}"))
            writers.append((1, lambda: f"{self.name()}{self.index()} = {self.expression(1)}"))
        weights, choices = zip(*writers, strict=True)
        self.text.append(self.random.choices(choices, weights)[0]())

    def backward(self) -> str:
        """A call of backward, mostly on the last result."""
        target = self.results[-1] if self.results and self.chance(0.7) else self.name()
        keep = self.random.choices(("", "retain_graph=True", "create_graph=True"), (3, 3, 1))[0]
        if self.arrays and self.chance(0.7):
            return f"{target}.sum().backward({keep})"
        return f"{target}.backward({keep})"

    # -------------------------------------------------------------- expressions

    def number(self) -> str:
        """A plain number."""
        return self.random.choice(NUMBERS)

    def operand(self, depth: int) -> str:
        """An expression that can stand beside an operator."""
        if depth <= 0:
            return self.name()
        return f"({self.expression(depth)})"

    def expression(self, depth: int) -> str:
        """An expression of a given depth that contains a tensor."""
        if depth <= 0:
            return self.name()
        kind = self.random.random()
        if kind < 0.42:
            return self.operation(depth)
        if kind < 0.70:
            pool = COMMON if self.chance(0.5) else self.unary
            return f"{self.random.choice(pool)}({self.expression(depth - 1)})"
        if kind < 0.76:
            return f"{self.random.choice(self.binary)}({self.expression(depth - 1)}, {self.expression(depth - 1)})"
        if kind < 0.81:
            return f"-{self.operand(depth - 1)}"
        if kind < 0.86:
            return f"{self.operand(depth - 1)}.detach()"
        if kind < 0.91:
            return f"{self.operand(depth - 1)}.{self.random.choice(self.methods)}()"
        return self.structural(depth) if self.arrays else self.operation(depth)

    def operation(self, depth: int) -> str:
        """Two operands, one of them often a number."""
        operator = self.random.choice(RARE_OPERATORS if self.chance(0.06) else OPERATORS)
        left, right = self.operand(depth - 1), self.operand(self.random.randint(0, depth - 1))
        if self.chance(0.45):
            left, right = (left, self.number()) if self.chance(0.65) else (f"({self.number()})", right)
        return f"{left} {operator} {right}"

    def index(self) -> str:
        """Some indexing."""
        return self.random.choice(("[0]", "[-1]", "[1:]", "[:, 0]", "[0, 1]", "[None]", "[...]", "[::2]", "[:, 1:]"))

    def structural(self, depth: int) -> str:
        """Reductions, views, products, indexing, selections."""
        x, y = self.operand(depth - 1), self.operand(0)
        dim = self.random.choice(("0", "1", "-1"))
        keep = self.random.choice(("", ", keepdim=True"))
        return self.random.choice((
            f"{x}.sum()", f"{x}.mean()", f"sum({x}, dim={dim}{keep})", f"{x}.mean({dim}{keep})", f"{x}.max()",
            f"{x}{self.index()}", f"{x}.T", f"{x}.view(-1)", f"{x}.reshape(-1, 1)", f"{x}.unsqueeze({dim})",
            f"{x}.squeeze()", f"{x} @ {y}", f"{x} @ {y}.T", f"stack([{y}, {y}])", f"cat([{y}, {x}])", f"{x}.clone()",
            f"where({y} > {self.number()}, {y}, {x})", f"{x}.expand(2, 3)", f"{x}.transpose(0, -1)", f"outer({x}, {y})",
            f"{x}.flatten()", f"{x}.double()", f"{x}.float()",
        ))  # fmt: skip


def program(random: Random, *, arrays: bool = False) -> tuple[str, ...]:
    """The statements of a random program: of 0-d tensors, or with `arrays` of vectors and matrices too."""
    writer = _Writer(random, arrays=arrays)
    for name in ("x", "w", "b")[: random.randint(1, 3)]:
        writer.leaf(name)
    for _ in range(random.randint(1, 4)):
        writer.assignment()
    for _ in range(random.randint(2, 7)):
        if writer.chance(0.25):
            writer.assignment()
        else:
            writer.statement()
    writer.text += writer.results[-2:] + [f"{name}.grad" for name in writer.names[:4]]
    return tuple(writer.text)
