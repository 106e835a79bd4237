"""`autodiff repl`: statements one after the other, as at Python's prompt with PyTorch."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final

import typer

from autodiff.cli.evaluation import named_values
from autodiff.cli.exit import ExitStatus
from autodiff.cli.guard import guarded
from autodiff.cli.history import History, history_path
from autodiff.cli.streams import Streams, write
from autodiff.session import UsageProblem
from autodiff.session.talk.entries import MORE, PROMPT, Entries

if TYPE_CHECKING:
    from autodiff.cli.talk import Talk

__all__ = ["repl_command"]

_Inputs = Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="Leaves to begin with.")]
_Dtype = Annotated[str, typer.Option("--dtype", metavar="D", help="The default dtype.")]
_Budget = Annotated[
    str | None, typer.Option("--budget", metavar="B", help="What an entry may use: steps=1e7,memory=2G.")
]

_MISSING: Final = "note: history and completion need prompt_toolkit: pip install 'autodiff-cli[repl]'\n"
_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


def repl_command(inputs: _Inputs = None, dtype: _Dtype = "float32", budget: _Budget = None) -> None:
    """Run statements as they are entered; :help lists what else there is."""
    raise typer.Exit(guarded(lambda streams: _act(tuple(inputs or ()), dtype, budget, streams)))


def _act(inputs: tuple[str, ...], dtype: str, budget: str | None, streams: Streams) -> int:
    """Hold a session until it ends."""
    import gc

    from autodiff.cli.program import budget_of
    from autodiff.cli.talk import Talk
    from autodiff.errors import Deliberate
    from autodiff.session.failing import failure_of
    from autodiff.session.scenario import Scenario
    from autodiff.session.talk.conversation import Opening

    gc.set_threshold(100_000, 20, 100)
    gc.enable()  # a session lasts
    opening = Opening(named_values(inputs), dtype, budget_of(budget))
    try:
        talk = Talk(opening, streams)
    except Deliberate as error:
        from autodiff.cli.exit import OF_FAILURE
        from autodiff.render import failure

        found = failure_of(error, Scenario("", opening.inputs, dtype=dtype))
        write(streams.errors, failure(found))
        return OF_FAILURE[found.kind]
    if streams.input.isatty():
        _converse(talk, streams)
        return ExitStatus.DONE
    return _listen(talk, streams)


def _listen(talk: "Talk", streams: Streams) -> int:
    """Run what comes through a pipe, entry by entry; the highest exit status of all."""
    entries = Entries(lambda _: _line(streams))
    while not talk.is_over and (entry := entries.read()) is not None:
        talk.hear(entry)
    return talk.status


def _line(streams: Streams) -> str | None:
    """The next line of standard input without its end; None after the last. Raises UsageProblem if it is no text."""
    try:
        line = streams.input.readline()
    except UnicodeDecodeError:
        raise UsageProblem("standard input is no text in UTF-8", "write it as UTF-8") from None
    return line.removesuffix("\n").removesuffix("\r").removeprefix(_MARK) if line else None


def _converse(talk: "Talk", streams: Streams) -> None:
    """Ask for entries on a terminal until it ends; an entry that is interrupted is given up, the session goes on."""
    ask = _editor(talk, streams)
    while not talk.is_over:
        try:
            entry = ask()
            if entry is None:
                return
            if entry.strip():
                talk.hear(entry)
        except KeyboardInterrupt:
            write(streams.errors, "KeyboardInterrupt\n")


def _editor(talk: "Talk", streams: Streams) -> Callable[[], str | None]:
    """What asks for the next entry; it gives None at the end."""
    history = History(history_path(os.environ))
    if streams.output.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        try:
            from autodiff.cli.prompt import editor
        except ModuleNotFoundError as error:
            if error.name not in {"prompt_toolkit", "wcwidth"}:
                raise
            write(streams.errors, _MISSING)
        else:
            return _until_the_end(editor(history, talk.completions))
    return _plain(streams)


def _until_the_end(ask: Callable[[], str]) -> Callable[[], str | None]:
    def asked() -> str | None:
        try:
            return "\n".join(line.removeprefix(PROMPT) for line in ask().split("\n"))
        except EOFError:
            return None

    return asked


def _plain(streams: Streams) -> Callable[[], str | None]:
    """A prompt without an editor."""

    def line(goes_on: bool) -> str | None:
        write(streams.errors, MORE if goes_on else PROMPT)
        return _line(streams)

    entries = Entries(line)

    def asked() -> str | None:
        try:
            entry = entries.read()
        except KeyboardInterrupt:
            write(streams.errors, "\n")
            raise
        if entry is None:
            write(streams.errors, "\n")  # after the prompt
        return entry

    return asked
