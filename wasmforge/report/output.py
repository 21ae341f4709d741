"""`Output`: a stream with width, colors and encoding that ignores a closed pipe; and the status line."""

import contextlib
import errno
import os
import re
from collections.abc import Iterable, Mapping
from typing import Literal, TextIO

from wasmforge.errors import machine_error
from wasmforge.report.style import Line, ansi

Color = Literal["auto", "always", "never"]

DEFAULT_WIDTH = 100
"""Columns of a stream that is not a terminal: a CI log shows them without breaking lines."""

ASCII_FALLBACK = str.maketrans(
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
"""Replacements of symbols that the encoding cannot represent."""


WORKFLOW_COMMAND = re.compile(r"^(\s*:)(?=:)|(#)(?=#\[)", re.MULTILINE)
"""How a line begins that GitHub Actions takes as a command to itself (`::add-path::`), or in an older form (`##[`) has
anywhere in it. What a tool prints, or how a file is called, must not be one."""


ERASE_LINE = "\r\x1b[2K"


class Output:
    """A stream for lines. After its reader has closed it, further output is dropped.

    With `workflow`, no line is one that GitHub Actions would take as a command: a space is put into what makes it one.
    """

    def __init__(
        self, stream: TextIO, *, color: bool = False, width: int = DEFAULT_WIDTH, workflow: bool = False
    ) -> None:
        self._stream = stream
        self.workflow = workflow
        self.color = color
        self.width = width
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        self.unicode = _can_encode_symbols(self.encoding)
        self.closed = False

    def render(self, line: Line) -> str:
        """A line as this stream can show it, without the line break."""
        text = ansi(line, color=self.color)
        return text if self.unicode else text.translate(ASCII_FALLBACK)

    def print(self, lines: Iterable[Line]) -> None:
        """Write lines in one piece, so that no other writer comes in between."""
        text = "".join(self.render(line) + "\n" for line in lines)
        if text:
            self.write(text)
            self.flush()

    def write(self, text: str) -> int:
        """Write whole lines as they are; other characters than the encoding's are escaped.

        Raises ForgeError (a full disk).
        """
        if self.workflow:
            text = WORKFLOW_COMMAND.sub(lambda found: f"{found[0]} ", text)
        if not self.closed:
            try:
                self._stream.write(self._encodable(text))
            except OSError as error:
                self._give_up(error)
        return len(text)

    def flush(self) -> None:
        """Flush the stream. Raises ForgeError (a full disk)."""
        if not self.closed:
            try:
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self._stream.isatty()

    def _encodable(self, text: str) -> str:
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return text.encode(self.encoding, "backslashreplace").decode(self.encoding)
        return text

    def _give_up(self, error: OSError) -> None:
        """Redirect the stream to the null device, or Python reports the error again when it flushes at exit."""
        self.closed = True
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
        if error.errno not in {errno.EPIPE, errno.EIO}:
            raise machine_error(f"cannot write: {error.strerror}", where=str(getattr(self._stream, "name", "output")))


def make_output(stream: TextIO, color: Color = "auto", env: Mapping[str, str] | None = None) -> Output:
    """The `Output` of a stream; `auto` is colored on a terminal unless NO_COLOR or TERM=dumb is set."""
    known = os.environ if env is None else env
    workflow = bool(known.get("GITHUB_ACTIONS"))
    return Output(stream, color=use_color(stream, color, known), width=_width(stream, known), workflow=workflow)


def use_color(stream: TextIO, color: Color, env: Mapping[str, str]) -> bool:
    """Whether to write escape codes; the command line overrides the environment."""
    if color == "auto":
        return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"
    return color == "always"


def _width(stream: TextIO, env: Mapping[str, str]) -> int:
    columns = env.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    if stream.isatty():
        with contextlib.suppress(OSError, ValueError):
            return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
    return DEFAULT_WIDTH


def _can_encode_symbols(encoding: str) -> bool:
    try:
        "".join(chr(c) for c in ASCII_FALLBACK).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class StatusLine:
    """The last line of a terminal, which shows the current work; it writes nothing to other streams."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._out = make_output(stream)
        self._shown = stream.isatty() and not quiet

    def show(self, text: str) -> None:
        """Replace the line; a longer text is cut."""
        if self._shown:
            self._out.write(ERASE_LINE + text[: self._out.width - 1])
            self._out.flush()

    def close(self) -> None:
        """Erase the line."""
        self.show("")
