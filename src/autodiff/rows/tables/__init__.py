"""Tables: files of columns, read and written piece by piece. Only this folder knows Arrow."""

from autodiff.rows.tables.formats import FORMATS, Place, suited
from autodiff.rows.tables.piece import BadRow, Piece, Source

__all__ = ["FORMATS", "BadRow", "Piece", "Place", "Source", "opened_table", "suited"]


def opened_table(place: Place, *, skip_bad: bool = False) -> Source:
    """The table at a place, ready to be read. Raises FileProblem, and UsageProblem if Arrow is not installed."""
    if place.format in ("csv", "tsv"):
        from autodiff.rows.tables.csv import Csv

        return Csv(place, skip_bad=skip_bad)
    if place.format == "jsonl":
        from autodiff.rows.tables.json_lines import JsonLines

        return JsonLines(place, skip_bad=skip_bad)
    if place.format in ("npy", "npz"):
        from autodiff.rows.tables.arrays import Arrays

        return Arrays(place)
    from autodiff.rows.tables.columnar import ArrowFile, Parquet

    return Parquet(place) if place.format == "parquet" else ArrowFile(place)
