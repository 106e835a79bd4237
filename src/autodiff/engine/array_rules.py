"""Derivative rules on float arrays: a rule is compiled into calls of NumPy, which write into each other's results.

What a rule's operations do to tensors without history they do here to the arrays, with the same values bit for bit.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, Final, NamedTuple

from autodiff.dtypes import dtype
from autodiff.engine.elements import array_form
from autodiff.numbers.array import np, numpy_dtype
from autodiff.numbers.array_functions import power, power_of_number
from autodiff.numbers.blocks import by_blocks
from autodiff.numbers.scalar import SCALARS
from autodiff.ops.formula import Formula, Step, Term, parameters, read
from autodiff.ops.op import Elementwise, boolean
from autodiff.ops.table import FORMS

__all__ = ["FULL", "MISSING", "NUMBER", "PART", "SINGLE", "compiled_rule"]

FULL, PART, SINGLE, NUMBER, MISSING = "full", "part", "single", "number", "missing"
"""What a parameter of a rule is: an array of the gradient's shape, one that broadcasts to it, a single element, a plain
number, nothing."""


class _Value(NamedTuple):
    """How a term is written; whether it is a plain number, a single element, of full shape, ours, or bools."""

    text: str
    plain: bool = False
    single: bool = False
    full: bool = False
    fresh: bool = False
    bools: bool = False


_FRESH: Final = frozenset(
    [
        *("where", "masked_fill", "pow", "sin", "cos", "tan", "exp", "expm1", "log", "log1p", "sqrt", "tanh"),
        *("sgn", "one_minus_square", "threshold_backward"),
    ]
)
"""Operations that are no ufuncs, but whose result is new, and the same for a part of an array as within the whole."""


_ARITHMETIC: Final = frozenset({"add", "sub", "mul", "div", "neg"})
"""What gives the same bits for a number and for an array of one."""


@cache
def compiled_rule(
    rule: Callable[..., Any], d: dtype, kinds: tuple[str, ...], *, inner: bool = False
) -> Callable[..., Any] | None:
    """`rule` as a function of arrays of dtype `d` and numbers, by what its parameters are; None if it has none.

    With `inner` it is what an operation is composed of.

    A rule that looks at more than values (at shapes, say) cannot be read as a formula.
    """
    names = parameters(rule)
    steps: list[Step] = [Step("parameter", ()) for _ in names]
    terms = [None if kind is MISSING else _Term(steps, k, names[k]) for k, kind in enumerate(kinds)]
    try:
        result = rule(*terms)
    except (AttributeError, TypeError, NotImplementedError):
        return None
    if not isinstance(result, Term):
        return None
    if not all(_is_elementwise(step) for step in steps[len(names) :]):
        return None
    return _Writer(d).written(Formula(names, tuple(steps[len(names) :]), result), kinds, inner=inner)


class _Term(Term):
    """A term of a rule that names operations by what they are: several may have one name."""

    __slots__ = ()

    @staticmethod
    def carry(operation: Any, operands: tuple[Any, ...], attributes: dict[str, Any]) -> Term:  # noqa: ANN401
        """Apply an operation of the table to terms. Raises TypeError for one that another stands for by its name."""
        if operation.name != "conj" and FORMS.get(operation.name) is not operation:
            raise TypeError
        return Term.carry(operation, operands, attributes)

    def note(self, operation: str, *operands: Any) -> Term:  # noqa: ANN401
        """The term that an operation gives."""
        super().note(operation, *operands)
        return _Term(self.steps, len(self.steps) - 1)


def _is_elementwise(step: Step) -> bool:
    if step.operation not in FORMS or step.operation == "sgn_backward":  # which gives a zero without memory
        return step.operation == "conj"
    return len(step.operands) == len(FORMS[step.operation].signature)


def _by_blocks(rule: Callable[..., Any], kind: Any, *values: Any) -> Any:  # noqa: ANN401
    return by_blocks(rule, values, kind)


class _Step(NamedTuple):
    """A step whose operands are numbers of terms, or numbers in a list of one; `inner` of a composed operation."""

    operation: str
    operands: tuple[Any, ...]
    inner: bool


class _Writer:
    """Writes one function."""

    def __init__(self, d: dtype) -> None:
        self.dtype = d
        self.names: dict[str, Any] = {"array": np.array, "kind": numpy_dtype(d), "rounded": SCALARS[d].round}
        self.lines: list[str] = []
        self.values: list[_Value] = []
        self.steps: list[_Step] = []
        self.last_use: dict[int, int] = {}
        self.in_parts = True

    def written(self, formula: Formula, kinds: tuple[str, ...], *, inner: bool) -> Callable[..., Any] | None:
        """The function of the formula's parameters; None if it asks for more than arithmetic of single elements."""
        self.values = [_Value(f"p{k}", kind is NUMBER, kind is SINGLE, kind is FULL) for k, kind in enumerate(kinds)]
        start = len(kinds)
        result = self.flattened(formula, list(range(start)), start, inner=inner)
        for k, step in enumerate(self.steps):
            self.last_use |= {o: start + k for o in step.operands if isinstance(o, int)}
        self.last_use[result] = start + len(self.steps)
        for step in self.steps:
            if not self.write(step):
                return None
        head = ", ".join(f"p{k}" for k in range(start))
        source = f"def rule({head}):\n" + "".join(f"    {line}\n" for line in self.lines)
        source += f"    return {self.values[result].text}\n"
        exec(compile(source, "<rule>", "exec"), self.names)  # noqa: S102 - names of our own table, no user's text
        made: Callable[..., Any] = self.names["rule"]
        several = self.in_parts and len(self.lines) > 1 and self.values[result].full
        return partial(_by_blocks, made, self.names["kind"]) if several else made

    def flattened(self, formula: Formula, places: list[Any], start: int, *, inner: bool) -> Any:  # noqa: ANN401
        """Note down the steps of a formula of the terms in `places`, composed operations in their own steps."""
        for step in formula.steps:
            operands = tuple(places[o.index] if isinstance(o, Term) else [o] for o in step.operands)
            form = None if step.operation == "conj" else FORMS[step.operation]
            if form is None:  # of real numbers: they are their own
                places.append(operands[0])
            elif form.forward is not None and any(isinstance(o, int) for o in operands):
                places.append(self.flattened(_formula_of(form), list(operands), start, inner=True))
            else:
                self.steps.append(_Step(step.operation, operands, inner))
                places.append(start + len(self.steps) - 1)
        return places[formula.result.index] if isinstance(formula.result, Term) else [formula.result]

    # -------------------------------------------------------------- one step

    def write(self, step: _Step) -> bool:
        """Write one step, if it is one of arrays: what is more than arithmetic gives other bits for numbers."""
        number = len(self.values)
        places = step.operands
        operands = [self.values[o] if isinstance(o, int) else _Value(self.bind(o[0]), plain=True) for o in places]
        if all(o.plain for o in operands):
            self.lines.append(f"t{number} = {self.bind(FORMS[step.operation].of_numbers)}({_listed(operands)})")
            self.values.append(_Value(f"t{number}", plain=True))
            return True
        single = all(o.plain or o.single for o in operands)
        if single and step.operation not in _ARITHMETIC:
            return False
        if step.operation == "where" and operands[0].plain:
            yes, no = (self.as_array(o) for o in operands[1:])
            self.lines.append(f"t{number} = {yes} if {operands[0].text} else {no}")
            self.values.append(_Value(f"t{number}"))
            return True
        text, ufunc = self.call(step, operands)
        form = FORMS[step.operation]
        bools = form.dtypes is boolean
        if ufunc and not (bools or single):
            text += self.target(step, number)
        self.lines.append(f"t{number} = {text})")
        known = ufunc or step.operation in _FRESH
        self.in_parts = self.in_parts and known
        fresh = known and not bools
        full = any(o.full for o in operands)
        self.values.append(_Value(f"t{number}", single=single, full=full, fresh=fresh, bools=bools))
        return True

    def call(self, step: _Step, operands: Sequence[_Value]) -> tuple[str, bool]:
        """The call of NumPy without its last parenthesis, and whether it takes a place to write to."""
        name, (first, *others) = step.operation, operands
        if name == "pow":
            function = power_of_number if others[0].plain else power
            return f"{self.bind(function)}({_listed(operands)}", False
        if name == "div" and first.plain and not step.inner:  # c / x is x.reciprocal() * c
            self.lines.append(f"inverse = {self.bind(np.reciprocal)}({others[0].text})")
            place = "" if others[0].single else ", inverse"
            return f"{self.bind(np.multiply)}(inverse, {self.as_array(first)}{place}", False
        form = FORMS[name]
        function = array_form(form, real=True)
        numbers = form.number_names if form.array is not None else ()
        written = [
            o.text if p.name in numbers else self.as_array(o) for p, o in zip(form.signature, operands, strict=True)
        ]
        return f"{self.bind(function)}({', '.join(written)}", isinstance(function, np.ufunc)

    def target(self, step: _Step, number: int) -> str:
        """Where a ufunc may write: to an operand that nobody needs any more."""
        for o in step.operands:
            if isinstance(o, int) and self.last_use[o] == number:
                value = self.values[o]
                if value.fresh and value.full and not value.bools:
                    return f", {value.text}"
        return ""

    def as_array(self, value: _Value) -> str:
        """An operand's text; a number is cast to the arrays' dtype."""
        if not value.plain:
            return value.text
        if value.text in self.names:  # a constant
            return self.bind(np.array(self.names["rounded"](self.names[value.text]), self.names["kind"]))
        return f"array(rounded({value.text}), kind)"

    def bind(self, value: Any) -> str:  # noqa: ANN401 - a function or a number
        """The name under which the function knows `value`."""
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name


def _listed(operands: Sequence[_Value]) -> str:
    return ", ".join(o.text for o in operands)


@cache
def _formula_of(form: Elementwise) -> Formula:
    return read(form.forward)  # type: ignore[arg-type] # the caller saw that it is there
