"""A line at the foot of a terminal that says what is being done, and is gone afterwards; nothing where nobody looks."""

from typing import TextIO

from wasmforge.report.paper import make_paper

ERASE = "\r\x1b[2K"


class Status:
    """The line. A stream that is no terminal is left alone."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._paper = make_paper(stream)
        self._shown = stream.isatty() and not quiet

    def __call__(self, what: str) -> None:
        """Say this in place of what was said."""
        if self._shown:
            self._paper.write(ERASE + what[: self._paper.width - 1])
            self._paper.flush()

    def close(self) -> None:
        """Leave the terminal as it was."""
        self("")
