# ruff: noqa: ANN401 - values of a program are of any kind
"""Python's builtins, as far as programs have them: each bounded, each on the values of the language alone."""

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import islice
from typing import Any, Final

from autodiff.engine import Tensor
from autodiff.errors import TooLarge, TorchTypeError, TorchValueError
from autodiff.language import OPERATIONS
from autodiff.language.arithmetic import MAXIMUM_BITS
from autodiff.session.program.values import MOST_ELEMENTS, Kind, kind_of, represented, spoken, type_name, weighed

__all__ = ["ERRORS", "FUNCTIONS", "LISTS", "TYPES", "elements", "iterated", "printed", "truth"]

_ITERATED: Final = (list, tuple, str, range, Tensor, enumerate, zip)
_NUMBERS: Final = (bool, int, float, complex)


def truth(value: Any) -> bool:
    """Whether a condition holds. Raises PyTorch's error for a tensor of several elements."""
    return bool(value)


def iterated(value: Any) -> Iterator[Any]:
    """The elements of a value, one after the other. Raises TypeError for a value that has none."""
    if not isinstance(value, _ITERATED):
        raise TorchTypeError(f"'{type_name(value)}' object is not iterable")
    return iter(value)


def elements(value: Any) -> list[Any]:
    """All elements of a value. Raises TooLarge for more than a million."""
    found = list(islice(iterated(value), MOST_ELEMENTS + 1))
    if len(found) > MOST_ELEMENTS:
        raise TooLarge(f"the sequence would have more than {MOST_ELEMENTS} elements")
    return found


# ------------------------------------------------------------------ types


def _float(value: Any = 0.0) -> float:
    return float(_convertible(value, "float() argument must be a string or a real number, not"))


def _int(value: Any = 0, base: Any = None) -> int:
    said = "int() argument must be a string, a bytes-like object or a real number, not"
    found = int(_convertible(value, said)) if base is None else int(value, base)
    if found.bit_length() > MAXIMUM_BITS:
        raise TooLarge(f"the integer would have more than {MAXIMUM_BITS} bits")
    return found


def _convertible(value: Any, message: str) -> Any:
    if not isinstance(value, (*_NUMBERS, str, Tensor)):
        raise TorchTypeError(f"{message} '{type_name(value)}'")
    return value


def _complex(real: Any = 0, imaginary: Any = 0) -> complex:
    if isinstance(real, str):
        return complex(real)
    return complex(real, imaginary)


def _str(value: Any = "") -> str:
    return spoken(value)


def _list(value: Any = ()) -> list[Any]:
    return elements(value)


def _tuple(value: Any = ()) -> tuple[Any, ...]:
    return tuple(elements(value))


def _enumerate(value: Any, start: int = 0) -> "enumerate[Any]":
    return enumerate(iterated(value), start)


def _zip(*values: Any, strict: bool = False) -> "zip[Any]":
    return zip(*map(iterated, values), strict=strict)


def _type(value: Any) -> Kind:
    for kind in (*TYPES.values(), *ERRORS.values()):
        if kind.made_of is type(value):
            return kind
    return kind_of(type(value))  # type: ignore[arg-type] # a class can be hashed


def _error(made_of: type) -> Callable[..., Any]:
    """What makes an error: its arguments become texts and numbers, so that nothing can change them later."""

    def make(*args: Any) -> Any:
        return made_of(*(a if a is None or isinstance(a, (*_NUMBERS, str)) else spoken(a) for a in args))

    return make


TYPES: Final = {
    "float": Kind(float, _float),
    "int": Kind(int, _int),
    "bool": Kind(bool, lambda value=False: truth(value)),
    "complex": Kind(complex, _complex),
    "str": Kind(str, _str),
    "list": Kind(list, _list),
    "tuple": Kind(tuple, _tuple),
    "range": Kind(range, range),
    "enumerate": Kind(enumerate, _enumerate),
    "zip": Kind(zip, _zip),
    "type": Kind(Kind, _type),
    "object": Kind(object),
}
"""Python's types that a program can name."""

_ERRORS = (
    Exception,
    ArithmeticError,
    AssertionError,
    AttributeError,
    IndexError,
    KeyError,
    LookupError,
    MemoryError,
    NameError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
    ZeroDivisionError,
)
ERRORS: Final = {made_of.__name__: Kind(made_of, _error(made_of)) for made_of in _ERRORS}
"""The errors a program can raise and catch."""


# ------------------------------------------------------------------ functions


