"""The rooms of `src/autodiff`, who may import whom, and what a file imports.

A room is a package or a module right under `autodiff`. A file imports only from rooms of smaller
rank or from its own room, and each third-party library has one room.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "src" / "autodiff"

RANKS: Final = {
    "errors": 0,
    "dtypes": 0,
    "late": 0,
    "light": 0,
    "numbers": 1,
    "ops": 2,
    "engine": 3,
    "expression": 3,
    "language": 4,
    "session": 5,
    "rows": 6,
    "render": 7,
    "cli": 8,
    "autograd": 9,
    "func": 9,
    "linalg": 9,
    "nn": 9,
    "special": 9,
    "__init__": 9,
    "__main__": 10,
}

# Two files share rank 0, and the second raises the first's errors.
BESIDE: Final = {"dtypes": "errors"}

# Rooms that may see less than their rank allows.
NARROW: Final = {
    "language": ("autodiff.errors", "autodiff.light"),  # text to program: knows no number and no operation
    "render": (  # facts to text: runs nothing
        "autodiff.errors",
        "autodiff.light",
        "autodiff.rows.facts",
        "autodiff.session.report",
        "autodiff.session.cases.report",
        "autodiff.session.check.report",
        "autodiff.session.diff.report",
        "autodiff.session.program.executed",
        "autodiff.session.explain.explained",
        "autodiff.session.graph.report",
        "autodiff.session.plot.plotted",
        "autodiff.session.trace.traced",
    ),
}

# Third-party libraries, and the files that may import each (a folder stands for all in it).
LIBRARIES: Final = {
    "numpy": "numbers/array.py",
    "lark": "language/",
    "rich": "render/table.py",
    "plotille": "render/plot.py",
    "matplotlib": "render/picture.py",
    "typer": "cli/",
    "prompt_toolkit": "cli/prompt.py",
    "pyarrow": "rows/tables/",
    "fsspec": "rows/tables/remote.py",
    "distributed": "rows/cluster.py",
}


class Import(NamedTuple):
    """One imported module or name, fully dotted, and the line it stands on."""

    target: str
    line: int


def files(source: Path) -> list[Path]:
    """Every Python file below `source`, in a fixed order."""
    return sorted(source.rglob("*.py"))


def room_of(path: Path, source: Path) -> str:
    """The room a file belongs to: the first part of its path below `source`."""
    return path.relative_to(source).parts[0].removesuffix(".py")


def imports(path: Path, source: Path) -> Iterator[Import]:
    """Everything a file imports, in functions and under TYPE_CHECKING too, and by `import_module` or `late_module`."""
    package = [source.name, *path.relative_to(source).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (Import(f"{origin}.{alias.name}", node.lineno) for alias in node.names)
        elif (
            isinstance(node, ast.Call) and _called(node) in {"import_module", "late_module", "__import__"} and node.args
        ):
            match node.args[0]:
                case ast.Constant(value=str(name)):
                    yield Import(name, node.lineno)
                case ast.JoinedStr(values=[ast.Constant(value=str(name)), *_]) if name.count(".") > 1:
                    yield Import(f"{name}?", node.lineno)  # some file of the room that is named first
                case _:
                    yield Import("?", node.lineno)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def violations(source: Path) -> list[str]:
    """Every import below `source` that the ranks or the libraries' rooms forbid, one sentence each."""
    return [
        f"{path.relative_to(source)}:{imported.line} imports {imported.target}: {reason}"
        for path in files(source)
        for imported in imports(path, source)
        if (reason := _objection(path, imported.target, source))
    ]


def _objection(path: Path, target: str, source: Path) -> str | None:
    room = room_of(path, source)
    if room not in RANKS:
        return f"the room {room} has no rank yet"
    first, _, rest = target.partition(".")
    if first == "?":  # the door, the commands and the emitters look names up in tables of their own
        return None if room in {"__init__", "cli", "expression", "late"} else "a computed import cannot be checked"
    if first == source.name:
        return _objection_to_room(room, target, rest.partition(".")[0], source)
    if first in sys.stdlib_module_names:
        return None
    if first not in LIBRARIES:
        return f"{first} is not one of our libraries"
    return None if _lives_in(path.relative_to(source), LIBRARIES[first]) else f"{first} lives in {LIBRARIES[first]}"


def _lives_in(path: Path, home: str) -> bool:
    return path.as_posix().startswith(home) if home.endswith("/") else path.as_posix() == home


def _objection_to_room(room: str, target: str, other: str, source: Path) -> str | None:
    if not (source / other).is_dir() and not (source / f"{other}.py").is_file():
        other = "__init__"  # a name of the door
    if other in {room, BESIDE.get(room)} or (room == "cli" and target == f"{source.name}.__version__"):
        return None  # `--version` prints the literal; whoever imports cli has passed the door anyway
    if RANKS.get(other, 99) >= RANKS[room]:
        return f"{other} does not rank below {room}"
    if room in NARROW and not any(target == seen or target.startswith(f"{seen}.") for seen in NARROW[room]):
        return f"{room} sees only {', '.join(NARROW[room])}"
    return None
