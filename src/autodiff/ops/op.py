"""What an operation is: one declaration, from which everything else follows.

A declaration states the name, the signature, the forward value per carrier and one derivative rule per
differentiable input. From it follow the node's name, the language function and method, what is saved
for backward (what the rules name), the gradient tests and the listing.

The parameters of a rule are its contract: `g` is the incoming gradient, `out` the result (several have the names the
declaration gives them), `self_shape` and
`self_dtype` facts about an input, any other name an input or an attribute. What a rule names is saved.
Note [conj]: rules are written for complex inputs, as in PyTorch (the gradient of a holomorphic f is
g * conj(f')); on real values `conj` is the identity and costs nothing.
"""

from __future__ import annotations

from autodiff.light import cached_property
from autodiff.ops.formula import parameters
from autodiff.ops.refusal import any_of, boolean, floating, no_derivative, not_implemented, promoted, refused
from autodiff.ops.signature import REQUIRED, Parameter, filled, read_signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Final, TypeAlias

    from autodiff.dtypes import dtype
    from autodiff.ops.refusal import Dtypes, Refusal

__all__ = [
    "REQUIRED",
    "Composite",
    "Elementwise",
    "Op",
    "Parameter",
    "Structural",
    "any_of",
    "boolean",
    "floating",
    "no_derivative",
    "not_implemented",
    "promoted",
    "refused",
]

Rule: TypeAlias = "Callable[..., Any]"
"""Mathematics over whatever carries a value."""


class Op:
    """An operation of the table.

    `name` is PyTorch's native name and the language's; `schema` the signature; `overload` the digit in the
    node's name. `derivatives` has one rule per differentiable input: those, the `tracked` ones, are what the node
    has edges for (all inputs, if no derivative is implemented). `spellings` are further names.
    `places` are where the user finds it: function, method, functional (torch.nn.functional), linalg, special, and
    language (an expression may call it although PyTorch has no such function); a name with the prefix `linalg_` or
    `special_` is found there only, without the prefix. A declaration with `public=False` serves rules only. `samples`
    are arguments for the tests: numbers and lists, made into tensors where the signature has tensors. `constants` are
    what the node shows besides what its rules name. `checks` raises PyTorch's error for inputs and attributes that
    it refuses before anything else. `written` is recorded in its stead when it acts in place.
    What is differentiable `once` has a gradient without a derivative; only `real` results of some may be recorded.
    """

    def __init__(
        self,
        name: str,
        doc: str,
        schema: str = "self",
        *,
        derivatives: Mapping[str, Rule] | None = None,
        overload: int = 0,
        node: str | None = None,
        dtypes: Dtypes = promoted,
        refuses: Mapping[int, Refusal] | None = None,
        spellings: Iterable[str] = (),
        places: str = "function method",
        in_place: bool = False,
        samples: Iterable[tuple[Any, ...]] = (),
        public: bool = True,
        constants: Mapping[str, Any] | None = None,
        checks: Callable[[Sequence[Any], Mapping[str, Any]], None] | None = None,
        written: Op | None = None,
        once: bool = False,
        real: bool = False,
    ) -> None:
        self.name, self.doc, self.schema = name, doc, schema
        self.derivatives = derivatives or {}
        self.overload = overload
        self.node = node
        self.dtypes = dtypes
        self.refuses = refuses or {}
        self.spellings = tuple(spellings)
        self.places = frozenset(places.split())
        self.in_place = in_place
        self.samples = tuple(samples)
        self.public = public
        self.constants = constants or {}
        self.checks, self.written, self.once, self.real = checks, written, once, real
        self.signature = read_signature(schema)
        self._saved_names: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.inputs = tuple(p.name for p in self.signature if p.kind in _TENSOR_KINDS)
        self.tracked = tuple(n for n in self.inputs if n in self.derivatives) or self.inputs

    results: tuple[str, ...] = ("out",)
    """What rules call the results."""
    differentiable: int | tuple[int, ...] = 1
    """How many results carry a gradient (0: all), or which do."""
    sees_missing: bool = False
    """Whether rules get None, not zeros, for the gradient of a result that has none."""

    def __repr__(self) -> str:
        return f"<operation {self.name}.{self.overload}>"

    def __call__(self, /, *operands: Any, **attributes: Any) -> Any:  # noqa: ANN401 - whatever carries it
        """Apply to tensors, to terms of a formula, or to any other carrier: an object that knows how."""
        for operand in (*operands, *attributes.values()):
            for candidate in operand if isinstance(operand, (list, tuple)) else (operand,):
                carry = getattr(candidate, "carry", None)
                if carry is not None:
                    return carry(self, operands, attributes)
        return self.of_numbers(*operands, **attributes)

    def of_numbers(self, *numbers: complex, **attributes: Any) -> Any:  # noqa: ANN401, ARG002 - see the kinds below
        """The value on plain Python numbers. Raises TypeError if the operation has none."""
        raise TypeError(f"{self.name}() has no value on plain numbers")

    def places_of(self, name: str) -> frozenset[str]:
        """Where the user finds it by `name`: `special_psi` is `psi` in torch.special, and nowhere else."""
        prefix = name.partition("_")[0]
        return frozenset([prefix]) if prefix in _MODULES and name != prefix else self.places

    @cached_property
    def number_names(self) -> tuple[str, ...]:
        """The parameters that are plain numbers."""
        return tuple(p.name for p in self.signature if p.kind in ("Number", "Scalar"))

    def carries_gradient(self, index: int) -> bool:
        """Whether the result with this index has an edge to the node."""
        if isinstance(self.differentiable, tuple):
            return index in self.differentiable
        return self.differentiable == 0 or index < self.differentiable

    @property
    def node_name(self) -> str:
        """The name of its node: title-case parts, a letter after a digit in upper case, `Backward`, the overload."""
        if self.node:
            return self.node
        title = "".join(part[:1].upper() + part[1:] for part in self.name.split("_"))
        spelled = "".join(c.upper() if k and title[k - 1].isdigit() else c for k, c in enumerate(title))
        return f"{spelled}Backward{self.overload}"

    @cached_property
    def rule_names(self) -> dict[str, tuple[str, ...]]:
        """What each rule names, by input."""
        return {name: parameters(rule) for name, rule in self.derivatives.items()}

    def saved_names(self, needing: tuple[str, ...]) -> tuple[str, ...]:
        """The inputs and results that are saved when only the inputs `needing` require a gradient.

        PyTorch drops a saved input only if a single one of several rules names it, and that input needs no
        gradient; a result is kept as soon as any rule names it.
        """
        if needing not in self._saved_names:
            names = (*sorted(self.inputs), *self.results)  # in the order in which PyTorch looks whether they changed
            self._saved_names[needing] = tuple(n for n in names if self._saves(n, needing))
        return self._saved_names[needing]

    def _saves(self, name: str, needing: tuple[str, ...]) -> bool:
        users = [target for target, named in self.rule_names.items() if name in named]
        if len(users) != 1 or len(self.derivatives) <= 1 or name in self.results:
            return bool(users)
        return users[0] in needing

    def refuse(self, d: dtype) -> None:
        """Raise PyTorch's error if operands of dtype `d` are refused."""
        refusal = self.refuses.get(d.category)
        if refusal is not None:
            raise refusal(d)


