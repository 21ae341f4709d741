"""`explain`: why something was run last, and how two keys differ."""

import pytest

from tests.e2e.toy import refused, wat
from tests.space import Space

pytestmark = pytest.mark.e2e


def test_two_profiles_and_what_was_last_new(space: Space) -> None:
    wat(space)
    refused(space.run("explain", "hello@wasi/dev", "hello@wasi/release"), 2, "nothing is recorded of 'hello@wasi/dev'")
    space.build("--profile", "dev")
    space.build()
    said = space.run("explain", "hello@wasi/dev", "hello@wasi/release").said
    assert "hello@wasi/dev:parse  ->  hello@wasi/release:parse" in said
    assert "- argument: --generate-dwarf" in said
    assert "+ hello@wasi/release:strip  has nothing to compare it with" in said
    source = space.root / "hello" / "hello.wat"
    source.write_text(source.read_text().replace("42", "43"))
    space.build()
    said = space.run("explain", "hello@wasi/release:parse").said
    assert "up to date" in said
    assert "last run because" in said
    assert "hello.wat changed" in said
