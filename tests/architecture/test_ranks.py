"""A file imports only from rooms of smaller rank, and each third-party library lives in one room."""

from pathlib import Path

import pytest

from tests.architecture.rooms import RANKS, SOURCE, files, imports, room_of, violations


def test_imports_go_down() -> None:
    """No file imports from its own height or above, nor a library that lives elsewhere."""
    assert violations(SOURCE) == []


def test_every_room_has_a_rank() -> None:
    """Every folder and file right below the package is in the table, and the table names nothing else."""
    found = {room_of(path, SOURCE) for path in files(SOURCE)}
    assert found <= set(RANKS)
    assert set(RANKS) - found == set()


def _planted(tmp_path: Path, file: str, text: str) -> list[str]:
    source = tmp_path / "autodiff"
    for room in ("numbers", "ops", "engine", "language", "session", "render", "cli"):
        (source / room).mkdir(parents=True)
    for module in ("errors.py", "dtypes.py", "session/report.py", "session/running.py"):
        (source / module).write_text("")
    (source / file).write_text(text)
    return violations(source)


FORBIDDEN = [
    ("errors.py", "import autodiff.dtypes", "does not rank below"),
    ("dtypes.py", "from autodiff import engine", "does not rank below"),
    ("numbers/scalar.py", "from ..ops import op", "does not rank below"),
    ("ops/op.py", "def f():\n    from autodiff.engine.tensor import Tensor", "does not rank below"),
    ("engine/tensor.py", "import autodiff", "does not rank below"),
    ("engine/tensor.py", "from autodiff import __version__", "does not rank below"),
    ("engine/tensor.py", "import importlib\nimportlib.import_module('autodiff.cli')", "does not rank below"),
    ("engine/tensor.py", "import importlib\nimportlib.import_module(f'autodiff.cli.{x}')", "does not rank below"),
    ("engine/tensor.py", "__import__(name)", "cannot be checked"),
    (
        "engine/tensor.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import autodiff.cli",
        "does not rank",
    ),
    ("engine/tensor.py", "import numpy as np", "numpy lives in"),
    ("language/parse.py", "from autodiff.ops import OPS", "sees only"),
    ("language/parse.py", "from autodiff.engine import Tensor", "sees only"),
    ("render/plain.py", "from autodiff.session.running import run", "sees only"),
    ("render/plain.py", "from rich.table import Table", "rich lives in"),
    ("session/running.py", "import lark", "lark lives in"),
    ("session/running.py", "import typer", "typer lives in"),
    ("cli/eval.py", "import click", "not one of our libraries"),
    ("cli/eval.py", "from pydantic import BaseModel", "not one of our libraries"),
    ("utilities/text.py", "import os", "no rank yet"),
]


@pytest.mark.parametrize(("file", "text", "reason"), FORBIDDEN)
def test_a_planted_violation_is_found(tmp_path: Path, file: str, text: str, reason: str) -> None:
    """The rule sees imports of every form, at every depth."""
    (tmp_path / "autodiff" / file).parent.mkdir(parents=True) if file.startswith("utilities") else None
    (found,) = _planted(tmp_path, file, text)
    assert reason in found


ALLOWED = [
    ("dtypes.py", "from autodiff.errors import TorchTypeError"),
    ("numbers/array.py", "def f():\n    import numpy"),
    ("ops/op.py", "from autodiff.ops.formula import read\nfrom . import formula\nimport math"),
    ("language/mistakes.py", "import lark\nfrom autodiff.errors import SyntaxProblem"),
    ("session/running.py", "from autodiff import engine, language\nfrom autodiff.session.report import Report"),
    ("render/table.py", "from rich.table import Table\nfrom autodiff.session.report import Report"),
    ("cli/eval.py", "import typer\nfrom autodiff import __version__\nfrom autodiff.render import RENDERERS"),
    ("__main__.py", "from autodiff.cli import main"),
]


@pytest.mark.parametrize(("file", "text"), ALLOWED)
def test_what_the_ranks_allow_passes(tmp_path: Path, file: str, text: str) -> None:
    """The rule forbids nothing that the design needs."""
    assert _planted(tmp_path, file, text) == []


def test_the_project_has_imports_to_judge() -> None:
    """The rule is not green for want of files."""
    assert sum(1 for path in files(SOURCE) for _ in imports(path, SOURCE)) > len(RANKS)
