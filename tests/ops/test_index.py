"""The index of names is what the declarations say."""

import subprocess
import sys
from pathlib import Path

from autodiff.ops import index, table
from autodiff.ops.build_index import index_text


def test_the_index_is_built_from_the_declarations() -> None:
    """`python -m autodiff.ops.build_index` would change nothing."""
    assert index.__file__ is not None
    assert Path(index.__file__).read_text(encoding="utf-8") == index_text()


def test_a_name_has_the_overloads_of_the_whole_table_in_order() -> None:
    """Found one by one, the operations are those of all files taken together."""
    for name, ops in table.OVERLOADS.items():
        assert ops == tuple(op for op in table.all_operations() if op.public and name in (op.name, *op.spellings))


def test_one_name_imports_few_files() -> None:
    """Looking up a name leaves most of the table alone."""
    counted = "import sys; from autodiff.ops.table import MODULES, OVERLOADS; OVERLOADS['sin']; "
    counted += "print(sum(f'autodiff.ops.{m}' in sys.modules for m in MODULES) < len(MODULES) / 2)"
    shown = subprocess.run([sys.executable, "-c", counted], capture_output=True, text=True, check=True)
    assert shown.stdout == "True\n"
