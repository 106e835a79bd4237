"""The README is true: every block runs and prints what stands there, and its lists are the project's."""

import re
from pathlib import Path

import pytest

from tests.architecture.readme import README, Block, blocks, converse, perform, read, refreshed
from tests.architecture.rooms import RANKS, ROOT, SOURCE
from tests.transcripts import fidelity


def _line(block: Block) -> str:
    return f"line-{block.line}"


@pytest.mark.parametrize("block", read("console"), ids=_line)
def test_the_shell_prints_what_stands_there(block: Block, tmp_path: Path) -> None:
    """Each command of a console block prints exactly the lines below it."""
    commands = [command for command, _ in block.exchanges()]
    printed = converse(commands, tmp_path)
    assert list(zip(commands, printed, strict=True)) == block.exchanges()


def _programs() -> list[tuple[str, str]]:
    text = README.read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("program", "output"), _programs())
def test_programs_print_what_stands_there(program: str, output: str, tmp_path: Path) -> None:
    """Each Python program prints the text block below it."""
    assert perform(program, tmp_path) == output


@pytest.mark.oracle
@pytest.mark.parametrize(("program", "output"), _programs())
def test_programs_print_it_in_pytorch_too(program: str, output: str, tmp_path: Path) -> None:
    """The same program prints the same text with PyTorch in our place."""
    assert perform(program.replace("import autodiff as torch", "import torch"), tmp_path) == output


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    """There is no block that nothing runs or compares."""
    found = [block.language for block in blocks(README.read_text(encoding="utf-8"))]
    assert set(found) == {"console", "python", "text", "bash"}
    assert found.count("python") == len(_programs())
    assert found.count("text") == len(_programs()) + 1  # and the map of rooms


def test_two_commands_set_up() -> None:
    """One line installs and runs, one installs and tests; .ci/run takes them from here in this order."""
    run, test = [block.text for block in read("bash")]
    assert run.count("\n") == test.count("\n") == 1
    assert run.endswith(f"/{read('console')[0].exchanges()[0][0]}\n")
    assert test.endswith("/python -m pytest\n")


def test_the_map_shows_the_rooms() -> None:
    """The map lists every room with its rank, in order, and each room is there."""
    (shown,) = [block.text for block in read("text") if block.text.startswith("0 ")]
    rooms = [line.split(maxsplit=2)[:2] for line in shown.splitlines()]
    assert rooms == [[str(rank), room] for room, rank in RANKS.items()]
    found = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert {room for _, room in rooms} == found


def _column(heading: str) -> set[str]:
    """What the first column of the table under a heading names: options, commands or codes."""
    section = README.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    first = [row.split("|")[1] for row in section.splitlines() if row.startswith("| `")]
    return set(re.findall(r"`(?:autodiff )?(-*[a-z][a-z-]*)", " ".join(first)))


def test_the_options_are_those_of_eval(tmp_path: Path) -> None:
    """The table and `autodiff eval --help` name the same options."""
    (text,) = converse(["autodiff eval --help"], tmp_path)
    offered = set(re.findall(r"^\W*(?:-\w, )?(--[a-z][a-z-]*)", text, re.MULTILINE))
    assert _column("Options of `eval`") == offered - {"--help"}


def test_the_commands_are_those_of_the_tool(tmp_path: Path) -> None:
    """The table and `autodiff --help` name the same commands, apart from `eval`, which has its own section."""
    (text,) = converse(["autodiff --help"], tmp_path)
    offered = re.findall(r"^[ │|]+([a-z]+)  +\S", text.partition("Commands")[2], re.MULTILINE)
    assert _column("Other commands") | {"eval"} == set(offered)


def test_the_fidelity_table_is_what_the_transcripts_say() -> None:
    """The table between its markers counts the recorded statements as they are listed now."""
    shown = README.read_text(encoding="utf-8").partition(fidelity.BEGIN)[2].partition(fidelity.END)[0]
    assert shown == fidelity.table()


def test_links_lead_somewhere() -> None:
    """Every link to a file of the project finds it."""
    targets = re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_a_planted_lie_is_found(tmp_path: Path) -> None:
    """What runs is compared: streams, exit codes and programs' last words come back as they are."""
    block = Block("console", "$ echo out; echo err >&2; exit 3\nout\n$ echo $?\n0\n", 1)
    assert block.exchanges() == [("echo out; echo err >&2; exit 3", "out\n"), ("echo $?", "0\n")]
    assert Block("console", "$ cat <<E\n> 1\n> E\n1\n", 1).exchanges() == [("cat <<E\n1\nE", "1\n")]
    assert converse(["(echo out; echo err >&2; exit 3)", "echo $?"], tmp_path) == ["out\nerr\n", "3\n"]
    assert perform("print(1)\nraise ValueError('last')", tmp_path) == "1\nValueError: last\n"


def test_outputs_are_rewritten_in_place() -> None:
    """The rewriting changes outputs only."""
    text = "a\n```console\n$ echo 1\n2\n$ true\n```\nb\n```text\nc\n```\n"
    assert refreshed(text) == text.replace("\n2\n", "\n1\n")
