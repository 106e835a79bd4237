"""Finds the grammar file: the only place that knows where it is."""

__all__ = ["grammar_text"]


def grammar_text(name: str = "expression.lark") -> str:
    """The text of a grammar: shipped in the package (wheel, zip), else in the checkout's top-level grammars/.

    The imports are here because only a syntax error and the table builder read the grammar.
    """
    from importlib.resources import files
    from pathlib import Path

    shipped = files("autodiff").joinpath("grammars", name)
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    for parent in Path(__file__).resolve().parents[1:4]:
        here = parent / "grammars" / name
        if here.is_file() and (parent / "pyproject.toml").is_file():
            return here.read_text(encoding="utf-8")
    raise FileNotFoundError(f"grammar {name!r} is neither in the installed package nor in a source checkout")
