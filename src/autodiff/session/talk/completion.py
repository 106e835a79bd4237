"""What could be meant by the beginning of a word: names, functions, what may follow a dot, commands."""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from autodiff import engine
from autodiff.engine import Tensor
from autodiff.language import program_tables
from autodiff.session.prefix import Module
from autodiff.session.program.reach import attribute, builtin
from autodiff.session.program.reachable import ATTRIBUTES, BUILTINS, METHODS, MODULES
from autodiff.session.talk.entries import is_command

__all__ = ["completions"]

_WORD: Final = re.compile(r"\w*\Z")
_OWNER: Final = re.compile(r"(?:(?P<names>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?P<value>[)\]]))\.\Z")
_PLACES: Final = {"torch.nn.functional": "functional", "torch.linalg": "linalg", "torch.special": "special"}
_HARMLESS: Final = frozenset({"data", "device", "dtype", "grad", "grad_fn", "shape"})
"""Attributes that are read to find out what follows them: they make nothing."""


def completions(text: str, names: Mapping[str, Any], commands: Iterable[str]) -> list[str]:
    """The words that the last one of `text` may be the beginning of, in order; none within a text or a number."""
    if is_command(text) and " " not in text:
        return sorted(each for each in commands if each.startswith(text))
    begun = _WORD.search(text)
    word = "" if begun is None else begun[0]
    before = text[: len(text) - len(word)]
    if word[:1].isdigit() or _is_quoted(before):
        return []
    if before.endswith("."):
        found = _after_a_dot(before, names)
    elif word:
        found = {*names, *BUILTINS, "torch", *engine.functions(), *engine.CONSTANTS}
        found |= {each for each, token in program_tables.TOKENS.items() if each.isalpha() and token >= 0}
    else:
        return []
    hidden = not word.startswith("_")
    return sorted(each for each in found if each.startswith(word) and not (hidden and each.startswith("_")))


def _is_quoted(text: str) -> bool:
    """Whether the text ends within a text or a comment."""
    rest = re.sub(r"'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|\"[^\"\n]*\"", "", text, flags=re.DOTALL)
    line = rest.rpartition("\n")[2]
    return "'" in line or '"' in line or "#" in line


def _after_a_dot(before: str, names: Mapping[str, Any]) -> set[str]:
    """What may follow: the members of a value that is known, or else those of a tensor."""
    owner = _OWNER.search(before)
    if owner is None:
        return set()
    if owner["value"]:
        return set(_public(Tensor))
    first, *others = owner["names"].split(".")
    value = names[first] if first in names else builtin(first)
    for each in others:
        if type(value) is not Module and each not in _HARMLESS:
            return set(_public(Tensor)) if isinstance(value, Tensor) else set()
        with suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = attribute(value, each)
            continue
        return set()
    return _members(value.path) if type(value) is Module else set(_public(type(value)))


def _members(path: str) -> set[str]:
    """What a module has, the modules in it included."""
    inner = {each[len(path) + 1 :] for each in MODULES if each.startswith(f"{path}.")}
    found = set(MODULES.get(path, ())) | {each for each in inner if "." not in each}
    if path == "torch":
        return found | set(engine.functions()) | set(engine.CONSTANTS)
    return found | set(engine.functions_in(_PLACES[path]) if path in _PLACES else ())


def _public(kind: type) -> Iterator[str]:
    for table in (ATTRIBUTES, METHODS):
        for base, members in table.items():
            if issubclass(kind, base):
                yield from (each for each in members if hasattr(kind, each))
