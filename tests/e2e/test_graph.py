"""`wasmforge graph` read by Graphviz itself."""

import shutil

import pytest

from tests.e2e.toy import GOOD, refused, toys
from tests.space import Space
from wasmforge import process

pytestmark = pytest.mark.e2e


def chain(space: Space) -> None:
    """b needs a."""
    toys(space, {"a": GOOD, "b": GOOD})
    forge = space.root / "forge.toml"
    forge.write_text(forge.read_text() + 'needs = ["a"]\n')


def test_a_tree_of_components_and_of_actions(space: Space) -> None:
    chain(space)
    assert space.run("graph").said == "b  script for wasi\n└─ a  script for wasi\n"
    said = space.run("graph", "--actions", "--target", "wasi", "b").said
    assert "b@wasi/release:build  shell" in said
    assert "a@wasi/release:strip" in said
    refused(space.run("graph", "c"), 2, "unknown component 'c'")
    refused(space.run("graph", "--format", "svg"), 2, "svg")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz (dot) is not on this machine")
@pytest.mark.parametrize("args", [[], ["--actions"]])
def test_graphviz_draws_it(space: Space, args: list[str]) -> None:
    chain(space)
    text = space.run("graph", "--format", "dot", *args).said
    dot = shutil.which("dot")
    assert dot
    drawn = process.run([dot, "-Tsvg"], stdin=text.encode(), env={}, timeout=60, merge_stderr=False)
    assert drawn.ok
    assert drawn.text.count('class="edge"') == text.count("->")
    assert drawn.text.count('class="node"') == text.count("[label=") - text.count("-> ") * bool(args)
