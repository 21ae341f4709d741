"""The JSON reporter: one object per event and line on stdout, failures as text on stderr."""

import json

import msgspec

from wasmforge.model.events import Event, Timing
from wasmforge.report.output import Output
from wasmforge.report.plain import PlainReporter


class JsonReporter:
    """Writes events to `out` for programs, and failures to `aside` for people."""

    def __init__(self, out: Output, aside: Output | None = None) -> None:
        self._out = out
        self._aside = PlainReporter(aside, "quiet") if aside else None

    def emit(self, event: Event) -> None:
        """Write one event; timings are for traces only."""
        if isinstance(event, Timing):
            return
        show_json(event, self._out)
        if self._aside:
            self._aside.emit(event)

    def close(self) -> None:
        """Do nothing: no terminal state to restore."""


def show_json(value: object, out: Output) -> None:
    """Print a struct, sequence or mapping as one line of JSON, escaped if the encoding requires it."""
    try:
        text = msgspec.json.encode(value).decode()
        text.encode(out.encoding)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(value))
    out.write(text.replace("##[", "#\\u0023[") + "\n")  # equal as JSON, and not a workflow command
    out.flush()
