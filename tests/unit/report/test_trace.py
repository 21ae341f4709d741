"""Traces: what Perfetto needs, one lane for each worker, nothing on top of each other in a lane."""

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wasmforge.model.events import ActionFailed, ActionFinished, ActionStarted, Event, Timing
from wasmforge.model.events import SmokeFinished as Ended
from wasmforge.model.report import Failure
from wasmforge.model.smoke import Outcome
from wasmforge.report.trace import FIRST_SMOKE_LANE, MAIN_LANE, Trace


class Stage:
    """A trace whose clock and threads are in our hands."""

    def __init__(self) -> None:
        self.now = 100.0
        self.thread = 7
        self.heard: list[Event] = []
        self.trace = Trace(self.heard.append, clock=lambda: self.now, thread=lambda: self.thread)

    def emit(self, event: Event, *, at: float, thread: int = 7) -> None:
        self.now, self.thread = 100.0 + at, thread
        self.trace.emit(event)

    def spans(self) -> list[dict[str, Any]]:
        return [e for e in self.all() if e["ph"] == "X"]

    def all(self) -> list[dict[str, Any]]:
        said = json.loads(self.trace.json())
        return list(said["traceEvents"])


def outcome(test: str, seconds: float, *, cached: bool = False) -> Ended:
    made = Outcome(
        label="a@web/dev", component="a", target="web", runtime="node", test=test, status="passed", seconds=seconds
    )
    return Ended(outcome=made) if not cached else Ended(outcome=Outcome(**{**_fields(made), "cached": True}))


def _fields(of: Outcome) -> dict[str, Any]:
    return {name: getattr(of, name) for name in of.__struct_fields__}


def test_a_build() -> None:
    stage = Stage()
    stage.emit(Timing(what="plan", seconds=0.5), at=0.5)
    stage.emit(ActionStarted(label="a@web/dev:compile", command="cc"), at=1, thread=8)
    stage.emit(Timing(what="b@web/dev:compile", seconds=0.25), at=1.5, thread=9)
    stage.emit(ActionFinished(label="b@web/dev:compile", cached=True, seconds=9, size=5), at=1.5, thread=9)
    stage.emit(ActionFinished(label="a@web/dev:compile", cached=False, seconds=1, size=7), at=2, thread=8)
    stage.emit(ActionStarted(label="a@web/dev:link", command="ld"), at=2, thread=9)
    stage.emit(ActionFailed(failure=Failure(label="a@web/dev:link", reason="no", status=2)), at=3, thread=9)
    told = {s["name"]: (s["tid"], s["ts"], s["dur"]) for s in stage.spans()}
    assert told == {
        "plan": (MAIN_LANE, 0, 500_000),
        "a@web/dev:compile": (1, 1_000_000, 1_000_000),
        "b@web/dev:compile": (2, 1_250_000, 250_000),
        "a@web/dev:link": (2, 2_000_000, 1_000_000),
    }
    about = {s["name"]: s["args"] for s in stage.spans()}
    assert (about["b@web/dev:compile"]["cached"], about["b@web/dev:compile"]["bytes"]) == (True, 5)
    assert (about["a@web/dev:compile"]["exit"], about["a@web/dev:link"]["exit"]) == (0, 2)
    names = {e["tid"]: e["args"]["name"] for e in stage.all() if e["ph"] == "M"}
    assert names == {0: "wasmforge", 1: "worker 1", 2: "worker 2"}


def test_what_is_heard_is_passed_on() -> None:
    stage = Stage()
    stage.emit(Timing(what="plan", seconds=0.5), at=1)
    assert stage.heard == [Timing(what="plan", seconds=0.5)]


def test_smoke_tests_at_once_are_in_lanes_of_their_own_and_known_ones_in_none() -> None:
    stage = Stage()
    stage.emit(outcome("one", 2), at=2)
    stage.emit(outcome("two", 2), at=3)
    stage.emit(outcome("three", 0.5), at=3)
    stage.emit(outcome("known", 2, cached=True), at=3)
    assert {s["name"]: s["tid"] for s in stage.spans()} == {
        "one": FIRST_SMOKE_LANE,
        "two": FIRST_SMOKE_LANE + 1,
        "three": FIRST_SMOKE_LANE,
    }


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 5), st.integers(1, 3), st.sampled_from("sft")), max_size=30))
def test_nothing_overlaps_in_a_lane(moments: list[tuple[float, float, int, str]]) -> None:
    stage = Stage()
    now = 0.0
    for number, (step, seconds, thread, kind) in enumerate(moments):
        now += step
        label = f"c{number}@web/dev:step"
        if kind == "t":
            stage.emit(outcome(label, seconds), at=now)
        elif kind == "f":
            stage.emit(Timing(what=label, seconds=seconds), at=now, thread=thread)
            stage.emit(ActionFinished(label=label, cached=True, seconds=seconds), at=now, thread=thread)
        else:
            stage.emit(Timing(what=label, seconds=seconds), at=now)
    assert len(stage.spans()) == len(moments)
    lanes: dict[int, list[tuple[int, int]]] = {}
    for span in stage.spans():
        assert isinstance(span["ts"], int)
        assert span["ts"] >= 0
        assert span["dur"] >= 0
        lanes.setdefault(span["tid"], []).append((span["ts"], span["ts"] + span["dur"]))
    assert all(a[1] <= b[0] for spans in lanes.values() for a, b in pairwise(sorted(spans)))
