"""Work on a sequence of things in several threads, with the results in the order of the things.

At most a few more things than there are threads are under way, so that memory does not depend on how many there are.
"""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Condition, Thread
from typing import Any, Generic, TypeVar

__all__ = ["ordered"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def ordered(items: Iterator[Item], work: Callable[[Item], Result], threads: int) -> Iterator[Result]:
    """`work` of each item, in order. An error stops it when its turn comes.

    Leaving early stops the threads, except one that waits for an item, which may never come; it does nothing more.
    """
    crew = _Crew(items, work, threads + 2)
    for _ in range(threads):
        Thread(target=crew.run, daemon=True).start()
    try:
        yield from crew.results()
    finally:
        crew.stop()


class _Crew(Generic[Item, Result]):
    """The threads' common state, which they change one at a time."""

    def __init__(self, items: Iterator[Item], work: Callable[[Item], Result], ahead: int) -> None:
        self._items, self._work, self._ahead = items, work, ahead
        self._condition = Condition()
        self._taken = self._given = 0  # how many items were begun, and how many results were handed on
        self._done: dict[int, Any] = {}
        self._errors: dict[int, BaseException] = {}
        self._total: int | None = None
        self._stopped = self._fetching = False
        self._working = 0

    def run(self) -> None:
        """Take items until there are none."""
        while True:
            number, item = self._next()
            if number is None:
                return
            try:
                result: Any = self._work(item)  # type: ignore[arg-type] # there is one if there is a number
                error = None
            except BaseException as raised:  # noqa: BLE001 - the one who waits for the result is told
                result, error = None, raised
            with self._condition:
                self._working -= 1
                if error is None:
                    self._done[number] = result
                else:
                    self._errors[number] = error
                self._condition.notify_all()

    def _next(self) -> tuple[int | None, Item | None]:
        """The next item and its number; None if there is none, or nobody wants the results any more."""
        with self._condition:
            self._condition.wait_for(lambda: self._unwanted() or self._may_fetch())
            if self._unwanted():
                return None, None
            self._fetching = True
            number = self._taken
        item, error, ended = None, None, False
        try:
            item = next(self._items)
        except StopIteration:
            ended = True
        except BaseException as raised:  # noqa: BLE001 - as above
            error = raised
        with self._condition:
            self._fetching = False
            if self._unwanted():
                return None, None
            if ended or error is not None:
                self._total = number + (error is not None)
                if error is not None:
                    self._errors[number] = error
                number_or_none = None
            else:
                self._taken += 1
                self._working += 1
                number_or_none = number
            self._condition.notify_all()
        return number_or_none, item

    def _unwanted(self) -> bool:
        """Whether there are no more items, or nobody wants the results."""
        return self._stopped or self._total is not None

    def _may_fetch(self) -> bool:
        return not self._fetching and self._taken - self._given < self._ahead

    def results(self) -> Iterator[Result]:
        """The results in order."""
        while True:
            number = self._given
            with self._condition:
                self._condition.wait_for(partial(self._is_decided, number))
                if number in self._errors:
                    raise self._errors.pop(number)
                if number not in self._done:
                    return
                result = self._done.pop(number)
            yield result
            del result
            with self._condition:
                self._given += 1
                self._condition.notify_all()

    def _is_decided(self, number: int) -> bool:
        return number in self._done or number in self._errors or self._total == number

    def stop(self) -> None:
        """Begin nothing more, and wait for what was begun."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()
            self._condition.wait_for(lambda: not self._working)
