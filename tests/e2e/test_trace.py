"""`build --trace`: a file for Perfetto, also of a build that fails."""

import json

from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import WRITE_MODULE, assert_refused, write_toys


def test_a_trace_of_a_failing_build(project: ProjectFixture) -> None:
    write_toys(project, {"good": WRITE_MODULE, "bad": "exit 3"})
    assert project.run("build", "-k", "-j", "2", "--trace", "out.json").exit == 1
    spans = [e for e in json.loads((project.root / "out.json").read_bytes())["traceEvents"] if e["ph"] == "X"]
    about = {s["name"]: s["args"] for s in spans if s["args"]}
    assert about["bad@wasi/release:build"]["exit"] == 3
    assert about["good@wasi/release:build"] | {"command seconds": 0} == {
        "label": "good@wasi/release:build",
        "cached": False,
        "exit": 0,
        "bytes": 8,
        "command seconds": 0,
    }
    phases = [s["name"] for s in spans if s["cat"] == "phase"]
    assert {"find toolchains", "plan", "run actions", "deliver good@wasi/release", "check contracts", "test"} <= set(
        phases
    )
    write_toys(project, {"good": WRITE_MODULE})
    for _ in range(2):
        (project.root / "out.json").unlink()
        assert project.run("build", "--trace", "out.json").exit == 0
        spans = [e for e in json.loads((project.root / "out.json").read_bytes())["traceEvents"] if e["ph"] == "X"]
        assert next(s["args"]["cached"] for s in spans if s["name"] == "good@wasi/release:build")


def test_where_no_trace_can_be(project: ProjectFixture) -> None:
    write_toys(project, {"good": WRITE_MODULE})
    assert_refused(project.run("build", "--trace", "nowhere/out.json"), 2, "no such folder", "mkdir -p")
    assert_refused(project.run("build", "--trace", "good"), 2, "is a folder")
    assert not (project.root / "dist").exists()
