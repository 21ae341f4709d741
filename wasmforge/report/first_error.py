"""Finds in a tool's output the error that tells what is wrong: the first one, with the reason that follows it. Pure."""

import re

from wasmforge.report.style import clean, tool_lines

ERROR = re.compile(
    r"(?:^|[\s:\]])(?:(?:fatal|internal|syntax|parse) )?error(?:\[\w+\]| [A-Z]+\d+)?(?::| at )"
    r"|\*\*\* No rule to make target|^\[?parse exception",
    re.IGNORECASE,
)
"""How compilers, linkers and build systems mark the line that says what is wrong. Not `Error 1`, by which make says
that something else has failed, nor `checking for strerror`."""

MENTION = re.compile(r"\berror\b", re.IGNORECASE)

INCLUDED = re.compile(r"In file included from (?P<place>[^:]+:\d+)")
LOCATION = re.compile(r"(?P<place>[^\s:]+):\d+(?::\d+)?: ")

MAX_REASON = 300
"""Characters of an error with its reason; more is left to the whole output."""


def first_error(output: str) -> str:
    """The first error in one line, without colors; empty without one.

    Where the line ends in a colon, as CMake's do, the paragraph below it is the reason. An error in a header of the
    toolchain is placed where the project includes that header.
    """
    lines = [clean(text).rstrip() for text in tool_lines(output)]
    index = error_index(lines)
    if index is None:
        return ""
    text = lines[index].strip()
    rest = lines[index + 1 :]
    while text.endswith(":") and rest:
        paragraph, rest = _paragraph(rest)
        if not paragraph:
            break
        text = f"{text} {paragraph}"
    text = _in_project(text, lines[:index])
    return text if len(text) <= MAX_REASON else text[: MAX_REASON - 1] + "…"


def error_index(lines: list[str]) -> int | None:
    """The index of the line with the first error; None without one."""
    for pattern in (ERROR, MENTION):
        for index, text in enumerate(lines):
            if pattern.search(text) and "warning:" not in text:
                return index
    return None


def telling_start(lines: list[str]) -> int | None:
    """The index from which an output tells what is wrong: the first error, and by whom its file was included."""
    index = error_index(lines)
    while index and INCLUDED.match(lines[index - 1]):
        index -= 1
    return index


def without_place(error: str) -> str:
    """The error without its leading `file:line:column: `, which differs where the mistake is the same."""
    match = LOCATION.match(error)
    return error[match.end() :] if match else error


def _paragraph(lines: list[str]) -> tuple[str, list[str]]:
    """The next indented lines, up to a blank one, joined, and what follows. Empty where nothing is indented."""
    at = next((i for i, text in enumerate(lines) if text.strip()), len(lines))
    end = at
    while end < len(lines) and lines[end].startswith(" ") and lines[end].strip():
        end += 1
    return " ".join(text.strip() for text in lines[at:end]), lines[end:]


def _in_project(error: str, before: list[str]) -> str:
    """The error, placed in the project's file that includes the toolchain's header in which it is."""
    match = LOCATION.match(error)
    if not match or not match["place"].startswith("/"):
        return error
    for text in reversed(before):
        included = INCLUDED.match(text)
        if not included:
            break
        if not included["place"].startswith("/"):
            return f"{included['place']}: {error[match.end() :]}"
    return error
