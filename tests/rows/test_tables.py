"""Every format in and out, missing values, bad rows, and nothing half written."""

import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest

from autodiff.numbers.array import np
from autodiff.rows.mapping import Wish, run
from autodiff.rows.tables import FORMATS

X = [0.1, 2.0, -3.5, 1e-300]
Y = [1.0, 0.25, 7.0, -2.0]
OUT = [x * y + x for x, y in zip(X, Y, strict=True)]


def _written(path: Path, format: str, columns: dict[str, Any]) -> Path:
    """A table made without autodiff."""
    path = path / f"data.{format}"
    table = pa.table(columns)
    if format in ("csv", "tsv"):
        arrow_csv.write_csv(table, path, arrow_csv.WriteOptions(delimiter="\t" if format == "tsv" else ","))
    elif format == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in table.to_pylist()))
    elif format == "parquet":
        pq.write_table(table, path, row_group_size=3)
    elif format == "arrow":
        with pa.ipc.new_file(path, table.schema) as file:
            file.write_table(table)
    elif format == "npy":
        kinds = [(name, np.array(values).dtype) for name, values in columns.items()]
        np.save(path, np.array(list(zip(*columns.values(), strict=True)), dtype=kinds))
    else:
        arrays: dict[str, Any] = {name: np.array(values) for name, values in columns.items()}
        np.savez(path, **arrays)
    return path


def _read(path: Path) -> dict[str, list[Any]]:
    """A table's columns, read without autodiff."""
    format = path.suffix[1:]
    if format in ("csv", "tsv"):
        options = arrow_csv.ParseOptions(delimiter="\t" if format == "tsv" else ",")
        table = arrow_csv.read_csv(path, parse_options=options)
    elif format == "jsonl":
        return _columns([json.loads(line) for line in path.read_text().splitlines()])
    elif format == "parquet":
        table = pq.read_table(path)
    elif format == "arrow":
        table = pa.ipc.open_file(path).read_all()
    else:
        loaded = np.load(path)
        names = loaded.files if format == "npz" else loaded.dtype.names
        found = {name: loaded[name].tolist() for name in names}
        if format == "npz":
            loaded.close()
        return found
    return {name: table.column(name).to_pylist() for name in table.column_names}


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("target", FORMATS)
def test_every_format_can_become_every_other(tmp_path: Path, source: str, target: str) -> None:
    """The numbers are the same to the last bit, and a kept column goes with them."""
    data = _written(tmp_path, source, {"x": X, "y": Y, "n": [1, 2, 3, 4]})
    to = tmp_path / f"to.{target}"
    found = run(Wish("x*y + x", str(data), str(to), keep=("n",)))
    assert (found.error, found.rows, found.missing) == (None, 4, 0)
    wanted = {"n": [1, 2, 3, 4], "out": OUT, "x.grad": [y + 1 for y in Y], "y.grad": X}
    assert _read(to) == wanted
    assert sorted(p.name for p in tmp_path.iterdir()) == [data.name, to.name]


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet", "arrow"])
def test_what_is_missing_makes_results_missing(tmp_path: Path, format: str) -> None:
    """A row with a missing value has missing results, and is no part of the sums; a nan is a number."""
    data = _written(tmp_path, format, {"x": [1.0, None, 3.0, 4.0], "y": [2.0, 5.0, None, 0.5]})
    to = tmp_path / "to.parquet"
    found = run(Wish("x*y", str(data), str(to)))
    assert (found.rows, found.missing) == (4, 2)
    assert _read(to) == {
        "out": [2.0, None, None, 2.0],
        "x.grad": [2.0, None, None, 0.5],
        "y.grad": [1.0, None, None, 4.0],
    }
    sums = run(Wish("x*y", str(data), total=True))
    assert (sums.sums, sums.missing) == ({"out": 4.0, "x.grad": 2.5, "y.grad": 5.0}, 2)


@pytest.mark.parametrize("kind", ["int8", "uint16", "int64", "float32", "bool", "decimal"])
def test_columns_of_other_numbers_are_converted(tmp_path: Path, kind: str) -> None:
    """Whole numbers get no gradient unless it is asked for: PyTorch has none."""
    types = {"bool": pa.bool_(), "decimal": pa.decimal128(6, 2)}
    numbers = [Decimal(k) if kind == "decimal" else k for k in (1, 0, 1)]
    column = pa.array(numbers).cast(types.get(kind) or getattr(pa, kind)())
    pq.write_table(pa.table({"k": column, "x": [0.5, 1.5, 2.5]}), tmp_path / "data.parquet")
    to = tmp_path / "to.parquet"
    assert run(Wish("k*x", str(tmp_path / "data.parquet"), str(to))).error is None
    found = _read(to)
    assert found["out"] == [0.5, 0.0, 2.5]
    assert ("k.grad" in found) == (kind in ("float32", "decimal"))
    run(Wish("k*x", str(tmp_path / "data.parquet"), str(to), wrt=("k",)))
    assert _read(to)["k.grad"] == [0.5, 1.5, 2.5]


