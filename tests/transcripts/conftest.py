"""Collects what the replayed blocks count, and prints it by theme when the run ends."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from tests.transcripts.scope import summary

COUNTS: pytest.StashKey[dict[str, Counter[str]]] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """Starts the counts of this run."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    config.stash[COUNTS] = counts


@pytest.fixture(scope="session")
def counts(pytestconfig: pytest.Config) -> dict[str, Counter[str]]:
    """The verdicts of this run by theme; the tests of blocks add to them."""
    return pytestconfig.stash[COUNTS]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints agreed and total by theme."""
    if config.stash[COUNTS]:
        terminalreporter.section("agreement with recorded PyTorch sessions")
        terminalreporter.write("\n".join(summary(config.stash[COUNTS])) + "\n")
