"""Fixtures of the endurance tests."""

from collections.abc import Callable

import pytest

from tests.endurance.counts import Tell


@pytest.fixture
def told(record_property: Callable[[str, object], None]) -> Tell:
    """Tells a line at the end of the run, wherever the test runs."""
    return lambda line: record_property("told", line)
