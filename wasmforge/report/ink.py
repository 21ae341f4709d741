"""Text with styles, as data: spans make lines; escape codes come last. Knows no stream and no event."""

import re
import unicodedata
from typing import Literal, NamedTuple

Style = Literal["plain", "good", "bad", "warn", "hint", "name", "quiet", "tool"]
"""What a span means. `tool` is a tool's own output, which may bring its own colors."""

CODES: dict[Style, str] = {
    "plain": "",
    "good": "1;32",
    "bad": "1;31",
    "warn": "1;33",
    "hint": "36",
    "name": "1",
    "quiet": "2",
    "tool": "",
}

ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?")
COLOR = re.compile(r"\x1b\[[0-9;:]*m")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Span(NamedTuple):
    """A run of text in one style."""

    text: str
    style: Style = "plain"


Line = tuple[Span, ...]


def line(*parts: str | Span) -> Line:
    """A line of spans; bare strings are plain."""
    return tuple(Span(p) if isinstance(p, str) else p for p in parts)


def clean(text: str) -> str:
    """Without escape sequences and control characters; a line break becomes a space."""
    return CONTROL.sub("", ESCAPE.sub("", text)).replace("\n", " ")


def ansi(spans: Line, *, color: bool) -> str:
    """The line as a terminal takes it; without `color` there is not one escape code in it."""
    return "".join(_ansi(span, color=color) for span in spans).rstrip(" ")


def _ansi(span: Span, *, color: bool) -> str:
    code = CODES[span.style]
    if span.style == "tool" and color:
        return _keep_color(span.text)
    text = clean(span.text)
    return f"\x1b[{code}m{text}\x1b[0m" if color and code and text else text


def _keep_color(text: str) -> str:
    """The text with its own colors but without anything else that moves a cursor; colors end with the line."""
    kept = COLOR.findall(text)
    bare = [clean(part) for part in COLOR.split(text)]
    return "".join(a + b for a, b in zip(bare, [*kept, "\x1b[0m" if kept else ""], strict=True))


def tool_lines(output: str) -> list[str]:
    """A tool's output by line, as a terminal would show it in the end: no carriage returns, tabs as spaces."""
    text = output.replace("\r\n", "\n").rstrip()
    found = [part.rstrip("\r").rpartition("\r")[2].expandtabs(8).rstrip() for part in text.split("\n")]
    return found if text else []


def cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in {"W", "F"} else 1 for c in text
    )


def length(spans: Line) -> int:
    """How many columns of a terminal the line takes, without the spaces at its end."""
    return cells("".join(span.text for span in spans).rstrip(" "))
