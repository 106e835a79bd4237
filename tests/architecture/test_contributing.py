"""The contributor's guide: each step says what proves it, and what it names is there."""

import re
from typing import Final

import pytest

from tests.architecture.rooms import ROOT

CONTRIBUTING: Final = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTIONS: Final = ["Add an operation", "Add a renderer", "Add a command"]


@pytest.mark.parametrize("section", SECTIONS)
def test_each_step_names_its_proof(section: str) -> None:
    """The steps are numbered from 1, each names a test or a tool that proves it, and the tests exist."""
    text = CONTRIBUTING.partition(f"## {section}\n")[2].partition("\n## ")[0]
    steps = re.findall(r"^(\d+)\. (.+(?:\n   .+)*)", text, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1))
    assert steps
    assert [step for _, step in steps if "Proof: " not in step] == []


def test_named_files_exist() -> None:
    """Every path of the project that the contributor's guide names is there."""
    named = re.findall(r"`((?:src|tests|grammars|\.ci|\.github)/[^`<*:]+?)(?:::(\w+))?`", CONTRIBUTING)
    assert named
    assert [path for path, _ in named if not (ROOT / path).exists()] == []
    assert [test for path, test in named if test and f"def {test}(" not in (ROOT / path).read_text("utf-8")] == []
