"""The samples of a declaration as calls: tensors where the signature has tensors, and as text of the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff.ops.op import no_derivative
from autodiff.ops.table import all_operations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autodiff.ops.op import Op, Parameter

__all__ = ["Call", "calls", "label", "operands", "public_place", "refuses", "unique_ops"]

_TENSORS = ("Tensor", "Operand", "Mask", "Tensors", "Variadic")


def unique_ops() -> list[Op]:
    """Every declaration once."""
    return list(dict.fromkeys(all_operations()))


def label(op: Op) -> str:
    """A name for test reports: `pow.1`, and the kinds of its parameters where that is not enough."""
    name = f"{op.name}.{op.overload}"
    twins = [other for other in unique_ops() if f"{other.name}.{other.overload}" == name]
    return name if len(twins) == 1 else f"{name}({','.join(p.kind + ' ' + p.name for p in op.signature)})"


def operands(op: Op, sample: tuple[Any, ...], make: Callable[[Any, bool], Any]) -> list[Any]:
    """The arguments of a sample in the order of the signature; `make(value, differentiable)` makes the tensors."""
    given = list(sample)
    for place, parameter in enumerate(op.signature):
        if parameter.kind == "Variadic":  # takes the rest
            given[place:] = [given[place:]]
    return [_made(op, p, value, make) for p, value in zip(op.signature, given, strict=False)]


def _made(op: Op, parameter: Parameter, value: Any, make: Callable[[Any, bool], Any]) -> Any:  # noqa: ANN401
    if parameter.kind not in _TENSORS or value is None:
        return value
    rule = op.derivatives.get(parameter.name)
    differentiable = not refuses(rule) if rule else not op.derivatives and _has_floats(value)
    if parameter.kind in ("Tensors", "Variadic"):
        return [make(each, differentiable) for each in value]
    return make(value, differentiable)


def refuses(rule: Callable[..., Any]) -> bool:
    """Whether a rule only says that PyTorch has no derivative there."""
    return rule.__code__ is no_derivative("").__code__ or no_derivative.__name__ in rule.__code__.co_names


def _has_floats(value: Any) -> bool:  # noqa: ANN401 - a number or nested lists
    return any(map(_has_floats, value)) if isinstance(value, (list, tuple)) else isinstance(value, (float, complex))


def public_place(op: Op) -> str:
    """How PyTorch's user reaches it: a prefix with `{}` for the arguments, or nothing."""
    places = op.places_of(op.name)
    if "function" in places:
        return op.name + "({})"
    if "functional" in places:  # by its full name: torch may have another function of this name
        return f"torch.nn.functional.{op.name}({{}})"
    for place in ("linalg", "special"):
        if place in places:
            return f"torch.{place}.{op.name.removeprefix(f'{place}_')}({{}})"
    return "{}" if "method" in places else ""


class Call(NamedTuple):
    """One call: the statements that make its tensors, the expression, and the leaves' names."""

    op: str
    inputs: tuple[str, ...]
    call: str
    leaves: tuple[str, ...]


def calls(op: Op, dtype: str) -> Iterator[Call]:
    """A public operation's samples as texts, with the tensors that can be differentiated in `dtype`."""
    place = public_place(op)
    for sample in op.samples if place and op.public else ():
        yield _call(op, sample, place, dtype)


def _call(op: Op, sample: tuple[Any, ...], place: str, dtype: str) -> Call:
    inputs: list[str] = []
    leaves: list[str] = []

    def make(value: Any, differentiable: bool) -> str:  # noqa: ANN401
        name = "abcdefgh"[len(inputs)]
        if differentiable:
            leaf = dtype not in ("int64", "bool")
            value = value if leaf else _whole(value)
            inputs.append(f"{name} = tensor({value}, dtype={dtype}{', requires_grad=True' * leaf})")
            if leaf:
                leaves.append(name)
        else:
            inputs.append(f"{name} = tensor({value})")
        return name

    texts = []
    for parameter, value in zip(op.signature, operands(op, sample, make), strict=False):
        tensor = parameter.kind in _TENSORS and value is not None
        text = value if tensor else repr(value)
        if tensor and isinstance(value, list):
            text = ", ".join(value) if parameter.kind == "Variadic" else f"[{', '.join(value)}]"
        texts.append(f"{parameter.name}={text}" if parameter.keyword_only else text)
    if place == "{}":
        return Call(label(op), tuple(inputs), f"{texts[0]}.{op.name}({', '.join(texts[1:])})", tuple(leaves))
    return Call(label(op), tuple(inputs), place.format(", ".join(texts)), tuple(leaves))


def _whole(value: Any) -> Any:  # noqa: ANN401 - a number or nested lists
    return [_whole(v) for v in value] if isinstance(value, (list, tuple)) else int(value.real)
