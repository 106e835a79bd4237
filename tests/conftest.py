"""What every test may ask for: a live PyTorch, or to be skipped without one."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from autodiff.dtypes import float32, set_default_dtype
from autodiff.ops.warning import GIVEN

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked `oracle` where no PyTorch is installed."""
    if find_spec("torch") is not None:
        return
    without = pytest.mark.skip(reason="compares with a live PyTorch, and none is installed")
    for item in items:
        if item.get_closest_marker("oracle"):
            item.add_marker(without)


@pytest.fixture(autouse=True)
def _as_at_the_start() -> None:
    """Warnings that are given once are given in every test, and each starts with PyTorch's default dtype."""
    GIVEN.set(frozenset())
    set_default_dtype(float32)


@pytest.fixture(scope="session")
def torch() -> Any:  # noqa: ANN401 - PyTorch has no types where it is not installed
    """PyTorch itself; for tests marked `oracle`."""
    return import_module("torch")
