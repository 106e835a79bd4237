"""Which names of an expression are columns of a table."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autodiff.language import Program as Text
from autodiff.rows.tables import Source
from autodiff.session import UsageProblem
from autodiff.session.published import function, guess, known

__all__ = ["Names", "named"]


class Names(NamedTuple):
    """The columns that the expression uses, those that are kept, and by which names there are gradients."""

    used: tuple[str, ...]
    kept: tuple[str, ...]
    wrt: tuple[str, ...]


def named(
    text: Text,
    source: Source,
    constants: Sequence[tuple[str, str]],
    wrt: Sequence[str] | None,
    keep: Sequence[str] | None,
) -> Names:
    """The names, checked against the table. Raises UsageProblem."""
    given = [name for name, _ in constants]
    _refuse_twice(source.names, given)
    used = []
    for name in _loaded(text):
        if name in source.names:
            used.append(name)
        elif name not in given and known(name) is None and function(name) is None:
            raise _no_column(
                name, source.names, f"the columns are {_listed(source.names)}; a number is given as {name}=..."
            )
    for name in used:
        if name not in source.numeric:
            raise UsageProblem(
                f"the column '{name}' does not hold numbers", f"those that do: {_listed(source.numeric)}"
            )
    if wrt is not None:
        for name in wrt:
            if name not in used and name not in given:
                raise _no_column(name, [*used, *given], "differentiate by what is in the expression", "--wrt: ")
    for name in keep or ():
        if name not in source.names:
            raise _no_column(name, source.names, f"the columns are {_listed(source.names)}", "--keep: ")
    kept = source.names if keep is None else tuple(dict.fromkeys(keep))
    by_default = tuple(name for name in used if name in source.floats)
    return Names(tuple(used), kept, by_default if wrt is None else tuple(dict.fromkeys(wrt)))


def _refuse_twice(names: Sequence[str], given: Iterable[str]) -> None:
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageProblem(f"two columns of the table are called '{twice}'")
    for name in given:
        if name in names:
            raise UsageProblem(f"'{name}' is a column of the table", "leave its value out, or call it otherwise")


def _loaded(text: Text) -> list[str]:
    """The names whose values an expression starts from, in order."""
    called = {i.operands[0] for i in text.instructions if i.kind == "call"}
    assigned: set[object] = set()
    found: dict[str, None] = {}
    for number, (kind, _, payload, _, _) in enumerate(text.instructions):
        if kind == "name" and number not in called and payload not in assigned:
            found[str(payload)] = None
        elif kind == "assign":
            assigned.add(payload)
        elif kind == "assign_tuple":
            assigned.update(payload)  # type: ignore[arg-type] # names
        elif kind == "augment" and payload[1] not in assigned:  # type: ignore[index] # an operator and a name
            found[payload[1]] = None  # type: ignore[index]
    return list(found)


def _no_column(name: str, names: Sequence[str], otherwise: str, where: str = "") -> UsageProblem:
    close = guess(name, names)
    return UsageProblem(f"{where}there is no column '{name}'", f"did you mean {close}?" if close else otherwise)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:12])
    return f"{shown} ..." if len(names) > 12 else shown or "none"
