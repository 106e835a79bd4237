"""Replays blocks of transcripts on a module that takes the name `torch`, each block in a forked process.

A fresh statement runs in a fork of its own, taken after the set-up: nothing leaks between statements (modes,
print options, warnings shown once), and neither a crash nor a hang stops the others.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import importlib
import io
import json
import math
import os
import re
import selectors
import signal
import sys
import warnings
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from tests.transcripts.reader import Block, Outcome, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

CPU_SECONDS = 5.0  # what one statement may compute
WALL_SECONDS = 60.0  # what it may take, waiting included: generous, since the machine may be busy
ENDING = -1  # in place of a statement's index: how the process of a whole block ended
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
Namespace = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """A statement's replay: what it did, or, when it did not come to an end, why not; and whether set-up failed."""

    block: Block
    statement: Statement
    got: Outcome | None
    trouble: str = ""

    @property
    def agreed(self) -> bool:
        """True when the replay did exactly what was recorded."""
        return self.got == self.statement.expected

    @property
    def key(self) -> str:
        """The statement's lasting name."""
        return self.block.key(self.statement)


def load(name: str) -> ModuleType | str:
    """The module to test with its lazy names loaded, or the reason why it cannot be imported."""
    with contextlib.suppress(ImportError):
        importlib.import_module("numpy")  # once here, not in every fork
    try:
        module = importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - whatever it is, the score must say it
        return f"import {name}: {type(error).__name__}: {error}"
    if name != "torch":
        for lazy in dir(module):
            with contextlib.suppress(Exception):
                getattr(module, lazy)
    return module


def replay(block: Block, module: ModuleType | str) -> list[Result]:
    """The results of all statements of a block on a module, in the order of the file."""
    return next(replay_all([block], module))


def replay_all(blocks: Sequence[Block], module: ModuleType | str, *, isolate: bool = True) -> Iterator[list[Result]]:
    """The results of every block, as the blocks end; as many run at a time as there are processors.

    Without `isolate` the fresh statements of a block share its process (forking PyTorch takes a third of a second).
    """
    if isinstance(module, str):
        yield from ([Result(block, each, None, module) for each in block.statements] for block in blocks)
        return
    waiting = list(reversed(blocks))
    with selectors.DefaultSelector() as running:
        while waiting or running.get_map():
            while waiting and len(running.get_map()) < (os.cpu_count() or 1):
                run = _start(waiting.pop(), module, isolate=isolate)
                running.register(run.pipe, selectors.EVENT_READ, run)
            for ready, _ in running.select():
                chunk = os.read(ready.data.pipe, 1 << 16)
                ready.data.received.extend(chunk)
                if not chunk:
                    running.unregister(ready.data.pipe)
                    yield _finish(ready.data)


@dataclass(frozen=True)
class _Run:
    """A forked process that replays a block, the pipe it reports to, and what it reported so far."""

    block: Block
    process: int
    pipe: int
    received: bytearray


def _start(block: Block, module: ModuleType, *, isolate: bool) -> _Run:
    """Starts the process of a block; it writes one JSON line per statement."""
    reading, writing = os.pipe()
    process = _fork()
    if process == 0:
        os.close(reading)
        with os.fdopen(writing, "w", encoding="utf-8") as stream:
            _alone(lambda: _run_block(block, module, stream, isolate=isolate))
    os.close(writing)
    return _Run(block, process, reading, bytearray())


def _finish(run: _Run) -> list[Result]:
    """The results of a block whose process has ended."""
    os.close(run.pipe)
    lines = run.received.decode().split("\n")[:-1]
    reports: dict[int, dict[str, Any]] = {report["index"]: report for report in map(json.loads, lines)}
    reports[ENDING] = {"trouble": _ending(os.waitpid(run.process, 0)[1])}
    results: list[Result] = []
    for index, statement in enumerate(run.block.statements):
        report = reports.get(index)
        if report is None:
            results.append(Result(run.block, statement, None, _end_of(run.block, index, reports)))
            continue
        outcome = Outcome(tuple(report["output"]), tuple(report["warnings"]), report["exception"])
        results.append(Result(run.block, statement, outcome, report["trouble"]))
    return results


def _end_of(block: Block, index: int, reports: dict[int, dict[str, Any]]) -> str:
    """Why a statement has no report: its process ended early, or never came that far."""
    ended = str(reports[ENDING]["trouble"])
    if index >= len(block.setup):
        own = reports.get(_death(index))
        return str(own["trouble"]) if own else f"not reached: the set-up {ended}"
    missing = next(at for at in range(index + 1) if at not in reports)
    return ended if missing == index else f"not reached: {block.setup[missing].code!r} {ended}"


def _death(index: int) -> int:
    """The number under which the end of a fresh statement's process is reported."""
    return ENDING - 1 - index


def _fork() -> int:
    """os.fork; the warning about other threads is silenced, since a child only runs a statement and ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _alone(run: Callable[[], None]) -> None:
    """Runs to the end of this forked process; nothing of the parent's clean-up happens in it."""
    code = 1
    try:
        run()
        code = 0
    finally:
        os._exit(code)


