"""The reporter for a terminal: finished work scrolls by, running work is shown below it with a progress bar."""

import time
from collections.abc import Callable, Iterator
from typing import IO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from wasmforge.model.events import (
    ActionFailed,
    ActionFinished,
    ActionStarted,
    BuildStarted,
    Downloading,
    Event,
    Finished,
    Provisioning,
    Timing,
    Waiting,
)
from wasmforge.report.event_lines import BODY, VERB_WIDTH, Detail, event_lines
from wasmforge.report.final_report import final_report
from wasmforge.report.format import count, duration, size
from wasmforge.report.mistakes import ToldMistakes
from wasmforge.report.output import Output
from wasmforge.report.style import folded

REFRESH_HZ = 10
"""Frames per second."""

MAX_RUNNING_LINES = 8
"""Maximum lines of running actions; more would push the finished work off the screen."""


class LiveReporter:
    """Prints events like the plain reporter, with a few lines at the bottom about running work."""

    def __init__(self, out: Output, detail: Detail = "normal", clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._detail = detail
        self._told = ToldMistakes()
        self._console = Console(
            file=cast("IO[str]", out),
            force_terminal=True,
            color_system="standard" if out.color else None,
            legacy_windows=False,
        )
        self.progress = ProgressDisplay(clock, unicode=out.unicode)
        self._live = Live(
            self.progress,
            console=self._console,
            refresh_per_second=REFRESH_HZ,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def emit(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, Finished):
            self.close()
            self._out.print(final_report(event.report, self._out.width, self._detail, fold=True))
            return
        if isinstance(event, Timing):
            return
        self.progress.update(event)
        self._live.start()
        if self._told.repeats(event) and self._detail != "verbose":
            return
        for line in folded(event_lines(event, self._detail), self._out.width, len(BODY)):
            self._console.print(Text.from_ansi(self._out.render(line)), soft_wrap=True)

    def close(self) -> None:
        """Remove the lines at the bottom."""
        self._live.stop()


class ProgressDisplay:
    """Running actions and the progress of the build; rich draws it from its own thread."""

    def __init__(self, clock: Callable[[], float], *, unicode: bool) -> None:
        self._clock = clock
        self._running: dict[str, float] = {}
        self._total = self._done = self._cached = 0
        self._spinner = Spinner("dots" if unicode else "line", style="green")
        self._dots = "…" if unicode else "..."

    def update(self, event: Event) -> None:
        """Count one event."""
        match event:
            case BuildStarted():
                self._running.clear()
                self._total, self._done, self._cached = event.actions, 0, 0
            case Provisioning():
                self._running.clear()  # tools are fetched one after the other, before anything else
                self._running[f"fetching {event.toolchain}"] = self._clock()
            case Downloading():
                self._download(event)
            case Waiting():
                self._running[f"waiting for {event.what}"] = self._clock()
            case ActionStarted():
                self._running[event.label] = self._clock()
            case ActionFinished():
                self._finish(event.label)
                self._cached += event.cached
            case ActionFailed():
                self._finish(event.failure.label)
            case _:
                pass

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """The lines at the bottom: one for each of the longest running, then the bar."""
        now = self._clock()
        running = sorted(self._running.items(), key=lambda item: item[1])
        most = max(1, min(MAX_RUNNING_LINES, console.height - 4))
        frame = cast("Text", self._spinner.render(now))
        for label, since in running[:most]:
            yield self._row(frame, label, _elapsed(now - since))
        if len(running) > most:
            yield Text(f"{'':>{VERB_WIDTH}} {self._dots} and {len(running) - most} more", style="dim")
        if self._done < self._total:
            yield self._bar(options.max_width)
        elif not running:
            yield self._row(frame, "checking and testing", "")

    def _download(self, event: Downloading) -> None:
        """One line for what is fetched now, with how much of it is here."""
        prefix = f"fetching {event.name}"
        since = next((at for label, at in self._running.items() if label.startswith(prefix)), self._clock())
        self._running = {label: at for label, at in self._running.items() if not label.startswith(prefix)}
        if event.done != event.total:
            of = f" of {size(event.total)}" if event.total else ""
            self._running[f"{prefix}  {size(event.done)}{of}" if event.done else prefix] = since

    def _finish(self, label: str) -> None:
        self._running.pop(label, None)
        self._done += 1

    @staticmethod
    def _row(frame: Text, label: str, elapsed: str) -> RenderableType:
        row = Table.grid(padding=(0, 1), expand=True)
        row.add_column(width=VERB_WIDTH, justify="right")
        row.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        row.add_column(justify="right", no_wrap=True, style="dim")
        row.add_row(frame, Text(label), elapsed)
        return row

    def _bar(self, width: int) -> RenderableType:
        row = Table.grid(padding=(0, 1))
        row.add_column(width=VERB_WIDTH, justify="right", style="bold green")
        row.add_column()
        row.add_column(no_wrap=True)
        cached = f", {self._cached} cached" if self._cached else ""
        text = f"{self._done}/{count(self._total, 'action')}{cached}"
        bar = ProgressBar(
            total=self._total, completed=self._done, width=max(8, min(40, width - VERB_WIDTH - len(text) - 4))
        )
        row.add_row("Building", bar, text)
        return row


def _elapsed(seconds: float) -> str:
    """Whole seconds, so that the digits do not flicker; empty below one second."""
    if seconds < 1:
        return ""
    return f"{int(seconds)} s" if seconds < 60 else duration(seconds)
