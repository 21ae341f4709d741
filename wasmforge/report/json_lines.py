"""One JSON object per event and line; what fails is also told in words, elsewhere."""

import json

import msgspec

from wasmforge.model.events import Event, Timing
from wasmforge.report.paper import Paper
from wasmforge.report.plain import PlainReporter


class JsonReporter:
    """Writes events on `paper` for programs, and what goes wrong on `aside` for people."""

    def __init__(self, paper: Paper, aside: Paper | None = None) -> None:
        self._paper = paper
        self._aside = PlainReporter(aside, "quiet") if aside else None

    def __call__(self, event: Event) -> None:
        """Write one event; timings are for traces."""
        if isinstance(event, Timing):
            return
        show_json(event, self._paper)
        if self._aside:
            self._aside(event)

    def close(self) -> None:
        """Nothing is open."""


def show_json(value: object, paper: Paper) -> None:
    """Any noun (or a sequence or mapping of nouns) as one line of JSON, escaped where the encoding needs it."""
    try:
        text = msgspec.json.encode(value).decode()
        text.encode(paper.encoding)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(value))
    paper.write(text + "\n")
    paper.flush()
