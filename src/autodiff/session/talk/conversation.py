# ruff: noqa: ANN401 - values of a program are of any kind
"""A conversation: entries of a program one after the other, what they left, and what can be asked of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, Final, NamedTuple

from autodiff.engine import Tensor
from autodiff.errors import Deliberate, TorchTypeError
from autodiff.language import parse
from autodiff.language.draft import Script
from autodiff.language.script import parse_script
from autodiff.session.bind import Setting, label
from autodiff.session.program.budget import Budget
from autodiff.session.program.running import failure_in_program, warnings_given_to
from autodiff.session.program.values import Closure, represented, type_name
from autodiff.session.report import Facts, Failure, Warned
from autodiff.session.scenario import Located, Scenario, UsageProblem
from autodiff.session.talk.listening import ListeningMachine
from autodiff.session.talk.live_hints import hint_about, hint_of

__all__ = ["Conversation", "Opening"]

_GIVING: Final = frozenset({"assign", "augment"})
_DIFFERENTIATING: Final = frozenset({"backward", "grad"})


class Opening(NamedTuple):
    """What a conversation begins with: inputs as texts, as `eval` takes them, a default dtype, a budget an entry."""

    inputs: tuple[tuple[str, str], ...] = ()
    dtype: str = "float32"
    budget: Budget = Budget()


class Conversation:
    """One session. `write` is given what entries print and show, `warn` their warnings, as they come."""

    def __init__(
        self, write: Callable[[str], object], warn: Callable[[Warned], object], opening: Opening | None = None
    ) -> None:
        self.opening = opening or Opening()
        self.machine = ListeningMachine(write, self._show)
        self.written: list[str] = []
        self.leaves: dict[str, Any] = {}
        self._write = write
        self._warn = warn
        self._latest: tuple[str, Any] | None = None
        self._shown: Any = None
        self._context = copy_context()
        self._context.run(self._open)

    def _open(self) -> None:
        """Bind the inputs. Raises Deliberate for one that has no value."""
        setting = Setting(Scenario("0", self.opening.inputs, dtype=self.opening.dtype), parse("0"))
        self.leaves = dict(setting.leaves)
        self.machine.globals.names.update(setting.leaves)

    def _show(self, value: Any) -> None:
        self._shown = value
        if value is not None:
            self._write(f"{represented(value)}\n")

    @property
    def names(self) -> Mapping[str, Any]:
        """The names the user gave, with their values."""
        return self.machine.own_names()

    # -------------------------------------------------------------- entries

    def enter(self, text: str) -> Failure | None:
        """Run an entry; the error it ends with. KeyboardInterrupt ends it, and the conversation can go on."""
        try:
            script = parse_script(text)
        except Deliberate as error:
            return failure_in_program(error, text)
        if not script.statements:
            return None
        self.machine.begin(script, self.opening.budget)
        return self._attempt(script)

    def _attempt(self, script: Script) -> Failure | None:
        """Run the statements one by one; those that succeed are written down."""
        done: list[str] = []
        try:
            for first, last, start, end in script.statements:
                self._run(script, first, last)
                done.append(script.text[start:end].rstrip())
                self._note_latest(script, last)
        except Deliberate as error:
            return _failure(error, script)
        else:
            done = [script.text.strip("\r\n")]  # with its comments
        finally:
            self.written += done
        return None

    def _run(self, script: Script, first: int, last: int) -> None:
        """Run a statement in the conversation's context, which stays what it was if the statement is interrupted."""
        context = self._context.copy()
        try:
            with warnings_given_to(self._warn):
                context.run(self.machine.run, script, first, last)
        except KeyboardInterrupt:
            self.machine.frames.clear()
            raise
        except BaseException:
            self._context = context
            raise
        self._context = context

    def _note_latest(self, script: Script, last: int) -> None:
        """Note the value that a statement gave, if it is a tensor."""
        kind, operands, payload, _, _ = script.instructions[last - 1]
        found = None
        if kind in _GIVING:
            name = str(payload if kind == "assign" else payload[1])  # type: ignore[index] # an operator and a name
            found = name, self.machine.globals.names.get(name)
        elif kind == "expression":
            found = script.source(operands[0]), self._shown
        if found is not None and isinstance(found[1], Tensor):
            self._latest = found

    # -------------------------------------------------------------- questions

    def value(self, text: str) -> Any:
        """The value of an expression, which is not written down. Raises Deliberate, UsageProblem if it is none."""
        script = parse_script(text)
        if not _is_expression(script):
            raise UsageProblem(f"'{text}' is not an expression", "name a value, such as y, or write one: x**2")
        self.machine.begin(script, self.opening.budget)
        with self._shown_to(lambda _: None) as shown:
            self._run(script, 0, len(script.instructions))
        return shown[-1]

    def asked(self, text: str) -> tuple[str, Any]:
        """What a question is about, with its value: an expression, or the latest tensor if there is no text."""
        if text:
            return label(text), self.value(text)
        if self._latest is None:
            raise UsageProblem("there is no value yet", "give one: y = x**2")
        return label(self._latest[0]), self._latest[1]

    @contextmanager
    def _shown_to(self, show: Callable[[Any], object]) -> Iterator[list[Any]]:
        """For a while values are shown in another way; they are gathered in a list."""
        shown: list[Any] = []
        usual = self.machine.echo

        def gather(value: Any) -> None:
            shown.append(value)
            show(value)

        self.machine.echo = gather
        try:
            yield shown
        finally:
            self.machine.echo = usual

    def failure(self, error: Deliberate, text: str) -> Failure:
        """An error of a question as a failure."""
        if isinstance(error, UsageProblem):
            return Failure("usage", "UsageError", str(error), error.hint)
        script = error.program if isinstance(error, Located) else None
        return _failure(error, script) if isinstance(script, Script) else failure_in_program(error, text)

    def graph(self, text: str = "") -> Any:
        """The graph of an expression, or of all names. Raises Deliberate."""
        from autodiff.session.talk.live_nodes import LiveNodes, graph_of, tensors_in

        candidates = [self.asked(text)] if text else list(reversed(list(tensors_in(self.names))))
        report = self._context.run(lambda: graph_of(LiveNodes(self.machine), candidates, all_of_them=bool(text)))
        if not report.roots:
            raise UsageProblem("no name has a graph", "compute something from a tensor that requires grad")
        return report

    def trace(self, text: str = "") -> Any:
        """What a statement records and what backward does in it, or would from an expression. Raises Deliberate."""
        from autodiff.session.talk.live_nodes import LiveNodes
        from autodiff.session.talk.live_tracing import LiveWatch

        script = parse_script(text) if text else None
        if script is None or (_is_expression(script) and not _differentiates(script)):
            name, value = self.asked(text)
            if not isinstance(value, Tensor):
                raise TorchTypeError(f"backward begins at a tensor, and {name} is {type_name(value)}")
            return self._rehearsed(LiveWatch(LiveNodes(self.machine)), name, value)
        self.machine.begin(script, self.opening.budget)
        watch = LiveWatch(LiveNodes(self.machine))
        self._context.run(watch.watch, self.names)
        self.machine.heard = watch.hear
        error = None
        try:
            error = self._attempt(script)
        finally:
            self.machine.heard = None
            found = self._context.run(watch.close, error)
        return found

    def _rehearsed(self, watch: Any, name: str, value: Any) -> Any:
        error = None
        context = self._context.copy()
        try:
            with warnings_given_to(self._warn):
                context.run(watch.rehearse, name, value)
        except Deliberate as problem:
            error = Failure("evaluation", type(problem).__name__, str(problem), hint_about(problem, name))
        finally:
            found = context.run(watch.close, error)
        return found

    def gradients(self) -> dict[str, Facts | None]:
        """The gradient of everything that has one or can have one, by name."""
        from autodiff.session.talk.live_nodes import holders

        return self._context.run(holders, self.names)

    def listed(self) -> list[tuple[str, str]]:
        """The user's names, and how the prompt shows their values."""
        return [(name, self._context.run(_told, value)) for name, value in self.names.items()]


