"""Programs that must be of one version, and are or are not."""

import pytest

from wasmforge.toolchains.origins.path import version_mismatch


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({}, ""),
        ({"iwasm": "2.4.3"}, ""),
        ({"iwasm": "2.4.1"}, "wamrc is 2.4.3, and iwasm 2.4.1: they must be of one version"),
    ],
)
def test_alike(others: dict[str, str], said: str) -> None:
    assert version_mismatch("wamrc", "2.4.3", others) == said
