"""Fixtures of the endurance tests."""

from collections.abc import Callable

import pytest

from tests.support.endurance_settings import PrintLine


@pytest.fixture
def print_line(record_property: Callable[[str, object], None]) -> PrintLine:
    """Tells a line at the end of the run, wherever the test runs."""
    return lambda line: record_property("summary", line)
