"""The reporter for pipes and CI: the lines of each event in one write, and the final report."""

from wasmforge.model.events import Event, Finished
from wasmforge.report.event_lines import BODY, Detail, event_lines
from wasmforge.report.final_report import final_report
from wasmforge.report.mistakes import ToldMistakes
from wasmforge.report.output import Output
from wasmforge.report.style import folded


class PlainReporter:
    """Prints each event as lines, and each mistake once unless verbose; moves no cursor."""

    def __init__(self, out: Output, detail: Detail = "normal") -> None:
        self._out = out
        self._detail = detail
        self._told = ToldMistakes()

    def emit(self, event: Event) -> None:
        """Print one event."""
        if isinstance(event, Finished):
            out = self._out
            out.print(final_report(event.report, out.width, self._detail, fold=out.isatty()))
        elif not self._told.repeats(event) or self._detail == "verbose":
            lines = event_lines(event, self._detail)
            self._out.print(folded(lines, self._out.width, len(BODY)) if self._out.isatty() else lines)

    def close(self) -> None:
        """Do nothing: no terminal state to restore."""
