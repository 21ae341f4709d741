"""Prints errors with their hints, and the place of the log after a bug of wasmforge."""

from pathlib import Path
from typing import TextIO

from wasmforge.errors import ForgeError, Problem
from wasmforge.report.output import Color, make_output
from wasmforge.report.style import Line, Span, Style, line


def print_error(error: ForgeError, stream: TextIO, color: Color = "auto") -> None:
    """`error: place: what` and `hint: next step`, for every problem."""
    make_output(stream, color).print(each for problem in error.problems for each in problem_lines(problem))


def print_bug(log_path: Path, stream: TextIO, color: Color = "auto") -> None:
    """Report a bug of wasmforge, with the path of its log."""
    bug = Problem(
        what="this is a bug in wasmforge, not in your project",
        hint=f"please report it with the log file {log_path}",
    )
    make_output(stream, color).print(problem_lines(bug))


def problem_lines(problem: Problem) -> list[Line]:
    """A problem as lines; continuation lines are indented below the first."""
    return [*_tagged_lines("error: ", str(problem), "bad"), *_tagged_lines(" hint: ", problem.hint, "hint")]


def _tagged_lines(tag: str, text: str, style: Style) -> list[Line]:
    lines = text.splitlines()
    return [line(Span(" " * len(tag) if i else tag, style), each) for i, each in enumerate(lines)]
