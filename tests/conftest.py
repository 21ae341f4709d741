"""Fixtures for all tests."""

from pathlib import Path

import pytest

from tests.space import Space, make_space


@pytest.fixture
def space(tmp_path: Path) -> Space:
    """An empty project with a cache of its own."""
    return make_space(tmp_path)
