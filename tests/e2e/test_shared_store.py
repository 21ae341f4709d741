"""Two projects with one store: equal work is done once, identical bytes are kept once."""

from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import MODULE, WRITE_MODULE, write_toys


def beside(project: ProjectFixture) -> ProjectFixture:
    """Another project that uses the same cache."""
    root = project.root.parent / "beside"
    root.mkdir()
    project.disable_sandbox()
    return ProjectFixture(root=root, cache=project.cache, env=dict(project.env))


def test_the_same_action_asked_for_by_two_projects_runs_once(project: ProjectFixture) -> None:
    other, go, count = beside(project), project.root / "go", project.root / "count"
    script = f"echo x >> {count}; while [ ! -e {go} ]; do sleep 0.05; done; {WRITE_MODULE}"
    write_toys(project, {"toy": script})
    write_toys(other, {"toy": script})
    first = start(project, "build")
    until(count.exists)
    second = start(other, "build")
    assert second.stdout is not None
    assert any("Waiting for the same action elsewhere" in line for line in iter(second.stdout.readline, ""))
    go.touch()
    said = first.communicate(timeout=PATIENCE)[0], second.communicate(timeout=PATIENCE)[0]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert count.read_text() == "x\n"
    assert project.dist() == other.dist()
    assert list((project.cache / "action-locks").iterdir()) == []


def test_a_project_whose_neighbour_is_killed_does_the_work_itself(project: ProjectFixture) -> None:
    other, count = beside(project), project.root / "count"
    script = f"echo x >> {count}; [ -e {other.root}/go ] || exec sleep 20; {WRITE_MODULE}"
    write_toys(project, {"toy": script})
    write_toys(other, {"toy": script})
    first = start(project, "build")
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


def test_identical_bytes_of_two_components_are_one_blob(project: ProjectFixture) -> None:
    write_toys(project, {"a": WRITE_MODULE, "b": f"{WRITE_MODULE}; : otherwise"})
    assert len([label for label in project.build().executed() if label.endswith(":build")]) == 2
    assert project.dist()["wasi/a/a.wasm"] == project.dist()["wasi/b/b.wasm"] == MODULE
    blobs = [p for p in (project.cache / "store" / "blobs").rglob("*") if p.is_file()]
    assert [p.read_bytes() for p in blobs].count(MODULE) == 1


def test_an_action_that_gives_the_same_again_ends_the_rebuild(project: ProjectFixture) -> None:
    write_toys(project, {"toy": WRITE_MODULE})
    project.build()
    write_toys(project, {"toy": f"# words\n{WRITE_MODULE}"})
    assert project.build().executed() == ["toy@wasi/release:build"]
