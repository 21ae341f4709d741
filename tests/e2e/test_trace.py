"""`build --trace`: a file for Perfetto, also of a build that fails."""

import json

import pytest

from tests.e2e.toy import GOOD, refused, toys
from tests.space import Space

pytestmark = pytest.mark.e2e


def test_a_trace_of_a_failing_build(space: Space) -> None:
    toys(space, {"good": GOOD, "bad": "exit 3"})
    assert space.run("build", "-k", "-j", "2", "--trace", "out.json").exit == 1
    spans = [e for e in json.loads((space.root / "out.json").read_bytes())["traceEvents"] if e["ph"] == "X"]
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
    assert {"find toolchains", "plan", "run actions", "deliver good@wasi/release", "prove and test"} <= set(phases)
    toys(space, {"good": GOOD})
    for _ in range(2):
        (space.root / "out.json").unlink()
        assert space.run("build", "--trace", "out.json").exit == 0
        spans = [e for e in json.loads((space.root / "out.json").read_bytes())["traceEvents"] if e["ph"] == "X"]
        assert next(s["args"]["cached"] for s in spans if s["name"] == "good@wasi/release:build")


def test_where_no_trace_can_be(space: Space) -> None:
    toys(space, {"good": GOOD})
    refused(space.run("build", "--trace", "nowhere/out.json"), 2, "no such folder", "mkdir -p")
    refused(space.run("build", "--trace", "good"), 2, "is a folder")
    assert not (space.root / "dist").exists()
