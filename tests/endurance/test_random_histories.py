"""Edits, builds, kills, damage and prunes in any order: dist always ends up as a clean build would have it."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.endurance.test_damage import HARMS, Harm
from tests.support.endurance_settings import PrintLine, configured_count
from tests.support.project import make_project
from tests.support.toy_workspace import NAMES, Workspace

pytestmark = pytest.mark.endurance

names = strategies.sampled_from(NAMES)
parts = strategies.sampled_from(["x.txt", "y.txt", "z.txt"])
contents = strategies.sampled_from([b"0000", b"1111", b"2222", b"longer"])
numbers = strategies.integers(0, 1 << 20)


class Machine(RuleBasedStateMachine):
    """A workspace, and what may happen to it; `done` counts builds that were compared with the model."""

    done = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="wasmforge-endurance-"))
        self.workspace = Workspace(make_project(self.folder))
        self.project = self.workspace.project

    @initialize()
    def first(self) -> None:
        self.build()

    @rule(name=names, part=parts, content=contents)
    def edit(self, name: str, part: str, content: bytes) -> None:
        self.workspace.edit(name, part, content)

    @rule(name=names, content=contents)
    def edit_in_place_with_its_old_times(self, name: str, content: bytes) -> None:
        path = self.project.root / name / "x.txt"
        before = path.stat()
        self.workspace.edit(name, "x.txt", content)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(name=names, part=strategies.sampled_from(["y.txt", "z.txt"]))
    def take_away(self, name: str, part: str) -> None:
        self.workspace.edit(name, part, None)

    @rule()
    def build(self) -> None:
        ended = self.project.run("build")
        assert ended.exit == 0, ended.output
        assert self.workspace.delivered() == self.workspace.modules()
        assert self.workspace.leftovers() == []
        Machine.done += 1

    @rule(share=strategies.floats(0, 1))
    def kill(self, share: float) -> None:
        build = self.workspace.start("build", "-o", "json")
        assert build.stdout is not None
        build.stdout.readline()
        time.sleep(0.5 * share)
        build.kill()
        build.communicate()

    @rule(harm=strategies.sampled_from(HARMS), which=numbers, other=numbers, number=numbers)
    def damage(self, harm: Harm, which: int, other: int, number: int) -> None:
        if kept := self.workspace.persistent_files():
            path = kept[which % len(kept)]
            alike = [p for p in kept if p.parent.parent == path.parent.parent]
            harm(path, alike[other % len(alike)], number)

    @rule(which=numbers, number=numbers, harm=strategies.sampled_from(HARMS[:3]))
    def damage_dist(self, which: int, number: int, harm: Harm) -> None:
        if found := sorted(p for p in (self.project.root / "dist").rglob("*") if p.is_file()):
            path = found[which % len(found)]
            harm(path, path, number)

    @rule(most=strategies.sampled_from(["0", "1KB", "3KB", "1GB"]))
    def prune(self, most: str) -> None:
        ended = self.project.run("cache", "prune", "--max-size", most)
        assert ended.exit == 0, ended.output

    @rule(name=names)
    def build_one(self, name: str) -> None:
        ended = self.project.run("build", name)
        assert ended.exit == 0, ended.output
        file = f"wasi/{name}/{name}.wasm"
        assert self.workspace.delivered()[file] == self.workspace.modules()[file]

    @precondition(lambda self: (self.project.root / "dist").exists())
    @rule()
    def lose_dist(self) -> None:
        shutil.rmtree(self.project.root / "dist")

    @rule()
    def lose_memory(self) -> None:
        shutil.rmtree(self.project.root / ".wasmforge", ignore_errors=True)

    def teardown(self) -> None:
        self.build()
        assert self.project.dist() == self.workspace.clean_build(self.folder / "clean").project.dist()
        shutil.rmtree(self.folder)


def test_any_history_ends_in_a_clean_build(print_line: PrintLine) -> None:
    runs, steps = configured_count("RUNS", 6), configured_count("RULES", 15)
    Machine.done = 0
    chosen = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        derandomize="ENDURANCE_SEED" not in os.environ,
        database=None,
        phases=(Phase.generate,),
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=chosen)
    print_line(f"state machine: {runs} histories of at most {steps} steps, {Machine.done} builds as the model has them")
