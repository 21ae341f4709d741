"""Contestants that cannot stay: each turn starts a program anew, which takes its own time; knows no runtime."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wasmforge.bench.talk import Silent
from wasmforge.process import Done

Launch = Callable[[int, Path, float], Done]
"""Runs the program with so many calls in a folder, for at most so many seconds; what it prints comes in `output`."""


class Once:
    """Answers what a conversation would, see `talk.py`."""

    def __init__(self, launch: Launch, folder: Path) -> None:
        self._launch = launch
        self._folder = folder

    def ask(self, question: Mapping[str, object], timeout: float) -> dict[str, Any]:
        """The answer. Raises Silent when there is none."""
        calls = question["calls"] if question["do"] == "time" else 0
        assert isinstance(calls, int)  # noqa: S101 - so it is asked
        done = self._launch(calls, self._folder, timeout)
        said = [line.strip() for line in done.text.splitlines() if line.strip()]
        if not done.ok:
            raise Silent(done.reason(timeout) + (f": {said[-1]}" if said else ""))
        if not calls:
            return {"result": said[-1] if said else None}
        try:
            return {"seconds": float(said[-1])}
        except (IndexError, ValueError):
            raise Silent("printed no time") from None
