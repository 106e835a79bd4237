"""What a program may use: steps, and memory. What exceeds it ends with an error that the program cannot catch."""

import os
import sys
from typing import Any, Final, NamedTuple

from autodiff.errors import TooLarge

__all__ = ["Account", "Budget", "OverBudget"]

_STEPS: Final = 10_000_000
_MEMORY: Final = 2_000_000_000
_ELEMENTS_A_STEP: Final = 1000
_STEPS_BETWEEN: Final = 50_000
_ELEMENTS_BETWEEN: Final = 1_000_000


class Budget(NamedTuple):
    """The most steps, and the most memory in bytes beyond what is in use when the program begins.

    A step is an instruction, or a thousand elements of a result.
    """

    steps: int = _STEPS
    memory: int = _MEMORY


class OverBudget(TooLarge):
    """The program used more than it may."""


class Account:
    """What has been used of a budget."""

    __slots__ = ("_begun", "_checked", "_elements", "budget", "steps")

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.steps = 0
        self._checked = 0
        self._elements = 0
        self._begun = _memory_in_use()

    def spend(self, steps: int) -> None:
        """Note steps taken. Raises OverBudget."""
        self.steps += steps
        if self.steps > self.budget.steps:
            hint = "--budget steps=N allows more"
            raise _over(f"the program took more than {self.budget.steps} steps", hint)
        if self.steps - self._checked > _STEPS_BETWEEN:
            self._check_memory()

    def weigh(self, elements: int) -> None:
        """Note a result of so many elements. Raises OverBudget."""
        if elements > _ELEMENTS_A_STEP:
            self.spend(elements // _ELEMENTS_A_STEP)
        self._elements += elements
        if self._elements > _ELEMENTS_BETWEEN:
            self._check_memory()

    def _check_memory(self) -> None:
        self._checked, self._elements = self.steps, 0
        if _memory_in_use() - self._begun > self.budget.memory:
            hint = "--budget memory=BYTES allows more"
            raise _over(f"the program uses more than {self.budget.memory} bytes of memory", hint)


def _over(message: str, hint: str) -> OverBudget:
    error = OverBudget(message)
    error.hint = hint
    return error


def _memory_in_use() -> int:
    """Bytes this process has in memory; where the system does not tell, the most it ever had, or 0."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - pathlib costs start-up time
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return 0
    usage: Any = resource.getrusage(resource.RUSAGE_SELF)
    return int(usage.ru_maxrss) * (1 if sys.platform == "darwin" else 1024)
