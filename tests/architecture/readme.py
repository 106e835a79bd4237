"""The README's blocks: find them, run them, and write what they print back into the text.

    ```console   `$ command` lines, each followed by what it prints, standard error included; one shell a
                 block, so that `$ echo $?` shows the exit code of the command before
    ```python    a program; the ```text block after it is what it prints, and the last line of its traceback
    ```bash      sets up an environment; run by .ci/run, since it needs a package index
    ```text      the map of rooms, or a program's output

`python -m tests.architecture.readme` rewrites the outputs of the console blocks and the fidelity table; read the
difference before you commit it.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.architecture.rooms import ROOT, SOURCE
from tests.transcripts import fidelity

README: Final = ROOT / "README.md"
_END_OF_COMMAND: Final = "\x1e\n"
_CONTINUED: Final = "\x1f"


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and the line of the README its text starts on (from 1)."""

    language: str
    text: str
    line: int

    def exchanges(self) -> list[tuple[str, str]]:
        """A console block's commands, each with the output that stands below it; `> ` continues a command."""
        before, *parts = f"\n{self.text}".split("\n$ ")
        if before.strip():
            message = f"line {self.line}: a console block starts with a command"
            raise ValueError(message)
        split = [part.removesuffix("\n").replace("\n> ", _CONTINUED).partition("\n") for part in parts]
        return [(command.replace(_CONTINUED, "\n"), f"{output}\n" if output else "") for command, _, output in split]


def blocks(text: str) -> Iterator[Block]:
    """Every fenced block of a Markdown text, in order."""
    language, start, lines = None, 0, list[str]()
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if not line.startswith("```"):
            lines.append(line)
        elif language is None:
            language, start, lines = line[3:].strip(), number + 1, []
        else:
            yield Block(language, "".join(lines), start)
            language = None
    if language is not None:
        message = f"line {start}: the block is never closed"
        raise ValueError(message)


def read(language: str) -> list[Block]:
    """The README's blocks of one language."""
    return [block for block in blocks(README.read_text(encoding="utf-8")) if block.language == language]


def converse(commands: list[str], folder: Path) -> list[str]:
    """What each command prints, run one after another by one shell in `folder`, with this checkout as `autodiff`."""
    (folder / "bin").mkdir()
    (folder / "empty").mkdir()
    for name, module in (("autodiff", "-m autodiff"), ("python", "")):
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {module} "$@"\n')
        program.chmod(0o755)
    keep_status = "status=$?; printf '\\036\\n'; (exit $status)\n"
    script = "exec 2>&1\n" + "".join(f"{command}\n{keep_status}" for command in commands)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    printed = _run(["bash", "-c", script], folder / "empty", PATH=path).stdout
    return printed.split(_END_OF_COMMAND)[:-1]


def perform(program: str, folder: Path) -> str:
    """What a Python program prints, and the last line of the traceback if it ends in one."""
    (folder / "program.py").write_text(program, encoding="utf-8")
    done = _run([sys.executable, "program.py"], folder)
    return done.stdout + "".join(done.stderr.splitlines(keepends=True)[-1:])


def _run(command: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(SOURCE.parent), "HOME": str(folder), "LANG": "C.UTF-8", "PATH": os.defpath, **more}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def refreshed(text: str) -> str:
    """The text with the outputs of its console blocks replaced by what the commands print now."""
    lines = text.splitlines(keepends=True)
    for block in reversed([block for block in blocks(text) if block.language == "console"]):
        commands = [command for command, _ in block.exchanges()]
        with TemporaryDirectory() as folder:
            outputs = converse(commands, Path(folder))
        shown = [command.replace("\n", "\n> ") for command in commands]
        new = "".join(f"$ {command}\n{output}" for command, output in zip(shown, outputs, strict=True))
        lines[block.line - 1 : block.line - 1 + len(block.text.splitlines())] = [new]
    before, marked, rest = "".join(lines).partition(fidelity.BEGIN)
    after = rest.partition(fidelity.END)[2]
    return f"{before}{marked}{fidelity.table()}{fidelity.END}{after}" if marked else before


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8")
