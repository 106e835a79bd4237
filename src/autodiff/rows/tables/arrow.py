"""Arrow, imported when the first table is opened, and its columns as arrays of NumPy."""

from typing import Any, Final

from autodiff.numbers.array import Values, np
from autodiff.session import UsageProblem

__all__ = ["Arrow", "column", "holds", "library", "numbers"]

Arrow = Any
"""A value of Arrow, whose types are known only where it is installed."""
_FLOATS: Final = ("float", "double", "halffloat", "decimal", "null")
_DTYPES: Final = {"double": "float64", "float": "float32", "halffloat": "float16"}
_WHOLE: Final = ("int", "uint", "bool")


def library(module: str = "pyarrow") -> Arrow:
    """A module of Arrow. Raises UsageProblem if it is not installed."""
    try:
        import pyarrow as arrow  # noqa: ICN001 - whole words

        if module == "pyarrow.parquet":
            import pyarrow.parquet as arrow
        elif module == "pyarrow.csv":
            import pyarrow.csv as arrow
        elif module == "pyarrow.json":
            import pyarrow.json as arrow
    except ModuleNotFoundError as error:
        raise UsageProblem("tables need pyarrow", "pip install 'autodiff-cli[tables]'") from error
    return arrow


def holds(kind: Arrow) -> str:
    """What a column of this type holds: `floats`, `whole` numbers (or truth values), or `others`."""
    name = str(kind)
    if name.startswith(_FLOATS):
        return "floats"
    return "whole" if name.startswith(_WHOLE) else "others"


def numbers(array: Arrow, kind: str) -> tuple[Values, Values | None]:
    """The values as an array of the dtype `kind`, and where they are not missing (None: nowhere).

    What stands where a value is missing means nothing.
    """
    if holds(array.type) == "others" or str(array.type).startswith(("decimal", "bool", "null")):
        array = array.cast(library().float64())
    _, data = array.buffers()
    name = str(array.type)
    dtype = np.dtype(_DTYPES.get(name, name))
    values = np.frombuffer(data, dtype)[array.offset : array.offset + len(array)] if len(array) else np.empty(0, dtype)
    valid = (
        None
        if not array.null_count
        else np.unpackbits(np.frombuffer(array.buffers()[0], np.uint8), bitorder="little")[
            array.offset : array.offset + len(array)
        ].view(bool)
    )
    return (values if values.dtype == kind else values.astype(kind)), valid


def column(values: Values, valid: Values | None = None) -> Arrow:
    """The values as a column; they are missing where they are not `valid`."""
    arrow = library()  # whose `array` would import a part of NumPy that nobody needs here
    bits = None if valid is None else arrow.py_buffer(np.packbits(valid, bitorder="little"))
    truth = values.dtype.kind == "b"
    data = np.packbits(values, bitorder="little") if truth else values
    kind = arrow.bool_() if truth else arrow.from_numpy_dtype(values.dtype)
    return arrow.Array.from_buffers(kind, len(values), [bits, arrow.py_buffer(data)])
