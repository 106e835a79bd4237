"""A table in parts, on the workers of a Dask cluster: each part as `mapping.run` does it, the sums as a tree.

A part that is lost with its worker is done again by another. Parts are written under other names, and the folder gets
its own when all are there.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from importlib import import_module
from typing import Any, Final

from autodiff.errors import Deliberate
from autodiff.language import parse
from autodiff.rows.facts import Mapped, Progress, together
from autodiff.rows.mapping import Watch, Wish, processors, run
from autodiff.rows.tables import Place, suited
from autodiff.rows.tables.remote import Folder, parts_of
from autodiff.session import Scenario, UsageProblem
from autodiff.session.failing import failure_of

__all__ = ["run_on_cluster"]

_BRANCHES: Final = 16
"""How many sums are added in one step of the tree."""
_PATIENCE: Final = 10.0
"""Seconds in which a scheduler has to answer."""
_ATTEMPTS: Final = 5
"""How many workers may be lost with a part before it counts as the part's fault."""


def run_on_cluster(wish: Wish, scheduler: str | None, watch: Watch = lambda _: None) -> Mapped:
    """Compute the outputs of every part on the workers, and tell how it went, as `mapping.run` does.

    Without the address of a scheduler, a cluster of this machine's processors is started and ended. `wish.to` is the
    folder for the parts.
    """
    try:
        parse(wish.expression)
        places = parts_of(wish.data, wish.format)
        with _client(scheduler) as client:
            if wish.total:
                wishes = [_of_part(wish, place, "-") for place in places]
                return _Parts(client, wishes, watch).result()
            return _written(wish, places, client, watch)
    except Deliberate as error:
        return Mapped(wish.expression, error=failure_of(error, Scenario(wish.expression)))


def _written(wish: Wish, places: Sequence[Place], client: Any, watch: Watch) -> Mapped:  # noqa: ANN401 - Dask's
    if wish.to == "-":
        raise UsageProblem("the parts need a folder", "--to names one; --sum needs none")
    format = suited("part.parquet", wish.to_format, "--to-format").format
    folder = Folder.new(wish.to, os.getpid())
    digits = max(5, len(str(len(places))))
    try:
        names = [f"{folder.partial}/part-{k:0{digits}}.{format}" for k in range(len(places))]
        wishes = [_of_part(wish, place, name) for place, name in zip(places, names, strict=True)]
        found = _Parts(client, wishes, watch).result()
        if found.error is None:
            folder.finish()
    finally:
        folder.drop()
    return found


def _of_part(wish: Wish, place: Place, to: str) -> Wish:
    return wish._replace(data=place.path, format=place.format, groups=place.groups, to=to, to_format=None, threads=1)


@contextmanager
def _client(scheduler: str | None) -> Iterator[Any]:
    """A client of the scheduler, or of a cluster of our own. Raises UsageProblem if Dask is missing or silent."""
    dask = _library()
    if scheduler is None:
        with (
            dask.LocalCluster(n_workers=processors(), threads_per_worker=1, dashboard_address="127.0.0.1:0") as own,
            dask.Client(own) as client,
        ):
            yield client
        return
    try:
        client = dask.Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise UsageProblem(f"no scheduler answers at {scheduler}", "start one with: dask scheduler") from error
    with client:
        yield client


def _library() -> Any:  # noqa: ANN401 - a module without types
    """Dask's scheduling. Raises UsageProblem if it is missing."""
    try:
        return import_module("distributed")
    except ModuleNotFoundError as error:
        raise UsageProblem("--engine dask needs Dask", "pip install 'autodiff-cli[dask]'") from error


class _Parts:
    """The parts of a table while they are done."""

    def __init__(self, client: Any, wishes: Sequence[Wish], watch: Watch) -> None:  # noqa: ANN401 - Dask's
        self.client, self.wishes, self.watch = client, wishes, watch

    def result(self) -> Mapped:
        """All parts as one, or the first error."""
        waiting = self.client.map(run, self.wishes, pure=False, retries=_ATTEMPTS)
        try:
            whole = self._tree(waiting)
            rows = 0
            for done, future in enumerate(_library().as_completed(waiting), 1):
                found: Mapped = future.result()
                rows += found.rows
                self.watch(Progress(rows, done, None, len(waiting), found.seconds))
                if found.error is not None:
                    return found
            return whole.result()  # type: ignore[no-any-return] # a Mapped
        finally:
            self.client.cancel(waiting)

    def _tree(self, futures: Sequence[Any]) -> Any:  # noqa: ANN401 - a future
        """What all of them are together: a few at a time, then those sums."""
        while len(futures) > 1:
            groups = [futures[k : k + _BRANCHES] for k in range(0, len(futures), _BRANCHES)]
            futures = [self.client.submit(_sum, group, pure=False) for group in groups]
        return futures[0]


def _sum(parts: Sequence[Mapped]) -> Mapped:
    return reduce(together, parts)
