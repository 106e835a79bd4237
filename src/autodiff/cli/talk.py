"""A conversation with the user: entries are run, commands that begin with a colon are answered."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from autodiff.cli.exit import OF_FAILURE, ExitStatus
from autodiff.cli.streams import Streams, write
from autodiff.cli.whole_file import check_target, write_whole
from autodiff.errors import Deliberate
from autodiff.render import Screen, failure, warned
from autodiff.render.plain import visible
from autodiff.session import UsageProblem
from autodiff.session.report import Failure
from autodiff.session.talk.conversation import Conversation, Opening

__all__ = ["COMMANDS", "Talk"]


class Talk:
    """One session: what was said, how it stands. `status` is the highest exit status so far."""

    def __init__(self, opening: Opening, streams: Streams) -> None:
        self.streams = streams
        self.status = ExitStatus.DONE
        self.is_over = False
        self.conversation = Conversation(
            lambda text: write(streams.output, text),
            lambda warning: write(streams.errors, warned([warning])),
            opening,
        )

    def hear(self, entry: str) -> None:
        """Run an entry or a command. KeyboardInterrupt cancels it."""
        try:
            error = self._command(entry) if entry.startswith(":") else self.conversation.enter(entry)
        except Deliberate as problem:
            error = self.conversation.failure(problem, entry)
        if error is not None:
            write(self.streams.errors, failure(error))
            self.status = max(self.status, OF_FAILURE[error.kind])

    def completions(self, text: str) -> list[str]:
        """The words that the last one of a text may be the beginning of."""
        from autodiff.session.talk.completion import completions

        return completions(text, self.conversation.names, COMMANDS)

    def _command(self, entry: str) -> Failure | None:
        name, _, rest = entry.partition(" ")
        command = COMMANDS.get(name.strip())
        if command is None:
            from difflib import get_close_matches

            close = get_close_matches(name, COMMANDS, n=1)
            raise UsageProblem(f"there is no command {name}", f"did you mean {close[0]}?" if close else "see :help")
        return command.act(self, rest.strip())

    # -------------------------------------------------------------- commands

    def graph(self, text: str) -> None:
        """Show a graph."""
        from autodiff.render.graphs import GRAPHS, View

        streams = self.streams
        unicode = (streams.output.encoding or "ascii").lower().startswith("utf")
        view = View(Screen(streams.width, streams.color), streams.is_terminal, unicode)
        write(streams.output, GRAPHS["tree"](self.conversation.graph(text), view))

    def trace(self, text: str) -> Failure | None:
        """Show what a statement does, node by node."""
        from autodiff.render.trace import TRACES

        streams = self.streams
        found = self.conversation.trace(text)
        if found.events:
            style = "table" if streams.is_terminal else "plain"
            write(streams.output, TRACES[style](found, Screen(streams.width, streams.color)))
        error: Failure | None = found.report.error
        return error

    def gradients(self, _: str) -> None:
        """Show the gradients there are."""
        found = self.conversation.gradients()
        lines = (f"{name}.grad: {'None' if facts is None else facts.repr}" for name, facts in found.items())
        self._write_lines(lines)

    def names(self, _: str) -> None:
        """Show the names there are."""
        self._write_lines(f"{name}: {text}" for name, text in self.conversation.listed())

    def save(self, name: str, *, replace: bool = False) -> None:
        """Write the session to a file as a program. Raises UsageProblem."""
        from autodiff.session.talk.as_program import as_program

        if not name:
            raise UsageProblem("a name for the file is missing", "write :save FILE")
        target = str(Path(name).expanduser())
        check_target(target)
        if not replace and Path(target).exists():
            raise UsageProblem(f"there is a file '{name}' already", f":save! {name} replaces it")
        write_whole(target, as_program(self.conversation).encode())

    def load(self, name: str) -> Failure | None:
        """Run a program as one entry. Raises UsageProblem for a file that cannot be read."""
        from autodiff.cli.program import text_of

        if not name or name == "-":
            raise UsageProblem("a name of a file is missing", "write :load FILE")
        return self.conversation.enter(text_of(str(Path(name).expanduser()), self.streams))

    def help(self, _: str) -> None:
        """Show the commands."""
        width = max(len(f"{name} {command.argument}") for name, command in COMMANDS.items() if command.help)
        said = [(f"{name} {each.argument}", each.help) for name, each in COMMANDS.items() if each.help]
        self._write_lines([*(f"{name:<{width}}  {text}" for name, text in said), _FURTHER])

    def quit(self, _: str) -> None:
        """End the session."""
        self.is_over = True

    def _write_lines(self, lines: object) -> None:
        write(self.streams.output, "".join(f"{visible(line)}\n" for line in lines))  # type: ignore[attr-defined]


class _Command(NamedTuple):
    """What a command does with the text after it, what stands for that text, and a sentence; some have none."""

    act: Callable[[Talk, str], Failure | None]
    argument: str = ""
    help: str = ""


COMMANDS: Final = {
    ":graph": _Command(Talk.graph, "[EXPRESSION]", "the graph behind a value, or behind all names"),
    ":trace": _Command(Talk.trace, "[STATEMENT]", "run it and show backward node by node; of a value: as a rehearsal"),
    ":grad": _Command(Talk.gradients, "", "the gradients there are"),
    ":names": _Command(Talk.names, "", "the names there are"),
    ":vars": _Command(Talk.names),
    ":save": _Command(Talk.save, "FILE", "write what succeeded as a program for autodiff run; :save! replaces a file"),
    ":save!": _Command(lambda talk, name: talk.save(name, replace=True)),
    ":load": _Command(Talk.load, "FILE", "run a program here"),
    ":help": _Command(Talk.help, "", "this"),
    ":quit": _Command(Talk.quit, "", "end; so does Ctrl-D"),
    ":exit": _Command(Talk.quit),
    ":q": _Command(Talk.quit),
}
"""The commands, by name."""

_FURTHER: Final = "Everything else is a statement. A block ends with an empty line; Tab completes, Ctrl-C cancels."