def _told(value: Any) -> str:
    if isinstance(value, Closure):
        return f"a function of {', '.join(name for name, _ in value.definition.parameters) or 'nothing'}"
    try:
        return represented(value)
    except Deliberate as error:  # of a sequence that contains itself
        return f"a {type_name(value)}: {error}"


def _is_expression(script: Script) -> bool:
    return len(script.statements) == 1 and script.instructions[-1].kind == "expression"


def _differentiates(script: Script) -> bool:
    """Whether the text calls `backward` or `grad` itself."""
    calls = [i.operands[0] for i in script.instructions if i.kind == "call"]
    return any(script.instructions[callee].payload in _DIFFERENTIATING for callee in calls)


def _failure(error: Deliberate, script: Script) -> Failure:
    """The failure an error of an entry is. Its hint names a line only if there are several."""
    found = failure_in_program(error, script.text)
    if not isinstance(error, Located):
        return found
    own = hint_of(error)
    text = error.program.text
    if text is not script.text:  # of a function that an earlier entry defined
        return found._replace(hint=f"in {' '.join(error.program.source(error.number).split())}{f': {own}' * bool(own)}")
    if "\n" not in text.strip():
        return found._replace(hint=own)
    return found._replace(hint=f"line {found.line}: {own}") if own else found
