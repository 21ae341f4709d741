"""Renders what the next build prints if nothing changes until then: everything is up to date."""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from wasmforge import uptodate
from wasmforge.model.events import (
    ActionFinished,
    BuildStarted,
    ContractHolds,
    Delivered,
    Event,
    Finished,
    Loaded,
    LocalFiles,
    RuleViolated,
    SandboxChosen,
    SmokeFinished,
)
from wasmforge.model.report import Report
from wasmforge.model.smoke import Outcome
from wasmforge.report.event_lines import Detail
from wasmforge.report.format import duration
from wasmforge.report.json_lines import JsonReporter
from wasmforge.report.output import Output
from wasmforge.report.plain import PlainReporter
from wasmforge.report.reporter import Reporter

TIME_PLACEHOLDER = 0.98765
"""Placeholder for the duration of the next run."""


def unchanged_events(recorded_events: Iterable[Event], seconds: Mapping[str, float]) -> Iterator[Event]:
    """The events of such a build; `seconds` is the duration of each action's command."""
    for event in recorded_events:
        match event:
            case ActionFinished():
                yield msgspec.structs.replace(event, cached=True, seconds=seconds[event.label])
            case Delivered():
                yield msgspec.structs.replace(event, changed=False)
            case SmokeFinished():
                yield SmokeFinished(outcome=_as_cached(event.outcome))
            case Loaded():
                yield Loaded(outcome=_as_cached(event.outcome))
            case Finished():
                yield Finished(report=_known_report(event.report))
            case LocalFiles() | BuildStarted() | SandboxChosen() | ContractHolds() | RuleViolated():
                yield event
            case _:
                pass  # work that is not repeated


class ReplayOutput(NamedTuple):
    """What the next build prints: how its time is written, and the bytes before and after the time, for standard
    output and, if there is any, for standard error. See `uptodate.Record`.
    """

    time_format: bytes
    outputs: list[tuple[bytes, bytes]]


def replay_text(events: Iterable[Event], out: Output, detail: Detail) -> ReplayOutput:
    """What these events look like as text on such an output."""
    capture = _Capture(out)
    _emit_all(events, PlainReporter(capture.output, detail))
    return ReplayOutput(uptodate.TEXT, [capture.around(duration(TIME_PLACEHOLDER))])


def replay_json(events: Iterable[Event], out: Output, aside: Output | None) -> ReplayOutput:
    """What these events look like as JSON, followed by the text for people on `aside`, if there is one."""
    capture, aside_capture = _Capture(out), _Capture(aside) if aside else None
    _emit_all(events, JsonReporter(capture.output, aside_capture.output if aside_capture else None))
    people = [aside_capture.around(duration(TIME_PLACEHOLDER))] if aside_capture else []
    return ReplayOutput(uptodate.JSON, [capture.around(repr(TIME_PLACEHOLDER)), *people])


def _emit_all(events: Iterable[Event], reporter: Reporter) -> None:
    for event in events:
        reporter.emit(event)


class _Capture(io.TextIOWrapper):
    """A stream with the properties of another output, which keeps what is written."""

    def __init__(self, like: Output) -> None:
        self._written = io.BytesIO()
        super().__init__(self._written, encoding=like.encoding, newline="\n")
        self._watched = like.isatty()
        self.output = Output(self, color=like.color, width=like.width, workflow=like.workflow)

    def isatty(self) -> bool:
        """Whether the other one is a terminal."""
        return self._watched

    def around(self, marker: str) -> tuple[bytes, bytes]:
        """The bytes before and after the last marker."""
        self.flush()
        before, _, after = self._written.getvalue().rpartition(marker.encode())
        return before, after


def _as_cached(outcome: Outcome) -> Outcome:
    """Only passed results are cached."""
    return msgspec.structs.replace(outcome, cached=True) if outcome.status == "passed" else outcome


def _known_report(report: Report) -> Report:
    return msgspec.structs.replace(
        report,
        outcomes=tuple(_as_cached(o) for o in report.outcomes),
        loads=tuple(_as_cached(o) for o in report.loads),
        executed=0,
        cached=report.executed + report.cached,
        seconds=TIME_PLACEHOLDER,
    )
