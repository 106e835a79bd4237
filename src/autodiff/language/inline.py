"""Inside expressions: what has no fixed order of evaluation, and functions and lists that an expression makes."""

from typing import Any

from autodiff.language.blocks import give
from autodiff.language.draft import Definition, Draft, Label, refused

__all__ = ["INLINE"]


# ------------------------------------------------------------------ a if c else b, and, or, a < b < c


def _if_value(draft: Draft, start: int, _end: int, _size: int) -> None:
    draft.marks.append((draft.first(start), len(draft.instructions)))


def _then_part(draft: Draft, _start: int, _end: int, _size: int) -> None:
    draft.marks[-1] = (*draft.marks[-1], len(draft.instructions))


def _conditional(draft: Draft, start: int, end: int, _size: int) -> None:
    """`a if c else b`: written down as a, c, b; evaluated as c, a or c, b."""
    first, condition, other = draft.marks.pop()
    values, after = draft.values, draft.after
    right, test, left = values.pop(), values.pop(), values.pop()
    chosen = Label()
    last = len(draft.instructions) - 1
    otherwise = Label()
    branch = draft.put("jump_if_false", (test,), otherwise, start, end)
    jump = otherwise.after = draft.put("choose", (left,), chosen, start, end)
    end_of_all = chosen.after = draft.put("chosen", (right,), None, start, end)
    after[other - 1], after[branch] = branch, draft.begin(first)
    after[condition - 1], after[jump] = jump, draft.begin(other)
    after[last] = end_of_all
    draft.entry[first] = draft.begin(condition)
    values.append(end_of_all)


def _left(kind: str) -> Any:  # noqa: ANN401 - a handler
    """`a and`, `a or`: b is passed over when a decides."""

    def handler(draft: Draft, start: int, end: int, _size: int) -> None:
        decided = Label()
        draft.put(kind, (draft.values.pop(),), decided, start, end)
        draft.marks.append(decided)

    return handler


