"""Blocks: what `if`, `while`, `for`, `with` and `try` write down before and after the statements in them."""

from typing import Any

from autodiff.language.draft import Draft, Label, refused

__all__ = ["BLOCKS", "give", "names_in"]


class _Branches:
    """An `if`: where its current condition leads when it is false, and where all branches lead."""

    __slots__ = ("end", "otherwise")

    def __init__(self) -> None:
        self.otherwise = Label()
        self.end = Label()


class _Loop:
    """A loop: where each turn begins, where it leads at its end, and where `break` leads."""

    __slots__ = ("again", "broken", "done")

    def __init__(self) -> None:
        self.again = Label()
        self.done = Label()
        self.broken = Label()


class _Attempt:
    """A `try`: the instruction for its `finally`, the labels of its parts, and the `except` being read."""

    __slots__ = ("bare", "completed", "end", "finally_", "handlers", "name", "number", "unmatched")

    def __init__(self) -> None:
        self.number = 0
        self.finally_ = Label()
        self.handlers = Label()
        self.completed = Label()
        self.end = Label()
        self.unmatched = Label()
        self.name: str | None = None
        self.bare = False


def _last(draft: Draft) -> int:
    return len(draft.instructions) - 1


def _close(draft: Draft, start: int, end: int) -> None:
    draft.open.pop()
    draft.depth -= 1
    draft.finish(start, end)


# ------------------------------------------------------------------ if


def _if_head(draft: Draft, start: int, end: int, _size: int) -> None:
    branches = _Branches()
    draft.open.append(branches)
    draft.depth += 1
    draft.put("jump_if_false", (draft.values.pop(),), branches.otherwise, start, end)


def _else_head(draft: Draft, start: int, end: int, _size: int) -> None:
    branches = draft.open[-1]
    branches.otherwise.after = draft.put("jump", (), branches.end, start, end)


def _elif_head(draft: Draft, start: int, end: int, _size: int) -> None:
    branches = draft.open[-1]
    branches.otherwise = Label()
    draft.put("jump_if_false", (draft.values.pop(),), branches.otherwise, start, end)


def _if_end(draft: Draft, start: int, end: int, _size: int) -> None:
    branches = draft.open[-1]
    branches.end.after = _last(draft)
    if branches.otherwise.after < 0:
        branches.otherwise.after = _last(draft)
    _close(draft, start, end)


# ------------------------------------------------------------------ loops


def _enter_loop(draft: Draft) -> _Loop:
    loop = _Loop()
    draft.open.append(loop)
    draft.depth += 1
    draft.loops[-1] += 1
    return loop


def _while_start(draft: Draft, start: int, end: int, _size: int) -> None:
    loop = _enter_loop(draft)
    loop.again.after = draft.put("while", (), (loop.broken, loop.again), start, end)


