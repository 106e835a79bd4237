"""The prompt on a terminal: several lines, history, completion. The only file that imports prompt_toolkit."""

from collections.abc import Callable, Iterable
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings

from autodiff.cli.history import History
from autodiff.session.talk.entries import MORE, PROMPT, is_complete

__all__ = ["editor"]

_MARGIN = "    "


def editor(history: History, complete: Callable[[str], list[str]]) -> Callable[[], str]:
    """A function that asks for one entry. It raises EOFError at the end and KeyboardInterrupt if it is cancelled."""
    session: PromptSession[str] = PromptSession(
        PROMPT,
        multiline=True,
        prompt_continuation=MORE,
        history=_Kept(history),
        completer=_Words(complete),
        complete_while_typing=False,
        key_bindings=_keys(),
    )
    return session.prompt


class _Kept(InMemoryHistory):
    """The history of the session, which is that of the file."""

    def __init__(self, history: History) -> None:
        super().__init__(history.load())
        self._file = history

    def store_string(self, string: str) -> None:
        """Keep an entry here and in the file."""
        super().store_string(string)
        lines = string.split("\n")
        self._file.append("\n".join([*lines[:-1], lines[-1].rstrip()]))


class _Words(Completer):
    """Completion by a function of the text before the cursor."""

    def __init__(self, complete: Callable[[str], list[str]]) -> None:
        self._complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
        """The words that fit, each in place of what stands there of it."""
        text = document.text_before_cursor
        for word in self._complete(text):
            length = max(k for k in range(len(word) + 1) if text.endswith(word[:k]))
            yield Completion(word, -length)


def _keys() -> KeyBindings:
    """Enter ends an entry that is complete, and goes on in one that is not; Tab indents at the beginning of a line."""
    keys = KeyBindings()

    @keys.add("enter")
    def _enter(event: Any) -> None:  # noqa: ANN401 - an event of theirs, which has no precise type
        buffer = event.current_buffer
        if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
            buffer.complete_state = None
        elif is_complete(buffer.text) and ("\n" not in buffer.text or not buffer.document.text_after_cursor.strip()):
            buffer.validate_and_handle()
        else:
            line = buffer.document.current_line_before_cursor
            indentation = line[: len(line) - len(line.lstrip())]
            opened = line.rstrip().endswith(":")
            buffer.insert_text(f"\n{indentation}{_MARGIN * opened}")

    @keys.add("tab")
    def _tab(event: Any) -> None:  # noqa: ANN401
        buffer = event.current_buffer
        if buffer.document.current_line_before_cursor.strip():
            if buffer.complete_state is not None:
                buffer.complete_next()
            else:
                buffer.start_completion(insert_common_part=True)
        else:
            buffer.insert_text(_MARGIN)

    return keys
