"""A stream to write lines on: knows its width, colors and encoding, and ends quietly when nobody reads; no words."""

import contextlib
import errno
import os
from collections.abc import Iterable, Mapping
from typing import Literal, TextIO

from wasmforge.errors import machine
from wasmforge.report.ink import Line, ansi

Color = Literal["auto", "always", "never"]

WIDTH = 100
"""Columns of a stream that is no terminal: what a log in CI shows without breaking lines."""

ASCII = str.maketrans(
    {
        "✓": "+",
        "✗": "x",
        "●": "*",
        "○": "o",
        "·": ".",
        "…": "...",
        "→": "->",
        "×": "x",  # noqa: RUF001 - the sign, not the letter
        "─": "-",
        "├": "|",
        "└": "`",
        "│": "|",
        "█": "#",
        "≥": ">=",
        "≈": "~",
        "±": "+-",
        "µ": "u",
    }
)
"""What the symbols become where the encoding cannot carry them."""


class Paper:
    """Where lines go. After the reader has gone away it takes everything and shows nothing."""

    def __init__(self, stream: TextIO, *, color: bool = False, width: int = WIDTH) -> None:
        self._stream = stream
        self.color = color
        self.width = width
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        self.unicode = _carries(self.encoding)
        self.gone = False

    def render(self, line: Line) -> str:
        """A line as this paper can show it, without the line break."""
        text = ansi(line, color=self.color)
        return text if self.unicode else text.translate(ASCII)

    def print(self, lines: Iterable[Line]) -> None:
        """Write lines as one piece, so that no other writer comes in between."""
        text = "".join(self.render(line) + "\n" for line in lines)
        if text:
            self.write(text)
            self.flush()

    def write(self, text: str) -> int:
        """Write text as it is; what the encoding cannot carry is spelled out. Raises ForgeError (a full disk)."""
        if not self.gone:
            try:
                self._stream.write(self._carried(text))
            except OSError as error:
                self._give_up(error)
        return len(text)

    def flush(self) -> None:
        """Hand on what was written. Raises ForgeError (a full disk)."""
        if not self.gone:
            try:
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    def isatty(self) -> bool:
        """Whether a person watches."""
        return self._stream.isatty()

    def _carried(self, text: str) -> str:
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return text.encode(self.encoding, "backslashreplace").decode(self.encoding)
        return text

    def _give_up(self, error: OSError) -> None:
        """Point the stream at nothing, or Python complains once more when it flushes at exit."""
        self.gone = True
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
        if error.errno not in {errno.EPIPE, errno.EIO}:
            raise machine(f"cannot write: {error.strerror}", where=str(getattr(self._stream, "name", "output")))


def make_paper(stream: TextIO, color: Color = "auto", env: Mapping[str, str] | None = None) -> Paper:
    """Paper for a stream; `auto` is colored on a terminal unless NO_COLOR or TERM=dumb say no."""
    known = os.environ if env is None else env
    return Paper(stream, color=may_color(stream, color, known), width=_width(stream, known))


def may_color(stream: TextIO, color: Color, env: Mapping[str, str]) -> bool:
    """Whether escape codes may be written; a word on the command line is stronger than the environment."""
    if color == "auto":
        return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"
    return color == "always"


def _width(stream: TextIO, env: Mapping[str, str]) -> int:
    asked = env.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    if stream.isatty():
        with contextlib.suppress(OSError, ValueError):
            return os.get_terminal_size(stream.fileno()).columns or WIDTH
    return WIDTH


def _carries(encoding: str) -> bool:
    try:
        "".join(chr(c) for c in ASCII).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
