"""The version is one, and the changelog knows it."""

import re
import tomllib
from typing import Final

import autodiff
from tests.architecture.rooms import ROOT

CHANGELOG: Final = (ROOT / ".github" / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_version_is_one() -> None:
    """pyproject.toml, the package and the newest entry of the changelog say the same version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = next(iter(re.findall(r"^## (\S+)", CHANGELOG, re.MULTILINE)))
    assert project["version"] == autodiff.__version__ == newest


def test_changes_are_sentences() -> None:
    """Each change is a sentence under one of the usual headings."""
    headings = re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE)
    assert set(headings) <= {"Added", "Changed", "Deprecated", "Fixed", "Removed", "Security"}
    entries = re.findall(r"^- (.+(?:\n  .+)*)", CHANGELOG, re.MULTILINE)
    assert entries
    assert [entry for entry in entries if not entry.endswith(".")] == []
