"""Simple statements: assignments to several targets, imports, `del`, `assert`, `raise`, `pass`."""

from collections.abc import Callable
from typing import Any, Final

from autodiff.language.blocks import names_in
from autodiff.language.draft import Draft, Label, refused
from autodiff.language.structure import HANDLERS

__all__ = ["IMPORTABLE", "SIMPLE"]

IMPORTABLE: Final = frozenset(
    {
        "math",
        "torch",
        "torch.autograd",
        "torch.autograd.functional",
        "torch.autograd.graph",
        "torch.func",
        "torch.linalg",
        "torch.nn",
        "torch.nn.functional",
        "torch.special",
    }
)
"""The modules a program may import."""
_LISTED: Final = ", ".join(sorted(IMPORTABLE))
_INSTEAD: Final = {
    "numpy": "leave it out, and make tensors: torch.tensor([...]), torch.linspace(0, 1, 5)",
    "matplotlib": "leave it out, and print the numbers",
    "optim": "leave it out, and write the step: with torch.no_grad(): w -= rate * w.grad",
    "random": "leave it out: torch.manual_seed(0), torch.rand(3)",
    "time": "leave it out: a program cannot ask what time it is",
    "warnings": "leave it out: warnings are on standard error, away from what the program prints",
}
"""What to do without a module, by the first part of its path, `torch` left out."""


# ------------------------------------------------------------------ targets


def _pattern_name(draft: Draft, _start: int, _end: int, _size: int) -> None:
    draft.patterns.append(draft.take_name())


def _pattern_tuple(draft: Draft, _start: int, _end: int, _size: int) -> None:
    first = len(draft.patterns) - draft.counts.pop()
    draft.patterns[first:] = [tuple(draft.patterns[first:])]


def _pattern_of_one(draft: Draft, _start: int, _end: int, _size: int) -> None:
    draft.patterns[-1] = (draft.patterns[-1],)


def _target_tuple(draft: Draft, start: int, _end: int, _size: int) -> None:
    """`a, (b, c) =`: what was read as loads of names becomes a pattern."""
    count = draft.counts.pop()
    first = draft.first(start)
    made: dict[int, Any] = {}
    for number in range(first, len(draft.instructions)):
        kind, operands, payload, *_ = draft.instructions[number]
        if kind == "name":
            made[number] = payload
        elif kind in {"tuple", "list"}:
            made[number] = tuple([made.get(operand, "") for operand in operands])
        else:
            raise refused(draft.text, start, "only names can be assigned together", "write one assignment for each")
    pattern = tuple([made[number] for number in draft.values[-count:]])
    del draft.instructions[first:], draft.values[-count:]
    draft.targets.append(("_tuple", 0, pattern))


def _first_target(draft: Draft, _start: int, _end: int, _size: int) -> None:
    draft.counts.append(1)


def _more_targets(draft: Draft, _start: int, _end: int, _size: int) -> None:
    draft.counts[-1] += 1


def _assign_all(draft: Draft, start: int, end: int, size: int) -> None:
    count = draft.counts.pop()
    for suffix, _, payload in draft.targets[-count:]:
        if suffix in {"", "_tuple"}:
            draft.bind(*names_in(payload))
        elif count > 1:
            message = "only names can be assigned the same value together"
            raise refused(draft.text, start, message, "write one assignment for each")
    if count == 1:
        HANDLERS["assign"](draft, start, end, size)
    else:
        patterns = tuple([payload for _, _, payload in draft.targets[-count:]])
        del draft.targets[-count:]
        draft.gather("assign_all", 1, patterns, start, end)
    draft.finish(start, end)


def _augmented(handler: Callable[..., None]) -> Any:  # noqa: ANN401 - a handler
    def augment(draft: Draft, start: int, end: int, size: int) -> None:
        suffix, _, payload = draft.targets[-1]
        if suffix == "":
            draft.bind(str(payload))
        handler(draft, start, end, size)
        draft.finish(start, end)

    return augment


def _expression(draft: Draft, start: int, end: int, size: int) -> None:
    HANDLERS["expression"](draft, start, end, size)
    draft.finish(start, end)


# ------------------------------------------------------------------ modules


