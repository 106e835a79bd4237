"""The methods that follow from the table."""

from autodiff.engine import methods
from autodiff.ops.attributes import ATTRIBUTES
from autodiff.ops.memory import SELF_VIEWS


def test_the_names_are_those_of_the_files_that_are_imported_late() -> None:
    """What is listed beforehand is what these files have."""
    assert set(methods._ATTRIBUTES) == set(ATTRIBUTES)
    assert set(methods._SELF_VIEWS) == set(SELF_VIEWS)