def _while_head(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.put("jump_if_false", (draft.values.pop(),), draft.open[-1].done, start, end)


def _while_else_head(draft: Draft, start: int, end: int, _size: int) -> None:
    loop = draft.open[-1]
    loop.done.after = draft.put("repeat", (), loop.again, start, end)
    draft.put("leave", (), None, start, end)
    draft.loops[-1] -= 1


def _while_end(draft: Draft, start: int, end: int, size: int) -> None:
    _while_else_head(draft, start, end, size)
    _loop_else_end(draft, start, end, size)


def _for_head(draft: Draft, start: int, end: int, _size: int) -> None:
    loop = _enter_loop(draft)
    loop.again.after = draft.put("loop", (draft.values.pop(),), (loop.broken, loop.again), start, end)
    item = draft.put("next", (), loop.done, start, end)
    give(draft, item, draft.patterns.pop(), start, end)


def give(draft: Draft, value: int, pattern: Any, start: int, end: int, *, local: bool = True) -> None:  # noqa: ANN401
    """Give an instruction's value to a pattern: a name, or a tuple of patterns. Not `local`: of a comprehension."""
    draft.put("assign" if isinstance(pattern, str) else "assign_tuple", (value,), pattern, start, end)
    if local:
        draft.bind(*names_in(pattern))


def names_in(pattern: Any) -> list[str]:  # noqa: ANN401 - a name, or a tuple of patterns
    """The names of a pattern."""
    names, todo = [], [pattern]
    while todo:
        each = todo.pop()
        if isinstance(each, str):
            names.append(each)
        else:
            todo += each
    return names


def _for_else_head(draft: Draft, start: int, end: int, _size: int) -> None:
    loop = draft.open[-1]
    loop.done.after = draft.put("repeat", (), loop.again, start, end)
    draft.loops[-1] -= 1


def _for_end(draft: Draft, start: int, end: int, size: int) -> None:
    _for_else_head(draft, start, end, size)
    _loop_else_end(draft, start, end, size)


def _loop_else_end(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.open[-1].broken.after = _last(draft)
    _close(draft, start, end)


def _out_of_loop(kind: str) -> Any:  # noqa: ANN401 - a handler
    def handler(draft: Draft, start: int, end: int, _size: int) -> None:
        if not draft.loops[-1]:
            raise refused(draft.text, start, f"'{kind}' stands outside of a loop", "leave it out")
        draft.put(kind, (), None, start, end)
        draft.finish(start, end)

    return handler


# ------------------------------------------------------------------ with


def _with_item(draft: Draft, start: int, end: int, size: int) -> None:
    name = draft.take_name() if size == 3 else None
    value = draft.put("enter", (draft.values.pop(),), None, start, end)
    if name is None:
        draft.put("drop", (value,), None, start, end)
    else:
        give(draft, value, name, start, end)
    draft.items += 1


def _with_head(draft: Draft, _start: int, _end: int, _size: int) -> None:
    draft.open.append(draft.items)
    draft.items = 0
    draft.depth += 1


def _with_end(draft: Draft, start: int, end: int, _size: int) -> None:
    for _ in range(draft.open[-1]):
        draft.put("leave_with", (), None, start, end)
    _close(draft, start, end)


# ------------------------------------------------------------------ try


def _try_head(draft: Draft, start: int, end: int, _size: int) -> None:
    attempt = _Attempt()
    draft.open.append(attempt)
    draft.depth += 1
    attempt.number = draft.put("finally", (), attempt.finally_, start, end)
    draft.put("try", (), attempt.handlers, start, end)


def _try_part(draft: Draft, start: int, end: int, _size: int) -> None:
    attempt = draft.open[-1]
    attempt.handlers.after = draft.put("end_try", (), attempt.completed, start, end)


def _except_head(draft: Draft, start: int, end: int, size: int) -> None:
    attempt = draft.open[-1]
    if attempt.bare:
        at = draft.text.rfind("except", start, end)
        raise refused(draft.text, at, "an 'except' follows one that takes every error", "put the other one last")
    attempt.bare = size == 2
    attempt.unmatched = Label()
    attempt.name = draft.take_name() if size == 5 else None
    if size > 2:
        draft.put("match", (draft.values.pop(),), attempt.unmatched, start, end)
    if attempt.name is not None:
        give(draft, draft.put("caught", (), None, start, end), attempt.name, start, end)


def _handler(draft: Draft, start: int, end: int, _size: int) -> None:
    attempt = draft.open[-1]
    attempt.unmatched.after = draft.put("end_handler", (), (attempt.end, attempt.name), start, end)


def _handled(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.open[-1].completed.after = draft.put("reraise", (), None, start, end)


def _finally_head(draft: Draft, start: int, end: int, _size: int) -> None:
    attempt = draft.open[-1]
    attempt.end.after = _last(draft)
    attempt.finally_.after = draft.put("end_attempt", (), None, start, end)


def _finally_alone_head(draft: Draft, start: int, end: int, size: int) -> None:
    _handled(draft, start, end, size)
    _finally_head(draft, start, end, size)


def _try_end(draft: Draft, start: int, end: int, _size: int) -> None:
    attempt = draft.open[-1]
    attempt.end.after = _last(draft)
    _, _, _, *span = draft.instructions[attempt.number]
    draft.instructions[attempt.number] = ("pass", (), None, span[0], span[1])  # there is no `finally`
    _close(draft, start, end)


def _finally_end(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.put("resume", (), None, start, end)
    _close(draft, start, end)


BLOCKS: dict[str, Any] = {
    "if_head": _if_head,
    "else_head": _else_head,
    "elif_head": _elif_head,
    "if_end": _if_end,
    "while_start": _while_start,
    "while_head": _while_head,
    "while_else_head": _while_else_head,
    "while_end": _while_end,
    "for_head": _for_head,
    "for_else_head": _for_else_head,
    "for_end": _for_end,
    "loop_else_end": _loop_else_end,
    "break": _out_of_loop("break"),
    "continue": _out_of_loop("continue"),
    "with_item": _with_item,
    "with_as": _with_item,
    "with_head": _with_head,
    "with_end": _with_end,
    "try_head": _try_head,
    "try_part": _try_part,
    "except_head": _except_head,
    "handler": _handler,
    "handled": _handled,
    "finally_head": _finally_head,
    "finally_alone_head": _finally_alone_head,
    "try_end": _try_end,
    "finally_end": _finally_end,
}
