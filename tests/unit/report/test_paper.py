"""Where lines go: encodings, colors, readers that have gone away."""

import errno
import io
import os

import pytest

from tests.unit.report.fabricated import Stream
from wasmforge.errors import Exit, ForgeError
from wasmforge.report.ink import Span, line
from wasmforge.report.paper import Color, Paper, make_paper


@pytest.mark.parametrize(
    ("color", "tty", "env", "colored"),
    [
        ("auto", True, {"TERM": "xterm"}, True),
        ("auto", False, {"TERM": "xterm"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        ("auto", True, {"TERM": "xterm", "NO_COLOR": ""}, True),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"TERM": "xterm"}, False),
    ],
)
def test_color(color: Color, tty: bool, env: dict[str, str], colored: bool) -> None:
    stream = Stream(tty=tty)
    make_paper(stream, color, env).print([line(Span("bad", "bad"))])
    assert stream.text == ("\x1b[1;31mbad\x1b[0m\n" if colored else "bad\n")


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("", 100), ("wide", 100), ("0", 100)])
def test_width_of_what_is_no_terminal(columns: str, width: int) -> None:
    assert make_paper(Stream(), env={"COLUMNS": columns}).width == width


def test_symbols_become_ascii_where_they_must() -> None:
    stream = Stream(encoding="ascii")
    make_paper(stream, env={}).print([line("✓ ○ · → … café 日")])
    assert stream.text == "+ o . -> ... caf\\xe9 \\u65e5\n"


def test_symbols_stay_where_they_can() -> None:
    stream = Stream()
    make_paper(stream, env={}).print([line("✓ café \udcff")])
    assert stream.text == "✓ café \\udcff\n"


def test_a_reader_that_went_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        paper = make_paper(stream, env={})
        paper.print([line("nobody hears this")])
        assert paper.gone
        paper.print([line("nor this")])
        stream.write("and closing does not complain either")


class Full(io.StringIO):
    """A disk without room."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_an_error_told_once() -> None:
    paper = Paper(Full())
    with pytest.raises(ForgeError, match="No space left on device") as caught:
        paper.print([line("x")])
    assert caught.value.exit_code == Exit.MACHINE
    paper.print([line("y")])