BAD = {
    "csv": 'x,y,n\n1,2,a\n\n"3",4,"b\nc"\n5,oops,d\n6,7\n8,9,e\n',
    "tsv": 'x\ty\tn\n1\t2\ta\n\n"3"\t4\t"b\nc"\n5\toops\td\n6\t7\n8\t9\te\n',
    "jsonl": '{"x":1,"y":2}\n\n{"x":3,"y":4}\n\n\n{"x":5,"y":"oops"}\nnot json\n{"x":8,"y":9}\n',
}


@pytest.mark.parametrize("format", BAD)
def test_a_bad_row_is_an_error_with_its_line(tmp_path: Path, format: str) -> None:
    """Lines are counted as an editor does, and nothing is written."""
    data, to = tmp_path / f"data.{format}", tmp_path / "to.csv"
    data.write_text(BAD[format])
    to.write_text("before")
    error = run(Wish("x*y", str(data), str(to))).error
    assert error is not None
    assert f"{data}, line 6: " in error.message
    assert "oops" in error.message
    assert error.hint == "--skip-bad leaves such rows out and counts them"
    assert to.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("format", BAD)
def test_bad_rows_can_be_skipped(tmp_path: Path, format: str) -> None:
    """They are counted; the others are as without them."""
    data, to = tmp_path / f"data.{format}", tmp_path / "to.jsonl"
    data.write_text(BAD[format])
    found = run(Wish("x*y", str(data), str(to), skip_bad=True))
    assert (found.error, found.rows, found.skipped) == (None, 3, 2)
    assert _read(to)["out"] == [2.0, 12.0, 72.0]


def test_lines_beyond_the_first_piece_are_counted(tmp_path: Path) -> None:
    """A bad row far below is found by its line, whatever the pieces are."""
    data = tmp_path / "data.csv"
    lines = [f'{k},"a\n{k}"' for k in range(200_000)]
    lines[150_000] = "oops,b"
    data.write_text("x,t\n" + "\n".join(lines) + "\n")
    error = run(Wish("x+1", str(data))).error
    assert error is not None
    assert f"line {2 * 150_000 + 2}: " in error.message


def test_texts_are_kept_as_they_are(tmp_path: Path) -> None:
    """Quotes, commas, line breaks, and what looks like markup or a formula."""
    words = ["a,b", 'say "hi"', "two\nlines", "[bold]x[/]", "=1+1", "ünï", " spaced "]
    data, to = tmp_path / "data.csv", tmp_path / "to.csv"
    arrow_csv.write_csv(pa.table({"w": words, "x": [float(k) for k in range(7)]}), data)
    assert run(Wish("2*x", str(data), str(to), keep=None)).error is None
    read = arrow_csv.read_csv(to, parse_options=arrow_csv.ParseOptions(newlines_in_values=True))
    assert read.column("w").to_pylist() == words


def test_json_lines_are_strict(tmp_path: Path) -> None:
    """Texts are escaped, numbers that are not finite are words, and both are read again."""
    data, to, again = (tmp_path / name for name in ("a.parquet", "b.jsonl", "c.jsonl"))
    words = ['say "hi"', "100 %s", "ü\n", None]
    pq.write_table(pa.table({'50 %"': words, "k": [1, 2, None, 4], "x": [1.0, math.inf, math.nan, None]}), data)
    run(Wish("2*x", str(data), str(to), keep=None))
    assert to.read_text().splitlines()[1:] == [
        '{"50 %\\"": "100 %s", "k": 2, "x": "inf", "out": "inf", "x.grad": 2.0}',
        '{"50 %\\"": "ü\\n", "k": null, "x": "nan", "out": "nan", "x.grad": 2.0}',
        '{"50 %\\"": null, "k": 4, "x": null, "out": null, "x.grad": null}',
    ]
    assert run(Wish("out/2", str(to), str(again), wrt=())).error is None
    assert again.read_text() == '{"out": 1.0}\n{"out": "inf"}\n{"out": "nan"}\n{"out": null}\n'


@pytest.mark.parametrize(("format", "text"), [("csv", "x,y\n"), ("csv", "x,y"), ("tsv", "x\ty\r\n")])
def test_a_table_without_rows_gives_one(tmp_path: Path, format: str, text: str) -> None:
    """With the columns that there would be."""
    data, to = tmp_path / f"data.{format}", tmp_path / "to.parquet"
    data.write_text(text, newline="")
    assert run(Wish("x*y", str(data), str(to))).rows == 0
    assert _read(to) == {"out": [], "x.grad": [], "y.grad": []}


@pytest.mark.parametrize("format", ["parquet", "arrow", "npz"])
def test_a_columnar_table_without_rows(tmp_path: Path, format: str) -> None:
    """The same."""
    data = _written(tmp_path, format, {"x": pa.array([], pa.float64()), "y": pa.array([], pa.float64())})
    to = tmp_path / "to.csv"
    assert run(Wish("x*y", str(data), str(to))).error is None
    assert to.read_text() == "out,x.grad,y.grad\n"