_MODULES: Final = frozenset({"linalg", "special"})
_TENSOR_KINDS: Final = frozenset({"Tensor", "Operand", "Mask", "Tensors", "Variadic"})


class Elementwise(Op):
    """An operation on each element, with broadcasting.

    `scalar` computes it on Python numbers, `complex` on complex ones, `array` on NumPy arrays (a ufunc's name, or a
    function). Instead, `forward` composes it of other operations, rounding after each, where PyTorch's
    kernel does (of real numbers, if there is a `complex`). `exact` results need no rounding; `rounds` says that
    `scalar` rounds by itself.
    `single` computes it in float32 where that is not the value in double, rounded once.
    """

    def __init__(
        self,
        name: str,
        doc: str,
        schema: str = "self",
        *,
        scalar: Callable[..., Any] | None = None,
        complex: Callable[..., Any] | None = None,
        array: str | Callable[..., Any] | None = None,
        forward: Rule | None = None,
        exact: bool = False,
        rounds: bool = False,
        single: Callable[..., float] | None = None,
        in_place: bool = True,
        **facts: Any,  # noqa: ANN401 - the keywords of Op
    ) -> None:
        super().__init__(name, doc, schema, in_place=in_place, **facts)
        self.scalar = scalar
        self.complex = complex
        self.array = array
        self.forward = forward
        self.exact = exact
        self.rounds = rounds
        self.single = single

    def of_numbers(self, *numbers: complex, **attributes: Any) -> Any:  # noqa: ANN401
        """The value `math` gives for plain Python numbers, or the composition of such values."""
        if self.forward is not None:
            return self.forward(**filled(self.signature, numbers, attributes))
        function = self.complex if any(isinstance(n, complex) for n in numbers) else self.scalar
        if function is None:
            return super().of_numbers(*numbers, **attributes)
        values = filled(self.signature, numbers, attributes)
        return function(*(values[p.name] for p in self.signature), *([lambda n: n] if self.rounds else []))


class Structural(Op):
    """An operation on the whole array: reductions, shapes, products of matrices.

    `array` gets arrays and the attributes by name and returns an array (a tuple of them for several results).
    `scalar` is the same for a 0-d value, where it needs no NumPy. A `view` shares its input's memory.
    The first `differentiable` results carry a gradient (0: all), or those whose indices it lists. Results after the
    first have `further_dtypes` (None: the dtype of their array).
    The inputs meet in one dtype if the operation `promotes`. Several results may have names: `outputs`.
    Rules get zeros for the gradient of a result that has none, or None if the declaration says `sees_missing`.
    """

    def __init__(
        self,
        name: str,
        doc: str,
        schema: str = "self",
        *,
        array: Callable[..., Any],
        scalar: Callable[..., Any] | None = None,
        view: bool = False,
        outputs: tuple[str, ...] = (),
        differentiable: int | tuple[int, ...] = 1,
        further_dtypes: tuple[dtype | None, ...] = (),
        promotes: bool = False,
        sees_missing: bool = False,
        **facts: Any,  # noqa: ANN401 - the keywords of Op
    ) -> None:
        super().__init__(name, doc, schema, **facts)
        self.array = array
        self.scalar = scalar
        self.view = view
        self.outputs = outputs
        self.results = outputs or ("out",)
        self.differentiable = differentiable
        self.further_dtypes = further_dtypes
        self.promotes = promotes
        self.sees_missing = sees_missing


class Composite(Op):
    """A function PyTorch composes of other operations; the nodes are theirs.

    `compute` gets tensors and attributes by name. Several results may have names: `outputs`.
    """

    def __init__(
        self,
        name: str,
        doc: str,
        schema: str = "self",
        *,
        compute: Callable[..., Any],
        outputs: tuple[str, ...] = (),
        **facts: Any,  # noqa: ANN401 - the keywords of Op
    ) -> None:
        super().__init__(name, doc, schema, **facts)
        self.compute = compute
        self.outputs = outputs

    def of_numbers(self, *numbers: complex, **attributes: Any) -> Any:  # noqa: ANN401
        """The same composition of plain Python numbers."""
        return self.compute(**filled(self.signature, numbers, attributes))
