"""`wasmforge graph` read by Graphviz itself."""

import shutil

import pytest

from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import WRITE_MODULE, assert_refused, write_toys
from wasmforge import process


def chain(project: ProjectFixture) -> None:
    """b needs a."""
    write_toys(project, {"a": WRITE_MODULE, "b": WRITE_MODULE})
    forge = project.root / "forge.toml"
    forge.write_text(forge.read_text() + 'needs = ["a"]\n')


def test_a_tree_of_components_and_of_actions(project: ProjectFixture) -> None:
    chain(project)
    assert project.run("graph").output == "b  script for wasi\n└─ a  script for wasi\n"
    said = project.run("graph", "--actions", "--target", "wasi", "b").output
    assert "b@wasi/release:build  shell" in said
    assert "a@wasi/release:strip" in said
    assert_refused(project.run("graph", "c"), 2, "unknown component 'c'")
    assert_refused(project.run("graph", "--format", "svg"), 2, "svg")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz (dot) is not on this machine")
@pytest.mark.parametrize("args", [[], ["--actions"]])
def test_graphviz_draws_it(project: ProjectFixture, args: list[str]) -> None:
    chain(project)
    text = project.run("graph", "--format", "dot", *args).output
    dot = shutil.which("dot")
    assert dot
    drawn = process.run([dot, "-Tsvg"], stdin=text.encode(), env={}, timeout=60, merge_stderr=False)
    assert drawn.ok
    assert drawn.text.count('class="edge"') == text.count("->")
    assert drawn.text.count('class="node"') == text.count("[label=") - text.count("-> ") * bool(args)