def test_an_array_without_names_has_columns(tmp_path: Path) -> None:
    """x for one dimension; x0, x1 ... for two."""
    np.save(tmp_path / "a.npy", np.arange(3.0))
    np.save(tmp_path / "b.npy", np.arange(6.0).reshape(3, 2))
    assert run(Wish("x**2", str(tmp_path / "a.npy"), total=True)).sums == {"out": 5.0, "x.grad": 6.0}
    assert run(Wish("x0*x1", str(tmp_path / "b.npy"), wrt=(), total=True)).sums == {"out": 26.0}


def test_many_rows_in_many_pieces_and_threads(tmp_path: Path) -> None:
    """Pieces come in order, and the sums are the same for any number of threads."""
    values = np.sin(np.arange(600_001.0))
    pq.write_table(pa.table({"x": values, "k": np.arange(600_001)}), tmp_path / "data.parquet", row_group_size=70_000)
    to = tmp_path / "to.npz"
    assert run(Wish("x*x + k", str(tmp_path / "data.parquet"), str(to), keep=("k",), threads=3)).rows == 600_001
    with np.load(to) as found:
        assert (found["k"] == np.arange(600_001)).all()
        assert (found["out"] == values * values + np.arange(600_001)).all()
    sums = [run(Wish("x*x", str(tmp_path / "data.parquet"), total=True, threads=n)).sums for n in (1, 2, 5)]
    assert sums[0] == sums[1] == sums[2]
    assert sums[0]["out"] == pytest.approx(math.fsum(values * values), rel=1e-15)


def test_a_loss_and_its_gradient(tmp_path: Path) -> None:
    """Parameters are given as numbers; the sum of their gradients is the gradient of the sum."""
    data = _written(tmp_path, "csv", {"x": [1.0, 2.0, 3.0], "y": [2.0, 4.0, 7.0]})
    wish = Wish("(a*x + b - y)**2", str(data), constants=(("a", "2"), ("b", "0")), wrt=("a", "b"), total=True)
    assert run(wish).sums == {"out": 1.0, "a.grad": -6.0, "b.grad": -2.0}


PROBLEMS = [
    (Wish("x*yy", "DATA"), "there is no column 'yy'", "did you mean y?"),
    (Wish("x*z", "DATA"), "there is no column 'z'", "the columns are x, y, w, t; a number is given as z=..."),
    (Wish("x*w", "DATA"), "the column 'w' does not hold numbers", "those that do: x, y"),
    (Wish("x*t", "DATA"), "the column 't' does not hold numbers", "those that do: x, y"),
    (Wish("x", "DATA", wrt=("y",)), "--wrt: there is no column 'y'", "differentiate by what is in the expression"),
    (Wish("x", "DATA", keep=("ww",)), "--keep: there is no column 'ww'", "did you mean w?"),
    (Wish("x", "DATA", constants=(("x", "1"),)), "'x' is a column of the table", None),
    (Wish("x*c", "DATA", constants=(("c", "[1,2]"),)), "c is the same number in all rows, not [1,2]", None),
    (Wish("w = x", "DATA", keep=None), "the column 'w' is kept, and a result has the same name", None),
    (Wish("x", "DATA", dtype="float16"), "there is no dtype 'float16' for rows", None),
    (Wish("x", "DATA", to="to.xyz"), "the name 'to.xyz' does not say what format it has", None),
    (Wish("x", "DATA", format="xls"), "--format: there is no format 'xls'", None),
    (Wish("x", "DATA", to="/nowhere/to.csv"), "cannot write /nowhere/to.csv: No such file or directory", None),
    (Wish("x", "nowhere.csv"), "cannot read nowhere.csv: No such file or directory", None),
    (Wish("x", "DATA", format="parquet"), "cannot read DATA: ", None),
    (Wish("x", "DATA", total=True, to="to.csv"), "--sum prints the totals, and --to writes a table", None),
    (Wish("x", "/"), "'/' is more than one file", "--engine dask reads folders and patterns"),
    (Wish("x", "*.csv"), "'*.csv' is more than one file", None),
    (Wish("x", "DATA", threads=0), "--threads: at least 1, not 0", None),
]


@pytest.mark.parametrize(("wish", "message", "hint"), PROBLEMS)
def test_what_does_not_fit_is_said(tmp_path: Path, wish: Wish, message: str, hint: str | None) -> None:
    """In words of the table, with what was probably meant; nothing is written."""
    data = tmp_path / "data.csv"
    data.write_text("x,y,w,t\n1,2,a,true\n")
    error = run(wish._replace(data=str(data) if wish.data == "DATA" else wish.data)).error
    assert error is not None
    assert error.kind == "usage"
    assert error.message.startswith(message.replace("DATA", str(data)))
    assert hint is None or error.hint == hint
    assert [p.name for p in tmp_path.iterdir()] == ["data.csv"]


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_is_no_table(tmp_path: Path, text: str) -> None:
    """It has no header."""
    (tmp_path / "data.csv").write_text(text)
    error = run(Wish("x", str(tmp_path / "data.csv"))).error
    assert error is not None
    assert error.message.endswith("has no header")