def _either_value(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.marks.pop().after = number = draft.put("chosen", (draft.values.pop(),), None, start, end)
    draft.values.append(number)


def _then(kind: str) -> Any:  # noqa: ANN401 - a handler
    """`... b < c` after `a < b`: the comparison before becomes a link that keeps b, or ends the chain."""

    def handler(draft: Draft, start: int, end: int, _size: int) -> None:
        before = draft.values[-2]
        decided = draft.chains.pop(before, None) or Label()
        link, operands, _, *span = draft.instructions[before]
        draft.instructions[before] = ("link", operands, (link, decided), span[0], span[1])
        draft.gather(kind, 2, None, start, end)
        decided.after = draft.values[-1]
        draft.chains[decided.after] = decided

    return handler


def _comparison(kind: str) -> Any:  # noqa: ANN401 - a handler
    return lambda draft, start, end, _size: draft.gather(kind, 2, None, start, end)


# ------------------------------------------------------------------ functions


def _define(draft: Draft, name: str) -> None:
    draft.open.append(Definition(name))
    draft.scopes.append(set())
    draft.loops.append(0)


def _def_start(draft: Draft, _start: int, _end: int, _size: int) -> None:
    name = draft.take_name()
    draft.bind(name)
    draft.depth += 1
    _define(draft, name)


def _lambda_start(draft: Draft, _start: int, _end: int, _size: int) -> None:
    _define(draft, "<lambda>")


def _parameter(draft: Draft, start: int, _end: int, size: int) -> None:
    parameters = draft.open[-1].parameters
    name = draft.keywords.pop()
    if any(name == other for other, _ in parameters):
        raise refused(draft.text, start, f"two parameters are called {name}", "give one of them another name")
    if size == 1 and parameters and parameters[-1][1]:
        message = f"the parameter {name} has no default value, and one before it has"
        raise refused(draft.text, start, message, f"put {name} first")
    parameters.append((name, size == 3))


def _function_head(draft: Draft, start: int, end: int, _size: int) -> None:
    definition = draft.open[-1]
    draft.bind(*(name for name, _ in definition.parameters))
    draft.gather("function", sum(given for _, given in definition.parameters), definition, start, end)
    definition.number = draft.values[-1]


def _return(draft: Draft, value: int, start: int, end: int) -> int:
    return draft.put("return", (value,), None, start, end)


def _end_of_function(draft: Draft, last: int) -> Definition:
    definition: Definition = draft.open.pop()
    definition.label.after = last
    definition.assigned = frozenset(draft.scopes.pop())
    draft.loops.pop()
    return definition


def _def_end(draft: Draft, start: int, end: int, _size: int) -> None:
    nothing = draft.put("constant", (), None, end, end)
    definition = _end_of_function(draft, _return(draft, nothing, end, end))
    draft.put("assign", (definition.number,), definition.name, start, end)
    draft.depth -= 1
    draft.finish(start, end)


def _lambda_end(draft: Draft, start: int, end: int, _size: int) -> None:
    _end_of_function(draft, _return(draft, draft.values.pop(), start, end))


def _return_statement(draft: Draft, start: int, end: int, size: int) -> None:
    if len(draft.scopes) == 1:
        raise refused(draft.text, start, "'return' stands outside of a function", "leave it out")
    _return(draft, draft.values.pop() if size == 2 else draft.put("constant", (), None, start, end), start, end)
    draft.finish(start, end)


# ------------------------------------------------------------------ lists by comprehension


class _Comprehension:
    """A comprehension: the instructions of its element, `first` to before `clauses`; its list; its loops."""

    __slots__ = ("clauses", "first", "list", "loops")

    def __init__(self, first: int, clauses: int) -> None:
        self.first = first
        self.clauses = clauses
        self.list = -1
        self.loops: list[tuple[Label, Label]] = []


def _clause_start(draft: Draft, start: int, _end: int, _size: int) -> None:
    draft.open.append(_Comprehension(draft.first(start), len(draft.instructions)))


def _clause_for(draft: Draft, start: int, end: int, _size: int) -> None:
    comprehension = draft.open[-1]
    again, done = Label(), Label()
    iterable = (draft.values.pop(),)
    if comprehension.list < 0:
        comprehension.list = again.after = draft.put("open", iterable, None, start, end)
    else:
        again.after = draft.put("loop", iterable, (done, again), start, end)
    comprehension.loops.append((again, done))
    give(draft, draft.put("next", (), done, start, end), draft.patterns.pop(), start, end, local=False)


def _clause_if(draft: Draft, start: int, end: int, _size: int) -> None:
    again = draft.open[-1].loops[-1][0]
    fine = Label()
    draft.put("jump_if_true", (draft.values.pop(),), fine, start, end)
    fine.after = draft.put("repeat", (), again, start, end)


def _comprehension(draft: Draft, start: int, end: int, _size: int) -> None:
    """Written down as the element, then the clauses; evaluated the other way round."""
    comprehension = draft.open.pop()
    last = len(draft.instructions) - 1
    append = draft.put("append", (draft.values.pop(),), None, start, end)
    for again, done in reversed(comprehension.loops):
        done.after = draft.put("repeat", (), again, start, end)
    draft.after[last] = draft.begin(comprehension.first)
    draft.after[comprehension.clauses - 1] = append
    draft.entry[comprehension.first] = draft.begin(comprehension.clauses)
    draft.values.append(draft.put("close", (comprehension.list,), None, start, end))


def _call_of_one(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.gather("call", 2, (), start, end)


_CHAINED = ("eq", "ne", "lt", "le", "gt", "ge")
INLINE: dict[str, Any] = {
    "if_value": _if_value,
    "then_part": _then_part,
    "conditional": _conditional,
    "or_left": _left("or"),
    "and_left": _left("and"),
    "either_value": _either_value,
    **{f"then_{kind}": _then(kind) for kind in _CHAINED},
    "is_not": _comparison("is_not"),
    "not_in": _comparison("not_in"),
    "def_start": _def_start,
    "lambda_start": _lambda_start,
    "parameter": _parameter,
    "parameter_with_default": _parameter,
    "def_head": _function_head,
    "lambda_head": _function_head,
    "def_end": _def_end,
    "lambda_end": _lambda_end,
    "return": _return_statement,
    "return_none": _return_statement,
    "clause_start": _clause_start,
    "clause_for": _clause_for,
    "clause_more": _clause_for,
    "clause_if": _clause_if,
    "comprehension": _comprehension,
    "comprehension_list": None,
    "call_of_one": _call_of_one,
}
