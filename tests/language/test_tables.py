"""The committed tables are those of the grammar, and the grammar is found."""

import os
import subprocess
import sys
from types import ModuleType

import pytest

from autodiff.language import program_tables, tables
from autodiff.language.grammar import grammar_text


@pytest.mark.parametrize("module", [tables, program_tables], ids=lambda module: module.__name__.rpartition(".")[2])
@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_tables_are_fresh(seed: str, module: ModuleType) -> None:
    """Regenerated under two hash seeds, they are the committed file, byte for byte."""
    name = f"{module.__name__.rpartition('.')[2]}.py"
    program = (
        f"import sys; from autodiff.language.build_tables import table_text; sys.stdout.write(table_text({name!r}))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, encoding="utf-8", check=True
    )
    assert module.__file__ is not None
    with open(module.__file__, encoding="utf-8") as file:  # noqa: PTH123
        assert done.stdout == file.read()


def test_a_grammar_that_is_nowhere_is_said_to_be() -> None:
    """The error names the file."""
    assert "start:" in grammar_text()
    with pytest.raises(FileNotFoundError, match=r"nothing\.lark"):
        grammar_text("nothing.lark")
