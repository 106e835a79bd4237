"""Programs as people write them print what PyTorch printed: see tests/snippets."""

from pathlib import Path

import pytest

from autodiff.session.program.budget import Budget
from autodiff.session.program.running import run_program
from tests.snippets.record import ADDRESS, PROGRAMS


@pytest.mark.parametrize("program", sorted(PROGRAMS.glob("*.py")), ids=lambda path: path.stem)
def test_a_snippet_prints_what_pytorch_printed(program: Path) -> None:
    """Standard output, and the last line of the traceback, character for character; only addresses may differ."""
    printed: list[str] = []
    failure = run_program(program.read_text(encoding="utf-8"), printed.append, lambda _: None, Budget())
    if failure is not None:
        printed.append(f"{failure.type}: {failure.message}\n")
    assert ADDRESS.sub("0x0", "".join(printed)) == program.with_suffix(".out").read_text(encoding="utf-8")


def test_there_are_enough() -> None:
    """Forty programs, each with what PyTorch printed."""
    programs = sorted(PROGRAMS.glob("*.py"))
    assert len(programs) >= 40
    assert all(program.with_suffix(".out").is_file() for program in programs)
