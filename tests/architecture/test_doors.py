"""Each package says in `__all__` what its door is, and everything public has a sentence of documentation."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.architecture.rooms import RANKS, SOURCE, files


def _module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = [_module_name(path) for path in files(SOURCE) if path.stem != "__main__"]
PACKAGES = [_module_name(path) for path in files(SOURCE) if path.stem == "__init__"]


def bound_names(text: str) -> set[str]:
    """The public names a module's top level binds: definitions, assignments, and imports from our own rooms."""
    names: set[str] = set()
    for node in ast.parse(text).body:
        match node:
            case ast.ImportFrom(module=module) if node.level or (module or "").partition(".")[0] == SOURCE.name:
                names.update(alias.asname or alias.name for alias in node.names)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Assign():
                names.update(target.id for target in node.targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case _:
                pass
    return {name for name in names - {"TYPE_CHECKING"} if not name.startswith("_")}


def in_order(names: list[str]) -> list[str]:
    """Constants first, then classes, then the rest; numbers inside a name count as numbers."""

    def key(name: str) -> tuple[int, list[tuple[int, str]]]:
        kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
        return kind, [(int(digits or 0), letters) for digits, letters in re.findall(r"(\d*)(\D*)", name)]

    return sorted(names, key=key)


@pytest.mark.parametrize("name", PACKAGES)
def test_the_door_is_what_can_be_imported(name: str) -> None:
    """`__all__` lists every public name the package binds, each once, and each can be had."""
    package = import_module(name)
    assert package.__file__ is not None
    listed = list(package.__all__)
    bound = bound_names(Path(package.__file__).read_text(encoding="utf-8"))
    assert bound - set(listed) == set()
    assert [each for each in listed if not hasattr(package, each)] == []
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("name", PACKAGES)
def test_the_door_is_in_order(name: str) -> None:
    """`__all__` is sorted, also where it is computed and the linter cannot see it."""
    listed = [each for each in import_module(name).__all__ if not each.startswith("__")]
    assert listed == in_order(listed)


@pytest.mark.parametrize("name", MODULES)
def test_what_a_module_lists_exists(name: str) -> None:
    """A module that has `__all__` has all of it."""
    module = import_module(name)
    assert [each for each in getattr(module, "__all__", ()) if not hasattr(module, each)] == []


@pytest.mark.parametrize("room", [room for room, rank in RANKS.items() if rank < RANKS["__init__"]])
def test_each_room_can_be_entered_first(room: str) -> None:
    """`from autodiff import ROOM` finds it in a fresh process; it is not one of PyTorch's names."""
    entered = f"from autodiff import {room}; print({room}.__name__)"
    shown = subprocess.run([sys.executable, "-c", entered], capture_output=True, text=True, check=False)
    assert (shown.stdout, shown.stderr) == (f"autodiff.{room}\n", "")


@pytest.mark.parametrize("name", ["autograd", "autograd.functional", "autograd.forward_ad", "nn.functional", "func"])
def test_a_module_of_pytorch_can_be_imported_by_its_name(name: str) -> None:
    """`import autodiff.nn.functional as F` gives what `torch.nn.functional` has, and nothing else."""
    entered = f"import autodiff.{name} as m; import autodiff as torch; t = torch.{name}\n"
    entered += f"from autodiff.{name} import *\n"
    entered += "print(all(getattr(m, n) is getattr(t, n) for n in dir(m) if not n.startswith('__')), len(dir(m)) > 3)\n"
    entered += "try: m.nonsense\nexcept AttributeError as e: print(e)"
    shown = subprocess.run([sys.executable, "-c", entered], capture_output=True, text=True, check=False)
    assert (shown.stdout, shown.stderr) == (f"True True\nmodule 'torch.{name}' has no attribute 'nonsense'\n", "")


def undocumented(text: str) -> Iterator[str]:
    """The public functions and classes of a module's top level, and the module, that say nothing of themselves."""
    tree = ast.parse(text)
    if not (ast.get_docstring(tree) or "").strip():
        yield "the module"
    for node in tree.body:
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not (ast.get_docstring(node) or "").strip(". \n")
            and not any(isinstance(each, ast.Name) and each.id == "overload" for each in node.decorator_list)
        ):
            yield node.name


@pytest.mark.parametrize("path", files(SOURCE), ids=_module_name)
def test_everything_public_is_documented(path: Path) -> None:
    """Every module, public function and public class has a docstring with words in it."""
    assert list(undocumented(path.read_text(encoding="utf-8"))) == []


def test_a_planted_silence_is_found() -> None:
    """The rule sees a missing docstring and an empty one, and lets private names be."""
    text = 'def told():\n    """Say."""\ndef silent(): ...\nclass Empty:\n    """ """\ndef _private(): ...\n'
    assert list(undocumented(text)) == ["the module", "silent", "Empty"]


def test_a_planted_name_is_found() -> None:
    """The rule sees every way to bind a public name, and lets the standard library's be."""
    text = "import a\nfrom b import c\nfrom .d import e as f, _g\nfrom autodiff.ops import OPS\n"
    text += "H = 1\ni: int = 2\ndef j(): ...\nclass K: ...\n"
    assert bound_names(text) == {"f", "OPS", "H", "i", "j", "K"}


def test_the_order_of_a_door() -> None:
    """Constants, classes, functions; `complex64` before `complex128`."""
    names = ["complex128", "complex64", "Tensor", "add", "OPS", "no_grad"]
    assert in_order(names) == ["OPS", "Tensor", "add", "complex64", "complex128", "no_grad"]
