"""Errors in words: every problem with its hint, and where to look after a bug of ours; knows no events."""

from pathlib import Path
from typing import TextIO

from wasmforge.errors import ForgeError, Problem
from wasmforge.report.ink import Line, Span, Style, line
from wasmforge.report.paper import Color, make_paper


def print_error(error: ForgeError, stream: TextIO, color: Color = "auto") -> None:
    """`error: place: what` and `hint: next step`, for every problem."""
    make_paper(stream, color).print(each for problem in error.problems for each in told(problem))


def print_bug(log_path: Path, stream: TextIO, color: Color = "auto") -> None:
    """Our own fault: say so, and where the details are."""
    bug = Problem(
        what="this is a bug in wasmforge, not in your project",
        hint=f"what happened is written down in {log_path}; please report it with that file",
    )
    make_paper(stream, color).print(told(bug))


def told(problem: Problem) -> list[Line]:
    """A problem as lines; those after the first of a long text stand below its words."""
    return [*_said("error: ", str(problem), "bad"), *_said(" hint: ", problem.hint, "hint")]


def _said(tag: str, text: str, style: Style) -> list[Line]:
    lines = text.splitlines()
    return [line(Span(" " * len(tag) if i else tag, style), each) for i, each in enumerate(lines)]