def _path(draft: Draft, _start: int, _end: int, _size: int) -> None:
    draft.paths.append(draft.take_name())


def _path_more(draft: Draft, _start: int, _end: int, _size: int) -> None:
    draft.paths[-1] += f".{draft.take_name()}"


def _module(draft: Draft, start: int, _end: int, size: int) -> None:
    alias = draft.take_name() if size == 3 else None
    draft.modules.append((_importable(draft, draft.paths.pop(), start), alias))


def _importable(draft: Draft, path: str, start: int) -> str:
    if path in IMPORTABLE:
        return path
    hint = _INSTEAD.get(path.removeprefix("torch.").partition(".")[0]) or f"a program can import {_LISTED}"
    raise refused(draft.text, start, f"the module '{path}' is not part of the language", hint)


def _import(draft: Draft, start: int, end: int, _size: int) -> None:
    count = draft.counts.pop()
    for path, alias in draft.modules[-count:]:
        module, name = (path, alias) if alias else (path.partition(".")[0],) * 2
        draft.bind(name)
        draft.put("import", (), (module, name), start, end)
    del draft.modules[-count:]
    draft.finish(start, end)


def _member(draft: Draft, _start: int, _end: int, size: int) -> None:
    alias = draft.take_name()
    draft.names.append((draft.take_name() if size == 3 else alias, alias))


def _import_from(draft: Draft, start: int, end: int, _size: int) -> None:
    count = draft.counts.pop()
    path = _importable(draft, draft.paths.pop(), start)
    members = tuple(draft.names[-count:])
    del draft.names[-count:]
    draft.bind(*(alias for _, alias in members))
    draft.put("import_from", (), (path, members), start, end)
    draft.finish(start, end)


def _import_all(draft: Draft, start: int, end: int, _size: int) -> None:
    if len(draft.scopes) > 1:
        raise refused(draft.text, start, "'import *' stands in a function", "write it at the beginning of the program")
    draft.put("import_all", (), _importable(draft, draft.paths.pop(), start), start, end)
    draft.finish(start, end)


# ------------------------------------------------------------------ pass, del, assert, raise


def _pass(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.put("pass", (), None, start, end)
    draft.finish(start, end)


def _more_names(draft: Draft, _start: int, _end: int, _size: int) -> None:
    draft.names.append(draft.take_name())


def _first_name(draft: Draft, start: int, end: int, size: int) -> None:
    draft.names.clear()
    _more_names(draft, start, end, size)


def _delete(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.bind(*draft.names)
    draft.put("delete", (), tuple(draft.names), start, end)
    draft.names.clear()
    draft.finish(start, end)


def _assert(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.gather("assert", 1, None, start, end)
    draft.finish(start, end)


def _assert_head(draft: Draft, start: int, end: int, _size: int) -> None:
    fine = Label()
    draft.put("jump_if_true", (draft.values.pop(),), fine, start, end)
    draft.marks.append(fine)


def _assert_with(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.gather("assert_with", 1, None, start, end)
    draft.marks.pop().after = len(draft.instructions) - 1
    draft.finish(start, end)


def _raise(draft: Draft, start: int, end: int, size: int) -> None:
    draft.gather("raise", {1: 0, 2: 1, 4: 2}[size], None, start, end)
    draft.finish(start, end)


SIMPLE: dict[str, Any] = {
    "expression": _expression,
    "pattern_name": _pattern_name,
    "pattern_tuple": _pattern_tuple,
    "pattern_of_one": _pattern_of_one,
    "target_tuple": _target_tuple,
    "first_target": _first_target,
    "more_targets": _more_targets,
    "assign_all": _assign_all,
    **{name: _augmented(handler) for name, handler in HANDLERS.items() if name.startswith("augment_")},
    "path": _path,
    "path_more": _path_more,
    "module": _module,
    "module_as": _module,
    "import": _import,
    "member": _member,
    "member_as": _member,
    "import_from": _import_from,
    "import_all": _import_all,
    "pass": _pass,
    "first_name": _first_name,
    "more_names": _more_names,
    "delete": _delete,
    "assert": _assert,
    "assert_head": _assert_head,
    "assert_with": _assert_with,
    "raise": _raise,
    "raise_from": _raise,
}
