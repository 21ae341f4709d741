"""Two projects with one store: equal work is done once, identical bytes are kept once."""

import pytest

from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.e2e.toy import GOOD, MODULE, toys
from tests.space import Space

pytestmark = pytest.mark.e2e


def beside(space: Space) -> Space:
    """Another project that uses the same cache."""
    root = space.root.parent / "beside"
    root.mkdir()
    return Space(root=root, cache=space.cache)


def test_the_same_action_asked_for_by_two_projects_runs_once(space: Space) -> None:
    other, go, count = beside(space), space.root / "go", space.root / "count"
    script = f"echo x >> {count}; while [ ! -e {go} ]; do sleep 0.05; done; {GOOD}"
    toys(space, {"toy": script})
    toys(other, {"toy": script})
    first = start(space, "build")
    until(count.exists)
    second = start(other, "build")
    assert second.stdout is not None
    assert any("Waiting for the same action elsewhere" in line for line in iter(second.stdout.readline, ""))
    go.touch()
    said = first.communicate(timeout=PATIENCE)[0], second.communicate(timeout=PATIENCE)[0]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert count.read_text() == "x\n"
    assert space.dist() == other.dist()
    assert list((space.cache / "turns").iterdir()) == []


def test_a_project_whose_neighbour_is_killed_does_the_work_itself(space: Space) -> None:
    other, count = beside(space), space.root / "count"
    script = f"echo x >> {count}; [ -e {other.root}/go ] || exec sleep 20; {GOOD}"
    toys(space, {"toy": script})
    toys(other, {"toy": script})
    first = start(space, "build")
    until(count.exists)
    second = start(other, "build")
    assert second.stdout is not None
    assert any("Waiting for the same action elsewhere" in line for line in iter(second.stdout.readline, ""))
    (other.root / "go").touch()
    first.kill()
    first.communicate()
    said = second.communicate(timeout=PATIENCE)[0]
    assert second.returncode == 0, said
    assert count.read_text() == "x\nx\n"
    assert other.dist()["wasi/toy/toy.wasm"] == MODULE


def test_identical_bytes_of_two_components_are_one_blob(space: Space) -> None:
    toys(space, {"a": GOOD, "b": f"{GOOD}; : otherwise"})
    assert len([label for label in space.build().ran() if label.endswith(":build")]) == 2
    assert space.dist()["wasi/a/a.wasm"] == space.dist()["wasi/b/b.wasm"] == MODULE
    blobs = [p for p in (space.cache / "store" / "blobs").rglob("*") if p.is_file()]
    assert [p.read_bytes() for p in blobs].count(MODULE) == 1


def test_an_action_that_gives_the_same_again_ends_the_rebuild(space: Space) -> None:
    toys(space, {"toy": GOOD})
    space.build()
    toys(space, {"toy": f"# words\n{GOOD}"})
    assert space.build().ran() == ["toy@wasi/release:build"]
