"""`wasmforge cache`: counted, verified and pruned between builds, and never while one runs."""

import time

from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import WRITE_MODULE, assert_refused, write_toys


def test_damage_is_named_and_the_next_build_is_fine(project: ProjectFixture) -> None:
    write_toys(project, {"toy": WRITE_MODULE})
    project.build()
    before = project.dist()
    assert project.run("cache", "verify").exit == 0
    blob = next(p for p in (project.cache / "store" / "blobs").rglob("*") if p.is_file())
    blob.write_bytes(blob.read_bytes() + b"!")
    said = project.run("cache", "verify")
    assert said.exit == 1, said.output
    assert blob.name[:16] in said.output
    assert not blob.exists()
    assert project.run("cache", "verify").exit == 0
    project.build()
    assert project.dist() == before


def test_what_was_pruned_is_made_again(project: ProjectFixture) -> None:
    write_toys(project, {"toy": WRITE_MODULE})
    project.build()
    before = project.dist()
    assert "would remove" in project.run("cache", "prune", "--max-size", "0", "--dry-run").output
    said = project.run("cache", "prune", "--max-size", "0")
    assert (said.exit, "removed" in said.output) == (0, True)
    assert [p for p in (project.cache / "store" / "blobs").rglob("*") if p.is_file()] == []
    (project.root / "toy" / "build.sh").write_text(WRITE_MODULE + "\n# edited")
    project.build()
    assert project.dist() == before


def test_prune_waits_for_a_build(project: ProjectFixture) -> None:
    project.disable_sandbox()
    write_toys(project, {"toy": f"while ! test -e {project.root}/go; do sleep 0.05; done\n{WRITE_MODULE}"})
    project.env["WASMFORGE_SANDBOX"] = "off"  # in one it would not see the project
    build = start(project, "build")
    until(lambda: any((project.cache / "work").glob("*")))
    prune = start(project, "cache", "prune", "--max-size", "0")
    assert prune.stdout is not None
    assert "Waiting for builds" in prune.stdout.readline()
    time.sleep(0.2)
    assert prune.poll() is None
    (project.root / "go").touch()
    assert build.communicate(timeout=PATIENCE) and build.returncode == 0
    said, _ = prune.communicate(timeout=PATIENCE)
    assert prune.returncode == 0
    assert "removed" in said


def test_bad_words(project: ProjectFixture) -> None:
    assert_refused(project.run("cache", "prune"), 2, "--max-size 5GB")
    assert_refused(project.run("cache", "prune", "--max-size", "five"), 2, "'five' is not a size", "GiB")
    assert_refused(project.run("cache", "prune", "--older-than", "30"), 2, "'30' is not an age")