def _len(value: Any) -> int:
    if not isinstance(value, list | tuple | str | range | Tensor):
        raise TorchTypeError(f"object of type '{type_name(value)}' has no len()")
    return len(value)


def _abs(value: Any) -> Any:
    if not isinstance(value, (*_NUMBERS, Tensor)):
        raise TorchTypeError(f"bad operand type for abs(): '{type_name(value)}'")
    return abs(value)


def _round(value: Any, digits: Any = None) -> Any:
    if not isinstance(value, (bool, int, float, Tensor)):
        raise TorchTypeError(f"type {type_name(value)} doesn't define __round__ method")
    if isinstance(value, Tensor):
        return value.round() if digits is None else value.round(decimals=digits)
    if isinstance(digits, int) and abs(digits) > MAXIMUM_BITS:
        raise TooLarge(f"a number is rounded to at most {MAXIMUM_BITS} digits")
    return round(value, digits)


def _sum(value: Any, start: Any = 0) -> Any:
    if isinstance(start, str):
        raise TorchTypeError("sum() can't sum strings [use ''.join(seq) instead]")
    return reduce(OPERATIONS["add"], elements(value), start)


def _extreme(name: str, before: str) -> Callable[..., Any]:
    """`max` or `min`: the first of those that no other comes before."""

    def extreme(*values: Any, **keywords: Any) -> Any:
        if keywords.keys() - {"default"}:
            raise TorchTypeError(f"{name}() takes values and default= here, not {min(keywords.keys() - {'default'})}=")
        found = elements(values[0]) if len(values) == 1 else list(values)
        if not found:
            if "default" in keywords:
                return keywords["default"]
            raise TorchValueError(f"{name}() arg is an empty sequence")
        best = found[0]
        for each in found[1:]:
            if truth(OPERATIONS[before](each, best)):
                best = each
        return best

    return extreme


def _sorted(value: Any, *, reverse: Any = False) -> list[Any]:
    found = elements(value)
    if any(isinstance(each, list | tuple) for each in found):
        raise TooLarge("nested sequences cannot be sorted")
    return sorted(found, reverse=truth(reverse))


def _isinstance(value: Any, kinds: Any) -> bool:
    weighed(kinds)
    todo = [kinds]
    while todo:
        kind = todo.pop()
        if isinstance(kind, tuple):
            todo += kind
        elif not isinstance(kind, Kind):
            raise TorchTypeError("isinstance() arg 2 must be a type, a tuple of types, or a union")
        elif isinstance(value, kind.made_of):
            return True
    return False


def _any(value: Any) -> bool:
    return any(map(truth, elements(value)))


def _all(value: Any) -> bool:
    return all(map(truth, elements(value)))


def _reversed(value: Any) -> list[Any]:
    return elements(value)[::-1]


def printed(*values: Any, sep: Any = None, end: Any = None, **others: Any) -> str:
    """What `print` writes. Raises TypeError, as Python does, for a separator that is no text."""
    for name in others.keys() - {"flush"}:
        raise TorchTypeError(f"print() got an unexpected keyword argument '{name}'")
    for name, given in (("sep", sep), ("end", end)):
        if given is not None and not isinstance(given, str):
            raise TorchTypeError(f"{name} must be None or a string, not {type_name(given)}")
    return (" " if sep is None else sep).join(map(spoken, values)) + ("\n" if end is None else end)


def _append(sequence: list[Any], value: Any) -> None:
    if len(sequence) >= MOST_ELEMENTS:
        raise TooLarge(f"the sequence would have more than {MOST_ELEMENTS} elements")
    sequence.append(value)


def _extend(sequence: list[Any], values: Any) -> None:
    further = elements(values)
    if len(sequence) + len(further) > MOST_ELEMENTS:
        raise TooLarge(f"the sequence would have more than {MOST_ELEMENTS} elements")
    sequence.extend(further)


def _pop(sequence: list[Any], *index: Any) -> Any:
    return sequence.pop(*index)


LISTS: Final[dict[str, Callable[..., Any]]] = {"append": _append, "extend": _extend, "pop": _pop, "clear": list.clear}
"""The methods of lists."""

FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "len": _len,
    "abs": _abs,
    "round": _round,
    "repr": represented,
    "sum": _sum,
    "max": _extreme("max", "gt"),
    "min": _extreme("min", "lt"),
    "sorted": _sorted,
    "reversed": _reversed,
    "any": _any,
    "all": _all,
    "isinstance": _isinstance,
}
"""Python's functions that a program can call; `print` belongs to the machine, which knows where to write."""
