"""The reporter for a terminal: what is done scrolls by, what runs stands below it with a bar; the home of rich."""

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
    Event,
    Finished,
    Provisioning,
    Timing,
    Waiting,
)
from wasmforge.report.paper import Paper
from wasmforge.report.quantities import count, duration
from wasmforge.report.table import page
from wasmforge.report.words import VERB, Detail, words

REFRESH = 10
"""Frames per second."""

MOST = 8
"""Lines of running actions at most; more would push out what is worth reading."""


class LiveReporter:
    """Tells events as the plain reporter does, and keeps a few lines at the bottom that say what runs now."""

    def __init__(self, paper: Paper, detail: Detail = "normal", clock: Callable[[], float] = time.monotonic) -> None:
        self._paper = paper
        self._detail = detail
        self._console = Console(
            file=cast("IO[str]", paper),
            force_terminal=True,
            color_system="standard" if paper.color else None,
            legacy_windows=False,
        )
        self.board = Board(clock, unicode=paper.unicode)
        self._live = Live(
            self.board,
            console=self._console,
            refresh_per_second=REFRESH,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __call__(self, event: Event) -> None:
        """Tell one event."""
        if isinstance(event, Finished):
            self.close()
            self._paper.print(page(event.report, self._paper.width, self._detail, fold=True))
            return
        if isinstance(event, Timing):
            return
        self.board.note(event)
        self._live.start()
        for line in words(event, self._detail):
            self._console.print(Text.from_ansi(self._paper.render(line)), soft_wrap=True)

    def close(self) -> None:
        """Take the lines at the bottom away."""
        self._live.stop()


class Board:
    """What runs now and how far the build is; drawn again and again by rich, from a thread of its own."""

    def __init__(self, clock: Callable[[], float], *, unicode: bool) -> None:
        self._clock = clock
        self._running: dict[str, float] = {}
        self._total = self._done = self._cached = 0
        self._spinner = Spinner("dots" if unicode else "line", style="green")
        self._dots = "…" if unicode else "..."

    def note(self, event: Event) -> None:
        """Keep account of one event."""
        match event:
            case BuildStarted():
                self._running.clear()
                self._total, self._done, self._cached = event.actions, 0, 0
            case Provisioning():
                self._running.clear()  # tools are fetched one after the other, before anything else
                self._running[f"fetching {event.toolchain}"] = self._clock()
            case Waiting():
                self._running[f"waiting for {event.what}"] = self._clock()
            case ActionStarted():
                self._running[event.label] = self._clock()
            case ActionFinished():
                self._ended(event.label)
                self._cached += event.cached
            case ActionFailed():
                self._ended(event.failure.label)
            case _:
                pass

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """The lines at the bottom: one for each of the longest running, then the bar."""
        now = self._clock()
        running = sorted(self._running.items(), key=lambda item: item[1])
        most = max(1, min(MOST, console.height - 4))
        frame = cast("Text", self._spinner.render(now))
        for label, since in running[:most]:
            yield self._row(frame, label, _elapsed(now - since))
        if len(running) > most:
            yield Text(f"{'':>{VERB}} {self._dots} and {len(running) - most} more", style="dim")
        if self._done < self._total:
            yield self._bar(options.max_width)
        elif not running:
            yield self._row(frame, "proving and testing", "")

    def _ended(self, label: str) -> None:
        self._running.pop(label, None)
        self._done += 1

    @staticmethod
    def _row(frame: Text, label: str, elapsed: str) -> RenderableType:
        row = Table.grid(padding=(0, 1), expand=True)
        row.add_column(width=VERB, justify="right")
        row.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        row.add_column(justify="right", no_wrap=True, style="dim")
        row.add_row(frame, Text(label), elapsed)
        return row

    def _bar(self, width: int) -> RenderableType:
        row = Table.grid(padding=(0, 1))
        row.add_column(width=VERB, justify="right", style="bold green")
        row.add_column()
        row.add_column(no_wrap=True)
        cached = f", {self._cached} cached" if self._cached else ""
        text = f"{self._done}/{count(self._total, 'action')}{cached}"
        bar = ProgressBar(total=self._total, completed=self._done, width=max(8, min(40, width - VERB - len(text) - 4)))
        row.add_row("Building", bar, text)
        return row


def _elapsed(seconds: float) -> str:
    """Whole seconds, so that the digits do not flicker; nothing for what has just begun."""
    if seconds < 1:
        return ""
    return f"{int(seconds)} s" if seconds < 60 else duration(seconds)
