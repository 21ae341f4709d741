"""How the next build would tell what this one told, should nothing change until then: everything was there already."""

import io
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from wasmforge.model.artifact import Report
from wasmforge.model.events import ActionFinished, BuildStarted, Delivered, Event, Finished, Found, Proved, Tested
from wasmforge.model.smoke import Outcome
from wasmforge.report.json_lines import JsonReporter
from wasmforge.report.paper import Paper
from wasmforge.report.plain import PlainReporter
from wasmforge.report.quantities import duration
from wasmforge.report.reporter import Reporter
from wasmforge.report.words import Detail

SPENT = 0.98765
"""Stands for the time of the next run until that is known."""


def again(heard: Iterable[Event], seconds: Mapping[str, float]) -> Iterator[Event]:
    """The events of such a build; `seconds` is how long each action's command took."""
    for event in heard:
        match event:
            case ActionFinished():
                yield msgspec.structs.replace(event, cached=True, seconds=seconds[event.label])
            case Delivered():
                yield msgspec.structs.replace(event, changed=False)
            case Tested():
                yield Tested(outcome=_known(event.outcome))
            case Finished():
                yield Finished(report=_known_report(event.report))
            case BuildStarted() | Proved() | Found():
                yield event
            case _:
                pass  # work that need not be done again


def words_again(events: Iterable[Event], paper: Paper, detail: Detail) -> list[bytes]:
    """What is written of these on such a paper: how times are told, then the text before and after its time."""
    sheet = _Sheet(paper)
    _tell(events, PlainReporter(sheet.paper, detail))
    return [b"text", *sheet.around(duration(SPENT))]


def json_again(events: Iterable[Event], paper: Paper, aside: Paper | None) -> list[bytes]:
    """The same for programs, followed by what people are told beside it, if they are."""
    sheet, page = _Sheet(paper), _Sheet(aside) if aside else None
    _tell(events, JsonReporter(sheet.paper, page.paper if page else None))
    return [b"json", *sheet.around(repr(SPENT)), *(page.around(duration(SPENT)) if page else ())]


def _tell(events: Iterable[Event], reporter: Reporter) -> None:
    for event in events:
        reporter(event)


class _Sheet(io.TextIOWrapper):
    """Something to write on that looks like another paper, and keeps what was written."""

    def __init__(self, like: Paper) -> None:
        self._written = io.BytesIO()
        super().__init__(self._written, encoding=like.encoding, newline="\n")
        self._watched = like.isatty()
        self.paper = Paper(self, color=like.color, width=like.width)

    def isatty(self) -> bool:
        """Whether a person would watch the other one."""
        return self._watched

    def around(self, marker: str) -> tuple[bytes, bytes]:
        """What was written before and after the last marker."""
        self.flush()
        before, _, after = self._written.getvalue().rpartition(marker.encode())
        return before, after


def _known(outcome: Outcome) -> Outcome:
    """Only what passed is remembered."""
    return msgspec.structs.replace(outcome, cached=True) if outcome.status == "passed" else outcome


def _known_report(report: Report) -> Report:
    return msgspec.structs.replace(
        report,
        outcomes=tuple(_known(o) for o in report.outcomes),
        ran=0,
        cached=report.ran + report.cached,
        seconds=SPENT,
    )
