"""Styled text as data: spans make lines, which become text with or without escape codes."""

import re
import unicodedata
from collections.abc import Collection
from typing import Literal, NamedTuple

Style = Literal["plain", "good", "bad", "warn", "hint", "name", "quiet", "tool"]
"""The meaning of a span. `tool` is the output of a tool, which may have its own colors."""

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
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, and overrides of text direction, which could disguise a line."""


class Span(NamedTuple):
    """A run of text in one style."""

    text: str
    style: Style = "plain"


Line = tuple[Span, ...]


def line(*parts: str | Span) -> Line:
    """A line of spans; bare strings are plain."""
    return tuple(Span(p) if isinstance(p, str) else p for p in parts)


def clean(text: str) -> str:
    """Without escape sequences, control characters and overrides of direction; a line break becomes a space."""
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
    colors = COLOR.findall(text)
    bare = [clean(part) for part in COLOR.split(text)]
    return "".join(a + b for a, b in zip(bare, [*colors, "\x1b[0m" if colors else ""], strict=True))


def tool_lines(output: str) -> list[str]:
    """A tool's output by line, as a terminal would show it in the end: no carriage returns, tabs as spaces."""
    text = output.replace("\r\n", "\n").rstrip()
    lines = [part.rstrip("\r").rpartition("\r")[2].expandtabs(8).rstrip() for part in text.split("\n")]
    return lines if text else []


def display_width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in {"W", "F"} else 1 for c in text
    )


def line_width(spans: Line) -> int:
    """How many columns of a terminal the line takes, without the spaces at its end."""
    return display_width("".join(span.text for span in spans).rstrip(" "))


ONLY_HINTS: tuple[Style, ...] = ("hint",)


def folded(lines: list[Line], width: int, indent: int, styles: Collection[Style] = ONLY_HINTS) -> list[Line]:
    """The lines that end in one of these styles, broken between words where they are wider than `width`.

    What follows is indented. A tool's own output stays as it is: its marks point to columns.
    """
    return [each for spans in lines for each in (_fold(spans, width, indent) if _ends(spans, styles) else [spans])]


def _ends(spans: Line, styles: Collection[Style]) -> bool:
    return bool(spans) and spans[-1].style in styles


def _fold(spans: Line, width: int, indent: int) -> list[Line]:
    """A line as several, broken within its last span."""
    *head, last = spans
    if line_width(spans) <= width:
        return [spans]
    text = last.text.lstrip(" ")
    head.append(Span(" " * (len(last.text) - len(text)), last.style))
    texts = [""]
    room = width - display_width("".join(span.text for span in head))
    for word in text.split(" "):
        joined = f"{texts[-1]} {word}" if texts[-1] else word
        if texts[-1] and display_width(joined) > room:
            texts.append(word)
            room = width - indent
        else:
            texts[-1] = joined
    rest = ((Span(" " * indent), Span(text, last.style)) for text in texts[1:])
    return [(*head, Span(texts[0], last.style)), *rest]
