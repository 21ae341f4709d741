"""Nothing of a project leads outside of it, however it is written."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.config.paths import escape_problem

PARTS = st.sampled_from(["a", "b", "..", ".", "", "out", "in", "round", "~", "gone", "a\\b", "x\0", "c:"])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project that has links to the outside, to the inside, and to itself."""
    base = tmp_path_factory.mktemp("world")
    for folder in ("project/a/b", "elsewhere/a"):
        (base / folder).mkdir(parents=True)
    (base / "project" / "out").symlink_to(base / "elsewhere")
    (base / "project" / "a" / "out").symlink_to("../..")
    (base / "project" / "in").symlink_to("a")
    (base / "project" / "round").symlink_to("round")
    return base


@given(st.lists(PARTS, max_size=5), st.sampled_from(["", "a", "a/b"]), st.booleans())
def test_what_is_let_through_is_inside(world: Path, parts: list[str], base: str, absolute: bool) -> None:
    root = world / "project"
    path = "/" * absolute + "/".join(parts)
    problem = escape_problem(root, root / base, path, "here")
    if problem is None:
        assert Path(os.path.realpath(root / base / path)).is_relative_to(root)
        assert not path.startswith(("/", "~"))
        return
    assert problem.where == "here"
    assert problem.what
    assert problem.hint == f"write a path inside project/, relative to {(root / base).name}/, with forward slashes"


@given(st.lists(st.sampled_from(["a", "b", ".", "in", "gone"]), min_size=1, max_size=5))
def test_what_only_leads_down_is_let_through(world: Path, parts: list[str]) -> None:
    assert escape_problem(world / "project", world / "project", "/".join(parts), "here") is None


def test_up_and_down_again_is_let_through(world: Path) -> None:
    root = world / "project"
    assert escape_problem(root, root / "a" / "b", "../..", "here") is None
    assert escape_problem(root, root / "a" / "b", "../../..", "here") is not None


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("", "the path is empty"),
        ("a\0", "the path holds a NUL"),
        ("/a", "'/a' is an absolute path"),
        ("~/a", "'~/a' is an absolute path"),
        ("a\\b", "'a\\\\b' contains a backslash"),
        ("../x", "'../x' leads outside the project"),
        ("out", "'out' leads outside the project through a symbolic link"),
    ],
)
def test_why_not(world: Path, path: str, what: str) -> None:
    problem = escape_problem(world / "project", world / "project", path, "here")
    assert problem is not None
    assert problem.what == what
