"""Sums of many numbers, with what rounding loses kept beside them (Neumaier, 1974).

The numbers of a piece are summed in pairs of sums, as NumPy does it; the pieces are added here, in their order. So the
sum is the same for any number of threads.
"""

from typing import NamedTuple

__all__ = ["Total"]


class Total(NamedTuple):
    """A sum, and what is to be added to it."""

    sum: float = 0.0
    lost: float = 0.0

    def plus(self, number: float) -> "Total":
        """The sum with one more number in it."""
        sum = self.sum + number
        if sum - sum != 0:  # infinite, or not a number: nothing is lost
            return Total(sum)
        larger, smaller = (self.sum, number) if abs(self.sum) >= abs(number) else (number, self.sum)
        return Total(sum, self.lost + ((larger - sum) + smaller))

    def merged(self, other: "Total") -> "Total":
        """The sum of both."""
        together = self.plus(other.sum)
        return Total(together.sum, together.lost + other.lost)

    @property
    def value(self) -> float:
        """The sum, rounded once."""
        return self.sum + self.lost
