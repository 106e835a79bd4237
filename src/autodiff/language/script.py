"""Programs with statements: text to a flat program whose blocks are ranges of instructions.

Beside the kinds of `program.py` there are these; a target is the number of an instruction, control goes there.

    kind                operands                    payload
    join                texts                       None: their concatenation
    format              value, or value and spec    conversion: "", "r", "s", "a"
    not, is, is_not, in, not_in                     None
    and, or             left                        target if it decides: its value is that of `chosen` before it
    choose              value                       target: its value is that of `chosen` before it
    chosen              value                       None: the same value, or the one that jumped here
    link                left, right                 (comparison, target if false): keeps right otherwise
    function            default values              Definition
    open                iterable                    None: a list in a scope of its own, and the loop that fills it
    append              value                       None: to the list of the innermost `open`
    close               list                        None: the list
    jump                -                           target
    jump_if_true, jump_if_false: condition          target
    repeat              -                           target, before this instruction
    while               -                           (target of break, of continue): a loop begins
    loop                iterable                    (target of break, of continue): a loop begins
    next                -                           target when there is none, which ends the loop: the next value
    leave               -                           None: the loop ends
    break, continue     -                           None
    enter               manager                     None: what `as` names
    drop                value                       None
    leave_with          -                           None
    finally, try        -                           target of an error: a block begins
    end_try             -                           target: the block ends without an error
    match               types                       target if the error is none of these
    caught              -                           None: the error
    end_handler         -                           (target, name to delete or None)
    reraise             -                           None: no handler took the error
    end_attempt         -                           None: `finally` begins
    resume              -                           None: `finally` ends, and what brought us here goes on
    return              value                       None

The statements among them: assign_all (value; the patterns), delete (-; the names), assert (value), assert_with (the
message, when it failed), raise (nothing, an error, or it and its cause), import (-; path and name), import_from (-;
path and pairs of names), import_all (-; path), pass. A pattern is a name or a tuple of patterns, as in `assign_tuple`.
"""

from functools import partial
from typing import Any

from autodiff.language import program_tables
from autodiff.language.blocks import BLOCKS
from autodiff.language.draft import Definition, Draft, Script, Statement, laid_out
from autodiff.language.indentation import blocks_marked, on_one_line
from autodiff.language.inline import INLINE
from autodiff.language.parse import KINDS, Language, walk
from autodiff.language.simple import IMPORTABLE, SIMPLE
from autodiff.language.structure import HANDLERS, literal
from autodiff.language.text import decoded, prefixed

__all__ = ["IMPORTABLE", "Definition", "Script", "Statement", "parse_script"]

_PREFIXED = 5
_QUOTES = ("'", '"')


def parse_script(text: str) -> Script:
    """The program of a text; SyntaxProblem if it is not in the language, TooLarge for thousands of digits."""
    draft = Draft(text)
    walk(_SCRIPT, draft, blocks_marked(_SCRIPT.scan(text), text), program_tables.STARTS["start"])
    return laid_out(draft)


def _kind(word: str) -> int | None:
    """The token of a word, as the scanner gives it."""
    token = program_tables.TOKENS.get(word)
    return _PREFIXED if token is None and word[-1] in _QUOTES and word[0] not in _QUOTES else token


def _value(word: str) -> object:
    """A number's value; a text's is found once it is known where it stands."""
    return None if word[-1] in _QUOTES else literal(word)


def _read_field(draft: Draft, first: int, last: int) -> None:
    """The expression of an f-string's field, written down."""
    walk(_SCRIPT, draft, on_one_line(_SCRIPT.scan(draft.text, first, last)), program_tables.STARTS["field"])


def _string(draft: Draft, start: int, end: int, _size: int) -> None:
    draft.instructions[-1] = ("string", (), decoded(draft, start, end), start, end)


def _prefixed(draft: Draft, start: int, end: int, _size: int) -> None:
    prefixed(draft, start, end, _read_field)


def _joined(draft: Draft, start: int, end: int, size: int, *, second: Any) -> None:  # noqa: ANN401 - a handler
    """Two literals side by side; only the second is where the last token is."""
    second(draft, draft.instructions[-1][3], end, size)
    draft.gather("join", 2, None, start, end)


class _Programs(Language):
    """The language of programs, with its own explanations."""

    def problem(self, text: str, offset: int, token: int | None) -> Exception:
        """The error for a token that cannot stand where it does."""
        from autodiff.language.mistakes_in_programs import explain_in_program

        return explain_in_program(text, offset, token)


_TEXTS = {
    "string": _string,
    "prefixed": _prefixed,
    "joined": partial(_joined, second=_string),
    "joined_prefixed": partial(_joined, second=_prefixed),
}
_SCRIPT = _Programs(
    program_tables,
    {**HANDLERS, **BLOCKS, **INLINE, **SIMPLE, **_TEXTS},
    _value,
    {**KINDS, _PREFIXED: "prefixed"},
    _kind,
)