def _ending(status: int) -> str:
    """How a process ended, from the status that waitpid gives."""
    number = os.waitstatus_to_exitcode(status)
    if number in (-signal.SIGPROF, -signal.SIGALRM):
        return "ran into the time limit"
    return f"crashed: {signal.Signals(-number).name}" if number < 0 else f"ended its process with {number}"


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    """Lets the kernel end this process when the statement takes too long, even inside C code."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)


def _run_block(block: Block, module: ModuleType, stream: TextIO, *, isolate: bool) -> None:
    """Runs a block in this process and reports every statement to the stream as soon as it is over."""
    gc.freeze()  # the parent's objects are none of this process's business: collections here stay short
    names = namespace(module)
    trouble = ""
    sys.setrecursionlimit(1000)
    for statement in block.shared:
        outcome = _limited(statement.code, names)
        if outcome != statement.expected:
            trouble = trouble or f"set-up {statement.code.splitlines()[0]!r}: {outcome.exception}"
    for index, statement in enumerate(block.setup):
        outcome = _limited(statement.code, names)
        _report(stream, index, outcome, trouble)
        if block.fresh and outcome != statement.expected:
            trouble = trouble or f"set-up {statement.code.splitlines()[0]!r}: {outcome.exception}"
    gc.freeze()
    for index, statement in enumerate(block.fresh, len(block.setup)):
        if not isolate:
            names = namespace(module)
            for earlier in block.shared + block.setup:
                _limited(earlier.code, names)
            _report(stream, index, _limited(statement.code, names), trouble)
            continue
        process = _fork()
        if process == 0:
            _alone(partial(_run_fresh, stream, index, statement.code, names, trouble))
        status = os.waitpid(process, 0)[1]
        if status:
            _write(stream, {"index": _death(index), "trouble": _ending(status)})


def _run_fresh(stream: TextIO, index: int, code: str, names: Namespace, trouble: str) -> None:
    """Runs a fresh statement in this process of its own and reports it."""
    _report(stream, index, _limited(code, names), trouble)


def _report(stream: TextIO, index: int, outcome: Outcome, trouble: str) -> None:
    """Writes one statement's outcome to the parent."""
    answer = {"output": outcome.output, "warnings": outcome.warnings, "exception": outcome.exception}
    _write(stream, {"index": index, "trouble": trouble, **answer})


def _write(stream: TextIO, report: dict[str, Any]) -> None:
    """Writes one line and flushes it, since a process may end at any statement."""
    stream.write(json.dumps(report) + "\n")
    stream.flush()


def _limited(code: str, names: Namespace) -> Outcome:
    """Runs one statement under the time limit."""
    with _time_limit():
        return run_statement(code, names)


def namespace(module: ModuleType) -> Namespace:
    """The names a transcript starts with; `import torch` inside it gives the module under test."""
    functional = attribute(module, "nn.functional")
    names: Namespace = {"__name__": "__main__", "torch": module, "F": functional, "math": math, "warnings": warnings}
    with contextlib.suppress(ImportError):
        names["np"] = importlib.import_module("numpy")

    def import_module(
        name: str,
        globals_: Any = None,  # noqa: ANN401 - the signature of __import__
        locals_: Any = None,  # noqa: ANN401
        chosen: Any = (),  # noqa: ANN401
        level: int = 0,
    ) -> Any:  # noqa: ANN401
        if name.partition(".")[0] != "torch":
            return builtins.__import__(name, globals_, locals_, chosen, level)
        found = attribute(module, name.partition(".")[2])
        if found is None:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return found if chosen else module

    names["__builtins__"] = {**vars(builtins), "__import__": import_module}
    return names


def attribute(module: object, path: str) -> Any:  # noqa: ANN401 - whatever the name holds
    """The attribute a dotted path leads to, or None when the module has no such name."""
    for name in path.split(".") if path else []:
        module = getattr(module, name, None)
    return module


def run_statement(code: str, names: Namespace) -> Outcome:
    """Runs one statement in a namespace and says what it did; expressions at its top level print their value."""
    printed = io.StringIO()
    exception = None
    with warnings.catch_warnings(record=True) as raised, contextlib.redirect_stdout(printed):
        warnings.simplefilter("always")
        try:
            _execute(code, names)
        except BaseException as error:  # noqa: BLE001 - whatever ends a statement is its outcome
            exception = _described(error)
    shown = tuple(_normal(f"{warning.category.__name__}: {warning.message}") for warning in raised)
    text = printed.getvalue().removesuffix("\n") if printed.getvalue() else None
    return Outcome(tuple(_normal(text).split("\n")) if text is not None else (), shown, exception)


def _execute(code: str, names: Namespace) -> None:
    """Executes the nodes of a statement one by one."""
    for node in ast.parse(code).body:
        if isinstance(node, ast.Expr):
            value = eval(compile(ast.Expression(node.value), "<transcript>", "eval"), names)  # noqa: S307 - the transcripts are ours
            if value is not None:
                print(value)  # noqa: T201 - this is what a session does
        else:
            exec(compile(ast.Module([node], []), "<transcript>", "exec"), names)  # noqa: S102


def _described(error: BaseException) -> str:
    """An exception as the last line of a traceback shows it, without its module."""
    try:
        message = str(error)
    except Exception as failure:  # noqa: BLE001 - a broken __str__ is an answer, too
        message = f"<its message raised {type(failure).__name__}>"
    return _normal(f"{type(error).__name__}: {message}" if message else type(error).__name__)


def _normal(text: str) -> str:
    """The text with addresses replaced, which differ from run to run."""
    return ADDRESS.sub("0x7f..", text)
