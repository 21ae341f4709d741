"""Events as a trace in Chrome's format for Perfetto: a lane per worker, times in microseconds."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from wasmforge.model.events import ActionFailed, ActionFinished, ActionStarted, Event, SmokeFinished, Timing
from wasmforge.model.smoke import Outcome
from wasmforge.report.event_lines import step_name

MAIN_LANE = 0
"""The lane of the main thread: planning, finding toolchains, delivery."""

FIRST_SMOKE_LANE = 1000
"""The first of the lanes of smoke tests."""

PROCESS_ID = 1


class Trace:
    """Records events and passes them on. The worker thread that emits an action's events is its lane."""

    def __init__(
        self,
        emit: Callable[[Event], None],
        clock: Callable[[], float] = time.monotonic,
        thread: Callable[[], int] = threading.get_ident,
    ) -> None:
        self._emit = emit
        self._clock = clock
        self._thread = thread
        self._origin = clock()
        self._spans: list[dict[str, Any]] = []
        self._ends: dict[int, int] = {}
        self._lanes: dict[int, int] = {thread(): MAIN_LANE}
        self._began: dict[str, float] = {}
        self._lookup_seconds: dict[str, float] = {}
        self._lock = threading.Lock()

    def emit(self, event: Event) -> None:
        """Record one event, and pass it on."""
        with self._lock:
            self._record(event, self._clock())
        self._emit(event)

    def json(self) -> bytes:
        """The whole trace."""
        names = {MAIN_LANE: "wasmforge"} | {
            lane: f"smoke tests {lane - FIRST_SMOKE_LANE + 1}" if lane >= FIRST_SMOKE_LANE else f"worker {lane}"
            for lane in self._ends
            if lane
        }
        about = [
            {"ph": "M", "name": "thread_name", "pid": PROCESS_ID, "tid": lane, "args": {"name": name}}
            for lane, name in sorted(names.items())
        ]
        spans = sorted(self._spans, key=lambda s: (s["ts"], s["tid"]))
        return json.dumps({"displayTimeUnit": "ms", "traceEvents": [*about, *spans]}, indent=0).encode()

    def _record(self, event: Event, now: float) -> None:
        match event:
            case ActionStarted():
                self._began[event.label] = now
                self._lane()  # in the order in which they begin
            case Timing() if self._lane() == MAIN_LANE:
                self._span(MAIN_LANE, event.what, "phase", now - event.seconds, now, {})
            case Timing():
                self._lookup_seconds[event.what] = event.seconds
            case ActionFinished():
                began = self._began.pop(event.label, now - self._lookup_seconds.pop(event.label, 0.0))
                about = {"cached": event.cached, "exit": 0, "bytes": event.size, "command seconds": event.seconds}
                self._action(event.label, began, now, about)
            case ActionFailed():
                it = event.failure
                began = self._began.pop(it.label, now)
                self._action(it.label, began, now, {"cached": False, "exit": it.status, "reason": it.reason})
            case SmokeFinished() if not event.outcome.cached:
                self._smoke_finished(event.outcome, now)
            case _:
                pass

    def _action(self, label: str, began: float, ended: float, about: dict[str, Any]) -> None:
        self._span(self._lane(), label, step_name(label), began, ended, {"label": label, **about})

    def _smoke_finished(self, it: Outcome, now: float) -> None:
        began = now - it.seconds
        about = {"label": it.label, "runtime": it.runtime, "status": it.status, "reason": it.reason}
        self._span(self._free(began), it.test, "smoke", began, now, about)

    def _lane(self) -> int:
        """The lane of the current thread."""
        return self._lanes.setdefault(self._thread(), len(self._lanes))

    def _free(self, began: float) -> int:
        """The first lane of smoke tests that was free at `began`; smoke tests are reported after they ended."""
        start = self._micro(began)
        lane = FIRST_SMOKE_LANE
        while self._ends.get(lane, 0) > start:
            lane += 1
        return lane

    def _span(self, lane: int, name: str, kind: str, began: float, ended: float, about: dict[str, Any]) -> None:
        """Add a span; within a lane each begins where the one before has ended, or later."""
        start = max(self._micro(began), self._ends.get(lane, 0))
        end = max(self._micro(ended), start)
        self._ends[lane] = end
        self._spans.append(
            {
                "ph": "X",
                "name": name,
                "cat": kind,
                "pid": PROCESS_ID,
                "tid": lane,
                "ts": start,
                "dur": end - start,
                "args": about,
            }
        )

    def _micro(self, moment: float) -> int:
        return max(0, round((moment - self._origin) * 1_000_000))
