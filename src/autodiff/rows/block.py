"""The work on one piece of a table: its columns as arrays, the program over them, the results as columns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.numbers.array import Values, np
from autodiff.rows.kernel import Kernel
from autodiff.rows.tables.arrow import Arrow, column, library, numbers
from autodiff.rows.tables.piece import Piece

__all__ = ["Block", "Work"]


class Block(NamedTuple):
    """What a piece gave: a record batch, or sums by the outputs' names; and what there is to count."""

    batch: Arrow
    sums: Mapping[str, float]
    rows: int
    missing: int
    skipped: int
    size: int


class Work:
    """What is done with every piece, in any thread.

    `outputs` are the names of the results, of which those not `present` are missing in every row; `columns` are those
    of the table that are needed as numbers, `kept` those that go on as they are.
    """

    def __init__(
        self, kernel: Kernel, outputs: Sequence[str], present: Sequence[str], kept: Sequence[str], *, total: bool
    ) -> None:
        self.kernel = kernel
        self.outputs, self.present, self.kept, self.total = tuple(outputs), tuple(present), tuple(kept), total
        self.columns: tuple[str, ...] = tuple(kernel.columns)

    def of(self, read: Callable[[], Piece]) -> Block:
        """Read a piece, and compute."""
        piece = read()
        batch, valid, arrays = piece.batch, None, []
        for name in self.columns:
            values, there = numbers(batch.column(name), self.kernel.kind)
            arrays.append(values)
            if there is not None:
                valid = there if valid is None else valid & there
        outputs = self.kernel.new_outputs(batch.num_rows)
        self.kernel.run(arrays, outputs)
        missing = 0 if valid is None else batch.num_rows - int(np.count_nonzero(valid))
        found = dict(zip(self.present, outputs, strict=True))
        counts = (batch.num_rows, missing, piece.skipped, piece.size)
        if self.total:
            return Block(None, {name: _sum(values, valid) for name, values in found.items()}, *counts)
        return Block(self._batch(batch, found, valid), {}, *counts)

    def _batch(self, batch: Arrow, found: Mapping[str, Values], valid: Values | None) -> Arrow:
        arrow = library()
        columns: list[Any] = [batch.column(name) for name in self.kept]
        columns += [
            column(found[name], valid) if name in found else arrow.nulls(batch.num_rows, arrow.float64())
            for name in self.outputs
        ]
        return arrow.RecordBatch.from_arrays(columns, names=[*self.kept, *self.outputs])


def _sum(values: Values, valid: Values | None) -> float:
    return float(np.add.reduce(values if valid is None else values[valid], dtype=np.float64))
