"""A derivative's rule as text: it is called with texts in place of tensors, and what it does to them is written down.

What rules ask of tensors, such as a shape, the tensor behind a text answers. A condition on numbers that are known
is decided, as the rule would decide it on those.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autodiff.engine import Tensor, tensor_methods
from autodiff.ops.op import Op, boolean

__all__ = ["Spelled", "Unspelled", "spell"]

_COMPARED, _EITHER, _BOTH, _SUM, _PRODUCT, _SIGNED, _POWER, _ATOM = range(8)
"""How strongly a text holds together, as in Python's grammar."""
_TAGGED: Final = {
    "add": ("+", _SUM), "sub": ("-", _SUM), "mul": ("*", _PRODUCT), "div": ("/", _PRODUCT),
    "logical_and": ("&", _BOTH), "logical_or": ("|", _EITHER),
    "eq": ("==", _COMPARED), "ne": ("!=", _COMPARED), "lt": ("<", _COMPARED), "le": ("<=", _COMPARED),
    "gt": (">", _COMPARED), "ge": (">=", _COMPARED),
}  # fmt: skip
_DECIDED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
    "logical_and": lambda a, b: bool(a and b), "logical_or": lambda a, b: bool(a or b),
}  # fmt: skip
_SAME: Final = frozenset({"positive", "clone", "contiguous", "alias"})
_SAME_FOR_REAL: Final = frozenset({"conj", "real", "resolve_conj"})
_FACTS: Final = frozenset({"shape", "dtype", "ndim", "numel", "dim"})
_UNIMPORTANT: Final = frozenset({"implicit", "memory_format"})
_KERNELS: Final[Mapping[str, Callable[..., Any]]] = {
    "threshold_backward": lambda g, x, threshold: _where(_infix("gt", x, threshold), g, 0),
    "hardshrink_backward": lambda g, x, lambd: _where(_infix("gt", _call("abs", [x]), lambd), g, 0),
    "sgn_backward": lambda g, *_: _infix("mul", 0, g),
    "one_minus_square": lambda y: _infix("sub", 1, _power(y, 2)),
}
"""What rules leave to a kernel of its own, as mathematics."""


class Unspelled(Exception):  # noqa: N818 - it is no error, but the answer that there is no text
    """A rule that asks more of its operands than can be said of a text."""


