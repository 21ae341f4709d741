"""`wasmforge cache`: counted, verified and pruned between builds, and never while one runs."""

import time

import pytest

from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.e2e.toy import GOOD, refused, toys
from tests.space import Space

pytestmark = pytest.mark.e2e


def test_damage_is_named_and_the_next_build_is_fine(space: Space) -> None:
    toys(space, {"toy": GOOD})
    space.build()
    before = space.dist()
    assert space.run("cache", "verify").exit == 0
    blob = next(p for p in (space.cache / "store" / "blobs").rglob("*") if p.is_file())
    blob.write_bytes(blob.read_bytes() + b"!")
    said = space.run("cache", "verify")
    assert said.exit == 1, said.said
    assert blob.name[:16] in said.said
    assert not blob.exists()
    assert space.run("cache", "verify").exit == 0
    space.build()
    assert space.dist() == before


def test_what_was_pruned_is_made_again(space: Space) -> None:
    toys(space, {"toy": GOOD})
    space.build()
    before = space.dist()
    assert "would remove" in space.run("cache", "prune", "--max-size", "0", "--dry-run").said
    said = space.run("cache", "prune", "--max-size", "0")
    assert (said.exit, "removed" in said.said) == (0, True)
    assert [p for p in (space.cache / "store" / "blobs").rglob("*") if p.is_file()] == []
    (space.root / "toy" / "build.sh").write_text(GOOD + "\n# edited")
    space.build()
    assert space.dist() == before


def test_prune_waits_for_a_build(space: Space) -> None:
    toys(space, {"toy": f"while ! test -e {space.root}/go; do sleep 0.05; done\n{GOOD}"})
    build = start(space, "build")
    until(lambda: any((space.cache / "work").glob("*")))
    prune = start(space, "cache", "prune", "--max-size", "0")
    assert prune.stdout is not None
    assert "waiting for builds" in prune.stdout.readline()
    time.sleep(0.2)
    assert prune.poll() is None
    (space.root / "go").touch()
    assert build.communicate(timeout=PATIENCE) and build.returncode == 0
    said, _ = prune.communicate(timeout=PATIENCE)
    assert prune.returncode == 0
    assert "removed" in said


def test_bad_words(space: Space) -> None:
    refused(space.run("cache", "prune"), 2, "--max-size 5GB")
    refused(space.run("cache", "prune", "--max-size", "five"), 2, "'five' is not a size", "GiB")
    refused(space.run("cache", "prune", "--older-than", "30"), 2, "'30' is not an age")