class Spelled:
    """A text that stands for a tensor.

    `value` is that tensor, if it is at hand. `known` is the one number that the text stands for, or whether the
    condition holds; None if that is not known.
    """

    __slots__ = ("known", "strength", "text", "value")
    __hash__ = None  # type: ignore[assignment] # == makes a text

    def __init__(self, text: str, strength: int = _ATOM, *, value: Any = None, known: Any = None) -> None:  # noqa: ANN401
        self.text = text
        self.strength = strength
        self.value = value
        self.known = known

    @classmethod
    def of(cls, text: str, value: Any, *, decide: bool) -> "Spelled":  # noqa: ANN401 - a Tensor
        """A text of the user's or a number, which stands in parentheses where it is not sure to hold together.

        Conditions are decided by the value, if that is one number and they shall be.
        """
        known = value.item() if decide and isinstance(value, Tensor) and not value.shape else None
        signed = text[:1] in "+-" and text[1:].replace(".", "").replace("e-", "").replace("e", "").isalnum()
        strength = _ATOM if _holds(text) else _SIGNED if signed else _COMPARED
        return cls(text, strength, value=value, known=known)

    @staticmethod
    def carry(op: Op, operands: Sequence[Any], attributes: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """An operation of the table of texts and numbers."""
        first, name = operands[0] if operands else None, op.name
        if name in _SAME or (name in _SAME_FOR_REAL and not _is_complex(operands)):
            return first
        if name in _KERNELS:
            return _KERNELS[name](*operands, *attributes.values())
        if name in _TAGGED and len(operands) == 2 and not attributes.get("rounding_mode"):
            return _infix(name, *operands)
        if name == "where":
            return _where(*operands)
        if name == "expand" and getattr(getattr(first, "value", None), "shape", None) == attributes.get("size"):
            return first
        forward = getattr(op, "forward", None)
        if forward is not None and not op.public:
            return forward(*operands, **attributes)
        shown = {k: v for k, v in attributes.items() if k not in _UNIMPORTANT and v is not None}
        defaults = {p.name: p.default for p in op.signature}
        found = _call(name, operands, {k: v for k, v in shown.items() if v != defaults.get(k)})
        if op.dtypes is boolean and all(_known(o) is not None for o in operands):
            found.known = op.of_numbers(*map(_known, operands))
        return found

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a fact of the tensor, or a method of the text
        if name in _FACTS and self.value is not None:
            return getattr(self.value, name)
        if name == "requires_grad":
            return False
        if name in _FACTS or name not in tensor_methods():
            raise Unspelled(f"{self.text}.{name}")
        return lambda *operands, **attributes: _call(f"{_within(self, _ATOM)}.{name}", operands, attributes)

    def __getitem__(self, index: Any) -> "Spelled":  # noqa: ANN401 - integers and slices
        parts = index if isinstance(index, tuple) else (index,)
        return Spelled(f"{_within(self, _ATOM)}[{', '.join(map(_index, parts))}]")

    def __iter__(self) -> Any:  # noqa: ANN401 - never
        raise Unspelled(self.text)

    def __bool__(self) -> bool:
        if self.known is None:
            raise Unspelled(self.text)
        return bool(self.known)

    def __add__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("add", self, other)

    def __radd__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("add", other, self)

    def __sub__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("sub", self, other)

    def __rsub__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("sub", other, self)

    def __mul__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("mul", self, other)

    def __rmul__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("mul", other, self)

    def __truediv__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("div", self, other)

    def __rtruediv__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("div", other, self)

    def __pow__(self, other: Any) -> Any:  # noqa: ANN401
        return _power(self, other)

    def __rpow__(self, other: Any) -> Any:  # noqa: ANN401
        return _power(other, self)

    def __neg__(self) -> "Spelled":
        return Spelled(f"-{_within(self, _PRODUCT)}", _PRODUCT)

    def __and__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("logical_and", self, other)

    def __or__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("logical_or", self, other)

    def __lt__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("lt", self, other)

    def __le__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("le", self, other)

    def __gt__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("gt", self, other)

    def __ge__(self, other: Any) -> Any:  # noqa: ANN401
        return _infix("ge", self, other)

    def __eq__(self, other: object) -> Any:  # noqa: ANN401
        return _infix("eq", self, other)

    def __ne__(self, other: object) -> Any:  # noqa: ANN401
        return _infix("ne", self, other)


class _Whole(int):
    """An attribute that is an integer; functions of it are written, sums and products are computed."""

    carry = staticmethod(Spelled.carry)


class _Real(float):
    """The same for a float."""

    carry = staticmethod(Spelled.carry)


def spell(rule: Callable[..., Any], given: Mapping[str, Any], texts: Mapping[str, str], *, decide: bool = False) -> Any:  # noqa: ANN401
    """What `rule` says of `given` (tensors, numbers and other arguments by name), with `texts` for the tensors.

    With `decide` a condition on known numbers is replaced by the branch it chooses. A text, or a list of them for a
    rule that gives several gradients. Raises Unspelled if it has none.
    """
    arguments = [_operand(given[name], texts.get(name, name), decide=decide) for name in given]
    try:
        result = rule(*arguments)
    except Exception as error:  # a rule may ask anything of a tensor, which a text is not
        raise Unspelled(str(error)) from error
    if isinstance(result, list | tuple):
        return [None if each is None else _text(each) for each in result]
    return _text(result)


def _operand(value: Any, text: str, *, decide: bool) -> Any:  # noqa: ANN401
    if isinstance(value, Tensor):
        return Spelled.of(text, value, decide=decide)
    if isinstance(value, list) and any(isinstance(each, Tensor) for each in value):
        return [_operand(each, f"{text}[{k}]", decide=decide) for k, each in enumerate(value)]
    if type(value) is int:
        return _Whole(value)
    return _Real(value) if type(value) is float else value


# ------------------------------------------------------------------ texts of texts


def _infix(name: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - texts and numbers
    sign, strength = _TAGGED[name]
    if name == "mul" and (_is(left, 1) or _is(right, 1)):
        return right if _is(left, 1) else left
    if name == "div" and _is(right, 1):
        return left
    loose = strength + 1 if strength == _COMPARED else strength
    text = f"{_within(left, loose)} {sign} {_within(right, strength + 1, second=True)}"
    known = None
    if name in _DECIDED and _known(left) is not None and _known(right) is not None:
        known = _DECIDED[name](_known(left), _known(right))
    return Spelled(text, strength, known=known)


def _power(base: Any, exponent: Any) -> Any:  # noqa: ANN401 - texts and numbers
    if _is(exponent, 1):
        return base
    if _is(exponent, 0):
        return 1
    return Spelled(f"{_within(base, _ATOM)} ** {_within(exponent, _SIGNED)}", _POWER)


def _where(condition: Any, yes: Any, no: Any) -> Any:  # noqa: ANN401 - texts and numbers
    known = _known(condition)
    return _call("where", [condition, yes, no]) if known is None else yes if known else no


def _call(name: str, operands: Sequence[Any], attributes: Mapping[str, Any] | None = None) -> Spelled:
    parts = [_text(o) for o in operands if o is not None]
    parts += [f"{key}={_text(value)}" for key, value in (attributes or {}).items()]
    return Spelled(f"{name}({', '.join(parts)})")


def _within(value: Any, strength: int, *, second: bool = False) -> str:  # noqa: ANN401
    """The text of an operand, in parentheses if it needs them there."""
    text = _text(value)
    own = value.strength if isinstance(value, Spelled) else _SIGNED if text.startswith("-") else _ATOM
    return f"({text})" if own < strength or (second and text.startswith("-")) else text


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, Spelled):
        return value.text
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        ends = "[]" if isinstance(value, list) else "()"
        inner = ", ".join(_text(each) for each in value)
        return f"{ends[0]}{inner}{',' if len(value) == 1 and ends == '()' else ''}{ends[1]}"
    if isinstance(value, int | complex | str | None):
        return str(int(value)) if isinstance(value, _Whole) else str(value)
    raise Unspelled(type(value).__name__)


def _holds(text: str) -> bool:
    """Whether a text is a name, a number, a call or a bracket: what needs no parentheses anywhere."""
    depth = 0
    for k, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        plain = character.isalnum() or character in "_.()[]"
        if not depth and not plain and not (character in "+-" and text[k - 1 : k] == "e" and text[0].isdigit()):
            return False
    return True


def _index(part: Any) -> str:  # noqa: ANN401
    if part is None or part is Ellipsis:
        return "None" if part is None else "..."
    if not isinstance(part, slice):
        return _text(part)
    ends = ["" if end is None else _text(end) for end in (part.start, part.stop)]
    return ":".join(ends if part.step is None else [*ends, _text(part.step)])


def _is(value: Any, number: int) -> bool:  # noqa: ANN401
    return isinstance(value, int | float) and value == number


def _known(value: Any) -> Any:  # noqa: ANN401
    return value.known if isinstance(value, Spelled) else value if isinstance(value, int | float | complex) else None


def _is_complex(operands: Sequence[Any]) -> bool:
    values = (o.value for o in operands if isinstance(o, Spelled))
    return any(value is not None and value.dtype.is_complex for value in values)
